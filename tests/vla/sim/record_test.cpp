// Recording what the expert does: what is in the data follows from the seed.
#include <QTemporaryDir>
#include <QtTest>

#include <span>

#include "engine/vla/sim/instructions.h"
#include "engine/vla/sim/record_episode.h"
#include "engine/vla/sim/world.h"

using namespace jacobiscope;

namespace {

Demonstrations recorded(std::uint64_t dataSeed, int episodes, double noise, int plan = 0) {
  World world;
  Camera camera(24, 24);
  Demonstrations data;
  data.planLength = plan;
  for (int e = 0; e < episodes; ++e) {
    const std::uint64_t seed = episodeSeed(dataSeed, std::uint64_t(e));
    recordEpisode(world, camera, randomTask(seed), seed, noise, data);
  }
  return data;
}

}  // namespace

class RecordTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void episodesFollowFromTheSeed() {
    const Demonstrations data = recorded(1, 6, 0.2);
    const Demonstrations again = recorded(1, 2, 0.2), other = recorded(2, 1, 0.2);
    QVERIFY(std::equal(again.pictures.begin(), again.pictures.end(), data.pictures.begin()));
    QVERIFY(std::equal(again.actions.begin(), again.actions.end(), data.actions.begin()));
    QVERIFY(!std::equal(other.actions.begin(), other.actions.end(), data.actions.begin()));
    QCOMPARE(data.episodes(), 6);
    QCOMPARE(data.pictures.size(), std::size_t(data.steps()) * 24 * 24 * 3);
    QCOMPARE(data.proprioception.size(), std::size_t(data.steps()) * kProprioceptionSize);
    QCOMPARE(data.places.size(), std::size_t(data.steps()) * 2 * kThings);
    for (const float share : data.places) QVERIFY(share > -0.2f && share < 1.2f);
    for (std::size_t e = 0; e < 6; ++e) {
      const Understanding said = understand(data.texts[data.instructions[e]]);
      QVERIFY(said.task == randomTask(data.seeds[e]));
      QCOMPARE(std::int64_t(said.task->kind), data.kinds[e]);
    }
  }

  // The first action of an episode does not know of the noise that comes after it.
  void labelsAreWithoutNoise() {
    const Demonstrations quiet = recorded(1, 1, 0), noisy = recorded(1, 1, 0.2);
    QVERIFY(std::equal(quiet.actions.begin(), quiet.actions.begin() + kActionSize,
                       noisy.actions.begin()));
    QVERIFY(!std::equal(quiet.proprioception.begin() + 7, quiet.proprioception.begin() + 14,
                        noisy.proprioception.begin() + 7));
  }

  // Plans are what comes to pass where nothing disturbs, and recording them disturbs nothing.
  void plansAreWhatTheExpertWouldDo() {
    constexpr int kPlan = 3;
    Demonstrations quiet = recorded(1, 2, 0, kPlan), noisy = recorded(1, 2, 0.2, kPlan);
    const std::span actions(quiet.actions), plans(quiet.plans);
    QCOMPARE(plans.size(), kPlan * actions.size());
    for (std::int64_t step = 0; step < quiet.steps(); ++step) {
      for (int k = 0; k < kPlan; ++k) {
        const bool over = step + k >= (step < quiet.starts[1] ? quiet.starts[1] : quiet.steps());
        const auto plan = plans.subspan((kPlan * step + k) * kActionSize, kActionSize);
        const auto before = plans.subspan((kPlan * step + k - over) * kActionSize, kActionSize);
        std::vector<float> expected(kActionSize, 0.0f);
        expected.back() = before.back();
        if (!over) {
          const auto action = actions.subspan((step + k) * kActionSize, kActionSize);
          expected.assign(action.begin(), action.end());
        }
        QVERIFY(std::ranges::equal(plan, expected));
      }
    }
    noisy.plans.clear();
    noisy.planLength = 0;
    QVERIFY(noisy == recorded(1, 2, 0.2));
  }

  void theFileHoldsWhatWasRecorded() {
    QTemporaryDir folder;
    const auto file = std::filesystem::path(folder.path().toStdString()) / "data.safetensors";
    const Demonstrations data = recorded(4, 3, 0.1, 2);
    writeDemonstrations(file, data, {4, 0.1});
    QVERIFY(readDemonstrations(file) == data);
  }

  // Somebody else acts: every state that is reached is labelled, also without success.
  void theExpertLabelsWhatAnActorReaches() {
    World world;
    Camera camera(24, 24);
    const std::uint64_t seed = episodeSeed(1, 7);
    const Task task = makeTask(TaskKind::Stack, Thing::RedCube, Thing::BlueCube);
    std::vector<Action> said;
    std::vector<int> steps;
    std::string text;
    const Actor idle = [&](const Observation& seen, const Action& expert, int step) {
      said.push_back(expert);
      steps.push_back(step);
      text = seen.instruction;
      return Action{0, 0, 0, 0, 0, 0, 1};
    };
    Demonstrations data;
    data.planLength = 2;
    QVERIFY(!recordEpisode(world, camera, task, seed, idle, KeepEpisodes::All, data).success);
    QCOMPARE(data.episodes(), 1);
    QCOMPARE(data.steps(), kLongestEpisode);
    QCOMPARE(steps.back(), kLongestEpisode - 1);
    QCOMPARE(data.plans.size(), 2 * data.actions.size());
    QVERIFY(understand(text).task == task);
    QCOMPARE(data.texts.at(0), text);
    for (std::size_t step = 0; step < said.size(); ++step) {
      QVERIFY(std::equal(said[step].begin(), said[step].end(),
                         data.actions.begin() + std::ptrdiff_t(step) * kActionSize));
    }
    Demonstrations none;
    recordEpisode(world, camera, task, seed, idle, KeepEpisodes::Successful, none);
    QVERIFY(none == Demonstrations{});
  }

  void aFailedEpisodeLeavesNothing() {
    World world;
    Camera camera(24, 24);
    Demonstrations data = recorded(1, 1, 0, 2);
    const Demonstrations before = data;
    // Noise of fifty steps' length: no cube is ever met.
    const Task task = makeTask(TaskKind::Stack, Thing::RedCube, Thing::BlueCube);
    const EpisodeResult result =
        recordEpisode(world, camera, task, episodeSeed(1, 7), 50, data);
    QVERIFY(!result.success);
    QVERIFY(data == before);
    Demonstrations none;  // also the size of pictures
    QVERIFY(!recordEpisode(world, camera, task, episodeSeed(1, 7), 50, none).success);
    QVERIFY(none == Demonstrations{});
  }
};

QTEST_GUILESS_MAIN(RecordTest)
#include "record_test.moc"
