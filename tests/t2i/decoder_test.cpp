// Truths about decoded tokens that hold for any weights, and the published greedy sequence.
#include <QtTest>

#include <random>
#include <set>

#include "tests/t2i/decoder_fixture.h"

using namespace jacobiscope;

namespace {

const std::vector<const char*> kDrafts = {"random", "repeat", "left", "above"};

}  // namespace

class DecoderTest : public QObject, private DecoderFixture {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() { openModel(); }
  void init() { freshInput(); }

  void greedyTokensAreThePublishedOnes_data() {
    QTest::addColumn<bool>("cpu");
    QTest::addColumn<QString>("decoder");
    for (const bool cpu : {true, false}) {
      for (const char* decoder : kDecoders) {
        QTest::addRow("%s, %s", cpu ? "CPU kernels" : "Torch", decoder) << cpu << decoder;
      }
    }
  }

  void greedyTokensAreThePublishedOnes() {
    QFETCH(bool, cpu);
    QFETCH(QString, decoder);
    useKernels(cpu);
    const Tensor published = toTensor(m_expected.at("greedy.tokens.cfg3")).view({1, -1});
    const std::pair<int, const char*> settings[] = {{1, "left"},    {2, "random"}, {5, "repeat"},
                                                    {16, "above"},  {36, "left"},  {36, "random"},
                                                    {128, "above"}, {128, "repeat"}};
    for (const auto& [window, draft] : settings) {
      KnobValues knobs = kGreedy;
      knobs["decoder"] = decoder.toStdString();
      knobs["window"] = whole(window);
      knobs["draft"] = text(draft);
      const DecodedRun run = decode(knobs);
      QVERIFY(torch::equal(run.tokens(), published));
      QVERIFY(run.calls() <= m_positions);
      if (window == 1) QCOMPARE(run.calls(), m_positions);
      QVERIFY(largestDifference(toTensor(run.result.at("image")),
                                toTensor(m_expected.at("decoded")).view({1, 3, 12, 12})) < 1e-4);
    }
    useKernels(true);
  }

  void gumbelGivesTheSequentialSample_data() {
    QTest::addColumn<double>("guidance");
    QTest::addColumn<double>("temperature");
    QTest::addColumn<int>("topK");
    QTest::addColumn<double>("topP");
    QTest::newRow("plain") << 1.0 << 1.0 << 0 << 1.0;
    QTest::newRow("guided") << 3.0 << 1.0 << 0 << 1.0;
    QTest::newRow("filtered") << 2.0 << 0.8 << 20 << 0.9;
  }

  // Token for token, and in fewer passes.
  void gumbelGivesTheSequentialSample() {
    QFETCH(double, guidance);
    QFETCH(double, temperature);
    QFETCH(int, topK);
    QFETCH(double, topP);
    const KnobValues common = {{"guidance", guidance}, {"temperature", temperature},
                               {"top_k", whole(topK)}, {"top_p", topP}};
    int sequentialCalls = 0, calls = 0;
    std::set<std::string> samples;
    for (const auto& [seed, count] : {std::pair(1, 1), std::pair(2, 3), std::pair(1000000007, 1)}) {
      m_input.seed = static_cast<std::uint64_t>(seed);
      m_input.count = count;
      KnobValues knobs = common;
      knobs["decoder"] = text("sequential");
      const DecodedRun sequential = decode(knobs);
      QCOMPARE(sequential.calls(), m_positions);
      samples.insert(factText(sequential.sweeps));
      knobs["decoder"] = text("gumbel");
      for (const int window : {3, 36}) {
        for (const char* draft : kDrafts) {
          for (const bool trueQ : {true, false}) {
            knobs["window"] = whole(window);
            knobs["draft"] = text(draft);
            knobs["draft.q"] = trueQ;
            const DecodedRun gumbel = decode(knobs);
            QVERIFY(gumbel.result == sequential.result);
            QVERIFY(gumbel.calls() <= sequential.calls());
            calls += gumbel.calls();
            sequentialCalls += sequential.calls();
          }
        }
      }
    }
    QCOMPARE(samples.size(), std::size_t(3));
    qInfo("%.2f times fewer passes", double(sequentialCalls) / calls);
    QVERIFY(calls < sequentialCalls);
  }

  void aPictureOfABatchIsThePictureAlone() {
    for (const char* decoder : kDecoders) {
      const KnobValues knobs = {{"decoder", text(decoder)}, {"window", whole(8)}, {"top_k", whole(30)}};
      m_input.count = 1;
      const Tensor one = decode(knobs).tokens();
      m_input.count = 2;
      const Tensor two = decode(knobs).tokens();
      m_input.count = 5;
      const DecodedRun run = decode(knobs);
      const Tensor five = run.tokens();
      QVERIFY(torch::equal(five.slice(0, 0, 1), one));
      QVERIFY(torch::equal(five.slice(0, 0, 2), two));
      QVERIFY(!torch::equal(five[1], five[2]));
      QCOMPARE(five.sizes().vec(), (std::vector<std::int64_t>{5, m_positions}));
      QCOMPARE(run.result.at("image").shape, (std::vector<std::int64_t>{5, 3, 12, 12}));
      QCOMPARE(run.result.size(), std::size_t(2));
    }
  }

  void windowOneIsOneTokenAtATime() {
    for (const char* decoder : kDecoders) {
      const DecodedRun run = decode({{"decoder", text(decoder)}, {"window", whole(1)}});
      QCOMPARE(run.calls(), m_positions);
      QCOMPARE(run.sweeps.size(), std::size_t(m_positions));
      QVERIFY(run.sweeps[0].kind == SweepKind::Prefill);
      for (int i = 0; i < m_positions; ++i) QCOMPARE(run.sweeps[i].frontier, i + 1);
    }
  }

  void guidanceChangedDuringTheRunIsTheOneInForce_data() {
    QTest::addColumn<QString>("decoder");
    for (const char* decoder : kDecoders) QTest::newRow(decoder) << QString(decoder);
  }

  // Against greedy decoding with the forward that has no cache.
  void guidanceChangedDuringTheRunIsTheOneInForce() {
    QFETCH(QString, decoder);
    for (const int sweepsBefore : {0, 1, 2, 5}) {
      m_input.count = sweepsBefore == 5 ? 2 : 1;
      KnobValues given = {{"decoder", decoder.toStdString()}, {"temperature", 0.0},
                          {"guidance", 1.0}, {"window", whole(3)}};
      KnobValues knobs = completeKnobs(m_family->info().knobs, given);
      const auto begun = m_family->begin(knobs, m_input);
      std::vector<int> changes;
      std::vector<double> guidance;
      for (const double value : {3.0, 1.0, 0.0, 2.0}) {
        for (int i = 0; i < sweepsBefore; ++i) begun->sweep();
        // Greedy: both pictures of the batch are the same and go the same way.
        changes.push_back(static_cast<T2iDecoder&>(*begun).pictures()[0].settled());
        guidance.push_back(value);
        knobs["guidance"] = value;
        QVERIFY(begun->setKnobs(knobs) == KnobEffect::None);
      }
      const Tensor tokens = finish(*begun).tokens();
      std::vector<std::int64_t> own;
      for (int t = 0; t < m_positions; ++t) {
        double scale = 1;
        for (std::size_t c = 0; c < changes.size(); ++c) scale = t >= changes[c] ? guidance[c] : scale;
        own.push_back(greedyNext(own, scale));
      }
      for (int i = 0; i < m_input.count; ++i) QVERIFY(torch::equal(tokens[i], torch::tensor(own)));
    }
  }

  void everyKnobMayChangeDuringTheRun() {
    std::mt19937 random(3);
    for (int round = 0; round < 25; ++round) {
      m_input.seed = static_cast<std::uint64_t>(round);
      m_input.count = 1 + round % 3;
      KnobValues knobs = completeKnobs(m_family->info().knobs, {});
      const auto one = m_family->begin(knobs, m_input), two = m_family->begin(knobs, m_input);
      int frontier = 0, sweeps = 0;
      while (auto sweep = one->sweep()) {
        QVERIFY(sweep->frontier >= frontier);
        QVERIFY(++sweeps <= m_positions * m_input.count);
        frontier = sweep->frontier;
        two->sweep();
        for (const Knob& knob : m_family->info().knobs) {
          if (random() % 3 == 0) knobs[knob.key] = anyValue(knob, random);
        }
        one->setKnobs(knobs);
        two->setKnobs(knobs);
      }
      const Tensor tokens = toTensor(one->result().at("tokens"));
      QVERIFY(tokens.min().item<int>() >= 0 &&
              tokens.max().item<int>() < m_family->info().vocabulary);
      QVERIFY(one->result() == two->result());
      QCOMPARE(frontier, m_positions);
    }
  }

  void lookingChangesNothing() {
    for (const char* decoder : kDecoders) {
      for (const int count : {1, 3}) {
        m_input.count = count;
        const KnobValues knobs = completeKnobs(m_family->info().knobs, {{"decoder", text(decoder)}});
        const auto watched = m_family->begin(knobs, m_input), alone = m_family->begin(knobs, m_input);
        watched->panels();
        DecodedRun run;
        std::vector<std::vector<std::uint8_t>> seen;
        while (auto sweep = watched->sweep()) {
          run.sweeps.push_back(*sweep);
          const auto panels = watched->panels();
          QVERIFY(panels[0].id == "sample" && std::get<Image>(panels[0].picture).width == 12);
          QCOMPARE(panels.size() > 1 && panels[1].id == "batch", count > 1);
          seen.push_back(std::get<Image>(panels[0].picture).rgba);
        }
        for (std::size_t i = 0; i < seen.size(); ++i) {  // and what was seen can be seen again
          const auto again = watched->panelsAfter(run.sweeps[i]);
          QVERIFY(std::get<Image>(again.at(0).picture).rgba == seen[i]);
        }
        const DecodedRun other = finish(*alone);
        QVERIFY(watched->result() == other.result);
        QCOMPARE(factText(run.sweeps), factText(other.sweeps));
      }
    }
  }

 private:
  void useKernels(bool cpu) {
    auto& model = m_family->model();
    model.prepared = cpu ? prepareCpuGpt(model.gpt) : prepareTorchGpt(model.gpt, torch::kFloat32);
  }

  // The most probable token behind these.
  std::int64_t greedyNext(const std::vector<std::int64_t>& tokens, double guidance) {
    const torch::NoGradGuard noGrad;
    const Gpt& gpt = m_family->model().gpt;
    const Tensor caption = toTensor(m_expected.at("caption_features"));
    const Tensor prefix = captionPrefix(gpt, torch::cat({caption, gpt.nullCaption.unsqueeze(0)}));
    const Tensor before = torch::tensor(tokens, torch::kInt64).view({1, -1}).expand({2, -1});
    const Tensor last = gptLogits(gpt, prefix, {}, before).select(1, std::ssize(tokens));
    return (last[1] + guidance * (last[0] - last[1])).argmax().item<std::int64_t>();
  }

  static KnobValue anyValue(const Knob& knob, std::mt19937& random) {
    switch (knob.kind) {
      case KnobKind::Toggle: return random() % 2 == 0;
      case KnobKind::Choice: return knob.choices[random() % knob.choices.size()];
      case KnobKind::Integer:
        if (random() % 4 == 0) return std::int64_t(random() % 2 == 0 ? knob.minimum : knob.maximum);
        return std::int64_t(knob.minimum) + std::int64_t(random() % 40);
      default: break;
    }
    if (random() % 4 == 0) return random() % 2 == 0 ? knob.minimum : knob.maximum;
    return knob.minimum + (knob.maximum - knob.minimum) * (random() % 1000) / 1000.0;
  }
};

QTEST_GUILESS_MAIN(DecoderTest)
#include "decoder_test.moc"
