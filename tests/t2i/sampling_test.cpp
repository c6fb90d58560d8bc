// The decoder as users run it leaves the distribution of the tokens unchanged, whatever the rule
// and the drafts: chi-square of whole sequences against the exact probabilities of a GPT so
// small that all its sequences can be enumerated.
#include <QtTest>

#include <functional>
#include <numeric>

#include "tests/t2i/enumerable_chain.h"
#include "tests/t2i/t2i_fixture.h"

using namespace jacobiscope;

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr int kPictures = 200;  // for what a sanitizer looks for
#else
constexpr int kPictures = 1'500;  // of one decoder
#endif
// All numbers come from fixed seeds: of these some 100 values of z none is that far out.
constexpr double kFarOut = 4.5;

std::string text(const char* words) { return words; }

GptConfig tiny() {
  GptConfig config;
  config.width = 16;
  config.layers = 1;
  config.heads = 1;
  config.hidden = 24;
  config.vocabulary = 3;
  config.grid = 2;
  config.classes = 2;
  return config;
}

// Of every sequence, the first token foremost, as EnumerableChain numbers them.
std::vector<double> exactProbabilities(const Gpt& gpt, double guidance, const Filter& filter) {
  const torch::NoGradGuard noGrad;
  const int v = gpt.config.vocabulary, n = gpt.config.tokens();
  std::int64_t count = 1;
  for (int i = 0; i < n; ++i) count *= v;
  Tensor number = torch::arange(count);
  std::vector<Tensor> digits(n);
  for (int i = n - 1; i >= 0; --i) {
    digits[i] = number.remainder(v);
    number = torch::floor_divide(number, v);
  }
  const Tensor tokens = torch::stack(digits, 1);  // [count, n]
  const auto logits = [&](std::int64_t label) {
    const Tensor prefix = classPrefix(gpt, torch::full({count}, label, torch::kInt64));
    return gptLogits(gpt, prefix, {}, tokens.slice(1, 0, n - 1));
  };
  const Tensor null = logits(gpt.config.classes);
  Tensor guided = (null + guidance * (logits(0) - null)).contiguous();  // [count, n, V]
  std::vector<double> probabilities(count, 1.0);
  for (std::int64_t s = 0; s < count; ++s) {
    for (int i = 0; i < n; ++i) {
      float* row = guided.data_ptr<float>() + (s * n + i) * v;
      toProbabilities({row, std::size_t(v)}, filter);
      probabilities[s] *= row[tokens[s][i].item<std::int64_t>()];
    }
  }
  return probabilities;
}

}  // namespace

class SamplingTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() {
    at::set_num_threads(1);  // see openLlamaGen()
    m_model = loadedT2i(tiny(), 21);
    m_other = loadedT2i(tiny(), 22);
  }

  void theModelIsWorthATest() {
    const auto p = exactProbabilities(m_model->gpt, 1, {});
    QCOMPARE(p.size(), std::size_t(81));
    QVERIFY(std::abs(std::accumulate(p.begin(), p.end(), 0.0) - 1) < 1e-5);
    const double largest = *std::ranges::max_element(p);
    QVERIFY(largest > 0.03 && largest < 0.7);
    double moved = 0;
    const auto guided = exactProbabilities(m_model->gpt, 2, {});
    for (std::size_t i = 0; i < p.size(); ++i) moved += std::abs(guided[i] - p[i]) / 2;
    QVERIFY(moved > 0.1);
  }

  void leavesTheDistributionUnchanged_data() {
    QTest::addColumn<QString>("decoder");
    QTest::addColumn<QString>("draft");
    QTest::addColumn<bool>("trueQ");
    for (const char* decoder : {"sequential", "jacobi", "sjd", "coupled", "gumbel"}) {
      for (const char* draft : {"random", "repeat", "left", "above"}) {
        for (const bool trueQ : {true, false}) {
          if (text(decoder) == "sequential" && (text(draft) != "left" || !trueQ)) continue;
          if (text(draft) == "repeat" && !trueQ) continue;  // always one-hot
          // Of frozen noise decoder_test sees that the drafts change nothing at all.
          if (text(decoder) == "gumbel" && !trueQ) continue;
          QTest::addRow("%s, %s%s", decoder, draft, trueQ ? "" : ", one-hot")
              << decoder << draft << trueQ;
        }
      }
    }
  }

  void leavesTheDistributionUnchanged() {
    QFETCH(QString, decoder);
    QFETCH(QString, draft);
    QFETCH(bool, trueQ);
    struct Sampling {
      double guidance;
      Filter filter;
      int window;
    };
    const Sampling samplings[] = {{1, {}, 4}, {1.7, {1.2, 2, 1}, 3}, {2, {1.3, 0, 0.9}, 4},
                                  {1.5, {1, 2, 0.9}, 2}};
    Fit all;
    double worst = 0, sweeps = 0, most = 0;
    for (std::uint64_t seed = 1; const Sampling& sampling : samplings) {
      LoadedT2i& model = seed % 2 == 1 ? *m_model : *m_other;
      const auto exact = exactProbabilities(model.gpt, sampling.guidance, sampling.filter);
      const KnobValues knobs = completeKnobs(
          t2iKnobs(model.gpt.config),
          {{"decoder", decoder.toStdString()}, {"draft", draft.toStdString()}, {"draft.q", trueQ},
           {"window", std::int64_t{sampling.window}}, {"guidance", sampling.guidance},
           {"temperature", sampling.filter.temperature},
           {"top_k", std::int64_t{sampling.filter.topK}}, {"top_p", sampling.filter.topP}});
      const auto [counts, passes] = sample(model, knobs, seed++, exact.size());
      const Fit one = fit(counts, exact);
      if (std::abs(one.z()) > std::abs(worst)) worst = one.z();
      all.add(one);
      sweeps += passes;
      most += 4;
    }
    qInfo("chi2/df %.3f over %.0f, z %.2f, furthest z of one sampling %.2f; sweeps per token %.2f",
          all.chi2 / all.df, all.df, all.z(), worst, sweeps / most);
    QVERIFY(std::abs(all.z()) < kFarOut);
    QVERIFY(std::abs(worst) < kFarOut);
  }

  // Every sweep other knobs: the rules may be mixed as long as the filter stays.
  void changingTheRuleDuringTheRunLeavesItUnchanged() {
    const std::vector<const char*> decoders = {"coupled", "gumbel", "sjd", "jacobi"};
    const std::vector<const char*> drafts = {"left", "above", "random", "repeat"};
    Fit all;
    for (const int start : {0, 1, 2, 3}) {
      const auto exact = exactProbabilities(m_model->gpt, 1.5, {});
      KnobValues knobs = completeKnobs(t2iKnobs(m_model->gpt.config),
                                       {{"guidance", 1.5}, {"window", std::int64_t{4}}});
      int at = start;
      const auto next = [&](Decoder& decoder) {
        knobs["decoder"] = text(decoders[at % 4]);
        knobs["draft"] = text(drafts[at / 2 % 4]);
        knobs["window"] = std::int64_t{2 + at % 3};
        ++at;
        decoder.setKnobs(knobs);
      };
      const Fit one = fit(sample(*m_model, knobs, 5, exact.size(), next).first, exact);
      QVERIFY(std::abs(one.z()) < kFarOut);
      all.add(one);
    }
    qInfo("chi2/df %.3f over %.0f, z %.2f", all.chi2 / all.df, all.df, all.z());
    QVERIFY(std::abs(all.z()) < kFarOut);
  }

 private:
  // How often each sequence came, and the mean number of sweeps that a picture took part in.
  static std::pair<std::vector<int>, double> sample(
      LoadedT2i& model, const KnobValues& knobs, std::uint64_t seed, std::size_t sequences,
      const std::function<void(Decoder&)>& between = {}) {
    const torch::NoGradGuard noGrad;
    T2iDecoder decoder(model, knobs, classPrompt(model.gpt, 0), seed, kPictures, {}, {});
    double sweeps = 0;
    for (bool more = true; more;) {
      if (between) between(decoder);
      for (const TokenDrafts& picture : decoder.pictures()) sweeps += !picture.done();
      more = decoder.sweep().has_value();
    }
    std::vector<int> counts(sequences);
    for (const TokenDrafts& picture : decoder.pictures()) {
      std::size_t number = 0;
      for (const auto token : picture.tokens()) number = number * 3 + token;
      ++counts[number];
    }
    return {counts, sweeps / kPictures};
  }

  std::unique_ptr<LoadedT2i> m_model, m_other;
};

QTEST_GUILESS_MAIN(SamplingTest)
#include "sampling_test.moc"
