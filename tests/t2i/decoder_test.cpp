// Truths about decoding tokens that hold for any weights, and the published greedy sequence.
#include <QtTest>

#include <random>
#include <set>

#include "tests/t2i/t2i_fixture.h"

using namespace jacobiscope;

namespace {

std::string text(const char* words) { return words; }
KnobValue whole(std::int64_t number) { return number; }

const std::vector<const char*> kDecoders = {"sequential", "jacobi", "sjd", "coupled", "gumbel"};
const std::vector<const char*> kDrafts = {"random", "repeat", "left", "above"};

const KnobValues kGreedy = {{"temperature", 0.0}, {"guidance", 3.0}};

struct Run {
  std::vector<Sweep> sweeps;
  Arrays result;

  Tensor tokens() const { return toTensor(result.at("tokens")); }
  int calls() const {
    int calls = 0;
    for (const Sweep& sweep : sweeps) calls += sweep.calls;
    return calls;
  }
};

Run finish(Decoder& decoder) {
  Run run;
  while (auto sweep = decoder.sweep()) run.sweeps.push_back(std::move(*sweep));
  run.result = decoder.result();
  return run;
}

template <class Value>
std::vector<Value> column(const Sweep& sweep, const std::string& name) {
  const FactColumn* fact = findFact(sweep, name);
  return fact ? std::get<std::vector<Value>>(fact->values) : std::vector<Value>{};
}

// NaN equals NaN: text compares what a recording would hold.
std::string factText(const std::vector<Sweep>& sweeps) {
  std::string all;
  for (const Sweep& sweep : sweeps) {
    all += std::to_string(sweep.frontier) + "/" + std::to_string(sweep.calls) + ":";
    for (const FactColumn& fact : sweep.facts) {
      all += fact.name + "@" + std::to_string(fact.first) + "=";
      std::visit([&](const auto& v) { for (const auto x : v) all += std::to_string(x) + ","; },
                 fact.values);
    }
  }
  return all;
}

}  // namespace

class DecoderTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() {
    m_family = openLlamaGen();
    m_positions = m_family->info().positions;
    m_expected = readArrays(llamaGenData("expected.safetensors"));
  }

  void init() {
    m_input = {};
    m_input.seed = 7;
    m_input.arrays["caption_features"] = m_expected.at("caption_features");
  }

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
      const Run run = decode(knobs);
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
      const Run sequential = decode(knobs);
      QCOMPARE(sequential.calls(), m_positions);
      samples.insert(factText(sequential.sweeps));
      knobs["decoder"] = text("gumbel");
      for (const int window : {3, 36}) {
        for (const char* draft : kDrafts) {
          for (const bool trueQ : {true, false}) {
            knobs["window"] = whole(window);
            knobs["draft"] = text(draft);
            knobs["draft.q"] = trueQ;
            const Run gumbel = decode(knobs);
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
      const Run run = decode(knobs);
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
      const Run run = decode({{"decoder", text(decoder)}, {"window", whole(1)}});
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
        Run run;
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
        const Run other = finish(*alone);
        QVERIFY(watched->result() == other.result);
        QCOMPARE(factText(run.sweeps), factText(other.sweeps));
      }
    }
  }

  void onlyTheLastSweepEndsTheStage() {
    for (const char* decoder : kDecoders) {
      m_input.count = 2;
      const KnobValues knobs = completeKnobs(m_family->info().knobs,
                                             {{"decoder", text(decoder)}, {"window", whole(40)}});
      const auto begun = m_family->begin(knobs, m_input);
      const Plan plan = begun->plan();
      QCOMPARE(plan.positions, std::vector<int>{m_positions});
      const Run run = finish(*begun);
      for (std::size_t i = 0; i < run.sweeps.size(); ++i) {
        QCOMPARE(endsStage(plan, run.sweeps[i]), i + 1 == run.sweeps.size());
        QCOMPARE(run.sweeps[i].iteration, int(i) + 1);
        QCOMPARE(run.sweeps[i].verdict == Verdict::Settled, i + 1 == run.sweeps.size());
      }
      QVERIFY(!begun->sweep());
    }
  }

  void factsSayWhatHappened_data() {
    QTest::addColumn<QString>("decoder");
    for (const char* decoder : kDecoders) QTest::newRow(decoder) << QString(decoder);
  }

  void factsSayWhatHappened() {
    QFETCH(QString, decoder);
    const Run run = decode({{"decoder", decoder.toStdString()}, {"window", whole(9)},
                            {"temperature", 0.7}});
    const Tensor tokens = run.tokens()[0];
    int before = 0;
    bool tested = false, rejected = false;
    for (const Sweep& sweep : run.sweeps) {
      const auto token = column<std::int32_t>(sweep, "token"), draft = column<std::int32_t>(sweep, "draft"),
                 state = column<std::int32_t>(sweep, "state");
      const auto q = column<float>(sweep, "draft_p"), p = column<float>(sweep, "target_p"),
                 draw = column<float>(sweep, "draw"), change = column<float>(sweep, "change");
      QCOMPARE(sweep.facts.size(), std::size_t(7 + 8));
      QVERIFY(!token.empty());
      for (const FactColumn& fact : sweep.facts) {
        QCOMPARE(fact.first, before);
        std::visit([&](const auto& v) { QCOMPARE(v.size(), token.size()); }, fact.values);
      }
      QCOMPARE(sweep.window.begin, before);
      QCOMPARE(sweep.window.end, before + int(token.size()));
      QVERIFY(sweep.frontier > before);
      float largest = std::nanf("");
      for (std::size_t i = 0; i < token.size(); ++i) {
        const auto is = static_cast<TokenState>(state[i]);
        const bool settled = is == TokenState::Accepted || is == TokenState::Resampled || is == TokenState::Drawn;
        QCOMPARE(settled, before + int(i) < sweep.frontier);
        if (settled) QCOMPARE(std::int64_t(token[i]), tokens[before + i].item<std::int64_t>());
        QCOMPARE(draft[i] < 0, std::isnan(q[i]));
        QCOMPARE(draft[i] < 0, std::isnan(change[i]));
        QVERIFY(p[i] >= 0 && p[i] <= 1.00001f);
        if (is == TokenState::Accepted || is == TokenState::Kept) QCOMPARE(token[i], draft[i]);
        if (is == TokenState::Resampled) QVERIFY(token[i] != draft[i]);
        if (!std::isnan(draw[i])) {
          QCOMPARE(double{draw[i]} * q[i] < p[i], is == TokenState::Accepted || is == TokenState::Kept);
        }
        largest = std::fmax(largest, change[i]);
        tested = tested || draft[i] >= 0;
        rejected = rejected || is == TokenState::Resampled;
        checkTops(sweep, i);
      }
      QVERIFY(std::isnan(sweep.residual) ? std::isnan(largest) : float(sweep.residual) == largest);
      before = sweep.frontier;
    }
    QCOMPARE(before, m_positions);
    QCOMPARE(tested, decoder != "sequential");
    QCOMPARE(rejected, decoder != "sequential");
  }

  void factsAreTheFirstPicturesOnly() {
    m_input.count = 4;
    const Run run = decode({{"window", whole(12)}, {"temperature", 0.5}});
    const Tensor tokens = run.tokens()[0];
    int settled = 0;
    bool leftAlone = false;
    for (const Sweep& sweep : run.sweeps) {
      const auto token = column<std::int32_t>(sweep, "token"), state = column<std::int32_t>(sweep, "state");
      for (std::size_t i = 0; i < token.size(); ++i) {
        if (state[i] < int(TokenState::Accepted)) break;
        QCOMPARE(std::int64_t(token[i]), tokens[settled++].item<std::int64_t>());
      }
      if (token.empty()) {  // the first picture is done, others are not
        leftAlone = true;
        QVERIFY(std::isnan(sweep.residual));
        QVERIFY(sweep.window.end > sweep.window.begin && sweep.window.end <= m_positions);
      }
    }
    QCOMPARE(settled, m_positions);
    qInfo("the first picture was done before the others: %s", leftAlone ? "yes" : "no");
  }

  void restoringTheStartReplaysTheSameSweeps() {
    for (const char* decoder : kDecoders) {
      for (const bool warm : {false, true}) {
        m_input.count = 2;
        const KnobValues knobs = completeKnobs(m_family->info().knobs,
                                               {{"decoder", text(decoder)}, {"top_k", whole(9)}});
        std::unique_ptr<Decoder> previous;
        if (warm) {
          Input other = m_input;
          other.seed = 8;
          previous = m_family->begin(knobs, other);
          while (previous->sweep()) {}
        }
        const auto first = m_family->begin(knobs, m_input, std::move(previous));
        Run run;
        for (int i = 0; i < 4; ++i) run.sweeps.push_back(*first->sweep());
        const auto start = first->state();  // the last boundary is the start
        while (auto sweep = first->sweep()) run.sweeps.push_back(*sweep);
        const auto second = m_family->begin(knobs, m_input);
        second->sweep();
        second->sweep();
        second->restore(*start);
        const Run replay = finish(*second);
        QVERIFY(replay.result == first->result());
        QCOMPARE(factText(replay.sweeps), factText(run.sweeps));
        // And the end.
        const auto third = m_family->begin(knobs, m_input);
        third->restore(*first->state());
        QVERIFY(!third->sweep());
        QVERIFY(third->result() == first->result());
      }
    }
  }

  void aWarmStartGivesTheSameTokensInFewerCalls() {
    for (const int count : {1, 3}) {
      m_input.count = count;
      KnobValues given = {{"decoder", text("gumbel")}, {"window", whole(16)}, {"top_k", whole(40)}};
      KnobValues knobs = completeKnobs(m_family->info().knobs, given);
      auto before = m_family->begin(knobs, m_input);
      const Run cold = finish(*before);
      const auto again = m_family->begin(knobs, m_input, std::move(before));
      const Run warm = finish(*again);
      QVERIFY(warm.result == cold.result);
      QCOMPARE(warm.calls(), 1 + (m_positions - 1 + 15) / 16);  // every draft stands
      // Guidance moved a little.
      given["guidance"] = 3.1;
      knobs = completeKnobs(m_family->info().knobs, given);
      const Run coldMoved = decode(given);
      auto source = m_family->begin(completeKnobs(m_family->info().knobs, {{"decoder", text("gumbel")}, {"top_k", whole(40)}}), m_input);
      finish(*source);
      const Run moved = finish(*m_family->begin(knobs, m_input, std::move(source)));
      QVERIFY(moved.result == coldMoved.result);
      QVERIFY2(moved.calls() <= coldMoved.calls(),
               qPrintable(QString("%1 against %2").arg(moved.calls()).arg(coldMoved.calls())));
    }
  }

  // A run that was itself begun warm and stopped early still holds the older tokens.
  void aStoppedWarmRunHandsOnWhatItBeganFrom() {
    const KnobValues knobs = completeKnobs(m_family->info().knobs,
                                           {{"decoder", text("gumbel")}, {"window", whole(6)}});
    auto first = m_family->begin(knobs, m_input);
    const Run cold = finish(*first);
    auto second = m_family->begin(knobs, m_input, std::move(first));
    second->sweep();
    second->sweep();
    const Run third = finish(*m_family->begin(knobs, m_input, std::move(second)));
    QVERIFY(third.result == cold.result);
    QCOMPARE(third.calls(), 1 + (m_positions - 1 + 5) / 6);
  }

  // Where the sample depends on the drafts a warm start would make another picture of the seed.
  void aSeedMeansTheSamePictureWarmAndCold() {
    for (const char* decoder : kDecoders) {
      const KnobValues knobs = completeKnobs(m_family->info().knobs, {{"decoder", text(decoder)}});
      Input other = m_input;
      other.seed = 99;
      auto before = m_family->begin(knobs, other);
      finish(*before);
      const auto warm = m_family->begin(knobs, m_input, std::move(before));
      QVERIFY(finish(*warm).result == decode({{"decoder", text(decoder)}}).result);
    }
    const Run greedy = decode(kGreedy);
    for (const char* decoder : kDecoders) {
      auto before = m_family->begin(completeKnobs(m_family->info().knobs, kGreedy), m_input);
      finish(*before);
      KnobValues given = kGreedy;
      given["decoder"] = text(decoder);
      given["window"] = std::int64_t{32};
      const auto warm = m_family->begin(completeKnobs(m_family->info().knobs, given), m_input,
                                        std::move(before));
      const Run run = finish(*warm);
      QVERIFY(run.result == greedy.result);
      QCOMPARE(run.calls(), text(decoder) == "sequential" ? m_positions : 3);
    }
  }

 private:
  void useKernels(bool cpu) {
    auto& model = m_family->model();
    model.prepared = cpu ? prepareCpuGpt(model.gpt) : prepareTorchGpt(model.gpt, torch::kFloat32);
  }

  Run decode(const KnobValues& given) {
    return finish(*m_family->begin(completeKnobs(m_family->info().knobs, given), m_input));
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

  // Probabilities, the largest first.
  static void checkTops(const Sweep& sweep, std::size_t i) {
    float last = 2;
    for (int k = 0; k < 4; ++k) {
      const auto top = column<std::int32_t>(sweep, "top" + std::to_string(k));
      const auto p = column<float>(sweep, "top_p" + std::to_string(k));
      QCOMPARE(top[i] < 0, std::isnan(p[i]));
      if (top[i] < 0) return;
      QVERIFY(p[i] > 0 && p[i] <= last);
      last = p[i];
    }
  }

  std::unique_ptr<TokenFamily> m_family;
  int m_positions = 0;
  Arrays m_expected;
  Input m_input;
};

QTEST_GUILESS_MAIN(DecoderTest)
#include "decoder_test.moc"
