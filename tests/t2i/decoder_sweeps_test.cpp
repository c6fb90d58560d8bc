// What the sweeps of a decoder tell, and that runs begin again: replayed, or warm from another.
#include <QtTest>

#include "tests/t2i/decoder_fixture.h"

using namespace jacobiscope;

class DecoderSweepsTest : public QObject, private DecoderFixture {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() { openModel(); }
  void init() { freshInput(); }

  void onlyTheLastSweepEndsTheStage() {
    for (const char* decoder : kDecoders) {
      m_input.count = 2;
      const KnobValues knobs = completeKnobs(m_family->info().knobs,
                                             {{"decoder", text(decoder)}, {"window", whole(40)}});
      const auto begun = m_family->begin(knobs, m_input);
      const Plan plan = begun->plan();
      QCOMPARE(plan.positions, std::vector<int>{m_positions});
      const DecodedRun run = finish(*begun);
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
    const DecodedRun run = decode({{"decoder", decoder.toStdString()}, {"window", whole(9)},
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
    const DecodedRun run = decode({{"window", whole(12)}, {"temperature", 0.5}});
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
        DecodedRun run;
        for (int i = 0; i < 4; ++i) run.sweeps.push_back(*first->sweep());
        const auto start = first->state();  // the last boundary is the start
        while (auto sweep = first->sweep()) run.sweeps.push_back(*sweep);
        const auto second = m_family->begin(knobs, m_input);
        second->sweep();
        second->sweep();
        second->restore(*start);
        const DecodedRun replay = finish(*second);
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
      const DecodedRun cold = finish(*before);
      const auto again = m_family->begin(knobs, m_input, std::move(before));
      const DecodedRun warm = finish(*again);
      QVERIFY(warm.result == cold.result);
      QCOMPARE(warm.calls(), 1 + (m_positions - 1 + 15) / 16);  // every draft stands
      // Guidance moved a little.
      given["guidance"] = 3.1;
      knobs = completeKnobs(m_family->info().knobs, given);
      const DecodedRun coldMoved = decode(given);
      auto source = m_family->begin(completeKnobs(m_family->info().knobs, {{"decoder", text("gumbel")}, {"top_k", whole(40)}}), m_input);
      finish(*source);
      const DecodedRun moved = finish(*m_family->begin(knobs, m_input, std::move(source)));
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
    const DecodedRun cold = finish(*first);
    auto second = m_family->begin(knobs, m_input, std::move(first));
    second->sweep();
    second->sweep();
    const DecodedRun third = finish(*m_family->begin(knobs, m_input, std::move(second)));
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
    const DecodedRun greedy = decode(kGreedy);
    for (const char* decoder : kDecoders) {
      auto before = m_family->begin(completeKnobs(m_family->info().knobs, kGreedy), m_input);
      finish(*before);
      KnobValues given = kGreedy;
      given["decoder"] = text(decoder);
      given["window"] = std::int64_t{32};
      const auto warm = m_family->begin(completeKnobs(m_family->info().knobs, given), m_input,
                                        std::move(before));
      const DecodedRun run = finish(*warm);
      QVERIFY(run.result == greedy.result);
      QCOMPARE(run.calls(), text(decoder) == "sequential" ? m_positions : 3);
    }
  }

 private:
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
};

QTEST_GUILESS_MAIN(DecoderSweepsTest)
#include "decoder_sweeps_test.moc"
