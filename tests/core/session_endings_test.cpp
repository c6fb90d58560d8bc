// Every Start ends in exactly one Finished or Failed, whatever happens; analyses too.
#include <QtTest>
#include <atomic>
#include <new>

#include "engine/core/random.h"
#include "engine/toy/toy_family.h"
#include "tests/core/fake_family.h"
#include "tests/core/session_listener.h"

using namespace jacobiscope;
using namespace jacobiscope::test;

namespace {

const Session::Options kBlind{0, false};

// Throws at the first call at `where`, never again.
void throwOnceAt(Script& script, const std::string& where, std::function<void()> thrower) {
  auto thrown = std::make_shared<std::atomic<bool>>(false);
  script.at = [=](const std::string& at) {
    if (at == where && !thrown->exchange(true)) thrower();
  };
}

}  // namespace

class SessionEndingsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void anExceptionEndsTheRunOnce_data() {
    QTest::addColumn<QString>("where");
    QTest::addColumn<bool>("started");
    QTest::newRow("begin") << "begin" << false;
    QTest::newRow("plan") << "plan" << false;
    QTest::newRow("sweep") << "sweep" << true;
    QTest::newRow("panels") << "panels" << true;
    QTest::newRow("result") << "result" << true;
    QTest::newRow("setKnobs") << "setKnobs" << true;
  }

  void anExceptionEndsTheRunOnce() {
    QFETCH(QString, where);
    QFETCH(bool, started);
    Script script;
    throwOnceAt(script, where.toStdString(), [] { throw Error("it broke", "mend it"); });
    Listener session({fakeFamily(script)});
    session.load();
    session.post(command::Start{{}, {}, false, where == "setKnobs"});
    if (where == "setKnobs") session.post(command::SetKnob{"live", 2.0});
    const Failed failed = session.wait<Failed>();
    QCOMPARE(failed.what, std::string("run"));
    QCOMPARE(failed.run, started ? 1 : 0);
    QCOMPARE(failed.message, std::string("it broke"));
    QCOMPARE(failed.hint, std::string("mend it"));
    session.start({}, true);  // works, and does not begin from the broken decoder
    const Started next = session.wait<Started>();
    QCOMPARE(next.run, started ? 2 : 1);
    QVERIFY(!next.warm);
    QVERIFY(session.wait<Finished>().outcome == Outcome::Done);
    QCOMPARE(session.protocol().endings(), 2);
  }

  void anExceptionWhilePausingEndsTheRunOnce() {
    Script script;
    script.gated = true;
    std::atomic<int> panels = 0;
    script.at = [&](const std::string& at) {  // the first picture is the first sweep's
      if (at == "panels" && ++panels == 2) throw Error("no picture");
    };
    Listener session({fakeFamily(script)}, {1e-6, false});
    session.load();
    session.start();
    script.permits.release();
    script.begun.acquire();
    script.begun.acquire();
    session.post(command::Pause{});
    script.permits.release();
    QCOMPARE(session.wait<Failed>().message, std::string("no picture"));
    script.gated = false;
    script.at = [](const std::string&) {};
    session.start();
    session.wait<Finished>();
    QVERIFY(session.passed<Paused>().empty());
  }

  void everyKindOfExceptionBecomesASentence_data() {
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("message");
    QTest::addColumn<QString>("hint");
    const QString memory = "There is not enough memory for a batch of this size.";
    const QString lower = "Lower the number of pictures (count, batch).";
    QTest::newRow("bad_alloc") << 0 << memory << lower;
    QTest::newRow("text of an allocator") << 1 << memory << lower;
    QTest::newRow("message with a stack trace") << 2 << "a tensor has a wrong shape"
                                                << "";
    QTest::newRow("no exception type") << 3 << "The engine stopped for an unknown reason."
                                       << "";
  }

  void everyKindOfExceptionBecomesASentence() {
    QFETCH(int, kind);
    QFETCH(QString, message);
    QFETCH(QString, hint);
    Script script;
    throwOnceAt(script, "sweep", [kind] {
      if (kind == 0) throw std::bad_alloc();
      if (kind == 1) throw std::runtime_error("CUDA out of memory. Tried to allocate 2 GiB");
      if (kind == 2) throw std::runtime_error("a tensor has a wrong shape\nframe #0: c10");
      throw 42;
    });
    Listener session({fakeFamily(script)});
    session.load();
    session.start();
    const Failed failed = session.wait<Failed>();
    QCOMPARE(QString::fromStdString(failed.message), message);
    QCOMPARE(QString::fromStdString(failed.hint), hint);
  }

  void memoryAtLoadingNamesAnotherSetting() {
    Script script;
    throwOnceAt(script, "load", [] { throw std::bad_alloc(); });
    Listener session({fakeFamily(script)});
    session.post(command::Load{{"model", {}, {}}});
    QVERIFY(QString::fromStdString(session.wait<Failed>().hint).contains("dtype"));
    session.load();
  }

  void aStartThatCannotBeginFails() {
    Script script;
    Listener session({fakeFamily(script)}, kBlind);
    session.start();
    QCOMPARE(session.wait<Failed>().message, std::string("No model is loaded."));
    session.load();
    session.start({{"life", 1.0}});
    QCOMPARE(session.wait<Failed>().message, std::string("There is no setting life."));
    session.start({{"live", -1.0}});
    QCOMPARE(session.wait<Failed>().message, std::string("live=-1 is outside 0 to 100."));
    QCOMPARE(session.protocol().endings(), 3);
  }

  void destructionEndsARunAndEverythingOnTheEngineThread() {
    Script script;
    script.gated = true;
    Session* session = nullptr;
    std::vector<Event> events;  // written by the engine thread, read after it ended
    std::atomic<Session*> pointer = nullptr;
    session = new Session({fakeFamily(script)}, [&] {
      for (Event& event : pointer.load()->drain()) events.push_back(std::move(event));
    });
    pointer = session;
    session->post(command::Load{{"model", {}, {}}});
    session->post(command::Start{});
    script.begun.acquire();
    session->post(command::Start{});  // two that will never begin
    session->post(command::Start{});
    session->post(command::Analyse{});
    std::jthread later([&] { script.permits.release(1000); });
    delete session;

    Protocol protocol;
    for (const Event& event : events) QCOMPARE(protocol.take(event), std::string());
    QCOMPARE(protocol.endings(), 3);
    QVERIFY(!protocol.active());
    QCOMPARE(script.decoders + script.models + script.tasks, 0);
    QCOMPARE(script.threads().size(), std::size_t{1});
    QVERIFY(!script.threads().contains(std::this_thread::get_id()));
    QVERIFY(std::ranges::count(script.words(), "model died before decoder") == 0);
  }

  void destructionEndsAPausedSession() {
    Script script;
    {
      Listener session({fakeFamily(script)});
      session.load();
      session.startPaused();
    }
    QCOMPARE(script.decoders + script.models, 0);
  }

  void anAnalysisRunsToItsResult() {
    Script script;
    Listener session({fakeFamily(script)}, kBlind);
    session.load("small");
    session.post(command::Analyse{"calibrate", {}, {}});
    const Analysed analysed = session.wait<Analysed>();
    QCOMPARE(analysed.analysis.name, std::string("calibrate"));
    QCOMPARE(analysed.model.name, std::string("small"));
    const auto progress = session.passed<Progress>();
    QCOMPARE(progress.back().what, std::string("calibrate"));
    QVERIFY(progress.back().fraction > 0 && progress.back().fraction <= 1);
    QCOMPARE(script.tasks.load(), 0);
  }

  void anAnalysisTellsWhatItKnowsSoFar() {
    Script script;
    script.analysisSteps = 20'000;
    script.analysisNews = true;
    Listener session({fakeFamily(script)}, kBlind);
    session.load("small");
    session.post(command::Analyse{"calibrate", {}, {}});
    Analysed analysed = session.wait<Analysed>();
    QVERIFY(!analysed.complete);  // the first is told at once
    QCOMPARE(analysed.model.name, std::string("small"));
    QCOMPARE(analysed.analysis.trials.size(), std::size_t(1));
    while (!analysed.complete) {
      const std::size_t before = analysed.analysis.trials.size();
      analysed = session.wait<Analysed>();
      QVERIFY(analysed.analysis.trials.size() > before);
    }
    QCOMPARE(analysed.analysis.trials.size(), std::size_t(script.analysisSteps));
  }

  void anAnalysisEndsOnceWhateverHappens() {
    Script script;
    script.analysisSteps = 1'000'000'000;
    Listener session({fakeFamily(script)}, kBlind);
    session.post(command::Analyse{"calibrate", {}, {}});
    QCOMPARE(session.wait<Failed>().message, std::string("No model is loaded."));
    session.load();
    const auto begin = [&] { session.post(command::Analyse{"calibrate", {}, {}}); };
    begin();
    session.wait<Progress>();
    session.post(command::Stop{});
    Failed failed = session.wait<Failed>();
    QCOMPARE(failed.what, std::string("analyse"));
    QCOMPARE(failed.message, std::string("calibrate did not finish: stopped."));
    begin();
    begin();
    QCOMPARE(session.wait<Failed>().message,
             std::string("calibrate did not finish: another analysis begins."));
    session.post(command::Load{{"other", {}, {}}});
    QCOMPARE(session.wait<Failed>().message,
             std::string("calibrate did not finish: another model is loaded."));
    session.wait<Loaded>();
    QCOMPARE(script.tasks.load(), 0);
  }

  void anAnalysisErrorLeavesTheSessionWorking() {
    Script script;
    throwOnceAt(script, "step", [] { throw Error("no images"); });
    Listener session({fakeFamily(script)}, kBlind);
    session.load();
    session.post(command::Analyse{"calibrate", {}, {}});
    QCOMPARE(session.wait<Failed>().message, std::string("no images"));
    session.post(command::Analyse{"calibrate", {}, {}});
    session.wait<Analysed>();
  }

  void aFamilyWithoutTheAnalysisSaysSo() {
    Script script;
    script.knowsAnalysis = false;
    Listener session({fakeFamily(script)}, kBlind);
    session.load();
    session.post(command::Analyse{"x", {}, {}});
    QCOMPARE(session.wait<Failed>().message, std::string("fake has no analysis x."));
  }

  void anAnalysisGoesOnWhileTheRunIsPaused() {
    Script script;
    Listener session({fakeFamily(script)}, kBlind);
    session.load();
    session.startPaused();
    session.post(command::Analyse{"calibrate", {}, {}});
    session.wait<Analysed>();
    session.post(command::Resume{});
    QCOMPARE(session.wait<Finished>().sweeps, std::int64_t{12});
  }

  void aRunGoesBeforeAnAnalysis() {
    Script script;
    script.analysisSteps = 1'000'000'000;
    Listener session({fakeFamily(script)}, kBlind);
    session.load();
    session.post(command::Analyse{"calibrate", {}, {}});
    session.wait<Progress>();
    session.start();
    QCOMPARE(session.wait<Finished>().sweeps, std::int64_t{12});
    session.post(command::Stop{});  // no run: it means the analysis
    QCOMPARE(session.wait<Failed>().what, std::string("analyse"));
  }

  // Two thousand random commands with a fixed seed; Listener checks the protocol.
  void aStormOfCommandsEndsEveryStartOnce() {
    const auto words = uniforms(11, Purpose::Data, 0, 4000);
    Listener session({toyFamily()}, {1000, true});
    session.load("toy");
    int starts = 0, loads = 0;
    for (std::size_t i = 0; i < words.size(); i += 2) {
      const int choice = static_cast<int>(words[i] * 14);
      const auto small = static_cast<std::int64_t>(words[i + 1] * 12);
      KnobValues knobs = {{"size", std::int64_t{16}},
                          {"mode", std::string(small % 2 ? "window" : "gs-jacobi")}};
      switch (choice) {
        case 0:
        case 1:
        case 2:
          if (small == 0) knobs["size"] = std::int64_t{-1};
          if (small == 1) knobs["fail_at"] = std::int64_t{2};
          if (small == 2) knobs["segments"] = std::string("1,2,3");
          session.post(command::Start{knobs, {}, small > 6, small > 9});
          ++starts;
          break;
        case 3: session.post(command::SetKnob{"coupling", static_cast<double>(small) / 2}); break;
        case 4: session.post(command::SetKnob{"segments", formatKnob(small)}); break;
        case 5: session.post(command::SetKnob{"fail_at", small - 1}); break;
        case 6: session.post(command::Pause{}); break;
        case 7: session.post(command::Resume{}); break;
        case 8: session.post(command::Step{static_cast<int>(small) - 1, small > 8}); break;
        case 9: session.post(command::Stop{}); break;
        case 10: session.post(command::SetPace{small < 9 ? 0.0 : 1e4}); break;
        case 11: session.post(command::Analyse{"calibrate", {}, {}}); break;
        case 12:
          if (small == 0) session.post(command::Load{{"foreign", {}, {}}});
          break;
        default:
          if (small > 1) break;
          session.post(command::Load{{"toy", {}, {}}});
          ++loads;
      }
      if (small == 5) QThread::yieldCurrentThread();
    }
    session.post(command::Stop{});
    session.load("toy");  // everything before it has been obeyed
    for (int i = 0; i < loads; ++i) session.wait<Loaded>();
    QVERIFY(!session.protocol().active());
    QCOMPARE(session.protocol().endings(), starts);
    QVERIFY(starts > 300);
  }
};

QTEST_GUILESS_MAIN(SessionEndingsTest)
#include "session_endings_test.moc"
