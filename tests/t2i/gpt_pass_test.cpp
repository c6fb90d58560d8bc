// Passes over windows against cached keys and values say what the whole forward says.
#include <QtTest>

#include "engine/t2i/gpt_pass.h"
#include "tests/t2i/t2i_fixture.h"

using namespace jacobiscope;

namespace {

constexpr int kBatch = 3;
constexpr double kForward = 1e-4;   // against the forward without a cache
constexpr double kTorchBits = 1e-5;  // between shapes, in Torch's operations

enum class Text { Padded, Whole, Class };

// A model with a prompt in both forms: prepared for passes, and as the forward reads it.
struct Setting {
  Gpt gpt;
  Prompt prompt;
  Tensor prefix[2];  // [1, L, d] per branch
  Tensor mask;
  Tensor tokens;  // [kBatch, N]

  Setting(Text text, std::uint64_t seed) {
    const torch::NoGradGuard noGrad;
    gpt = randomGpt(text == Text::Class ? smallClasses() : smallText(), seed);
    const GptConfig& config = gpt.config;
    if (text == Text::Class) {
      prompt = classPrompt(gpt, 1);
      for (const int branch : {0, 1}) {
        prefix[branch] =
            classPrefix(gpt, torch::full({1}, branch == 0 ? 1 : config.classes, torch::kInt64));
      }
    } else {
      const Tensor features = torch::randn({1, config.prefix, config.captionWidth});
      if (text == Text::Padded) {
        mask = torch::tensor({{0, 0, 1, 1, 1, 1}}, torch::kInt64);
      }
      prompt = captionPrompt(gpt, features, mask);
      prefix[0] = captionPrefix(gpt, features);
      prefix[1] = captionPrefix(gpt, gpt.nullCaption.unsqueeze(0));
    }
    tokens = torch::randint(config.vocabulary, {kBatch, config.tokens()}, torch::kInt64);
  }

  std::vector<std::int64_t> inputs(int image, int first, int count) const {
    const auto* row = tokens[image].data_ptr<std::int64_t>();
    return {row + first - 1, row + first - 1 + count};
  }
  // Logits [N, V] of all tokens of an image.
  Tensor forward(int branch, int image) const {
    const torch::NoGradGuard noGrad;
    return gptLogits(gpt, prefix[branch], mask, tokens.slice(0, image, image + 1).slice(1, 0, -1))[0];
  }
};

std::unique_ptr<PreparedGpt> prepare(const Gpt& gpt, bool cpu) {
  return cpu ? prepareCpuGpt(gpt) : prepareTorchGpt(gpt, torch::kFloat32);
}

void addKernels() {
  QTest::addColumn<bool>("cpu");
  QTest::newRow("CPU kernels") << true;
  QTest::newRow("Torch") << false;
}

// Bit for bit with the CPU kernels.
bool agree(const Tensor& a, const Tensor& b, bool cpu) {
  return cpu ? torch::equal(a, b) : largestDifference(a, b) <= kTorchBits;
}

}  // namespace

class GptPassTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void agreesWithTheForwardWithoutACache_data() {
    QTest::addColumn<bool>("cpu");
    QTest::addColumn<int>("text");
    for (const bool cpu : {true, false}) {
      const char* name = cpu ? "CPU kernels" : "Torch";
      QTest::addRow("%s, padded text", name) << cpu << int(Text::Padded);
      QTest::addRow("%s, text", name) << cpu << int(Text::Whole);
      QTest::addRow("%s, class", name) << cpu << int(Text::Class);
    }
  }

  // A batch whose windows are at different positions and of different widths.
  void agreesWithTheForwardWithoutACache() {
    QFETCH(bool, cpu);
    QFETCH(int, text);
    const torch::NoGradGuard noGrad;
    const Setting setting(static_cast<Text>(text), 1);
    const auto prepared = prepare(setting.gpt, cpu);
    const auto pass = prepared->begin(setting.prompt, kBatch);
    const Tensor first = pass->prefill({0, 2});
    QCOMPARE(first.sizes().vec(), (std::vector<std::int64_t>{2, setting.gpt.config.vocabulary}));
    double largest = 0, spread = 0;
    for (const int branch : {0, 1}) {
      const Tensor expected = setting.forward(branch, 0);
      largest = std::max(largest, largestDifference(first[branch], expected[0]));
      spread = std::max(spread, expected.max().item<double>() - expected.min().item<double>());
    }
    QVERIFY(spread > 3);  // numbers that a mistake would change
    QVERIFY(largestDifference(setting.forward(0, 0), setting.forward(1, 0)) > 0.1);
    const int steps[][kBatch] = {{4, 2, 1}, {3, 7, 5}, {8, 1, 2}};  // positions per image
    int next[kBatch] = {1, 1, 1};
    for (const auto& widths : steps) {
      std::vector<PassWindow> windows;
      for (const int image : {2, 0, 1}) {
        windows.push_back({image, next[image], setting.inputs(image, next[image], widths[image])});
      }
      const int width = *std::max_element(widths, widths + kBatch);
      const Tensor logits = pass->run(windows, width, {0, 2});
      for (const int branch : {0, 1}) {
        for (std::size_t w = 0; w < windows.size(); ++w) {
          const auto& window = windows[w];
          const auto count = std::ssize(window.inputs);
          largest = std::max(
              largest, largestDifference(logits[branch][w].slice(0, 0, count),
                                         setting.forward(branch, window.image)
                                             .slice(0, window.first, window.first + count)));
        }
      }
      for (int image = 0; image < kBatch; ++image) next[image] += widths[image];
    }
    qInfo("largest difference %.2g, logits spread over %.1f", largest, spread);
    QVERIFY(largest <= kForward);
  }

  void windowsOfAnyWidthAgreeWithOneTokenAtATime_data() { addKernels(); }

  void windowsOfAnyWidthAgreeWithOneTokenAtATime() {
    QFETCH(bool, cpu);
    const torch::NoGradGuard noGrad;
    const Setting setting(Text::Padded, 2);
    const int n = setting.gpt.config.tokens();
    const auto prepared = prepare(setting.gpt, cpu);
    const auto alone = prepared->begin(setting.prompt, 1);
    std::vector<Tensor> single = {alone->prefill({0, 2})};
    for (int first = 1; first < n; ++first) {
      single.push_back(alone->run({{0, first, setting.inputs(0, first, 1)}}, 1, {0, 2})
                           .select(1, 0)
                           .select(1, 0));
    }
    for (const int width : {2, 3, 4, 5, 6, 7, 11, n - 1}) {
      const auto pass = prepared->begin(setting.prompt, kBatch);
      QVERIFY(torch::equal(pass->prefill({0, 2}), single[0]));
      for (int first = 1; first < n; first += width) {
        const int count = std::min(width, n - first);
        // Beside other pictures, in the middle of the batch.
        const Tensor logits = pass->run({{2, 1, setting.inputs(2, 1, 1)},
                                         {1, first, setting.inputs(0, first, count)},
                                         {0, 1, setting.inputs(1, 1, std::min(width, 3))}},
                                        width, {0, 2});
        for (int i = 0; i < count; ++i) {
          QVERIFY(agree(logits.select(1, 1).select(1, i), single[first + i], cpu));
        }
      }
    }
  }

  // The branches of guidance, each by itself, have the bits of both together.
  void aBranchAloneAgreesWithBothTogether_data() { addKernels(); }

  void aBranchAloneAgreesWithBothTogether() {
    QFETCH(bool, cpu);
    const torch::NoGradGuard noGrad;
    const Setting setting(Text::Padded, 3);
    const auto prepared = prepare(setting.gpt, cpu);
    const auto both = prepared->begin(setting.prompt, 2), later = prepared->begin(setting.prompt, 2);
    const Tensor first = both->prefill({0, 2});
    QVERIFY(agree(later->prefill({0, 1}), first.slice(0, 0, 1), cpu));
    std::vector<PassWindow> windows = {{0, 1, setting.inputs(0, 1, 4)},
                                       {1, 1, setting.inputs(1, 1, 2)}};
    both->run(windows, 4, {0, 2});
    later->run(windows, 4, {0, 1});
    // The unconditional branch is made up for.
    QVERIFY(agree(later->prefill({1, 2}), first.slice(0, 1, 2), cpu));
    later->run(windows, 4, {1, 2});
    windows = {{0, 5, setting.inputs(0, 5, 3)}, {1, 3, setting.inputs(1, 3, 3)}};
    QVERIFY(agree(later->run(windows, 3, {0, 2}), both->run(windows, 3, {0, 2}), cpu));
  }

  void rejectedTokensLeaveNoTrace_data() { addKernels(); }

  void rejectedTokensLeaveNoTrace() {
    QFETCH(bool, cpu);
    const torch::NoGradGuard noGrad;
    const Setting setting(Text::Padded, 4);
    const int n = setting.gpt.config.tokens(), v = setting.gpt.config.vocabulary;
    const auto prepared = prepare(setting.gpt, cpu);
    const auto clean = prepared->begin(setting.prompt, 2), tried = prepared->begin(setting.prompt, 2);
    clean->prefill({0, 2});
    tried->prefill({0, 2});
    int first[2] = {1, 1};
    bool differed = false;
    for (int round = 0; first[0] < n || first[1] < n; ++round) {
      // Of the drafts put in, 0 to 2 are right; the rest is rejected.
      std::vector<PassWindow> drafted, right;
      for (const int image : {0, 1}) {
        if (first[image] >= n) continue;
        const int good = std::min(1 + (round + image) % 3, n - first[image]);
        std::vector<std::int64_t> inputs = setting.inputs(image, first[image], good);
        right.push_back({image, first[image], inputs});
        for (int i = good; i < std::min(7, n - first[image]); ++i) {
          inputs.push_back((setting.tokens[image][first[image] + i - 1].item<std::int64_t>() + 1) % v);
        }
        drafted.push_back({image, first[image], inputs});
        first[image] += good;
      }
      const Tensor b = tried->run(drafted, 7, {0, 2});
      const Tensor a = clean->run(right, 3, {0, 2});
      for (std::size_t w = 0; w < right.size(); ++w) {
        const auto good = std::ssize(right[w].inputs);
        QVERIFY(agree(a.select(1, w).slice(1, 0, good), b.select(1, w).slice(1, 0, good), cpu));
        differed = differed || std::ssize(drafted[w].inputs) > good;
      }
    }
    QVERIFY(differed);
  }

  void windowsMayReachBeyondThePicture_data() { addKernels(); }

  void windowsMayReachBeyondThePicture() {
    QFETCH(bool, cpu);
    const torch::NoGradGuard noGrad;
    const Setting setting(Text::Whole, 5);
    const int n = setting.gpt.config.tokens();
    const auto prepared = prepare(setting.gpt, cpu);
    const auto pass = prepared->begin(setting.prompt, 1);
    pass->prefill({0, 1});
    pass->run({{0, 1, setting.inputs(0, 1, n - 2)}}, n - 2, {0, 1});
    // The last row, with the widest window there is and with one of few inputs.
    const Tensor last = setting.forward(0, 0)[n - 1];
    for (const int width : {1, 2, 5, kWidestWindow}) {
      for (const int inputs : {1, width}) {
        std::vector<std::int64_t> tokens = setting.inputs(0, n - 1, 1);
        tokens.resize(inputs, 3);
        const Tensor logits = pass->run({{0, n - 1, tokens}}, width, {0, 1});
        QCOMPARE(logits.size(2), width);
        QVERIFY(largestDifference(logits[0][0][0], last) <= kForward);
        QVERIFY(logits.isfinite().all().item<bool>());
      }
    }
    // And behind the last token, where nothing is left to predict.
    pass->run({{0, n, setting.inputs(0, n, 1)}}, kWidestWindow, {0, 1});
  }

  void theCpuHasItsOwnKernelsWhereTheyFit() {
    const torch::NoGradGuard noGrad;
    const Setting setting(Text::Class, 6);
    const auto own = prepareCpuGpt(setting.gpt)->begin(setting.prompt, 1)->prefill({0, 1});
    const auto chosen = prepareGpt(setting.gpt, torch::kCPU, torch::kFloat32);
    QVERIFY(torch::equal(chosen->begin(setting.prompt, 1)->prefill({0, 1}), own));
    // A width that no kernel takes.
    GptConfig odd = smallClasses();
    odd.width = 40;
    odd.heads = 5;
    const Gpt gpt = randomGpt(odd, 7);
    const auto prepared = prepareGpt(gpt, torch::kCPU, torch::kFloat32);
    const auto pass = prepared->begin(classPrompt(gpt, 0), 1);
    const Tensor expected = gptLogits(gpt, classPrefix(gpt, torch::zeros({1}, torch::kInt64)), {},
                                      torch::zeros({1, 0}, torch::kInt64))[0];
    QVERIFY(largestDifference(pass->prefill({0, 1}), expected) <= kForward);
  }

  void bfloat16StaysNear() {
    const torch::NoGradGuard noGrad;
    const Setting setting(Text::Padded, 8);
    const auto prepared = prepareGpt(setting.gpt, torch::kCPU, torch::kBFloat16);
    const auto pass = prepared->begin(setting.prompt, 1);
    pass->prefill({0, 2});
    const Tensor logits = pass->run({{0, 1, setting.inputs(0, 1, 9)}}, 9, {0, 2});
    QVERIFY(logits.scalar_type() == torch::kFloat32);
    for (const int branch : {0, 1}) {
      const Tensor expected = setting.forward(branch, 0).slice(0, 1, 10);
      const double off = (logits[branch][0] - expected).square().mean().sqrt().item<double>();
      QVERIFY2(off < 0.05 * expected.std().item<double>(), qPrintable(QString::number(off)));
    }
  }
};

QTEST_GUILESS_MAIN(GptPassTest)
#include "gpt_pass_test.moc"
