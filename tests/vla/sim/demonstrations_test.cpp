// Demonstrations as a file: round trip, statistics, damage. Needs no simulator.
#include <QTemporaryDir>
#include <QtTest>

#include <nlohmann/json.hpp>

#include "engine/checkpoint/checkpoint.h"
#include "engine/checkpoint/safetensors.h"
#include "engine/core/error.h"
#include "engine/vla/sim/demonstrations.h"
#include "engine/vla/sim/statistics.h"
#include "engine/vla/sim/things.h"

using namespace jacobiscope;

namespace {

// Two episodes, of three steps and two.
Demonstrations small() {
  Demonstrations data;
  data.pictureSize = 4;
  for (int i = 0; i < 5 * 4 * 4 * 3; ++i) data.pictures.push_back(std::uint8_t(i * 7));
  for (int i = 0; i < 35; ++i) {
    data.proprioception.push_back(0.01f * float(i));
    data.actions.push_back(i % 7 == 3 ? 0.0f : 0.001f * float(i));
  }
  data.planLength = 2;
  for (int i = 0; i < 70; ++i) data.plans.push_back(0.002f * float(i));
  for (int i = 0; i < 5 * 2 * kThings; ++i) data.places.push_back(0.01f * float(i));
  data.starts = {0, 3};
  data.seeds = {std::int64_t(episodeSeed(1, 0)), std::int64_t(episodeSeed(1, 1))};
  data.kinds = {3, 0};
  data.instructions = {data.textIndex("put the red cube in the bowl"),
                       data.textIndex("touch the blue cube")};
  return data;
}

}  // namespace

class DemonstrationsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init() {
    m_folder = std::make_unique<QTemporaryDir>();
    m_file = std::filesystem::path(m_folder->path().toStdString()) / "data.safetensors";
  }

  void roundTrip() {
    Demonstrations data = small();
    data.planLength = 0;
    data.plans.clear();
    data.places.clear();
    writeDemonstrations(m_file, data, {1, 0.2});
    QVERIFY(readDemonstrations(m_file) == data);
    data = small();
    writeDemonstrations(m_file, data, {1, 0.2});
    QVERIFY(readDemonstrations(m_file) == data);
    const auto metadata = Checkpoint::open(m_file).metadata();
    QCOMPARE(metadata.at("noise"), std::string("0.2"));
    const auto stats = nlohmann::json::parse(metadata.at("norm_stats"))["tabletop"];
    QCOMPARE(stats["num_transitions"].get<int>(), 5);
    QCOMPARE(stats["num_trajectories"].get<int>(), 2);
    for (int i = 0; i < kActionSize; ++i) {
      // Roll never moves; it is divided by all the same.
      QVERIFY(stats["action"]["q99"][i].get<double>() > stats["action"]["q01"][i].get<double>());
      QCOMPARE(stats["action"]["mask"][i].get<bool>(), i != 6);
    }
  }

  void textsAreKeptOnce() {
    Demonstrations data;
    QCOMPARE(data.textIndex("a"), 0);
    QCOMPARE(data.textIndex("b"), 1);
    QCOMPARE(data.textIndex("a"), 0);
    QCOMPARE(data.texts.size(), std::size_t(2));
  }

  void quantilesAreNumpys() {
    std::vector<float> values;  // two columns: 0 ... 200 out of order, and a constant
    for (int i = 0; i <= 200; ++i) {
      values.push_back(float((i * 7) % 201));
      values.push_back(3);
    }
    ValueStatistics statistics = statisticsOf(values, 2);
    QCOMPARE(statistics.q01[0], 2.0);
    QCOMPARE(statistics.q99[0], 198.0);
    QCOMPARE(statistics.min[0], 0.0);
    QCOMPARE(statistics.max[0], 200.0);
    QCOMPARE(statistics.mean[0], 100.0);
    QVERIFY(std::abs(statistics.std[0] - std::sqrt((201.0 * 201 - 1) / 12)) < 1e-9);
    separateQuantiles(statistics, std::vector<double>{1, 0.5});
    QCOMPARE(statistics.q01[0], 2.0);
    QCOMPARE(statistics.q01[1], 2.75);
    QCOMPARE(statistics.q99[1], 3.25);
    QVERIFY_THROWS_EXCEPTION(UsageError, statisticsOf({}, 2));
  }

  void seedsOfDataAreNoneOfEvaluation() {
    QCOMPARE(episodeSeed(1, 0), std::uint64_t(1) << 32);
    QCOMPARE(episodeSeed(3, 5), (std::uint64_t(3) << 32) + 5);
    QVERIFY_THROWS_EXCEPTION(UsageError, episodeSeed(0, 5));
    QVERIFY_THROWS_EXCEPTION(UsageError, episodeSeed(1, std::uint64_t(1) << 32));
    QVERIFY_THROWS_EXCEPTION(UsageError, episodeSeed(std::uint64_t(1) << 31, 0));
  }

  void filesThatDoNotFitAreRefused_data() {
    QTest::addColumn<int>("damage");
    for (int i = 0; i < 6; ++i) QTest::addRow("%d", i) << i;
  }

  void filesThatDoNotFitAreRefused() {
    QFETCH(int, damage);
    Demonstrations data = small();
    if (damage == 0) data.starts = {0, 5};
    if (damage == 1) data.starts = {1, 3};
    if (damage == 2) data.starts = {0, 0};
    if (damage == 3) data.kinds[1] = 6;
    if (damage == 4) data.instructions[0] = 2;
    if (damage == 5) data.instructions[0] = -1;
    writeDemonstrations(m_file, data, {1, 0.2});
    QVERIFY_THROWS_EXCEPTION(Error, readDemonstrations(m_file));
  }

  void otherFilesAreRefused() {
    writeSafetensors(m_file, Arrays{{"image", {{1}, std::vector<float>{0}}}});
    QVERIFY_THROWS_EXCEPTION(Error, readDemonstrations(m_file));
    Demonstrations nothing;
    QVERIFY_THROWS_EXCEPTION(Error, writeDemonstrations(m_file, nothing, {1, 0}));
    Demonstrations odd = small();
    odd.seeds.pop_back();
    QVERIFY_THROWS_EXCEPTION(Error, writeDemonstrations(m_file, odd, {1, 0}));
  }

 private:
  std::unique_ptr<QTemporaryDir> m_folder;
  std::filesystem::path m_file;
};

QTEST_GUILESS_MAIN(DemonstrationsTest)
#include "demonstrations_test.moc"
