// The loop of policy and simulator: what a run says, that it can be gone back to, and that no
// decoder, no onlooker and no other guess changes what the arm does.
#include <QtTest>

#include <algorithm>
#include <cmath>

#include "engine/core/error.h"
#include "tests/t2i/decoder_fixture.h"
#include "tests/vla/robot_folder.h"

using namespace jacobiscope;

namespace {

constexpr int kPositions = 21;  // chunks of three steps

const Scene3D& sceneOf(const std::vector<Panel>& panels) {
  return std::get<Scene3D>(panels.at(0).picture);
}
const Image& cameraOf(const std::vector<Panel>& panels) {
  return std::get<Image>(panels.at(1).picture);
}

bool samePanels(const std::vector<Panel>& a, const std::vector<Panel>& b) {
  if (a.size() != 2 || b.size() != 2 || cameraOf(a).rgba != cameraOf(b).rgba) return false;
  return std::ranges::equal(sceneOf(a).shapes, sceneOf(b).shapes, {}, &Shape::pose, &Shape::pose);
}

}  // namespace

class VlaDecoderTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() {
    m_folder = std::make_unique<RobotFolder>();
    m_folder->writeWeights("student.safetensors", m_folder->policy(), 4);
    m_family = m_folder->open();
    m_reference = decode({});
  }

  void sweepsOfAChunk() {
    const auto decoder = begin({});
    const Plan plan = decoder->plan();
    QVERIFY(plan.acts);
    QCOMPARE(plan.positions, std::vector<int>(4, kPositions));
    const ActionCodec& codec = *m_family->model().codec;
    int stage = 0, iteration = 0, acted = 0;
    for (const Sweep& sweep : m_reference.sweeps) {
      QCOMPARE(sweep.window.stage, stage);
      QCOMPARE(sweep.iteration, ++iteration);
      QCOMPARE(cameraLooks(sweep), iteration == 1);
      QCOMPARE(sweep.kind == SweepKind::Prefill, iteration == 2);
      QCOMPARE(sweep.calls, sweep.kind == SweepKind::World ? 0 : 1);
      if (sweep.kind == SweepKind::World) {
        QCOMPARE(sweep.window.begin, 7 * acted);
        QCOMPARE(sweep.window.end, 7 * acted + (cameraLooks(sweep) ? 0 : 7));
        if (!cameraLooks(sweep)) ++acted;
        QCOMPARE(column<float>(sweep, "path").size(), std::size_t(7));
        QCOMPARE(column<std::int32_t>(sweep, "episode"), std::vector<std::int32_t>{stage / 2});
        const bool last = stage % 2 == 1 && acted == 2;
        const auto outcome = last ? EpisodeState::TimedOut : EpisodeState::Running;
        QCOMPARE(column<std::int32_t>(sweep, "outcome").at(0), static_cast<int>(outcome));
      } else {
        QCOMPARE(acted, 0);
        const auto tokens = column<std::int32_t>(sweep, "token");
        const auto values = column<float>(sweep, "value");
        QCOMPARE(tokens.size(), std::size_t(kPositions));
        QCOMPARE(column<std::int32_t>(sweep, "state").size(), tokens.size());
        QCOMPARE(column<float>(sweep, "path").size(), tokens.size());
        for (std::size_t i = 0; i < tokens.size(); ++i) {
          const double meant = codec.value(i % 7, tokens[i]) * physicalUnit(i % 7).factor;
          QCOMPARE(values[i], static_cast<float>(meant));
        }
        const auto change = column<float>(sweep, "change");
        QVERIFY(std::ranges::none_of(change, [](float bins) { return std::isnan(bins); }));
        QCOMPARE(sweep.residual, double{std::ranges::max(change)});
      }
      const bool ends = sweep.kind == SweepKind::World && acted == 2;
      QCOMPARE(endsStage(plan, sweep), ends);
      if (!ends) continue;
      QCOMPARE(sweep.frontier, kPositions);
      ++stage;
      iteration = acted = 0;
    }
    QCOMPARE(stage, 4);
  }

  void theResult() {
    const Arrays& result = m_reference.result;
    const auto shape = [&](const char* name) { return result.at(name).shape; };
    const auto numbers = [&](const char* name) {
      return std::get<std::vector<std::int64_t>>(result.at(name).values);
    };
    using Numbers = std::vector<std::int64_t>;
    QCOMPARE(shape("tokens"), (Numbers{4, kPositions}));
    QCOMPARE(shape("actions"), (Numbers{8, 7}));
    QCOMPARE(shape("states"), (Numbers{8, 7}));
    QCOMPARE(numbers("success"), (Numbers{0, 0}));
    QCOMPARE(numbers("episode_starts"), (Numbers{0, 4}));
    QCOMPARE(numbers("seeds"), (Numbers{5, 6}));
    std::int64_t calls = 0;
    for (const std::int64_t passes : numbers("chunk_passes")) calls += passes;
    QCOMPARE(calls, std::int64_t{m_reference.calls()});
    // What was carried out is what the tokens mean.
    const auto tokens = numbers("tokens");
    const auto& actions = std::get<std::vector<float>>(result.at("actions").values);
    const auto meant = m_family->model().codec->values(std::span(tokens).subspan(kPositions, 14));
    QVERIFY(std::equal(meant.begin(), meant.end(), actions.begin() + 14));
  }

  void theSecondEpisodeIsTheOneOfItsSeedAlone() {
    Input alone = twoEpisodes();
    alone.seed = 6;
    alone.count = 1;
    const DecodedRun run = finish(*m_family->begin(complete({}), alone));
    const auto states = [](const Arrays& result) {
      return std::get<std::vector<float>>(result.at("states").values);
    };
    const auto both = states(m_reference.result), one = states(run.result);
    QVERIFY(std::equal(one.begin(), one.end(), both.begin() + 4 * 7));
  }

  void everyExactDecoderActsAlike_data() {
    QTest::addColumn<QString>("decoder");
    QTest::addColumn<bool>("freeze");
    QTest::addColumn<bool>("fold");
    QTest::addColumn<bool>("warm");
    QTest::newRow("sequential") << "autoregressive" << true << true << true;
    QTest::newRow("as published") << "jacobi" << false << false << false;
    QTest::newRow("frozen, cold") << "jacobi" << true << true << false;
  }

  void everyExactDecoderActsAlike() {
    QFETCH(QString, decoder);
    QFETCH(bool, freeze);
    QFETCH(bool, fold);
    QFETCH(bool, warm);
    const DecodedRun run = decode({{"decoder", decoder.toStdString()},
                                   {"freeze", freeze},
                                   {"fold", fold},
                                   {"warm_start", warm}});
    QVERIFY(run.result.at("tokens") == m_reference.result.at("tokens"));
    QVERIFY(run.result.at("states") == m_reference.result.at("states"));
    if (decoder == "autoregressive") QCOMPARE(run.calls(), 4 * kPositions);
    // A pass without drafts has nothing to compare with.
    const bool compares = fold && decoder == "jacobi";
    QCOMPARE(run.sweeps.at(1).kind, SweepKind::Prefill);
    QCOMPARE(std::isnan(run.sweeps.at(1).residual), !compares);
    QCOMPARE(std::isnan(run.sweeps.at(2).residual), decoder == "autoregressive");
  }

  void earlyExitTakesWhatThereIs() {
    const auto passes = [](const DecodedRun& run) {
      return std::get<std::vector<std::int64_t>>(run.result.at("chunk_passes").values);
    };
    QVERIFY(std::ranges::max(passes(m_reference)) > 3);
    QCOMPARE(std::ranges::max(passes(decode({{"exit", whole(2)}}))), 2);
    const DecodedRun apart = decode({{"exit", whole(2)}, {"fold", false}});
    QCOMPARE(std::ranges::max(passes(apart)), 3);  // the prefix's own and two more
  }

  void theStudentIsAnother() {
    const DecodedRun run = decode({{"policy", text("student")}});
    QVERIFY(run.result.at("tokens") != m_reference.result.at("tokens"));
  }

  // From the boundary before every stage, also asked for in its middle, and in another decoder.
  void goingBack() {
    const auto decoder = begin({}), other = begin({});
    std::vector<Sweep> sweeps;
    std::vector<std::shared_ptr<const Decoder::State>> boundaries, looked, middles;
    for (const Sweep& expected : m_reference.sweeps) {
      if (cameraLooks(expected)) boundaries.push_back(decoder->state());
      sweeps.push_back(*decoder->sweep());
      if (cameraLooks(expected)) {
        looked.push_back(decoder->state());
      } else if (expected.kind == SweepKind::World && expected.verdict != Verdict::Settled) {
        middles.push_back(decoder->state());
      }
    }
    QCOMPARE(boundaries.size(), std::size_t(4));
    QCOMPARE(middles.size(), std::size_t(4));
    QCOMPARE(factText(sweeps), factText(m_reference.sweeps));
    for (int stage = 3; stage >= 0; --stage) {
      const auto begin = std::ranges::find(m_reference.sweeps, stage,
                                           [](const Sweep& s) { return s.window.stage; });
      const std::string rest = factText({begin, m_reference.sweeps.end()});
      for (const auto& state : {boundaries[stage], looked[stage], middles[stage]}) {
        other->restore(*state);
        const DecodedRun again = finish(*other);
        QCOMPARE(factText(again.sweeps), rest);
        QVERIFY(again.result == m_reference.result);
      }
    }
  }

  void watchingChangesNothing() {
    const auto decoder = begin({});
    QVERIFY(decoder->keepsPast());
    std::vector<std::pair<Sweep, std::vector<Panel>>> seen;
    while (auto sweep = decoder->sweep()) seen.emplace_back(*sweep, decoder->panels());
    QVERIFY(decoder->result() == m_reference.result);
    for (const auto& [sweep, panels] : seen) {
      QVERIFY(samePanels(decoder->panelsAfter(sweep), panels));
      QCOMPARE(cameraOf(panels).width, 24);
      QCOMPARE(cameraOf(panels).rgba.size(), std::size_t(24 * 24 * 4));
    }
    QVERIFY(!samePanels(seen.front().second, seen.back().second));
  }

  void layouts() {
    Input input = twoEpisodes();
    input.seed = 77;
    const Family::Preview preview = m_family->preview(input);
    QCOMPARE(preview.panels.size(), std::size_t(2));
    QVERIFY(preview.note.empty());
    const Array layout = preview.arrays.at("layout");
    QCOMPARE(layout.shape, (std::vector<std::int64_t>{6, 3}));

    input.seed = 5;
    input.arrays["layout"] = layout;
    const auto decoder = m_family->begin(complete({}), input);
    decoder->sweep();
    QVERIFY(samePanels(decoder->panels(), m_family->preview(input).panels));
    QVERIFY(!samePanels(decoder->panels(), m_family->preview(twoEpisodes()).panels));
    const auto states = std::get<std::vector<float>>(finish(*decoder).result.at("states").values);
    const auto& other = std::get<std::vector<float>>(m_reference.result.at("states").values);
    // Only of the first episode.
    QVERIFY(std::equal(states.begin() + 28, states.end(), other.begin() + 28));

    auto moved = std::get<std::vector<float>>(layout.values);
    moved[0] = 9;
    input.arrays["layout"] = {{6, 3}, moved};
    QVERIFY_EXCEPTION_THROWN(m_family->begin(complete({}), input), UsageError);
    QVERIFY_EXCEPTION_THROWN(m_family->preview(input), UsageError);
    input.arrays["layout"] = {{3, 6}, layout.values};
    QVERIFY_EXCEPTION_THROWN(m_family->begin(complete({}), input), UsageError);
  }

  void otherStepsBetweenChunks() {
    const auto decoder = begin({});
    Plan plan = decoder->plan();
    while (!endsStage(plan, *decoder->sweep())) continue;
    KnobValues values = complete({{"execute", whole(1)}, {"chunk", whole(2)}});
    decoder->setKnobs(values);
    // Two steps of the first episode are left, and four of the second, one each.
    plan = decoder->plan();
    QCOMPARE(plan.positions, (std::vector<int>{21, 14, 14, 14, 14, 14, 14}));
    const DecodedRun rest = finish(*decoder);
    QCOMPARE(rest.sweeps.back().window.stage, 6);
    QCOMPARE(rest.result.at("tokens").shape, (std::vector<std::int64_t>{7, 21}));
    QCOMPARE(std::get<std::vector<std::int64_t>>(rest.result.at("tokens").values).back(), -1);
  }

 private:
  KnobValues complete(const KnobValues& given) const { return completeShort(*m_family, given); }
  std::unique_ptr<Decoder> begin(const KnobValues& given) {
    return m_family->begin(complete(given), twoEpisodes());
  }
  DecodedRun decode(const KnobValues& given) { return finish(*begin(given)); }

  std::unique_ptr<RobotFolder> m_folder;
  std::unique_ptr<PolicyFamily> m_family;
  DecodedRun m_reference;
};

QTEST_GUILESS_MAIN(VlaDecoderTest)
#include "vla_decoder_test.moc"
