// A session in another process, the command line itself in place of ssh: it is used as one here.
#include <QtTest>
#include <csignal>
#include <fstream>

#include "engine/record/recording.h"
#include "engine/record/trace_frame.h"
#include "engine/toy/toy_family.h"
#include "tests/core/session_listener.h"
#include "tests/record/recording_rules.h"
#include "tests/remote/remote_listener.h"

using namespace jacobiscope;
using namespace jacobiscope::test;

namespace {

const std::vector<std::string> kEngine = {JACOBISCOPE_CLI, "serve"};

std::vector<std::string> shell(const std::string& script) { return {"/bin/sh", "-c", script}; }

KnobValues slow() {
  return {{"mode", std::string("sequential")}, {"delay", std::int64_t{5}}};
}

// The engine under a shell that writes its process number first.
std::vector<std::string> engineWithNumber(const QString& file) {
  return shell("echo $$ > '" + file.toStdString() + "'; exec '" JACOBISCOPE_CLI "' serve");
}

pid_t numberIn(const QString& file) {
  pid_t number = 0;
  std::ifstream(file.toStdString()) >> number;
  return number;
}

}  // namespace

class RemoteSessionTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void itSaysWhatItHas() {
    RemoteListener engine(kEngine);
    const auto hello = engine.greeting();
    QVERIFY(QString::fromStdString(hello.program).startsWith("Jacobiscope "));
    QVERIFY(std::ranges::count(hello.families, std::string("toy")) == 1);
    QVERIFY(std::ranges::count(hello.models, std::string("toy"), &ModelEntry::name) == 1);
  }

  // The same run as in this process, event for event.
  void aRunThereIsARunHere() {
    const KnobValues knobs = {{"size", std::int64_t{48}}, {"mode", std::string("window")}};
    Listener here({toyFamily()});
    here.load("toy");
    here.start(knobs);
    const Finished expected = here.wait<Finished>();

    auto number = std::make_shared<std::atomic<int>>(6);
    RemoteListener there(kEngine, {"box", 1 << 24, number});
    Recording recording;
    there.loadToy();
    there.post(command::Start{knobs, {}, false, false});
    const Started started = there.wait<Started>();
    QCOMPARE(started.run, 7);
    QCOMPARE(started.model.device, std::string("CPU · box"));
    there.passed = {started};
    const Finished finished = there.wait<Finished>();
    QCOMPARE(finished.run, 7);
    QCOMPARE(finished.sweeps, expected.sweeps);
    QCOMPARE(finished.calls, expected.calls);
    QVERIFY(finished.result == expected.result);
    for (const Event& event : there.passed) recording.add(event);
    recording.add(finished);
    QCOMPARE(brokenRule(recording), std::string());
    QCOMPARE(std::int64_t(recording.run(7)->snapshots.size()), finished.sweeps);
    QVERIFY(recording.pictureAt(7, finished.sweeps, "sample"));
    const auto traffic = there.session().traffic();
    QVERIFY(traffic.pictureBytes > 0);
    // Greeting, model, beginning and end are neither.
    QVERIFY(traffic.pictureBytes + traffic.factBytes < traffic.bytes);
  }

  // Runs of that engine and of others: each comes back by its number here.
  void branchesAndTheOracleWorkThere() {
    auto number = std::make_shared<std::atomic<int>>(4);
    RemoteListener engine(kEngine, {"box", 1 << 20, number});
    engine.loadToy();
    engine.post(command::Start{{{"size", std::int64_t{24}}, {"stages", std::int64_t{2}}}, {}});
    const Started started = engine.wait<Started>();
    engine.passed.clear();
    const Finished finished = engine.wait<Finished>();
    Recording recording;
    recording.add(started);
    for (const Event& event : engine.passed) recording.add(event);
    const RunRecord& run = *recording.run(5);
    Replay replay{run.start, {run.snapshots.begin(), run.snapshots.begin() + 3}};

    engine.post(command::Branch{replay, {}, false});
    const Started branch = engine.wait<Started>();
    QCOMPARE(branch.run, 6);
    QVERIFY(branch.parent == (BranchPoint{5, 3}));
    QVERIFY(engine.wait<Finished>().result == finished.result);

    engine.post(command::Judge{{run.start, run.snapshots}});
    QCOMPARE(engine.wait<Exactness>().run, 5);
    while (engine.wait<Progress>().fraction < 1) {
    }

    replay.start.run = 99;  // of another engine
    engine.post(command::Branch{replay, {}, false});
    QVERIFY(engine.wait<Started>().parent == (BranchPoint{99, 3}));
    QVERIFY(engine.wait<Finished>().result == finished.result);
  }

  void knobsPausesAndStopsActThere() {
    RemoteListener engine(kEngine);
    engine.loadToy();
    engine.post(command::Start{slow(), {}, false, true});
    QVERIFY(engine.wait<Paused>().paused);
    engine.post(command::Step{3, false});
    QVERIFY(!engine.wait<Paused>().paused);
    QVERIFY(engine.wait<Paused>().paused);
    engine.post(command::SetKnob{"coupling", 2.0});
    engine.post(command::SetKnob{"coupling", 9.0});
    QCOMPARE(engine.wait<Failed>().what, std::string("knob"));
    engine.passed.clear();
    engine.post(command::Resume{});
    const auto snapshot = engine.wait<std::shared_ptr<const Snapshot>>();
    QVERIFY(snapshot->knobs->at("coupling") == KnobValue(2.0));
    engine.post(command::Stop{});
    const Finished finished = engine.wait<Finished>();
    QCOMPARE(finished.outcome, Outcome::Stopped);
    QCOMPARE(finished.timeline.size(), std::size_t{2});
  }

  void theEngineGoesWithItsWindow() {
    QTemporaryDir folder;
    const QString file = folder.filePath("number");
    pid_t number = 0;
    {
      RemoteListener engine(engineWithNumber(file));
      engine.loadToy();
      engine.post(command::Start{slow(), {}, false, false});
      engine.wait<std::shared_ptr<const Snapshot>>();
      number = numberIn(file);
      QCOMPARE(::kill(number, 0), 0);
    }
    QCOMPARE(::kill(number, 0), -1);
  }

  void aKilledEngineEndsWhatWasUnderWay() {
    QTemporaryDir folder;
    const QString file = folder.filePath("number");
    RemoteListener engine(engineWithNumber(file), {"me@box", 1 << 20, nullptr});
    engine.loadToy();
    engine.post(command::Start{slow(), {}, false, true});
    const int run = engine.wait<Started>().run;
    QVERIFY(engine.wait<Paused>().paused);
    QVERIFY(numberIn(file) > 0);
    QCOMPARE(::kill(numberIn(file), SIGKILL), 0);
    const Failed failed = engine.wait<Failed>();
    QCOMPARE(failed.run, run);
    QCOMPARE(failed.what, std::string("run"));
    QCOMPARE(failed.message, std::string("The connection to me@box was lost."));
    QVERIFY(!engine.wait<Paused>().paused);
    QCOMPARE(engine.ending().message, failed.message);
    // What is asked for afterwards has its ending at once.
    engine.post(command::Start{});
    QCOMPARE(engine.wait<Failed>().what, std::string("run"));
    engine.post(command::Load{{"toy", {}, {}}});
    QCOMPARE(engine.wait<Failed>().what, std::string("load"));
  }

  void whatDoesNotBecomeAnEngineIsToldInASentence_data() {
    QTest::addColumn<QString>("script");
    QTest::addColumn<QString>("message");
    QTest::newRow("ssh cannot") << "echo debug >&2; echo 'ssh: connect to host box port 22: "
                                   "Connection refused' >&2; exit 255"
                                << "box could not be reached: ssh: connect to host box port 22: "
                                   "Connection refused.";
    QTest::newRow("not let in")
        << "echo 'me@box: Permission denied (publickey,password).' >&2; exit 255"
        << "box could not be reached: me@box: Permission denied (publickey,password).";
    QTest::newRow("no command") << "echo 'bash: line 1: jacobiscope-cli: command not found' >&2; "
                                   "exit 127"
                                << "The command was not found on box: bash: line 1: "
                                   "jacobiscope-cli: command not found.";
    QTest::newRow("a greeting") << "echo 'Welcome to box!'; cat > /dev/null"
                                << "box answered with something that is no Jacobiscope engine: "
                                   "“Welcome to box!”.";
    QTest::newRow("nothing") << "exit 0" << "No engine began on box.";
  }
  void whatDoesNotBecomeAnEngineIsToldInASentence() {
    QFETCH(QString, script);
    QFETCH(QString, message);
    RemoteListener engine(shell(script.toStdString()), {"box", 1, nullptr});
    const auto ending = engine.ending();
    QCOMPARE(QString::fromStdString(ending.message), message);
    QVERIFY(!ending.hint.empty());
  }

  void aProgramThatIsNotThereIsNamed() {
    try {
      RemoteSession session({"/nowhere/ssh"}, {}, {});
      QFAIL("it began");
    } catch (const Error& error) {
      QCOMPARE(QString(error.what()),
               QString("/nowhere/ssh cannot be started: No such file or directory."));
    }
  }

  void anEngineOfAnotherVersionIsRefused() {
    auto hello = remote::toWire(remote::engineHello({}, {}));
    hello["version"] = {3, 0};
    QTemporaryDir folder;
    const QString file = folder.filePath("hello");
    std::vector<std::uint8_t> bytes;
    trace::appendRecord(hello, bytes);
    std::ofstream(file.toStdString()).write(reinterpret_cast<const char*>(bytes.data()),
                                            std::streamsize(bytes.size()));
    RemoteListener engine(shell("cat '" + file.toStdString() + "'; cat > /dev/null"),
                          {"box", 1, nullptr});
    const QString message = QString::fromStdString(engine.ending().message);
    QVERIFY2(message.startsWith("box: Jacobiscope ") && message.contains("speaks version 3.0"),
             qPrintable(message));
  }

  void anEngineThatRavesIsLeft() {
    auto hello = remote::toWire(remote::engineHello({}, {}));
    std::vector<std::uint8_t> bytes;
    trace::appendRecord(hello, bytes);
    trace::appendRecord({{"type", "sweep"}, {"run", 3}}, bytes);
    QTemporaryDir folder;
    const QString file = folder.filePath("stream");
    std::ofstream(file.toStdString()).write(reinterpret_cast<const char*>(bytes.data()),
                                            std::streamsize(bytes.size()));
    RemoteListener engine(shell("cat '" + file.toStdString() + "'; cat > /dev/null"),
                          {"box", 1, nullptr});
    const QString message = QString::fromStdString(engine.ending().message);
    QVERIFY2(message.startsWith("box sent what no engine says: "), qPrintable(message));
  }
};

QTEST_GUILESS_MAIN(RemoteSessionTest)
#include "remote_session_test.moc"
