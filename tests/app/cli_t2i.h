// A small model of the published code, and the command line on it.
#pragma once

#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

#include "tests/app/cli_process.h"

inline const QString kModel = QStringLiteral(JACOBISCOPE_TEST_DATA "/llamagen");
inline const QString kGpt = kModel + "/t2i.pt", kVq = kModel + "/vq.pt";
inline const QString kConfig = kModel + "/config.json";
inline const QString kExpected = kModel + "/expected.safetensors";  // computed by that code

inline void writeText(const QString& path, const QByteArray& text) {
  QFile file(path);
  QVERIFY(file.open(QIODevice::WriteOnly) && file.write(text) == text.size());
}

// Decodes the features that came with the model.
inline CliResult decodeFeatures(const QString& out, const QStringList& more,
                                const QString& model = kModel) {
  return runCli(QStringList{"run", "--model", model, "--text-features", kExpected, "--out", out} +
                more);
}
