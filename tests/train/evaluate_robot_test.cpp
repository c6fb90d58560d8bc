// An evaluation of a robot without a robot: which episodes are run, in which turns, what is kept
// and what is made of it.
#include <QTemporaryDir>
#include <QtTest>

#include "engine/core/error.h"
#include "engine/train/chunk_run.h"
#include "engine/train/evaluate_robot.h"
#include "engine/vla/sim/instructions.h"

using namespace jacobiscope;

namespace {

constexpr int kChunks = 2, kSteps = 2;  // of an episode, of a chunk
constexpr int kCalls = 3;               // of a chunk by Jacobi; an early exit takes one less

struct Told {
  std::vector<Input> inputs;
  std::vector<std::string> decoders;
  int fixedPoints = 0;  // chunks that began under the knobs of the fixed point
};

// Succeeds where the seed is even, or always when it exits early. The tool stands at x = 0, or
// 3 mm beside it after an early exit.
class StubDecoder : public Decoder {
 public:
  StubDecoder(Told& told, KnobValues knobs, std::uint64_t seed)
      : m_told(told), m_knobs(std::move(knobs)), m_seed(seed), m_early(early()) {}

  struct Place : State {
    int chunk = 0;
  };

  Plan plan() const override {
    return {{"chunk 1", "chunk 2"}, {14, 14}, {{0, 0, 14, 0}, {1, 0, 14, 0}}, true};
  }
  std::optional<Sweep> sweep() override {
    if (m_chunk == kChunks) return {};
    Sweep sweep;
    sweep.window = {m_chunk, 0, 14, 0};
    if (m_at == 0) {  // the camera looks
      if (early() != m_early) ++m_told.fixedPoints;
      ++m_at;
      sweep.kind = SweepKind::World;
      sweep.window.end = 0;
      return sweep;
    }
    const int calls = early() ? kCalls - 1 : kCalls;
    if (m_at <= calls) {
      sweep.kind = m_at == 1 ? SweepKind::Prefill : SweepKind::Iterate;
      sweep.calls = 1;
      std::vector<float> path(kSteps * 7, 0.0f);
      if (early()) path[7] = 0.003f;  // x of the second step
      sweep.facts = {{"token", "", 0, std::vector<std::int32_t>(14, m_at)},
                     {"path", "", 0, std::move(path)}};
      ++m_at;
      return sweep;
    }
    sweep.kind = SweepKind::World;
    const bool last = ++m_at == 1 + calls + kSteps;
    EpisodeState outcome = EpisodeState::Running;
    if (last) {
      sweep.verdict = Verdict::Settled;
      m_at = 0;
      if (++m_chunk == kChunks) {
        outcome = succeeds() ? EpisodeState::Succeeded : EpisodeState::TimedOut;
      }
    }
    sweep.facts = {{"outcome", "", 0, std::vector<std::int32_t>{static_cast<int>(outcome)}}};
    return sweep;
  }
  std::vector<Panel> panels() const override { return {}; }
  KnobEffect setKnobs(const KnobValues& values) override {
    m_knobs = values;
    return KnobEffect::None;
  }
  Arrays result() const override {
    return {{"success", {{1}, std::vector<std::int64_t>{succeeds()}}}};
  }
  std::shared_ptr<const State> state() const override {
    auto place = std::make_shared<Place>();
    place->chunk = m_chunk;
    return place;
  }
  void restore(const State& state) override {
    m_chunk = dynamic_cast<const Place&>(state).chunk;
    m_at = 0;
  }

 private:
  bool early() const { return integerAt(m_knobs, "exit") > 0; }
  bool succeeds() const { return m_early || m_seed % 2 == 0; }

  Told& m_told;
  KnobValues m_knobs;
  std::uint64_t m_seed;
  bool m_early;
  int m_chunk = 0, m_at = 0;
};

class StubFamily : public Family {
 public:
  explicit StubFamily(Told& told) : m_told(told) {
    m_info.name = "stub";
    m_info.action.resize(7);
    m_info.knobs.resize(2);
    m_info.knobs[0].key = "decoder";
    m_info.knobs[0].kind = KnobKind::Choice;
    m_info.knobs[0].initial = "jacobi";
    m_info.knobs[0].choices = {"autoregressive", "jacobi", "bounded"};
    m_info.knobs[1].key = "exit";
    m_info.knobs[1].kind = KnobKind::Integer;
    m_info.knobs[1].initial = std::int64_t{0};
    m_info.knobs[1].maximum = 9;
  }
  const ModelInfo& info() const override { return m_info; }
  std::unique_ptr<Decoder> begin(const KnobValues& knobs, const Input& input,
                                 std::unique_ptr<Decoder>) override {
    m_told.inputs.push_back(input);
    m_told.decoders.push_back(formatKnob(knobs.at("exit")));
    return std::make_unique<StubDecoder>(m_told, knobs, input.seed);
  }

 private:
  Told& m_told;
  ModelInfo m_info;
};

RobotRequest requestOf(const StubFamily& family) {
  RobotRequest request;
  request.decoders = parseDecoders(family.info(), {}, "jacobi,jacobi:exit=1");
  request.skills = parseSkills("touch,stack", "--skills");
  request.episodes = 4;
  request.seed = 10;
  return request;
}

}  // namespace

class EvaluateRobotTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void decodersTakeTurnsOnTheSameScenes() {
    Told told;
    StubFamily family(told);
    evaluateRobot(family, requestOf(family));
    QCOMPARE(told.inputs.size(), std::size_t{16});
    for (std::size_t i = 0; i < 16; i += 2) {
      QCOMPARE(told.inputs[i].seed, std::uint64_t{10 + i / 4});
      QCOMPARE(told.inputs[i + 1].seed, told.inputs[i].seed);
      QCOMPARE(told.inputs[i + 1].prompt, told.inputs[i].prompt);
      QCOMPARE(told.decoders[i] + told.decoders[i + 1], std::string("01"));
      const auto task = understand(told.inputs[i].prompt).task;
      QVERIFY(task && task->kind == (i % 4 == 0 ? TaskKind::Touch : TaskKind::Stack));
    }
    QCOMPARE(told.fixedPoints, 0);
  }

  void rowsAreOfSkillsAndOfAll() {
    Told told;
    StubFamily family(told);
    const auto rows = evaluateRobot(family, requestOf(family));
    QCOMPARE(rows.size(), std::size_t{6});
    QCOMPARE(rows[0].skill, std::string("touch"));
    QCOMPARE(rows[2].skill, std::string("all"));
    QVERIFY(!rows[2].difference);
    QCOMPARE(rows[2].figures.success.right, 4);
    QCOMPARE(rows[2].figures.success.total, 8);
    QCOMPARE(rows[2].figures.callsPerChunk, double(kCalls));
    QVERIFY(rows[2].figures.tokensPerSecond > 0);
    QCOMPARE(rows[5].decoder, std::size_t{1});
    QCOMPARE(rows[5].figures.callsPerChunk, double(kCalls - 1));
    QCOMPARE(rows[5].difference->value, 0.5);
    QCOMPARE(rows[3].difference->value, 0.5);
  }

  // It is told by going on from the same observation, and changes nothing of the episode.
  void deviationIsThatOfEarlyExits() {
    Told told;
    StubFamily family(told);
    RobotRequest request = requestOf(family);
    const auto plain = evaluateRobot(family, request);
    request.deviation = true;
    const auto rows = evaluateRobot(family, request);
    QCOMPARE(told.fixedPoints, kChunks * 8);
    QCOMPARE(rows[2].figures.deviation, 0.0);
    QVERIFY(std::abs(rows[5].figures.deviation - 0.003) < 1e-7);
    QCOMPARE(rows[5].figures.callsPerChunk, plain[5].figures.callsPerChunk);
    QCOMPARE(rows[5].figures.success.right, plain[5].figures.success.right);
  }

  void whatIsDoneIsKept() {
    QTemporaryDir folder;
    Told told;
    StubFamily family(told);
    RobotRequest request = requestOf(family);
    request.progressFile = folder.filePath("progress.json").toStdString();
    std::atomic<bool> stop = false;
    request.cancel = &stop;
    int finished = 0;
    request.progress = [&](double) { stop = ++finished == 5; };
    const auto half = evaluateRobot(family, request);
    QCOMPARE(half[0].figures.success.total + half[1].figures.success.total, 3);
    stop = false;
    request.progress = {};
    told.inputs.clear();
    const auto whole = evaluateRobot(family, request);
    QCOMPARE(told.inputs.size(), std::size_t{11});
    QCOMPARE(whole[5].figures.success.total, 8);
    told.inputs.clear();
    evaluateRobot(family, request);
    QVERIFY(told.inputs.empty());
    request.seed = 11;  // another evaluation's
    QVERIFY_THROWS_EXCEPTION(Error, evaluateRobot(family, request));
  }

  void seedsOfTheDataAreRefused() {
    Told told;
    StubFamily family(told);
    RobotRequest request = requestOf(family);
    request.seed = (std::uint64_t{1} << 32) - 3;
    QVERIFY_THROWS_EXCEPTION(UsageError, evaluateRobot(family, request));
    request.seed = (std::uint64_t{1} << 32) - 4;
    evaluateRobot(family, request);
    QCOMPARE(told.inputs.back().seed, (std::uint64_t{1} << 32) - 1);
  }

  void distancesAreThoseOfTheStepsCarriedOut() {
    std::vector<float> a(21, 0.0f), b(21, 0.0f);
    b[0] = 0.003f;
    b[1] = 0.004f;
    b[3] = 9;  // a turn
    b[14] = 1;
    QVERIFY(std::abs(largestDistance(a, b, 2) - 0.005) < 1e-7);
    QVERIFY(std::abs(largestDistance(a, b, 9) - 1) < 1e-7);
    QCOMPARE(largestDistance(a, b, 0), 0.0);
  }
};

QTEST_GUILESS_MAIN(EvaluateRobotTest)
#include "evaluate_robot_test.moc"
