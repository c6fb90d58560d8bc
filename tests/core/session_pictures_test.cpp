// When pictures are taken, and that taking them changes nothing.
#include <QtTest>

#include <semaphore>
#include <set>

#include "engine/record/recording.h"
#include "engine/toy/toy_family.h"
#include "tests/core/fake_family.h"
#include "tests/core/session_listener.h"

using namespace jacobiscope;
using namespace jacobiscope::test;

namespace {

using SnapshotPointer = std::shared_ptr<const Snapshot>;

constexpr double kSeldom = 1e-6;  // the first sweep's picture, and no other by the clock

// The sweeps with pictures of a whole run of the script.
std::vector<std::int64_t> sweepsWithPictures(Session::Options options) {
  Script script;
  Listener session({fakeFamily(script)}, options);
  session.load();
  session.start();
  session.wait<Finished>();
  std::vector<std::int64_t> sweeps;
  for (const auto& snapshot : session.passed<SnapshotPointer>()) {
    if (!snapshot->panels.empty()) sweeps.push_back(snapshot->sweep.index);
  }
  return sweeps;
}

// What a toy run computed: all numbers that must not depend on who watches.
struct Computed {
  std::vector<Sweep> sweeps;
  Arrays result;
};

bool same(const Computed& a, const Computed& b) {
  const auto bits = [](const Sweep& s) {
    return std::tuple(s.index, s.window.stage, s.window.begin, s.window.end, s.iteration,
                      s.frontier, s.verdict, s.residual, s.calls,
                      std::get<std::vector<float>>(s.facts.at(0).values));
  };
  return a.result == b.result &&
         std::ranges::equal(a.sweeps, b.sweeps,
                            [&](const Sweep& x, const Sweep& y) { return bits(x) == bits(y); });
}

const KnobValues kToy = {{"size", std::int64_t{49}}, {"mode", std::string("window")}};

Computed plainLoop() {
  const auto toy = toyFamily().load({"toy", {}, {}});
  const auto decoder = toy->begin(completeKnobs(toy->info().knobs, kToy), {});
  Computed computed;
  while (auto sweep = decoder->sweep()) {
    sweep->index = std::ssize(computed.sweeps);
    computed.sweeps.push_back(std::move(*sweep));
  }
  computed.result = decoder->result();
  return computed;
}

Computed throughSession(Session::Options options, const std::vector<Command>& commands) {
  Listener session({toyFamily()}, options);
  session.load("toy");
  session.post(command::Start{kToy, {}, false, true});
  for (const Command& command : commands) session.post(command);
  Computed computed;
  computed.result = session.wait<Finished>().result;
  for (const auto& snapshot : session.passed<SnapshotPointer>()) {
    if (snapshot->sweep.index == std::ssize(computed.sweeps)) {
      computed.sweeps.push_back(snapshot->sweep);
    }
  }
  return computed;
}

}  // namespace

class SessionPicturesTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void picturesComeByTheClockAtStageEndsAndAtTheEnd() {
    QVERIFY((sweepsWithPictures({kSeldom, true}) == std::vector<std::int64_t>{0, 3, 7, 11}));
    QVERIFY((sweepsWithPictures({kSeldom, false}) == std::vector<std::int64_t>{0, 11}));
    QVERIFY(sweepsWithPictures({0, true}).empty());
  }

  void aPauseShowsItsSweep() {
    Script script;
    Listener session({fakeFamily(script)}, {kSeldom, false});
    session.load();
    session.startPaused();
    session.step(2);
    const auto snapshots = session.passed<SnapshotPointer>();
    QCOMPARE(snapshots.size(), std::size_t{3});
    QVERIFY(snapshots[1]->panels.empty());
    QCOMPARE(snapshots[2]->sweep.index, std::int64_t{1});  // the same sweep, with pictures
    QCOMPARE(snapshots[2]->panels.size(), std::size_t{1});
    QCOMPARE(snapshots[2]->computeSeconds, snapshots[1]->computeSeconds);
    QVERIFY(snapshots[2]->captureSeconds > snapshots[1]->captureSeconds);
    QCOMPARE(script.panels.load(), 2);
  }

  void aStoppedRunShowsItsLastSweep() {
    Script script;
    script.gated = true;
    Listener session({fakeFamily(script)}, {kSeldom, false});
    session.load();
    session.start();
    script.permits.release();
    script.begun.acquire();
    script.begun.acquire();
    session.post(command::Stop{});
    script.permits.release();
    session.wait<Finished>();
    const auto last = session.passed<SnapshotPointer>().back();
    QCOMPARE(last->sweep.index, std::int64_t{1});
    QVERIFY(!last->panels.empty());
  }

  void underPressurePicturesAreDroppedButNoFacts() {
    Script script;
    Listener session({fakeFamily(script)}, {kSeldom, true, 0});
    session.load();
    session.start();
    script.results.acquire();  // nothing was drained during the run
    session.wait<Finished>();
    std::vector<std::int64_t> all, withPictures;
    for (const auto& snapshot : session.passed<SnapshotPointer>()) {
      all.push_back(snapshot->sweep.index);
      if (!snapshot->panels.empty()) withPictures.push_back(snapshot->sweep.index);
    }
    QVERIFY((all == std::vector<std::int64_t>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 11}));
    QVERIFY((withPictures == std::vector<std::int64_t>{0, 11}));
    session.start();  // drained in the meantime: the first sweep is photographed again
    QVERIFY(!session.waitSnapshot()->panels.empty());
  }

  void picturesOfTheSweepsBetweenAreMadeAfterwards() {
    Script script;
    script.keepsPast = true;
    Listener session({fakeFamily(script)}, {kSeldom, true});
    session.load();
    session.start();
    session.wait<Finished>();
    std::set<std::int64_t> pictured;
    for (const auto& snapshot : session.passed<SnapshotPointer>())
      if (!snapshot->panels.empty()) pictured.insert(snapshot->sweep.index);
    QVERIFY(pictured.contains(11));
    std::vector<std::int64_t> made;
    while (pictured.size() < 12) {
      const SnapshotPointer snapshot = session.waitSnapshot();
      QVERIFY(pictured.insert(snapshot->sweep.index).second);
      made.push_back(snapshot->sweep.index);
      const auto& image = std::get<Image>(snapshot->panels.at(0).picture);
      QCOMPARE(int(image.rgba[0]), snapshot->sweep.window.stage);
      QCOMPARE(int(image.rgba[1]), snapshot->sweep.iteration);
    }
    QVERIFY(!std::ranges::is_sorted(made));  // from coarse to fine
  }

  void theNextRunDoesNotWaitForPicturesOfTheLast() {
    Script script;
    script.keepsPast = true;
    std::counting_semaphore<> reached(0), goOn(0);
    script.at = [&](const std::string& at) {
      if (at != "panelsAfter") return;
      reached.release();
      goOn.acquire();
    };
    Listener session({fakeFamily(script)}, {kSeldom, true});
    session.load();
    session.start();
    session.wait<Finished>();
    reached.acquire();
    session.start();
    goOn.release();  // one picture and no more
    session.wait<Started>();
    session.passed();
    goOn.release(100);
    QCOMPARE(session.wait<Finished>().run, 2);
    session.post(command::Load{{"model", {}, {}}});  // the darkroom goes with its decoder
    session.wait<Loaded>();
  }

  void aPictureThatFailsAfterwardsIsToldOnce() {
    Script script;
    script.keepsPast = true;
    std::atomic<bool> fails = true;
    script.at = [&](const std::string& at) {
      if (at == "panelsAfter" && fails) throw Error("no past");
    };
    Listener session({fakeFamily(script)}, {kSeldom, true});
    session.load();
    session.start();
    session.wait<Finished>();
    QCOMPARE(session.wait<Failed>().message, std::string("no past"));
    fails = false;
    session.start();
    session.wait<Finished>();
    QVERIFY(session.passed<Failed>().empty());
  }

  void watchingChangesNothing() {
    const Computed plain = plainLoop();
    QVERIFY(plain.sweeps.size() > 30);
    const Command resume = command::Resume{};
    QVERIFY(same(plain, throughSession({0, false}, {resume})));
    QVERIFY(same(plain, throughSession({1e9, true}, {resume})));
    QVERIFY(same(plain, throughSession({60, true, 0}, {resume})));
    QVERIFY(same(plain, throughSession({1e9, true}, {command::SetPace{1000}, resume})));
    std::vector<Command> steps(plain.sweeps.size() + 1, command::Step{1, false});
    QVERIFY(same(plain, throughSession({1e9, true}, steps)));
    const std::vector<Command> knob = {command::SetKnob{"coupling", 1.5}, resume};
    QVERIFY(!same(plain, throughSession({0, false}, knob)));  // the comparison does compare
  }

  void aRecordingHoldsEverySweepOnce() {
    Script script;
    Listener session({fakeFamily(script)}, {kSeldom, false});
    Recording recording;
    session.load();
    session.startPaused();
    session.step(2);
    session.post(command::Resume{});
    const Finished finished = session.wait<Finished>();
    recording.add(Started{1, {}, {}, {}, {}, false});
    for (const Event& event : session.passed()) recording.add(event);
    recording.add(finished);
    QCOMPARE(recording.run(1)->snapshots.size(), std::size_t{12});
    QCOMPARE(recording.pictureAt(1, 1, "sample")->sweep.index, std::int64_t{1});
    QCOMPARE(recording.pictureAt(1, 10, "sample")->sweep.index, std::int64_t{1});
    QCOMPARE(recording.pictureAt(1, 11, "sample")->sweep.index, std::int64_t{11});
  }
};

QTEST_GUILESS_MAIN(SessionPicturesTest)
#include "session_pictures_test.moc"
