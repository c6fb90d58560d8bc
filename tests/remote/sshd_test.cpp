// The real thing: an sshd on loopback with keys of its own, and the user's ssh. Where the machine
// has none of them, there is nothing to be tested.
#include <arpa/inet.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <QProcess>
#include <QStandardPaths>
#include <QtTest>

#include "tests/remote/remote_listener.h"

using namespace jacobiscope;
using namespace jacobiscope::test;

namespace {

constexpr int kPatience = 60000;

// A port of loopback that nobody uses now.
int freePort() {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  socklen_t size = sizeof address;
  auto* plain = reinterpret_cast<sockaddr*>(&address);
  const bool bound = ::bind(fd, plain, size) == 0 && ::getsockname(fd, plain, &size) == 0;
  ::close(fd);
  return bound ? ntohs(address.sin_port) : 0;
}

bool answers(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  const bool open = ::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  ::close(fd);
  return open;
}

QString program(const QString& name) {
  const QString found = QStandardPaths::findExecutable(name);
  return found.isEmpty() ? QStandardPaths::findExecutable(name, {"/usr/sbin"}) : found;
}

}  // namespace

class SshdTest : public QObject {
  Q_OBJECT

 private:
  QString path(const QString& name) const { return m_folder.path() + '/' + name; }
  void write(const QString& name, const QString& text) {
    QFile file(path(name));
    if (!file.open(QIODevice::WriteOnly)) qFatal("%s cannot be written", qPrintable(name));
    file.write(text.toUtf8());
  }
  bool makeKey(const QString& name) {
    const QStringList words = {"-q", "-t", "ed25519", "-N", "", "-f", path(name)};
    return QProcess::execute("ssh-keygen", words) == 0;
  }
  std::vector<std::string> ssh(const std::string& host, const std::string& command) const {
    return {"ssh", "-F", path("ssh_config").toStdString(), "-T", "--", host, command};
  }
  static RemoteSession::Options named(const std::string& host) {
    RemoteSession::Options options;
    options.host = host;
    return options;
  }

  QTemporaryDir m_folder;
  QProcess m_sshd;

 private Q_SLOTS:
  void initTestCase() {
#ifdef __SANITIZE_THREAD__
    QSKIP("ThreadSanitizer does not follow a process that forks beside its threads");
#endif
    const QString sshd = program("sshd");
    if (sshd.isEmpty() || program("ssh").isEmpty()) QSKIP("there is no sshd");
    if (::getuid() == 0 && !QFileInfo::exists("/run/sshd")) QSKIP("sshd lacks /run/sshd");
    QVERIFY(makeKey("host_key") && makeKey("user_key") && makeKey("other_key"));
    QVERIFY(QFile::copy(path("user_key.pub"), path("authorized")));
    const int port = freePort();
    write("sshd_config", QString("ListenAddress 127.0.0.1\nPort %1\nHostKey %2\n"
                                 "AuthorizedKeysFile %3\nStrictModes no\nUsePAM no\nPidFile none\n"
                                 "PasswordAuthentication no\nKbdInteractiveAuthentication no\n"
                                 "PermitRootLogin prohibit-password\n")
                             .arg(port)
                             .arg(path("host_key"), path("authorized")));
    const QString common = QString("Host *\nHostName 127.0.0.1\nPort %1\nIdentitiesOnly yes\n"
                                   "UserKnownHostsFile %2\nStrictHostKeyChecking accept-new\n")
                               .arg(port)
                               .arg(path("known_hosts"));
    write("ssh_config", QString("Host loop\nIdentityFile %1\nHost stranger\nIdentityFile %2\n"
                                "Host nowhere\nHostName nowhere.invalid\n")
                                .arg(path("user_key"), path("other_key")) +
                            common);
    m_sshd.start(sshd, {"-D", "-e", "-f", path("sshd_config")});
    QVERIFY(m_sshd.waitForStarted(kPatience));
    QTRY_VERIFY_WITH_TIMEOUT(answers(port), kPatience);
    if (QProcess::execute("ssh", {"-F", path("ssh_config"), "-T", "loop", "true"}) != 0) {
      QSKIP("this machine lets nobody in by a key");
    }
  }
  void cleanupTestCase() {
    m_sshd.terminate();
    m_sshd.waitForFinished(kPatience);
  }

  void aRunOverSsh() {
    const QString number = path("number");
    const std::string command =
        "echo $$ > '" + number.toStdString() + "'; exec '" JACOBISCOPE_CLI "' serve";
    {
      RemoteListener engine(ssh("loop", command), named("loop"));
      QVERIFY(!engine.greeting().models.empty());
      engine.loadToy();
      engine.post(command::Start{{{"size", std::int64_t{32}}}, {}, false, false});
      const Finished finished = engine.wait<Finished>();
      QCOMPARE(finished.outcome, Outcome::Done);
      QVERIFY(engine.session().traffic().pictureBytes > 0);
      engine.post(command::Start{
          {{"delay", std::int64_t{5}}, {"mode", std::string("sequential")}}, {}, false, false});
      engine.wait<Started>();
    }
    // The engine goes with its window, though there is an ssh between them.
    QFile file(number);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const pid_t process = pid_t(file.readAll().trimmed().toInt());
    QVERIFY(process > 0);
    QTRY_COMPARE_WITH_TIMEOUT(::kill(process, 0), -1, kPatience);
  }

  void whatSshSaysIsTold_data() {
    QTest::addColumn<QString>("host");
    QTest::addColumn<QString>("command");
    QTest::addColumn<QString>("beginning");
    QTest::addColumn<QString>("part");
    QTest::newRow("not let in") << "stranger" << "true" << "stranger could not be reached: "
                                << "Permission denied (publickey).";
    QTest::newRow("no such host") << "nowhere" << "true" << "nowhere could not be reached: "
                                  << "Could not resolve hostname nowhere.invalid";
    QTest::newRow("no such command") << "loop" << "no-such-command serve"
                                     << "The command was not found on loop: " << "not found";
    QTest::newRow("no engine") << "loop" << "echo hello"
                               << "loop answered with something that is no Jacobiscope engine: "
                               << "hello";
  }
  void whatSshSaysIsTold() {
    QFETCH(QString, host);
    QFETCH(QString, command);
    QFETCH(QString, beginning);
    QFETCH(QString, part);
    RemoteListener engine(ssh(host.toStdString(), command.toStdString()),
                          named(host.toStdString()));
    const QString message = QString::fromStdString(engine.ending().message);
    QVERIFY2(message.startsWith(beginning) && message.contains(part), qPrintable(message));
  }
};

QTEST_GUILESS_MAIN(SshdTest)
#include "sshd_test.moc"
