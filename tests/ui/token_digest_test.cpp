// What the token views derive from the facts of a run: states, colours' calls, histories, the
// rows of the map, bars and words. As text, without drawing.
#include "ui/views/token_digest.h"

#include <QtTest>

#include "engine/record/token_timeline.h"
#include "tests/ui/recorded_run.h"
#include "ui/views/convergence_map.h"
#include "ui/views/token_bars.h"
#include "ui/views/token_panel.h"
#include "ui/views/token_text.h"
#include "ui/views/token_view.h"

using namespace jacobiscope;

namespace {

constexpr float kNone = std::numeric_limits<float>::quiet_NaN();

// One position in a call.
struct Fact {
  TokenState state;
  int token, draft = -1;
  float q = kNone, p = kNone, draw = kNone, change = kNone;
};

// A run of 2 rows and 3 columns of tokens out of 8.
class TokenRun {
 public:
  TokenRun() {
    m_started.run = 1;
    m_started.model.family = m_started.model.name = "made";
    m_started.model.stages = m_started.plan.stages = {"tokens"};
    m_started.plan.positions = {6};
    m_started.plan.windows = {{0, 0, 6, 0}};
    m_started.model.positions = 6;
    m_started.model.gridRows = 2;
    m_started.model.gridColumns = 3;
    m_started.model.vocabulary = 8;
    m_recording.add(m_started);
  }

  void call(int first, const std::vector<Fact>& positions, int frontier) {
    auto snapshot = std::make_shared<Snapshot>();
    snapshot->run = 1;
    Sweep& sweep = snapshot->sweep;
    sweep.index = m_index++;
    sweep.kind = sweep.index == 0 ? SweepKind::Prefill : SweepKind::Iterate;
    sweep.window = {0, first, first + int(positions.size()), 0};
    sweep.iteration = int(m_index);
    sweep.frontier = frontier;
    sweep.calls = 1;
    const auto integers = [&](const char* name, auto value) {
      std::vector<std::int32_t> values;
      for (const Fact& fact : positions) values.push_back(std::int32_t(value(fact)));
      sweep.facts.push_back({name, "", first, values});
    };
    const auto numbers = [&](const char* name, auto value) {
      std::vector<float> values;
      for (const Fact& fact : positions) values.push_back(value(fact));
      sweep.facts.push_back({name, "", first, values});
    };
    integers("token", [](const Fact& f) { return f.token; });
    integers("draft", [](const Fact& f) { return f.draft; });
    integers("state", [](const Fact& f) { return int(f.state); });
    integers("top0", [](const Fact& f) { return f.token; });
    numbers("draft_p", [](const Fact& f) { return f.q; });
    numbers("target_p", [](const Fact& f) { return f.p; });
    numbers("draw", [](const Fact& f) { return f.draw; });
    numbers("change", [](const Fact& f) { return f.change; });
    numbers("top_p0", [](const Fact& f) { return 0.5f; });
    m_recording.add(std::shared_ptr<const Snapshot>(snapshot));
  }
  void finish() {
    Finished finished;
    finished.run = 1;
    finished.sweeps = finished.calls = m_index;
    finished.computeSeconds = 2;
    m_recording.add(finished);
  }
  const RunRecord& run() const { return *m_recording.run(1); }

 private:
  Recording m_recording;
  Started m_started;
  std::int64_t m_index = 0;
};

// The prompt's call, then one that drafts, one that keeps, accepts, rejects and redraws.
TokenRun made() {
  using enum TokenState;
  TokenRun run;
  run.call(0, {{Drawn, 1, -1, kNone, 0.9f}}, 1);
  run.call(1, {{Drawn, 2, -1, kNone, 0.8f}, {Drafted, 3}, {Drafted, 4}, {Drafted, 5}}, 2);
  run.call(2,
           {{Accepted, 3, 3, 0.5f, 0.6f, 0.25f, 0},
            {Resampled, 6, 4, 0.4f, 0.1f, 0.5f, 0.75f},
            {Kept, 5, 5, 0.5f, 0.25f, 0.25f, 0.5f},
            {Drafted, 7}},
           4);
  run.call(4, {{Accepted, 5, 5, 0.25f, 0.75f, 0.5f, 0}, {Redrawn, 0, 7, 0.5f, 0, 0.5f, 1}}, 5);
  run.call(5, {{Accepted, 0, 0, kNone, 0.5f, kNone, 0.5f}}, 6);
  return run;
}

// "1d@0 2d@1 3? -": token, letter of the state, the sweep that settled it.
QString text(const TokenField& field) {
  QStringList words;
  for (const TokenCell& cell : field.cells) {
    if (cell.touched < 0) {
      words << "-";
      continue;
    }
    const char* letters = "fkraxd";  // fresh, kept, redrawn, accepted, rejected, drawn
    QString word = QString("%1%2").arg(cell.token).arg(letters[int(cell.state)]);
    if (cell.settled >= 0) word += QString("@%1").arg(cell.settled);
    words << word;
  }
  return words.join(' ');
}

// Of each sweep the two rows: "." untouched, "u" untested, a number, "s" settled.
QString text(const TokenTimeline& timeline) {
  QStringList columns;
  for (std::int64_t i = 0; i < timeline.size(); ++i) {
    QString column;
    for (int row = 0; row < timeline.rows(); ++row) {
      const RowMark& mark = timeline.row(i, row);
      if (row > 0) column += '/';
      switch (mark.kind) {
        case RowMark::Kind::Untouched: column += '.'; break;
        case RowMark::Kind::Untested: column += 'u'; break;
        case RowMark::Kind::Settled: column += 's'; break;
        case RowMark::Kind::Tested: column += QString::number(mark.change, 'g', 3);
      }
    }
    columns << column;
  }
  return columns.join(' ');
}

std::string verdictAt(const RunRecord& run, std::int64_t sweep, int position) {
  return verdictText(tokenCalls(run, sweep, position));
}

}  // namespace

class TokenDigestTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void everyMomentHasItsStates() {
    const TokenRun run = made();
    QCOMPARE(text(tokensAt(run.run(), -1)), "- - - - - -");
    QCOMPARE(text(tokensAt(run.run(), 0)), "1d@0 - - - - -");
    QCOMPARE(text(tokensAt(run.run(), 1)), "1d@0 2d@1 3f 4f 5f -");
    QCOMPARE(text(tokensAt(run.run(), 2)), "1d@0 2d@1 3a@2 6x@2 5k 7f");
    QCOMPARE(text(tokensAt(run.run(), 3)), "1d@0 2d@1 3a@2 6x@2 5a@3 0r");
    QCOMPARE(text(tokensAt(run.run(), 99)), "1d@0 2d@1 3a@2 6x@2 5a@3 0a@4");
    QCOMPARE(tokensAt(run.run(), 2).resampled, 1);
    QCOMPARE(tokensAt(run.run(), 1).resampled, 0);
  }

  void goingOnEqualsStartingAnew() {
    const TokenRun run = made();
    TokenField field;
    for (int sweep : {0, 1, 3, 4, 2, 0, 4}) {
      field = tokensAt(run.run(), sweep, &field);
      QCOMPARE(text(field), text(tokensAt(run.run(), sweep)));
      QCOMPARE(field.resampled, tokensAt(run.run(), sweep).resampled);
    }
  }

  void aDecodeThatBeginsAgainGivesItsTokensBack() {
    TokenRun run = made();
    run.call(0, {{TokenState::Drawn, 3, -1, kNone, 1}, {TokenState::Drafted, 2}}, 1);
    const TokenField field = tokensAt(run.run(), 5);
    QCOMPARE(text(field), "3d@5 2f - - - -");
    QCOMPARE(field.resampled, 0);
    TokenTimeline timeline;
    timeline.update(&run.run());
    QVERIFY(text(timeline).endsWith("u/."));
    QCOMPARE(timeline.settledFrom(0), std::int64_t{-1});
  }

  void historyHasEveryCallThatTouchedTheToken() {
    const TokenRun run = made();
    const auto calls = tokenCalls(run.run(), 99, 4);
    QCOMPARE(calls.size(), std::size_t{3});
    QCOMPARE(calls[0].sweep, std::int64_t{1});
    QCOMPARE(calls[2].draftP, 0.25f);
    QCOMPARE(calls[2].top[0], 5);
    QCOMPARE(calls[2].top[1], -1);
    QCOMPARE(tokenCalls(run.run(), 2, 4).size(), std::size_t{2});
    QVERIFY(tokenCalls(run.run(), 0, 4).empty());
    const DraftOrigin origin = draftOrigin(calls, 2);
    QCOMPARE(origin.sweep, std::int64_t{1});
    QCOMPARE(origin.kept, 1);
    QCOMPARE(draftOrigin(calls, 0).sweep, std::int64_t{-1});
  }

  void verdictsAreToldInWords() {
    const TokenRun run = made();
    QCOMPARE(verdictAt(run.run(), 0, 0), std::string("1 drawn at call 1 without a draft (p 0.90)"));
    QCOMPARE(verdictAt(run.run(), 0, 3), std::string());
    QCOMPARE(verdictAt(run.run(), 1, 3), std::string("4 drafted at call 2, not tested yet"));
    QCOMPARE(verdictAt(run.run(), 2, 2),
             std::string("3 drafted at call 2 (q 0.50), accepted at call 3: ratio 1.20 ≥ 0.25"));
    QCOMPARE(verdictAt(run.run(), 2, 3),
             std::string("4 drafted at call 2 (q 0.40), rejected at call 3: ratio 0.25 < 0.50; "
                         "6 drawn instead"));
    QCOMPARE(verdictAt(run.run(), 2, 4),
             std::string("5 drafted at call 2 (q 0.50), passed at call 3: ratio 0.50 ≥ 0.25; "
                         "a token before it is not settled"));
    QCOMPARE(verdictAt(run.run(), 3, 4),
             std::string("5 drafted at call 2 (q 0.25), kept once, accepted at call 4: "
                         "ratio 3.00 ≥ 0.50"));
    QCOMPARE(verdictAt(run.run(), 3, 5),
             std::string("7 drafted at call 3 (q 0.50), rejected at call 4: ratio 0.00 < 0.50; "
                         "0 drafted instead"));
    // A rule that compares tokens draws no number.
    QCOMPARE(verdictAt(run.run(), 4, 5),
             std::string("0 drafted at call 4, accepted at call 5: p 0.50"));
  }

  void rowsTellTheMeanProbabilityOfRejection() {
    const TokenRun run = made();
    TokenTimeline timeline;
    timeline.update(&run.run());
    QCOMPARE(text(timeline), "u/. u/u 0/0.625 s/0.5 s/0.5");
    QCOMPARE(timeline.settledFrom(0), std::int64_t{3});
    QCOMPARE(timeline.settledFrom(1), std::int64_t{5});
    QCOMPARE(timeline.calls()[2].settled(), 2);
    QCOMPARE(timeline.calls()[2].resampled, 1);
    QCOMPARE(timeline.calls()[4].passes, std::int64_t{5});
    timeline.update(nullptr);
    QCOMPARE(timeline.rows(), 0);
  }

  void mapColoursRowsOnALinearScale() {
    const TokenRun run = made();
    TokenTimeline timeline;
    timeline.update(&run.run());
    const MapColours colours{false, rgba(1, 2, 3), rgba(9, 0, 0), {}};
    MapPixels map;
    QVERIFY(map.update(timeline, colours).all);
    const auto at = [&](int row, int column) {
      return map.pixels()[std::size_t(row) * map.width() + column];
    };
    QCOMPARE(at(0, 0), rgba(1, 2, 3));
    QCOMPARE(at(1, 0), Rgba{0});
    QCOMPARE(at(1, 2), mapColour(0.625, false));
    QCOMPARE(at(0, 3), mapColour(0, false));
    QCOMPARE(at(1, 3), mapColour(0.5, false));
    QVERIFY(!map.update(timeline, colours).all);
  }

  void rowsOfTheMapAreThoseOfTheGrid() {
    const TokenRun run = made();
    const auto rows = mapRows(run.run().start.model, {"tokens"});
    QCOMPARE(rows.size(), std::size_t{2});
    QCOMPARE(rows[1], std::string("row 1"));
    ModelInfo flow;
    flow.stages = {"block 1", "block 0"};
    QVERIFY(mapRows(flow, flow.stages) == flow.stages);
    QVERIFY(!decodesTokens(flow));
  }

  void manyCallsShareABar() {
    std::vector<CallMark> calls(5);
    for (int i = 0; i < 5; ++i) calls[i].accepted = i;
    QCOMPARE(callBars(calls, 8).size(), std::size_t{5});
    const auto bars = callBars(calls, 3);
    QCOMPARE(bars.size(), std::size_t{3});
    QVERIFY(bars[1] == (CallBar{2, 4, 2.5f}));
    QVERIFY(bars[2] == (CallBar{4, 5, 4}));
    QVERIFY(callBars({}, 3).empty());
  }

  void numbersAreOfTheCursorAndDashesOfNothing() {
    TokenRun run = made();
    run.finish();
    TokenTimeline timeline;
    timeline.update(&run.run());
    ViewState state;
    const auto numbers = [&](std::int64_t sweep) {
      QStringList words;
      for (const auto& [name, value] :
           runNumbers(state, run.run(), tokensAt(run.run(), sweep), timeline))
        words << QString::fromStdString(name + " " + value);
      return words.join("; ");
    };
    QCOMPARE(numbers(-1), "tokens 0 / 6; model calls 0; tokens / call —; resampled 0; "
                          "wall vs sequential —");
    QCOMPARE(numbers(2), "tokens 4 / 6; model calls 3; tokens / call 1.33; resampled 1; "
                         "wall vs sequential —");
    state.baselines[1] = Baseline{2, 5.0, 6, {}, {}};
    QCOMPARE(numbers(4), "tokens 6; model calls 5; tokens / call 1.20; resampled 1; "
                         "wall vs sequential 2.50×");
    QCOMPARE(callSpan(run.run(), timeline, 6), 8.0);  // as many as the map shows
  }

  void aCallIsToldInWords() {
    const TokenRun run = made();
    TokenTimeline timeline;
    timeline.update(&run.run());
    QCOMPARE(callText(run.run(), timeline, 2, 1),
             std::string("call 3\nsettled 2: 1 accepted, 1 resampled\nafter it 4 of 6 settled\n"
                         "row 1: a draft is rejected with probability 0.62"));
    QCOMPARE(callText(run.run(), timeline, 0, -1),
             std::string("call 1, the prompt\nsettled 1: 1 drawn\nafter it 1 of 6 settled"));
    QCOMPARE(callText(run.run(), timeline, 9, 0), std::string());
    const TokenField field = tokensAt(run.run(), 3);
    QCOMPARE(decodedCaption(field, 3), std::string("decoded so far (5 / 6 tokens)"));
    QCOMPARE(decodedCaption(field, 1), std::string("5 / 6 tokens · picture of call 2"));
  }

  void patchesAreCutFromTheAtlasAndThePicture() {
    const Image atlas{64, 4, {}};  // two rows of 32 patches of 2 x 2
    const Rect patch = codebookPatch(atlas, 33);
    QCOMPARE(patch.min.x, 1 / 32.0f);
    QCOMPARE(patch.min.y, 0.5f);
    QCOMPARE(patch.max.y, 1.0f);
    ModelInfo model;
    model.gridRows = 2;
    model.gridColumns = 4;
    const Rect cell = samplePatch(model, 5);
    QCOMPARE(cell.min.x, 0.25f);
    QCOMPARE(cell.min.y, 0.5f);
    QCOMPARE(cell.max.x, 0.5f);
  }
};

QTEST_GUILESS_MAIN(TokenDigestTest)
#include "token_digest_test.moc"
