// Against numbers of the published LlamaGen code on small random checkpoints (float32, CPU).
#include <QtTest>
#include <nlohmann/json.hpp>

#include "engine/checkpoint/safetensors.h"
#include "engine/nn/load_tensor.h"
#include "engine/nn/model_settings.h"
#include "engine/t2i/load.h"

using namespace jacobiscope;

namespace {

constexpr double kTolerance = 1e-4;

std::string data(const std::string& name) {
  return std::string(JACOBISCOPE_TEST_DATA) + "/llamagen/" + name;
}

void compare(const char* what, const Tensor& ours, const Tensor& theirs) {
  QCOMPARE(ours.numel(), theirs.numel());
  const double largest = (ours.flatten() - theirs.flatten()).abs().max().item<double>();
  qInfo("%s: largest difference %.2g", what, largest);
  QVERIFY2(largest <= kTolerance, what);
}

}  // namespace

class ParityTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() {
    m_expected = readArrays(data("expected.safetensors"));
    const T2iParts parts = findParts(data(""));
    QVERIFY(parts.vq.filename() == "vq.pt");
    QVERIFY(parts.gpt.filename() == "t2i.pt");
    const Checkpoint gpt = Checkpoint::open(parts.gpt);
    QVERIFY(looksLikeGpt(gpt));
    std::vector<std::string> notes;
    const GptConfig config = deriveGptConfig(gpt, modelConfig(gpt, {}), {}, notes);
    QCOMPARE(config.heads, 2);
    QCOMPARE(config.grid, 6);
    QCOMPARE(config.prefix, 120);
    QCOMPARE(config.hidden, 192);
    m_gpt = loadGpt(gpt, config, torch::kCPU);
    const Checkpoint vq = Checkpoint::open(parts.vq);
    QVERIFY(looksLikeVq(vq));
    m_vq = loadVq(vq, torch::kCPU);
    QCOMPARE(m_vq.config.factor(), 2);
    QCOMPARE(m_vq.config.codebook, config.vocabulary);
  }

  // Without a cache: the logits along the published greedy sequence, guidance 3.
  void logitsWithGuidance() {
    const torch::NoGradGuard noGrad;
    const Tensor tokens = expected("greedy.tokens.cfg3").view({1, -1});
    const Tensor caption = expected("caption_features");
    const Tensor prefix = captionPrefix(m_gpt, torch::cat({caption, m_gpt.nullCaption.unsqueeze(0)}));
    const Tensor before = tokens.slice(1, 0, -1).expand({2, -1});
    const Tensor logits = gptLogits(m_gpt, prefix, {}, before);
    const Tensor guided = logits[1] + 3 * (logits[0] - logits[1]);
    compare("logits", guided, expected("greedy.logits.cfg3"));
    QVERIFY(torch::equal(guided.argmax(1), tokens[0]));
  }

  void decodes() {
    const torch::NoGradGuard noGrad;
    compare("decoded", vqDecode(m_vq, expected("greedy.tokens.cfg3").view({1, -1}), 6, 6),
            expected("decoded"));
  }

  void encodes() {
    const Tensor tokens = vqEncode(m_vq, expected("decoded").clamp(-1, 1));
    QVERIFY(torch::equal(tokens.flatten(), expected("reencoded")));
  }

 private:
  Tensor expected(const std::string& name) const { return toTensor(m_expected.at(name)); }

  Arrays m_expected;
  Gpt m_gpt;
  VqModel m_vq;
};

QTEST_GUILESS_MAIN(ParityTest)
#include "parity_test.moc"
