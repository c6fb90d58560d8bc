// The window with its engine on another machine: a script in place of ssh starts the command here,
// and where the machine has an sshd, one of it on loopback.
#include "main_window_fixture.h"

#include <QFile>
#include <QLineEdit>
#include <QProcess>
#include <csignal>

#include "ui/shell/connect_dialog.h"

using namespace jacobiscope;

namespace {

using State = Connection::State;

const char kServe[] = JACOBISCOPE_CLI " serve";

class RemoteFixture : public WindowFixture {
 public:
  // What the script does with the host ($1) and the command ($2).
  explicit RemoteFixture(const QString& script = defaultScript()) {
    setSsh(script);
    if (!loadToy()) qFatal("the toy does not load");
  }
  static QString defaultScript() { return "echo $$ > \"$0.number\"; exec $2"; }

  void setSsh(const QString& script) {
    QFile file(path("ssh.sh"));
    if (!file.open(QIODevice::WriteOnly)) qFatal("no script can be written");
    file.write(script.toUtf8());
    connection().setProgram({"/bin/sh", file.fileName()});
  }
  Connection& connection() { return window().connection(); }
  ConnectionBar& bar() { return window().connectionBar(); }
  bool becomes(State state) {
    return waitFor([&] { return connection().state() == state; });
  }
  // The engine there, with a model.
  bool connectIt() {
    const int before = engine().loads();
    connection().open({"me@box", kServe});
    return becomes(State::There) && waitFor([&] { return engine().loads() > before; });
  }
  pid_t number() {
    QFile file(path("ssh.sh.number"));
    return file.open(QIODevice::ReadOnly) ? pid_t(file.readAll().trimmed().toInt()) : 0;
  }
  QString heading() {
    for (auto* label : window().findChildren<QLabel*>()) {
      if (label->text().startsWith("MODELS")) return label->text();
    }
    return {};
  }
  QString device() { return QString::fromStdString(view().model->device); }
};

}  // namespace

class WindowConnectionTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() { QStandardPaths::setTestModeEnabled(true); }

  void theDialogAsksForAHost() {
    RemoteFixture f;
    f.actions().connectEngine->trigger();
    auto* dialog = f.window().findChild<ConnectDialog*>();
    QVERIFY(dialog);
    QCOMPARE(dialog->command()->text(), QString("jacobiscope-cli serve"));
    QVERIFY(!dialog->connectButton()->isEnabled());
    dialog->host()->setEditText("-oProxyCommand=x");
    QVERIFY(!dialog->connectButton()->isEnabled());
    dialog->host()->setEditText("me@box");
    dialog->command()->setText(kServe);
    QTest::mouseClick(dialog->connectButton(), Qt::LeftButton);
    QVERIFY(f.becomes(State::There));
    QCOMPARE(f.heading(), QString("MODELS · me@box"));
    SOON(f.device() == "CPU · me@box");
    f.close();
    f.open();  // remembered
    f.actions().connectEngine->trigger();
    dialog = f.window().findChild<ConnectDialog*>();
    QCOMPARE(dialog->host()->currentText(), QString("me@box"));
    QCOMPARE(dialog->command()->text(), QString(kServe));
  }

  void aRunThereIsRecordedLikeOneHere() {
    RemoteFixture f;
    QVERIFY(f.generate());
    QVERIFY(f.connectIt());
    QVERIFY(f.generate());
    const RunRecord& run = *f.lastRun();
    QCOMPARE(run.start.run, 2);
    QCOMPARE(run.start.model.device, std::string("CPU · me@box"));
    QVERIFY(run.finished && run.finished->outcome == Outcome::Done);
    QVERIFY(f.engine().recording().pictureAt(2, f.sweeps(), "sample"));
    // What was measured here is no yardstick for what was measured there.
    QCOMPARE(f.engine().recording().run(1)->start.model.device, std::string("CPU"));
    QVERIFY(f.window().files().save(f.path("there.png"), 2));
    QCOMPARE(f.problems(), 0);
  }

  void knobsAndStopActThere() {
    RemoteFixture f;
    QVERIFY(f.connectIt());
    QVERIFY(f.startSlowRun());
    f.set("coupling", 0.5);
    SOON(f.lastRun()->snapshots.back()->knobs->at("coupling") == KnobValue(0.5));
    QVERIFY(f.trigger(f.actions().pause));
    SOON(f.view().paused);
    f.actions().step->trigger();
    f.actions().stop->trigger();
    QVERIFY(f.waitForEnd(1));
    QVERIFY(!f.lastRun()->failed);
  }

  void disconnectReturnsToTheEngineHere() {
    RemoteFixture f;
    QVERIFY(f.connectIt());
    const pid_t number = f.number();
    QVERIFY(f.generate());
    const int before = f.engine().loads();
    QVERIFY(f.trigger(f.actions().disconnectEngine));
    QCOMPARE(f.connection().state(), State::Here);
    SOON(f.engine().loads() > before);
    QCOMPARE(f.device(), QString("CPU"));
    QCOMPARE(f.heading(), QString("MODELS"));
    QCOMPARE(::kill(number, 0), -1);
    QVERIFY(f.generate());
    QCOMPARE(f.lastRun()->start.run, 2);
    QVERIFY(!f.actions().disconnectEngine->isEnabled());
  }

  // A run that goes on here when the engine changes is kept as far as it got.
  void aRunUnderWayEndsWhenTheEngineChanges() {
    RemoteFixture f;
    QVERIFY(f.startSlowRun());
    QVERIFY(f.connectIt());
    QVERIFY(f.lastRun()->finished);
    QCOMPARE(f.lastRun()->finished->outcome, Outcome::Stopped);
    QVERIFY(!f.view().running);
    f.engine().setKnobs({{"delay", std::int64_t{0}}, {"mode", std::string("jacobi")}});
    QVERIFY(f.generate());
    QCOMPARE(f.lastRun()->start.run, 2);
  }

  void aLostConnectionKeepsWhatWasRecordedAndOffersToReconnect() {
    RemoteFixture f;
    QVERIFY(f.connectIt());
    QVERIFY(f.startSlowRun());
    SOON(f.sweeps() > 2);
    QCOMPARE(::kill(f.number(), SIGKILL), 0);
    QVERIFY(f.becomes(State::Lost));
    SOON(f.lastRun()->failed.has_value());
    QCOMPARE(f.lastRun()->failed->message, std::string("The connection to me@box was lost."));
    QVERIFY(f.sweeps() > 2);
    QVERIFY(!f.view().running);
    SOON(f.bar().isVisible());
    QCOMPARE(f.bar().text(),
             QString("The connection to me@box was lost. What was recorded stays."));
    QCOMPARE(f.bar().again()->text(), QString("Reconnect"));
    const int before = f.engine().loads();
    QTest::mouseClick(f.bar().again(), Qt::LeftButton);
    QVERIFY(f.becomes(State::There));
    SOON(f.engine().loads() > before);
    QVERIFY(!f.bar().isVisible());
    f.engine().setKnobs({{"delay", std::int64_t{0}}, {"mode", std::string("jacobi")}});
    QVERIFY(f.generate());
    QCOMPARE(f.lastRun()->start.run, 2);
    QVERIFY(f.lastRun()->finished);
  }

  void afterALossTheEngineHereCanBeUsed() {
    RemoteFixture f;
    QVERIFY(f.connectIt());
    QCOMPARE(::kill(f.number(), SIGKILL), 0);
    QVERIFY(f.becomes(State::Lost));
    f.actions().generate->trigger();
    SOON(f.problems() > 0);  // it is refused, not lost
    const int before = f.engine().loads();
    SOON(f.bar().isVisible());
    QTest::mouseClick(f.bar().away(), Qt::LeftButton);
    QCOMPARE(f.connection().state(), State::Here);
    SOON(f.engine().loads() > before);
    QVERIFY(f.generate());
  }

  void whatSshSaysIsTold() {
    RemoteFixture f("echo 'ssh: Could not resolve hostname box: Name or service not known' >&2; "
                    "exit 255");
    f.connection().open({"box", kServe});
    SOON(f.bar().isVisible() && f.connection().state() == State::Here);
    QCOMPARE(f.bar().text(),
             QString("box could not be reached: ssh: Could not resolve hostname box: Name or "
                     "service not known. Is the name of the host right?"));
    QCOMPARE(f.bar().again()->text(), QString("Try again"));
    QVERIFY(f.generate());  // the engine here is as it was
    f.setSsh(RemoteFixture::defaultScript());
    QTest::mouseClick(f.bar().again(), Qt::LeftButton);
    QVERIFY(f.becomes(State::There));
  }

  void anAttemptCanBeCancelled() {
    RemoteFixture f("exec sleep 600");
    f.connection().open({"box", kServe});
    QCOMPARE(f.bar().text(), QString("Connecting to box…"));
    QTest::mouseClick(f.bar().away(), Qt::LeftButton);
    QCOMPARE(f.connection().state(), State::Here);
    QVERIFY(!f.bar().isVisible());
  }

  void filesOfThisMachineAreNotOpenedThere() {
    RemoteFixture f;
    QVERIFY(f.connectIt());
    const int before = f.engine().loads();
    QVERIFY(f.drop(f.dressedFile()));
    SOON(f.problems() == 1);
    QCOMPARE(f.view().notices.back().message,
             std::string("model.toy is on this machine, the engine is on me@box."));
    QCOMPARE(f.engine().loads(), before);
  }

  void theEngineElsewhereGoesWithTheWindow() {
    RemoteFixture f;
    QVERIFY(f.connectIt());
    QVERIFY(f.startSlowRun());
    const pid_t number = f.number();
    QCOMPARE(::kill(number, 0), 0);
    f.close();
    QCOMPARE(::kill(number, 0), -1);
  }
};

QTEST_MAIN(WindowConnectionTest)
#include "window_connection_test.moc"
