// What the views of a robot derive from the facts of a run: chunks, iterations, what was carried
// out, early stops, counts, and words. As numbers, without drawing.
#include "ui/views/chunk_digest.h"

#include <QtTest>

#include "tests/ui/fake_robot.h"
#include "ui/views/action_matrix.h"
#include "ui/views/action_text.h"
#include "ui/views/convergence_map.h"
#include "ui/views/map_texture.h"
#include "ui/views/robot_layout.h"
#include "ui/views/robot_view.h"

using namespace jacobiscope;

namespace {

constexpr float kNone = std::numeric_limits<float>::quiet_NaN();
using State = TokenState;

// Two steps of two dimensions: millimetres and degrees.
class RobotRun {
 public:
  RobotRun() {
    Started started;
    started.run = 1;
    started.model.family = started.model.name = "made";
    started.model.action = {{"x", "mm", 0.5}, {"yaw", "°", 0.25}};
    started.model.chunk = 2;
    started.model.positions = 4;
    started.model.vocabulary = 256;
    started.plan.acts = true;
    for (int i = 0; i < 4; ++i) {
      started.plan.stages.push_back("chunk");
      started.plan.positions.push_back(4);
      started.plan.windows.push_back({i, 0, 4, 0});
    }
    m_recording.add(started);
  }

  // `x` and `turn` are where the tool would end.
  void decode(int stage, std::vector<float> change, const std::vector<State>& states, float x,
              float turn = 0) {
    Sweep& sweep = next(stage, m_looked ? SweepKind::Prefill : SweepKind::Iterate);
    m_looked = false;
    sweep.calls = 1;
    sweep.seconds = 0.1;
    std::vector<std::int32_t> codes;
    for (State state : states) codes.push_back(int(state));
    sweep.facts = {{"token", "", 0, std::vector<std::int32_t>{200, 201, 202, 203}},
                   {"value", "", 0, std::vector<float>{10, -2, 20, 4}},
                   {"change", "bins", 0, std::move(change)},
                   {"state", "", 0, codes},
                   {"path", "", 0,
                    std::vector<float>{0.1f, 0, 0, 0, 0, 0, 1, x, 0, 0, 0, 0, turn, 0}}};
    add();
  }
  void act(int stage, int step, int episode, EpisodeState outcome, bool last, float x) {
    Sweep& sweep = next(stage, SweepKind::World);
    sweep.window = {stage, step * 2, step * 2 + 2, 0};
    sweep.verdict = last ? Verdict::Settled : Verdict::Working;
    stand(sweep, episode, outcome, x);
  }
  // The camera looks, the tool being at `x`.
  void look(int stage, int episode, float x) {
    Sweep& sweep = next(stage, SweepKind::World);
    sweep.window = {stage, 0, 0, 0};
    stand(sweep, episode, EpisodeState::Running, x);
    m_looked = true;
  }
  // The first pass: one token, the others are guesses.
  void begin(int stage, float x, float turn = 0) {
    decode(stage, {kNone, kNone, kNone, kNone},
           {State::Drawn, State::Drafted, State::Drafted, State::Drafted}, x, turn);
  }
  // A look (sweep 0), three iterations (1 to 3) and two steps (4, 5) of stage 0; then stage 1, which
  // ends the episode: look (6), two iterations (7, 8), one step (9); then a look (10) and the first
  // pass (11) of another episode.
  void fill() {
    look(0, 0, 0.05f);
    begin(0, 0.150f, 0.1f);
    const std::vector<State> all{State::Drawn, State::Accepted, State::Accepted, State::Accepted};
    decode(0, {0, 3, 8, 2}, {State::Drawn, State::Accepted, State::Redrawn, State::Redrawn},
           0.203f);
    decode(0, {0, 0, 1, 0}, all, 0.2f);
    act(0, 0, 0, EpisodeState::Running, false, 0.1f);
    act(0, 1, 0, EpisodeState::Running, true, 0.19f);
    look(1, 0, 0.19f);
    begin(1, 0.3f);
    decode(1, {0, 0, 0, 0}, all, 0.3f);
    act(1, 0, 0, EpisodeState::Succeeded, true, 0.25f);
    look(2, 1, 0.04f);
    begin(2, 0.3f);
  }

  const RunRecord& run() const { return *m_recording.run(1); }

 private:
  Sweep& next(int stage, SweepKind kind) {
    m_snapshot = std::make_shared<Snapshot>();
    m_snapshot->run = 1;
    Sweep& sweep = m_snapshot->sweep;
    sweep.index = m_index++;
    sweep.kind = kind;
    sweep.window = {stage, 0, 4, 0};
    return sweep;
  }
  // Where the tool is, and how the episode stands.
  void stand(Sweep& sweep, int episode, EpisodeState outcome, float x) {
    const int begin = sweep.window.begin;
    sweep.seconds = 9;  // of the simulator: no decoding
    sweep.facts = {{"path", "", begin, std::vector<float>{x, 0, 0, 0, 0, 0, 1}},
                   {"outcome", "", begin, std::vector<std::int32_t>{int(outcome)}},
                   {"episode", "", begin, std::vector<std::int32_t>{episode}}};
    add();
  }
  void add() { m_recording.add(std::shared_ptr<const Snapshot>(m_snapshot)); }

  Recording m_recording;
  std::shared_ptr<Snapshot> m_snapshot;
  std::int64_t m_index = 0;
  bool m_looked = false;
};

}  // namespace

class ChunkDigestTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void rowsAreStepsOfTheChunk() {
    RobotRun made;
    made.fill();
    ActionTimeline timeline;
    timeline.update(&made.run());
    QCOMPARE(timeline.rows(), 2);
    QCOMPARE(timeline.size(), 12);
    using Kind = StepMark::Kind;
    QVERIFY(timeline.row(1, 0) == (StepMark{Kind::New, 0}));
    QVERIFY(timeline.row(2, 0) == (StepMark{Kind::Moved, 3}));
    QVERIFY(timeline.row(2, 1) == (StepMark{Kind::Moved, 8}));
    QVERIFY(timeline.row(3, 0) == (StepMark{Kind::Settled, 0}));
    QVERIFY(timeline.row(3, 1) == (StepMark{Kind::Moved, 1}));
    QVERIFY(timeline.row(4, 0) == (StepMark{Kind::Acted, 0}));
    QVERIFY(timeline.row(4, 1) == StepMark{});
    // What each pass settled.
    QCOMPARE(timeline.calls()[1].settled(), 1);
    QCOMPARE(timeline.calls()[2].settled(), 1);
    QCOMPARE(timeline.calls()[3].settled(), 2);
    QCOMPARE(timeline.calls()[4].settled(), 0);
    const auto rows = mapRows(made.run().start.model, made.run().start.plan.stages);
    QVERIFY(rows == (std::vector<std::string>{"step 1", "step 2"}));
    // Colours: settled is dark, what moves more is brighter, acting leaves the ground.
    const MapColours colours{false, rgba(1, 2, 3), rgba(4, 5, 6), {}};
    QCOMPARE(colours.of(timeline.row(3, 0)), mapColour(0, false));
    QCOMPARE(colours.of(timeline.row(2, 1)), mapColour(kBinScale.unit(8), false));
    QCOMPARE(colours.of(timeline.row(4, 0)), Rgba{0});
  }

  void growingGivesTheSameAsWhole() {
    RobotRun grown, whole;
    whole.fill();
    ActionTimeline timeline, all;
    all.update(&whole.run());
    timeline.update(&grown.run());
    grown.look(0, 0, 0.05f);
    timeline.update(&grown.run());
    grown.begin(0, 0.150f, 0.1f);
    timeline.update(&grown.run());
    QCOMPARE(timeline.size(), 2);
    for (std::int64_t i = 0; i < 2; ++i) QVERIFY(timeline.row(i, 1) == all.row(i, 1));
    timeline.update(&whole.run());  // another run: starts over
    QCOMPARE(timeline.size(), 12);
    for (std::int64_t i = 0; i < 12; ++i)
      for (int row = 0; row < 2; ++row) QVERIFY(timeline.row(i, row) == all.row(i, row));
  }

  void chunksAndEpisodesAreCounted() {
    RobotRun made;
    made.fill();
    ActionTimeline timeline;
    timeline.update(&made.run());
    QCOMPARE(int(timeline.chunks().size()), 3);
    const ChunkSpan& first = timeline.chunks()[0];
    QCOMPARE(first.first, 0);
    QCOMPARE(first.begun, 1);
    QCOMPARE(first.decoded, 3);
    QCOMPARE(first.last, 5);
    QCOMPARE(timeline.chunks()[1].episode, 0);
    QCOMPARE(timeline.chunks()[2].episode, 1);
    const ActionCount& middle = timeline.count(5);
    QCOMPARE(middle.chunks, 1);
    QCOMPARE(middle.passes, 3);
    QCOMPARE(middle.steps, 2);
    QCOMPARE(middle.tokens, 4);
    QVERIFY(std::abs(middle.seconds - 0.3) < 1e-9);  // the simulator's do not count
    QCOMPARE(middle.episodes, 0);
    const ActionCount& end = timeline.count(11);
    QCOMPARE(end.chunks, 2);
    QCOMPARE(end.steps, 3);
    QCOMPARE(end.episodes, 1);
    QCOMPARE(end.succeeded, 1);
    QCOMPARE(end.episode, 1);
    QVERIFY(end.outcome == EpisodeState::Running);
  }

  void theChunkAtTheCursorHoldsItsIterations() {
    RobotRun made;
    made.fill();
    ActionTimeline timeline;
    timeline.update(&made.run());
    const ChunkField field = chunkAt(made.run(), timeline, 2);
    QCOMPARE(field.stage, 0);
    QCOMPARE(field.reached, 2);
    QCOMPARE(int(field.iterations.size()), 3);
    QVERIFY(field.whole);
    QCOMPARE(int(field.executed.size()), 1);  // where the episode began
    QVERIFY(field.cells[2].changed() && !field.cells[2].settled());
    QVERIFY(field.cells[1].changed() && field.cells[1].settled());
    QVERIFY(!field.cells[0].changed());
    QCOMPARE(field.cells[2].token, 202);
    // While it is carried out the tokens are those of the last pass.
    const ChunkField acting = chunkAt(made.run(), timeline, 5);
    QCOMPARE(acting.acted, 1);
    QCOMPARE(acting.reached, 3);
    QCOMPARE(int(acting.executed.size()), 3);
    QVERIFY(acting.cells[3].settled());
    // The next chunk begins where that ended; the next episode has done nothing.
    QCOMPARE(int(chunkAt(made.run(), timeline, 8).executed.size()), 3);
    QCOMPARE(int(chunkAt(made.run(), timeline, 9).executed.size()), 4);
    QCOMPARE(int(chunkAt(made.run(), timeline, 11).executed.size()), 1);
    QVERIFY(!chunkAt(made.run(), timeline, 11).whole);
    QCOMPARE(chunkAt(made.run(), timeline, -1).stage, -1);
    // Colours of a chunk under way span as many iterations as the one before had.
    QCOMPARE(iterationSpan(chunkAt(made.run(), timeline, 11), timeline), 2);
  }

  void theCameraLooksBeforeAChunk() {
    RobotRun made;
    made.look(0, 0, 0.05f);
    ActionTimeline timeline;
    timeline.update(&made.run());
    for (int row = 0; row < 2; ++row) QVERIFY(timeline.row(0, row) == StepMark{});
    const ChunkField alone = chunkAt(made.run(), timeline, 0);
    QVERIFY(alone.stage == 0 && alone.cells.empty() && alone.iterations.empty());
    QVERIFY(alone.reached == 0 && alone.acted == -1 && !alone.whole);
    QCOMPARE(iterationSpan(alone, timeline), 0);
    QCOMPARE(actionSweepText(made.run(), timeline, 0, 0), std::string("chunk 1, the camera looks"));
    QCOMPARE(timeline.count(0).steps, 0);
    RobotRun whole;
    whole.fill();
    timeline.update(&whole.run());
    // The ways of the second chunk begin where the tool was then, before, during and after.
    for (std::int64_t sweep = 6; sweep < 10; ++sweep) {
      const ChunkField field = chunkAt(whole.run(), timeline, sweep);
      QCOMPARE(field.stage, 1);
      QVERIFY(field.begin);
      QCOMPARE(field.begin->at[0], 0.19f);
      QCOMPARE(field.reached, std::min(2, int(sweep) - 6));
      QCOMPARE(field.cells.empty(), sweep == 6);
      QCOMPARE(field.acted, sweep == 9 ? 0 : -1);
    }
    // Another episode begins where the tool is, and nothing is known of how it ends.
    const ChunkField next = chunkAt(whole.run(), timeline, 10);
    QVERIFY(next.episode == 1 && next.begin && next.executed == std::vector{*next.begin});
    QVERIFY(timeline.count(10).outcome == EpisodeState::Running);
    QCOMPARE(momentText(whole.run(), timeline, 10), std::string("chunk 1, the camera looks"));
    QCOMPARE(momentText(whole.run(), timeline, 11), std::string("chunk 1, iteration 0"));
  }

  void aFirstPassThatComparesIsAnIteration() {
    RobotRun made;
    made.look(0, 0, 0.05f);
    made.decode(0, {0, 5, 2, 0}, {State::Drawn, State::Redrawn, State::Redrawn, State::Kept}, 0.1f);
    QVERIFY(made.run().snapshots[1]->sweep.kind == SweepKind::Prefill);
    ActionTimeline timeline;
    timeline.update(&made.run());
    QVERIFY(timeline.row(1, 0) == (StepMark{StepMark::Kind::Moved, 5}));
    QCOMPARE(timeline.calls()[1].settled(), 1);
    const ChunkField field = chunkAt(made.run(), timeline, 1);
    QVERIFY(field.reached == 1 && field.cells[1].changed() && !field.whole);
  }

  void anEarlyStopIsMeasuredAgainstTheEnd() {
    RobotRun made;
    made.fill();
    ActionTimeline timeline;
    timeline.update(&made.run());
    const ChunkField field = chunkAt(made.run(), timeline, 3);
    const auto first = earlyStop(field, 0);
    QVERIFY(first);
    QVERIFY(std::abs(first->millimetres - 50) < 1e-3);
    QVERIFY(std::abs(first->degrees - 5.7296) < 1e-3);
    QVERIFY(std::abs(earlyStop(field, 1)->millimetres - 3) < 1e-3);
    QCOMPARE(earlyStop(field, 2)->millimetres, 0.0);
    QVERIFY(!earlyStop(field, 3) && !earlyStop(field, -1));
    QCOMPARE(earlyStopText(field, 1), std::string("stopped after iteration 1: 3.0 mm, 0.0° away"));
    QCOMPARE(earlyStopText(field, 2), std::string("iteration 2, carried out"));
    // A turn about the other side of the circle is as small as it is.
    QVERIFY(std::abs(degreesBetween({0, 0, 3.1f}, {0, 0, -3.1f}) - 4.766) < 0.01);
  }

  void wordsNameWhatMoved() {
    RobotRun made;
    made.fill();
    const ModelInfo& model = made.run().start.model;
    ActionTimeline timeline;
    timeline.update(&made.run());
    const ChunkField field = chunkAt(made.run(), timeline, 2);
    QCOMPARE(cellText(model, field, 2),
             std::string("step 2, x\n+20.0 mm · token 202\nmoved by 8 bins (4.00 mm) in this "
                         "iteration\nnot settled"));
    QCOMPARE(cellText(model, field, 1),
             std::string("step 1, yaw\n-2.00° · token 201\nmoved by 3 bins (0.75°) in this "
                         "iteration\nsettled"));
    QCOMPARE(momentText(made.run(), timeline, 2), std::string("chunk 1, iteration 1"));
    QCOMPARE(momentText(made.run(), timeline, 5), std::string("chunk 1, step 2 carried out"));
    QCOMPARE(momentText(made.run(), timeline, -1), std::string("before the first chunk"));
    QVERIFY(actionSweepText(made.run(), timeline, 9, 0).ends_with("episode succeeded"));
    KnobValues knobs{{"decoder", std::string("bounded")}, {"exit.bins", std::int64_t{4}}};
    QCOMPARE(boundText(model, knobs).first, std::string("4 bins"));
    QCOMPARE(boundText(model, knobs).second, std::string("2.0 mm, 1.0°"));
    knobs["decoder"] = std::string("jacobi");
    QVERIFY(boundText(model, knobs).first.empty());
    QCOMPARE(valueUnit(model.action[0], 0), 0.5);
    QCOMPARE(valueUnit(model.action[0], 32), 0.75);
    QCOMPARE(valueUnit(model.action[0], 1000), 1.0);
  }

  void numbersAreDashesUntilMeasured() {
    RobotRun made;
    ViewState state;
    ActionTimeline timeline;
    timeline.update(&made.run());
    for (const auto& [name, value] : actionNumbers(state, made.run(), {}, timeline))
      QCOMPARE(value, std::string("—"));
    made.fill();
    timeline.update(&made.run());
    const ChunkField field = chunkAt(made.run(), timeline, 11);
    const auto numbers = actionNumbers(state, made.run(), field, timeline);
    QCOMPARE(numbers[0].second, std::string("1 of 1 episode"));
    QCOMPARE(numbers[1].second, std::string("2.5"));   // 5 calls, 2 chunks
    QCOMPARE(numbers[2].second, std::string("6.0 Hz"));  // 3 steps in half a second
    QCOMPARE(numbers[3].second, std::string("16"));
  }

  void partsLieApart() {
    for (const glm::vec2 size : {glm::vec2(900, 560), glm::vec2(500, 410), glm::vec2(1600, 900)}) {
      const RobotRegions regions = robotRegions({{0, 0}, size}, 1, {5, 7, true, 16});
      QVERIFY(!regions.camera.empty() && !regions.matrix.empty());
      QVERIFY(regions.camera.max.y < regions.matrix.min.y);
      QVERIFY(regions.matrix.max.y + 32 < size.y);
      QVERIFY(regions.free.max.x < regions.camera.min.x);
      QVERIFY(regions.free.max.x < regions.matrix.min.x);
      QVERIFY(regions.legend.max.x <= regions.free.max.x);
    }
    // Without a camera the cells may be as large; where there is no room nothing is squeezed.
    QVERIFY(robotRegions({{0, 0}, {900, 560}}, 1, {5, 7, false, 16}).camera.empty());
    const RobotRegions narrow = robotRegions({{0, 0}, {300, 200}}, 1, {5, 7, true, 16});
    QVERIFY(narrow.camera.empty() && narrow.matrix.empty());
    QCOMPARE(narrow.free.max.x, 300.0f);
  }

  void whatTokensAreDecodedIsNotTheirsToShow() {
    FakeRobot robot;
    QVERIFY(movesRobot(robot.info()));
    QVERIFY(!decodesTokens(robot.info()));
    QVERIFY(!movesRobot(ModelInfo{}));
  }
};

QTEST_APPLESS_MAIN(ChunkDigestTest)
#include "chunk_digest_test.moc"
