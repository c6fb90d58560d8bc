// Events and commands as messages, there and back.
#include <QtTest>
#include <set>

#include "engine/record/cbor.h"
#include "engine/remote/command_wire.h"
#include "engine/remote/event_checks.h"
#include "engine/remote/event_wire.h"
#include "engine/remote/handshake.h"
#include "engine/remote/message_buffer.h"
#include "tests/remote/wire_values.h"

using namespace jacobiscope;
using namespace jacobiscope::remote;
using namespace jacobiscope::test;
using nlohmann::json;

namespace {

// As the other side gets it.
json sent(const json& message) {
  MessageBuffer buffer;
  const auto bytes = bytesOf(message);
  buffer.add(std::as_bytes(std::span(bytes)));
  return buffer.next().value().content;
}

// NaN is not equal to itself, its bytes are.
QByteArray bytes(const json& message) {
  const auto cbor = json::to_cbor(message);
  return {reinterpret_cast<const char*>(cbor.data()), qsizetype(cbor.size())};
}

// The first event of that kind as it comes back.
template <class T>
T back(const std::vector<Event>& events) {
  EventEncoder encoder;
  EventDecoder decoder;
  for (const Event& event : events) {
    const auto came = decoder.decode(sent(encoder.encode(event)));
    if (came && std::holds_alternative<T>(*came)) return std::get<T>(*came);
  }
  qFatal("no such event");
}

template <class T>
T back(const Command& command) {
  return std::get<T>(commandFrom(sent(commandToWire(command))).value());
}

}  // namespace

class WireTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  // Fails when a kind of event or command is added and left out here.
  void everyKindIsInTheTable() {
    std::set<std::size_t> events, commands;
    for (const Event& event : everyKindOfEvent()) events.insert(event.index());
    for (const Command& command : everyKindOfCommand()) commands.insert(command.index());
    QCOMPARE(events.size(), std::variant_size_v<Event>);
    QCOMPARE(commands.size(), std::variant_size_v<Command>);
  }

  void everyEventComesBackTheSame() {
    EventEncoder encoder, again;
    EventDecoder decoder;
    for (const Event& event : everyKindOfEvent()) {
      const json message = sent(encoder.encode(event));
      const auto came = decoder.decode(message);
      QVERIFY(came);
      QCOMPARE(came->index(), event.index());
      QCOMPARE(bytes(again.encode(*came)), bytes(message));
    }
  }

  void everyCommandComesBackTheSame() {
    for (const Command& command : everyKindOfCommand()) {
      const json message = sent(commandToWire(command));
      const auto came = commandFrom(message);
      QVERIFY(came);
      QCOMPARE(came->index(), command.index());
      QCOMPARE(bytes(commandToWire(*came)), bytes(message));
    }
  }

  // That a message is the same again says nothing of what it leaves out.
  void nothingIsLeftOutOfEvents() {
    const auto events = everyKindOfEvent();
    QCOMPARE(back<Loaded>(events).model.hash, std::string("0123"));
    QVERIFY(back<Started>(events).parent == (BranchPoint{3, 17}));
    QCOMPARE(back<Progress>(events).what, std::string("calibrate"));
    QCOMPARE(back<Progress>(events).fraction, 0.625);
    QVERIFY(back<Paused>(events).paused);
    const auto analysed = back<Analysed>(events);
    const Analysis& analysis = analysed.analysis;
    QVERIFY(!analysed.complete);
    QCOMPARE(analysed.model.name, std::string("up"));
    QCOMPARE(analysis.name + analysis.origin, std::string("calibrate16 samples"));
    const StageColumn& column = analysis.columns.at(0);
    QCOMPARE(column.name + column.unit + column.help, std::string("IGMdBwhat it is"));
    QCOMPARE(column.values.at(1), -2.0);
    QVERIFY(std::isnan(column.values.at(2)));
    QVERIFY(analysis.presets.at(0).knobs == everyAnalysis().presets.at(0).knobs);
    const ScheduleTrial& trial = analysis.trials.at(0);
    QVERIFY(trial.name == "window 16" && std::get<std::int64_t>(trial.knobs.at("window")) == 16);
    QVERIFY(trial.predictedSeconds == 0.5 && trial.seconds == 0.25);
    QVERIFY(trial.error == 1e-4 && trial.calls == 88);
    const ScheduleTrial& bare = analysis.trials.at(1);
    QVERIFY(!bare.predictedSeconds && !bare.seconds && !bare.error && !bare.calls);
    QVERIFY(analysis.costs == everyCost());
    const auto previewed = back<Previewed>(events);
    QCOMPARE(previewed.input.prompt, everyStart(4).input.prompt);
    QCOMPARE(previewed.preview.panels.size(), everyPanel().size());
    QVERIFY(previewed.preview.arrays == everyStart(4).input.arrays);
    QVERIFY(!previewed.preview.note.empty());
    const auto exactness = back<Exactness>(events);
    QVERIFY(exactness.run == 4 && exactness.sweep == 1 && exactness.exact == 1);
    QCOMPARE(exactness.error.first, 1);
    const auto failed = back<Failed>(events);
    QCOMPARE(failed.what + failed.message + failed.hint,
             std::string("previewoff the tablemove it"));
  }

  void nothingIsLeftOutOfCommands() {
    const auto commands = everyKindOfCommand();
    const auto load = back<command::Load>(commands[0]).request;
    QVERIFY(load.path == "/models/ä b" && load.config == R"({"gpt": {}})");
    QCOMPARE(load.options.at("threads"), std::string("2"));
    const auto start = back<command::Start>(commands[1]);
    QVERIFY(start.warm && start.paused && start.knobs == everyStart(1).knobs);
    QCOMPARE(start.input.seed, everyStart(1).input.seed);
    QVERIFY(back<command::SetKnob>(commands[2]).value == KnobValue(0.5));
    QVERIFY(back<command::SetKnob>(commands[4]).value == KnobValue(std::int64_t{-3}));
    QVERIFY(start.rerun.sweeps == 9 && start.rerun.picture == 8);
    QVERIFY(start.rerun.timeline == std::get<command::Start>(commands[1]).rerun.timeline);
    const auto step = back<command::Step>(commands[8]);
    QVERIFY(step.sweeps == 7 && step.wholeStage);
    QCOMPARE(back<command::SetPace>(commands[10]).sweepsPerSecond, 2.5);
    const auto analyse = back<command::Analyse>(commands[11]);
    QVERIFY(analyse.name == "calibrate" && !analyse.knobs.empty() && analyse.input.label == 7);
    QCOMPARE(back<command::Preview>(commands[12]).input.prompt, everyStart(1).input.prompt);
    const auto set = back<command::SetBreakpoints>(commands[13]);
    QVERIFY(set.breakpoints ==
            (std::vector<Breakpoint>{{BreakpointKind::Stall, true, 20, 2.5}}));
    const auto branch = back<command::Branch>(commands[14]);
    QVERIFY(branch.paused && branch.changes == (KnobValues{{"rate", 0.25}}));
    QVERIFY(branch.parent.start.parent == (BranchPoint{2, 9}));
    QCOMPARE(branch.parent.past.size(), std::size_t{3});
    for (const auto& snapshot : branch.parent.past) {
      const auto original = everyReplay().past.at(snapshot->sweep.index);
      QVERIFY(*snapshot->knobs == *original->knobs);
      QCOMPARE(snapshot->computeSeconds, original->computeSeconds);
      QCOMPARE(snapshot->sweep.facts.size(), original->sweep.facts.size());
    }
    QCOMPARE(back<command::Judge>(commands[15]).run.past.size(), std::size_t{3});
  }

  void facts() {
    const auto events = everyKindOfEvent();
    EventEncoder encoder;
    EventDecoder decoder;
    std::vector<std::shared_ptr<const Snapshot>> came;
    for (const Event& event : events) {
      const auto one = decoder.decode(sent(encoder.encode(event, false)));
      if (const auto* held = std::get_if<std::shared_ptr<const Snapshot>>(&*one)) {
        came.push_back(*held);
      }
    }
    QCOMPARE(came.size(), std::size_t{3});
    for (const auto& snapshot : came) {
      const auto original = snapshotOf(4, snapshot->sweep.index);
      QVERIFY(snapshot->panels.empty());
      QVERIFY(*snapshot->knobs == *original->knobs);
      QCOMPARE(snapshot->sweep.window, original->sweep.window);
      QCOMPARE(std::get<std::vector<float>>(snapshot->sweep.facts[0].values)[2], INFINITY);
    }
  }

  void knobsAreSentWhenTheyChange() {
    EventEncoder encoder;
    QVERIFY(encoder.encode(snapshotOf(1, 0)).contains("knobs"));
    QVERIFY(!encoder.encode(snapshotOf(1, 1)).contains("knobs"));
    QVERIFY(encoder.encode(snapshotOf(1, 2)).contains("knobs"));
    QVERIFY(encoder.encode(snapshotOf(2, 2)).contains("knobs"));
  }

  void whatALaterVersionAddsIsSkipped() {
    QVERIFY(!EventDecoder().decode({{"type", "hologram"}, {"run", 1}}));
    QVERIFY(!commandFrom({{"type", "levitate"}}));
    QCOMPARE(subjectOf({{"type", "levitate"}}), std::string("command"));
    QCOMPARE(subjectOf({{"type", "branch"}}), std::string("run"));
  }

  void greetings() {
    const ModelEntry model{"flow",   "Flow, 32x32", "tarflow", "/models/flow",
                           "A flow", {},            {},        true};
    const EngineHello engine = engineHelloFrom(sent(toWire(engineHello({"toy", "t2i"}, {model}))));
    QCOMPARE(engine.families.at(1), std::string("t2i"));
    const ModelEntry& came = engine.models.at(0);
    QVERIFY(came.name == "flow" && came.title == "Flow, 32x32" && came.family == "tarflow");
    QVERIFY(came.path == "/models/flow" && came.description == "A flow" && came.bundled);
    QCOMPARE(windowHelloFrom(sent(toWire(windowHello(77)))).pictureBytes, std::uint64_t{77});
    QCOMPARE(takenFrom(sent(takenToWire(5))).value(), std::uint64_t{5});
    QCOMPARE(goodbyeFrom(sent(toWire(Goodbye{"why", "hint"})))->hint, std::string("hint"));
  }

  void anotherMajorVersionIsRefusedInOneSentence() {
    json hello = toWire(windowHello(1));
    hello["version"] = {2, 7};
    hello["program"] = "Jacobiscope 9";
    try {
      windowHelloFrom(hello);
      QFAIL("it was not refused");
    } catch (const Error& error) {
      QCOMPARE(QString(error.what()),
               QString("Jacobiscope 9 speaks version 2.7 of the remote protocol, "
                       "Jacobiscope " JACOBISCOPE_VERSION " version 1.0."));
      QVERIFY(!error.hint().empty());
    }
    hello["version"] = {1, 9};
    QCOMPARE(windowHelloFrom(hello).version.minor, 9);
  }

  void commandsThatCannotBeAreRefused_data() {
    QTest::addColumn<json>("message");
    json start = commandToWire(command::Start{});
    start["input"]["count"] = 0;
    QTest::newRow("no pictures") << start;
    start["input"]["count"] = 1 << 20;
    QTest::newRow("a million pictures") << start;
    json pace = commandToWire(command::SetPace{});
    pace["sweepsPerSecond"] = NAN;
    QTest::newRow("no pace") << pace;
    json branch = commandToWire(everyKindOfCommand()[14]);
    std::swap(branch["parent"]["past"][0], branch["parent"]["past"][1]);
    QTest::newRow("a past in another order") << branch;
    json judge = commandToWire(everyKindOfCommand()[15]);
    judge["run"]["past"][0] = 7;
    QTest::newRow("a past of numbers") << judge;
    QTest::newRow("no past") << json{{"type", "judge"}};
    QTest::newRow("a load of a number") << json{{"type", "load"}, {"path", 7}};
  }
  void commandsThatCannotBeAreRefused() {
    QFETCH(json, message);
    try {
      commandFrom(message);
      QFAIL("it was not refused");
    } catch (const std::exception&) {
    }
  }

  void eventsThatCannotBeAreRefused() {
    const auto refused = [](const std::vector<Event>& events) {
      EventChecks checks;
      for (std::size_t i = 0; i < events.size(); ++i) {
        try {
          checks.check(events[i]);
        } catch (const Error&) {
          return i + 1 == events.size();
        }
      }
      return false;
    };
    EventChecks checks;
    for (const Event& event : everyKindOfEvent()) checks.check(event);
    QVERIFY(refused({snapshotOf(4, 0)}));
    QVERIFY(refused({everyStart(4), snapshotOf(5, 0)}));
    QVERIFY(refused({everyStart(4), snapshotOf(4, 1)}));
    QVERIFY(refused({everyStart(4), everyStart(5)}));
    QVERIFY(refused({everyStart(4), everyEnd(4, 0), everyEnd(4, 0)}));
    QVERIFY(refused({everyStart(4), everyEnd(4, 0), snapshotOf(4, 0)}));
    QVERIFY(refused({everyStart(4), everyEnd(4, 0), everyStart(4)}));
    Analysed analysed{everyAnalysis(), everyStart(4).model, true};
    analysed.analysis.costs.trials[0].stage = 2;
    QVERIFY(refused({analysed}));
    Exactness exactness{4, 0, {"true_error", "", -1, {}}, 0};
    QVERIFY(refused({everyStart(4), exactness}));
    QVERIFY(refused({everyStart(4), Exactness{4, 0, {"true_error", "", 0, {}}, 1 << 30}}));
    QVERIFY(refused({everyStart(4), Exactness{4, 0, {}, 0}}));
    auto huge = std::make_shared<Snapshot>(*snapshotOf(4, 0));
    huge->sweep.window.end = 1 << 30;
    QVERIFY(refused({everyStart(4), std::shared_ptr<const Snapshot>(huge)}));
  }
};

QTEST_GUILESS_MAIN(WireTest)
#include "wire_test.moc"
