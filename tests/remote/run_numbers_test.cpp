// Numbers of runs on their way between two engines.
#include <QtTest>

#include "engine/core/error.h"
#include "engine/remote/run_numbers.h"

using namespace jacobiscope;
using namespace jacobiscope::remote;

namespace {

Started started(int run) {
  Started event;
  event.run = run;
  return event;
}

// The number that an exactness of the run `there` has here.
int numberHere(RunNumbers& numbers, int there) {
  Exactness exactness;
  exactness.run = there;
  Event event = exactness;
  numbers.bringHere(event);
  return std::get<Exactness>(event).run;
}

// The number by which a judging of the run `here` goes to the engine.
int numberThere(const RunNumbers& numbers, int here) {
  Command command = command::Judge{{started(here), {}}};
  numbers.takeThere(command);
  return std::get<command::Judge>(command).run.start.run;
}

}  // namespace

class RunNumbersTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void runsOfBothSidesComeBackByTheirNumbers() {
    RunNumbers numbers(std::make_shared<std::atomic<int>>(4));
    Event event = started(1);
    numbers.bringHere(event);
    QCOMPARE(std::get<Started>(event).run, 5);
    QCOMPARE(numberHere(numbers, 1), 5);
    QCOMPARE(numberThere(numbers, 5), 1);
    // Run 1 here is another run than run 1 there.
    const int other = numberThere(numbers, 1);
    QVERIFY(other != 1);
    QCOMPARE(numberHere(numbers, other), 1);
  }

  void aRunThatNeverBeganIsRefused() {
    RunNumbers numbers(std::make_shared<std::atomic<int>>(0));
    QVERIFY_THROWS_EXCEPTION(Error, numberHere(numbers, 1));
    QVERIFY_THROWS_EXCEPTION(Error, numberHere(numbers, -1));
  }

  // An engine cannot begin a run under the name of one that is not its own.
  void aRunOfAnotherEngineCannotBegin() {
    RunNumbers numbers(std::make_shared<std::atomic<int>>(4));
    for (const int run : {numberThere(numbers, 3), 0, -1}) {
      Event event = started(run);
      QVERIFY_THROWS_EXCEPTION(Error, numbers.bringHere(event));
    }
  }
};

QTEST_GUILESS_MAIN(RunNumbersTest)
#include "run_numbers_test.moc"
