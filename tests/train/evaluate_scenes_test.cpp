// Judging prompts: bookkeeping on a random little model whose pictures show nothing.
#include <QTemporaryDir>
#include <QtTest>

#include <atomic>
#include <fstream>
#include <nlohmann/json.hpp>

#include "engine/core/error.h"
#include "engine/nn/save_tensors.h"
#include "engine/t2i/token_family.h"
#include "engine/train/evaluate_scenes.h"
#include "engine/train/scene_judge.h"
#include "engine/train/vq_trainer.h"

using namespace jacobiscope;

namespace {

namespace fs = std::filesystem;

bool operator==(const Share& a, const Share& b) {
  return a.right == b.right && a.total == b.total;
}

bool same(const SceneShares& a, const SceneShares& b) {
  return a.right == b.right && a.objects == b.objects && a.relation == b.relation;
}

}  // namespace

class EvaluateScenesTest : public QObject {
  Q_OBJECT

 private:
  QTemporaryDir m_temporary;
  fs::path m_folder = m_temporary.path().toStdString();
  std::unique_ptr<TokenFamily> m_model;

  void writeText(int width) {
    const fs::path folder = m_folder / "text";
    fs::create_directories(folder);
    fs::copy_file(fs::path(JACOBISCOPE_TEST_DATA) / "t2i" / "spiece.model",
                  folder / "spiece.model");
    TextEncoderConfig config;
    config.vocabulary = Tokenizer::open(folder / "spiece.model").vocabularySize();
    config.width = config.hidden = width;
    config.heads = config.layers = 1;
    config.headWidth = 8;
    TextEncoder encoder = createTextEncoder(config);
    NamedTensors tensors;
    encoder.visit([&](const std::string& name, Tensor& tensor) {
      tensors.emplace_back(name, tensor.detach());
    });
    saveTensors(folder / "model.safetensors", tensors);
  }

  // The tokenizer of the tests' data; everything else is random numbers.
  void writeModel() {
    torch::manual_seed(3);
    VqConfig vq;
    vq.codebook = 16;
    vq.channels = vq.groups = 4;
    vq.multipliers = {1, 1, 1};
    vq.latent = 8;
    vq.residuals = 1;
    VqModel pictures = createVq(vq);
    releaseVq(pictures, m_folder / "vq.safetensors");
    GptConfig config;
    config.width = config.captionWidth = config.vocabulary = 16;
    config.layers = 1;
    config.heads = 2;
    config.hidden = 32;
    config.grid = 12;
    config.prefix = 24;
    writeText(config.captionWidth);
    Gpt gpt = createGpt(config);
    NamedTensors tensors;
    gpt.visit([&](const std::string& name, Tensor& tensor, const auto&) {
      tensors.emplace_back(name, tensor.detach());
    });
    saveTensors(m_folder / "model.safetensors", tensors);
    std::ofstream(m_folder / "config.json") << R"({"gpt": {"n_head": 2, "block_size": 144}})";
  }

  void writeWorld() {
    nlohmann::json names = nlohmann::json::array();
    for (const EmojiPick& pick : sceneEmoji()) names.push_back(pick.name);
    saveTensors(m_folder / "sprites.safetensors",
                {{"sprites", torch::randint(0, 256, {16, 8, 8, 4}).to(torch::kUInt8)}},
                {{"classes", names.dump()}});
    SceneJudge().save(m_folder / "judge.safetensors");
  }

  SceneRequest request(std::vector<std::string> decoders) {
    SceneRequest request;
    request.judge = m_folder / "judge.safetensors";
    request.data = m_folder / "sprites.safetensors";
    request.count = 6;
    request.seed = 4;
    for (const std::string& decoder : decoders) {
      request.decoders.emplace_back(
          decoder, completeKnobs(m_model->info().knobs, {{"decoder", decoder}}));
    }
    return request;
  }

 private Q_SLOTS:
  void initTestCase() {
    writeModel();
    writeWorld();
    LoadRequest load;
    load.path = m_folder;
    load.options = {{"threads", "1"}};
    m_model = std::make_unique<TokenFamily>(load);
    QVERIFY(m_model->info().prompted);
    QCOMPARE(t2iFolder(m_model->info()), m_folder);
  }

  void decodersAreComparedOnTheSamePromptsAndSeeds() {
    SceneRequest both = request({"sequential", "gumbel"});
    both.sheet = 4;
    std::vector<double> fractions;
    both.progress = [&](double fraction) { fractions.push_back(fraction); };
    const SceneEvaluation found = evaluateScenes(*m_model, both);
    QCOMPARE(found.prompts, std::int64_t{6});
    QCOMPARE(found.decoders.size(), std::size_t{2});
    QCOMPARE(found.decoders[0].calls, 144.0);
    QVERIFY(found.decoders[1].calls < 144);
    // Frozen noise: the same tokens, so the judge sees the same pictures.
    QVERIFY(same(found.decoders[0].samples, found.decoders[1].samples));
    QCOMPARE(found.decoders[0].samples.objects.total, std::int64_t{6});
    QCOMPARE(found.real.right.total, std::int64_t{6});
    QCOMPARE(found.reconstructed.relation.total, found.decoders[0].samples.relation.total);
    QVERIFY(found.usage > 0 && found.usage <= 1 && found.perplexity >= 1 && found.error > 0);
    QCOMPARE(found.sheet.shape, (std::vector<std::int64_t>{4, 3, 48, 48}));
    QCOMPARE(fractions.size(), std::size_t{12});
    QCOMPARE(fractions.back(), 1.0);
  }

  void aStoppedEvaluationGoesOn() {
    std::atomic<bool> stop = false;
    SceneRequest stopped = request({"sequential"});
    const SceneEvaluation whole = evaluateScenes(*m_model, stopped);
    stopped.progressFile = m_folder / "progress.json";
    stopped.cancel = &stop;
    int pictures = 0;
    stopped.progress = [&](double) { stop = ++pictures == 3; };
    const SceneEvaluation part = evaluateScenes(*m_model, stopped);
    QCOMPARE(part.decoders[0].samples.right.total, std::int64_t{3});
    QCOMPARE(part.real.right.total, std::int64_t{0});
    stop = false;
    pictures = 10;
    const SceneEvaluation rest = evaluateScenes(*m_model, stopped);
    QCOMPARE(pictures, 13);
    QVERIFY(same(rest.decoders[0].samples, whole.decoders[0].samples));
    // Another request leaves it alone.
    stopped.seed = 5;
    QVERIFY_THROWS_EXCEPTION(Error, evaluateScenes(*m_model, stopped));
    std::ofstream(stopped.progressFile) << "mine";
    QVERIFY_THROWS_EXCEPTION(Error, evaluateScenes(*m_model, stopped));
    std::string text;
    std::getline(std::ifstream(stopped.progressFile), text);
    QCOMPARE(text, std::string("mine"));
  }

  void ownPromptsMustDescribeAScene() {
    SceneRequest own = request({"coupled"});
    own.prompts = {"a cat left of a panda on a white background", "a frog on a white background"};
    const SceneEvaluation found = evaluateScenes(*m_model, own);
    QCOMPARE(found.prompts, std::int64_t{2});
    QCOMPARE(found.decoders[0].samples.relation.total, std::int64_t{1});
    own.prompts.push_back("the meaning of life");
    QVERIFY_THROWS_EXCEPTION(UsageError, evaluateScenes(*m_model, own));
  }
};

QTEST_GUILESS_MAIN(EvaluateScenesTest)
#include "evaluate_scenes_test.moc"
