// Recording what the expert does: what is in the data follows from the seed.
#include <QTemporaryDir>
#include <QtTest>

#include "engine/vla/sim/instructions.h"
#include "engine/vla/sim/record_episode.h"
#include "engine/vla/sim/world.h"

using namespace jacobiscope;

namespace {

Demonstrations recorded(std::uint64_t dataSeed, int episodes, double noise, int size = 24) {
  World world;
  Camera camera(size, size);
  Demonstrations data;
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

  void theFileHoldsWhatWasRecorded() {
    QTemporaryDir folder;
    const auto file = std::filesystem::path(folder.path().toStdString()) / "data.safetensors";
    const Demonstrations data = recorded(4, 3, 0.1);
    writeDemonstrations(file, data, {4, 0.1});
    QVERIFY(readDemonstrations(file) == data);
  }

  void aFailedEpisodeLeavesNothing() {
    World world;
    Camera camera(24, 24);
    Demonstrations data = recorded(1, 1, 0);
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
