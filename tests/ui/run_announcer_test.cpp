// A run that ended is told of when it was long, nobody looked and the user wants it.
#include <QtTest>
#include <chrono>

#include "engine/toy/toy_family.h"
#include "ui/shell/run_announcer.h"

using namespace jacobiscope;

namespace {

constexpr int kPatience = 120000;  // milliseconds

struct FakeNotifier : Notifier {
  explicit FakeNotifier(QStringList& told) : told(told) {}
  void show(const QString& title, const QString& text) override { told << title << text; }
  QStringList& told;
};

struct Announced {
  explicit Announced(std::chrono::milliseconds least, bool lookedAt = false)
      : announcer(engine, std::make_unique<FakeNotifier>(told), [lookedAt] { return lookedAt; },
                  least) {
    engine.load("toy");
  }
  bool ended() {
    const auto& runs = engine.recording().runs();
    return !runs.empty() && runs.begin()->second.ended();
  }
  bool generate() {
    if (!QTest::qWaitFor([this] { return engine.view().model.has_value(); }, kPatience)) {
      return false;
    }
    engine.generate();
    return QTest::qWaitFor([this] { return ended(); }, kPatience);
  }

  QStringList told;
  Engine engine{std::vector<FamilyEntry>{toyFamily()}};
  RunAnnouncer announcer;
};

}  // namespace

class RunAnnouncerTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void aLongRunIsTold() {
    Announced a(std::chrono::milliseconds(0));
    QVERIFY(a.generate());
    QCOMPARE(a.told.size(), 2);
    QCOMPARE(a.told[0], QString("Run #1 has ended"));
    QCOMPARE(a.told[1], QString::fromStdString(a.engine.view().model->title));
  }

  void aShortRunIsNot() {
    Announced a(std::chrono::hours(24));
    QVERIFY(a.generate());
    QCOMPARE(a.told, QStringList());
  }

  void whoLooksIsNotTold() {
    Announced a(std::chrono::milliseconds(0), true);
    QVERIFY(a.generate());
    QCOMPARE(a.told, QStringList());
  }

  void switchedOffItIsSilent() {
    Announced a(std::chrono::milliseconds(0));
    a.announcer.setOn(false);
    QVERIFY(a.generate());
    QCOMPARE(a.told, QStringList());
  }

  void whoeverStopsARunKnows() {
    Announced a(std::chrono::milliseconds(0));
    QVERIFY(QTest::qWaitFor([&] { return a.engine.view().model.has_value(); }, kPatience));
    a.engine.setKnobs({{"delay", std::int64_t{50}}, {"mode", std::string("sequential")}});
    a.engine.generate();
    QVERIFY(QTest::qWaitFor([&] { return a.engine.view().running; }, kPatience));
    a.engine.stop();
    QVERIFY(QTest::qWaitFor([&] { return a.ended(); }, kPatience));
    QCOMPARE(a.told, QStringList());
  }
};

QTEST_GUILESS_MAIN(RunAnnouncerTest)
#include "run_announcer_test.moc"
