// Runs the real command line and waits for it.
#pragma once

#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QStringList>

// Long enough for a machine with other things to do.
inline constexpr int kCliPatience = 240000;

struct CliResult {
  int code = -1;  // -1: it crashed or did not end
  QByteArray out, err;

  // The one JSON object that --json promises; empty where stdout is anything else.
  QJsonObject json() const { return QJsonDocument::fromJson(out).object(); }
  // Whether the message is one line, or one line and a hint.
  bool complainsBriefly() const {
    const QList<QByteArray> lines = err.trimmed().split('\n');
    return lines[0].startsWith("jacobiscope-cli: ") &&
           (lines.size() == 1 || (lines.size() == 2 && lines[1].startsWith("hint: ")));
  }
};

inline CliResult runCli(const QStringList& words, const QString& folder = {}) {
  QProcess process;
  if (!folder.isEmpty()) process.setWorkingDirectory(folder);
  process.start(QStringLiteral(JACOBISCOPE_CLI), words);
  CliResult result;
  if (process.waitForFinished(kCliPatience) && process.exitStatus() == QProcess::NormalExit) {
    result.code = process.exitCode();
  }
  result.out = process.readAllStandardOutput();
  result.err = process.readAllStandardError();
  return result;
}
