// jacobiscope-cli serve as ssh starts it: what goes over its pipes, and how it ends.
#include <QProcess>
#include <QtTest>

#include "engine/remote/command_wire.h"
#include "engine/remote/event_wire.h"
#include "engine/remote/handshake.h"
#include "engine/remote/message_buffer.h"
#include "tests/app/cli_process.h"

using namespace jacobiscope;
using namespace jacobiscope::remote;

namespace {

class Served {
 public:
  Served() {
    m_process.start(QStringLiteral(JACOBISCOPE_CLI), {"serve"});
    if (!m_process.waitForStarted(kCliPatience)) qFatal("it does not start");
  }

  QProcess& process() { return m_process; }
  void send(const nlohmann::json& message) {
    const auto bytes = bytesOf(message);
    m_process.write(reinterpret_cast<const char*>(bytes.data()), qint64(bytes.size()));
  }
  nlohmann::json wait(const std::string& type) {
    for (;;) {
      if (const auto message = m_arrived.next()) {
        if (message->content["type"] == type) return message->content;
        continue;
      }
      if (!m_process.waitForReadyRead(kCliPatience)) qFatal("it never said %s", type.c_str());
      const QByteArray bytes = m_process.readAllStandardOutput();
      m_arrived.add(std::as_bytes(std::span(bytes.constData(), std::size_t(bytes.size()))));
    }
  }
  // Its exit code; -1: it crashed or did not end.
  int end() {
    m_process.closeWriteChannel();
    if (!m_process.waitForFinished(kCliPatience)) return -1;
    return m_process.exitStatus() == QProcess::NormalExit ? m_process.exitCode() : -1;
  }

 private:
  QProcess m_process;
  MessageBuffer m_arrived;
};

}  // namespace

class CliServeTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void itServesAndEndsWithItsInput() {
    Served served;
    const EngineHello hello = engineHelloFrom(served.wait("jacobiscope engine"));
    QVERIFY(!hello.models.empty());
    served.send(toWire(windowHello(1 << 20)));
    served.send(commandToWire(command::Load{{"toy", {}, {}}}));
    served.wait("loaded");
    served.send(commandToWire(
        command::Start{{{"delay", std::int64_t{5}}, {"mode", std::string("sequential")}}, {}}));
    served.wait("sweep");
    served.send(commandToWire(command::SetKnob{"coupling", 0.5}));
    for (;;) {
      const auto sweep = served.wait("sweep");
      if (sweep.contains("knobs") && sweep["knobs"]["coupling"] == 0.5) break;
    }
    served.send(commandToWire(command::Stop{}));
    QCOMPARE(served.wait("end")["outcome"], "stopped");
    served.send(commandToWire(command::Start{}));
    served.wait("run");
    QCOMPARE(served.end(), 0);
    QCOMPARE(served.process().readAllStandardError(), QByteArray());
  }

  void anotherVersionEndsItWithOneSentence() {
    Served served;
    auto hello = toWire(windowHello(0));
    hello["version"] = {7, 0};
    served.send(hello);
    QVERIFY(goodbyeFrom(served.wait("goodbye")));
    QCOMPARE(served.end(), 1);
    CliResult result;
    result.err = served.process().readAllStandardError();
    QVERIFY2(result.complainsBriefly(), result.err);
    QVERIFY(result.err.contains("version 7.0 of the remote protocol"));
  }

  void whatIsNoMessageEndsItWithOneSentence() {
    Served served;
    served.process().write("hello?\n");
    QCOMPARE(served.end(), 1);
    CliResult result;
    result.err = served.process().readAllStandardError();
    QVERIFY2(result.complainsBriefly(), result.err);
  }

  void nothingIsExpectedAfterIt() { QCOMPARE(runCli({"serve", "8080"}).code, 2); }
};

QTEST_GUILESS_MAIN(CliServeTest)
#include "cli_serve_test.moc"
