// The engine's end, driven by hand: what it says to whom, and which pictures it sends.
#include <QtTest>
#include <csignal>
#include <set>
#include <thread>

#include "engine/core/failure.h"
#include "engine/remote/command_wire.h"
#include "engine/remote/event_wire.h"
#include "engine/remote/handshake.h"
#include "engine/remote/message_buffer.h"
#include "engine/remote/pipe.h"
#include "engine/remote/server.h"
#include "engine/toy/toy_family.h"

using namespace jacobiscope;
using namespace jacobiscope::remote;
using nlohmann::json;

namespace {

constexpr std::chrono::milliseconds kPatience{120000};

// A server on a thread of its own, and a window's end of its pipes.
class Wire {
 public:
  Wire()
      : m_thread([this] {
          try {
            serve(m_commands.readEnd.get(), m_events.writeEnd.get(), {toyFamily()},
                  {{"toy", "Toy", "toy", "toy", "A triangular map", {}, {}, true}}, m_stop);
          } catch (...) {
            m_failure = failure(0, "serve", std::current_exception());
          }
          m_events.writeEnd.close();
        }) {}
  ~Wire() {
    m_commands.writeEnd.close();
    m_events.readEnd.close();
  }

  void send(const json& message) { send(bytesOf(message)); }
  void send(const std::vector<std::uint8_t>& bytes) {
    if (!writeAll(m_commands.writeEnd.get(), std::as_bytes(std::span(bytes)), m_stop)) {
      qFatal("nobody reads");
    }
  }
  void greet(std::uint64_t pictureBytes) { send(toWire(windowHello(pictureBytes))); }
  void command(const Command& command) { send(commandToWire(command)); }

  // Nothing: the server has ended.
  std::optional<MessageBuffer::Message> next() {
    for (;;) {
      if (auto message = m_arrived.next()) return message;
      std::vector<std::byte> bytes;
      const Waited waited = readSome(m_events.readEnd.get(), kPatience, bytes);
      if (waited == Waited::Over) return std::nullopt;
      if (waited == Waited::Nothing) qFatal("nothing came");
      m_arrived.add(bytes);
    }
  }
  // The next message of this type; those passed over are in `passed`.
  MessageBuffer::Message wait(const char* type) {
    for (;;) {
      const auto message = next();
      if (!message) qFatal("the server ended before it said %s", type);
      if (message->content["type"] == type) return *message;
      passed.push_back(message->content);
    }
  }
  std::vector<json> passed;
  int pictures() const {
    return int(std::ranges::count_if(passed, [](const json& m) { return m.contains("panels"); }));
  }

  // After the commands ended: what went wrong, empty for nothing.
  QString end() {
    m_commands.writeEnd.close();
    m_thread.join();
    return QString::fromStdString(m_failure.message);
  }

 private:
  Pipe m_commands = makePipe(), m_events = makePipe();
  std::atomic<bool> m_stop{false};
  MessageBuffer m_arrived;
  Failed m_failure;
  std::jthread m_thread;
};

KnobValues small() { return {{"size", std::int64_t{32}}, {"stages", std::int64_t{2}}}; }

}  // namespace

class ServerTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() { std::signal(SIGPIPE, SIG_IGN); }

  void itSaysFirstWhoItIs() {
    Wire wire;
    const EngineHello hello = engineHelloFrom(wire.next()->content);
    QCOMPARE(hello.families, std::vector<std::string>{"toy"});
    QCOMPARE(hello.models.at(0).title, std::string("Toy"));
    QCOMPARE(wire.end(), QString());
    QVERIFY(!wire.next());
  }

  void itRunsWhatItIsTold() {
    Wire wire;
    wire.greet(1 << 20);
    wire.command(command::Load{{"toy", {}, {}}});
    QCOMPARE(wire.wait("loaded").content["model"]["name"], "toy");
    wire.command(command::Start{small(), {}, false, false});
    wire.wait("run");
    wire.passed.clear();
    const json end = wire.wait("end").content;
    QCOMPARE(end["outcome"], "done");
    int sweeps = 0;
    for (const json& message : wire.passed) sweeps += message["type"] == "sweep";
    QVERIFY(sweeps >= end["sweeps"].get<int>());
    QVERIFY(wire.pictures() > 0);
    QCOMPARE(wire.end(), QString());
  }

  void withoutCreditNoPictureComesAndEveryFactDoes() {
    Wire wire;
    wire.greet(0);
    wire.command(command::Load{{"toy", {}, {}}});
    wire.command(command::Start{small(), {}, false, false});
    const json end = wire.wait("end").content;
    QCOMPARE(wire.pictures(), 0);
    std::set<std::int64_t> sweeps;
    for (const json& message : wire.passed) {
      if (message["type"] != "sweep") continue;
      QVERIFY(message.contains("facts"));
      sweeps.insert(message["sweep"].get<std::int64_t>());
    }
    QCOMPARE(std::int64_t(sweeps.size()), end["sweeps"].get<std::int64_t>());
    QCOMPARE(*sweeps.rbegin() + 1, std::int64_t(sweeps.size()));
  }

  // One picture is on its way; the newest of those left out follows when that one was taken.
  void theNewestPictureComesWhenThereIsCredit() {
    Wire wire;
    wire.greet(1);
    wire.command(command::Load{{"toy", {}, {}}});
    wire.wait("loaded");
    wire.command(command::Start{small(), {}, false, true});
    const auto first = [&] {
      wire.command(command::Step{1, false});
      return wire.wait("sweep");
    };
    auto shown = first();
    while (!shown.content.contains("panels")) shown = wire.wait("sweep");
    wire.passed.clear();
    wire.command(command::Resume{});
    const std::int64_t last = wire.wait("end").content["sweeps"].get<std::int64_t>() - 1;
    QCOMPARE(wire.pictures(), 0);
    wire.send(takenToWire(shown.bytes));
    const json late = wire.wait("sweep").content;
    QVERIFY(late.contains("panels"));
    QCOMPARE(late["sweep"].get<std::int64_t>(), last);
  }

  void anotherVersionIsRefusedOnBothSides() {
    Wire wire;
    wire.next();
    json hello = toWire(windowHello(0));
    hello["version"] = {2, 0};
    wire.send(hello);
    const Goodbye goodbye = *goodbyeFrom(wire.next()->content);
    QVERIFY(QString::fromStdString(goodbye.message).contains("version 2.0 of the remote protocol"));
    QVERIFY(!wire.next());
    QCOMPARE(wire.end(), QString::fromStdString(goodbye.message));
  }

  void bytesThatAreNoMessageEndIt() {
    Wire wire;
    wire.greet(0);
    wire.next();
    wire.send(std::vector<std::uint8_t>{'G', 'E', 'T', ' ', '/'});
    const Goodbye goodbye = *goodbyeFrom(wire.next()->content);
    const QString why = "Bytes arrived that are no message.";
    QCOMPARE(QString::fromStdString(goodbye.message), why);
    QCOMPARE(wire.end(), why);
  }

  void aCommandThatCannotBeIsRefusedAndTheRestGoesOn() {
    Wire wire;
    wire.greet(0);
    json start = commandToWire(command::Start{});
    start["input"]["count"] = -1;
    wire.send(start);
    json failure = wire.wait("failure").content;
    QCOMPARE(failure["what"], "run");
    QVERIFY(failure["message"].get<std::string>().find("count") != std::string::npos);
    wire.send({{"type", "load"}, {"path", {{"a", 1}}}});
    QCOMPARE(wire.wait("failure").content["what"], "load");
    wire.send(json{{"type", "levitate"}});
    QVERIFY(wire.wait("failure").content["message"].get<std::string>().find("levitate") !=
            std::string::npos);
    wire.command(command::Load{{"toy", {}, {}}});
    wire.wait("loaded");
    QCOMPARE(wire.end(), QString());
  }

  // Nobody reads, and the commands end: it ends all the same, in the middle of a run.
  void itEndsWithItsPipes() {
    Wire wire;
    wire.greet(1 << 30);
    wire.command(command::Load{{"toy", {}, {}}});
    KnobValues slow = small();
    slow["delay"] = std::int64_t{10};
    slow["mode"] = std::string("sequential");
    wire.command(command::Start{slow, {}, false, false});
    wire.wait("sweep");
    QCOMPARE(wire.end(), QString());
  }
};

QTEST_GUILESS_MAIN(ServerTest)
#include "server_test.moc"
