// Films through ffmpeg, with small scripts in its place.
#include "engine/export/mp4.h"

#include <QTemporaryDir>
#include <QtTest>

#include "engine/core/error.h"
#include "tests/ui/recorded_run.h"

using namespace jacobiscope;

class Mp4Test : public QObject {
  Q_OBJECT

  QTemporaryDir m_folder;
  RecordedRun m_made{1, 4};

  // An executable file of that name in a folder of its own; returns the folder.
  QString program(const QString& folder, const QString& name, const QByteArray& script) {
    QDir(m_folder.path()).mkpath(folder);
    QFile file(m_folder.filePath(folder + "/" + name));
    if (!file.open(QIODevice::WriteOnly)) qFatal("no script");
    file.write("#!/bin/sh\n" + script);
    file.close();
    file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    return m_folder.filePath(folder);
  }
  std::filesystem::path ffmpeg(const QString& folder, const QByteArray& script) {
    return (program(folder, "ffmpeg", script) + "/ffmpeg").toStdString();
  }
  // The last word of the command without "file:" is what ffmpeg writes.
  static constexpr char kLast[] = "for word; do last=$word; done; last=${last#file:}\n";

 private Q_SLOTS:
  void initTestCase() {
    for (const std::uint8_t grey : {10, 20}) {
      Image image{3, 2, {}};
      for (int i = 0; i < 6; ++i) image.rgba.insert(image.rgba.end(), {grey, grey, grey, 255});
      m_made.next({0, 0, 4}, 1, Verdict::Working, 0, {}, {{"sample", "", image}});
    }
  }

  void everyFrameIsHandedOver() {
    const auto script = ffmpeg("good", QByteArray(kLast) + "printf '%s ' \"$@\" > \"$last.words\"\n"
                                                           "cat > \"$last\"\n");
    const QString file = m_folder.filePath("-odd: name.mp4");
    writeMp4(Film(m_made.run(), {4, 18, 1}), script, file.toStdString());
    QFile written(file);
    QVERIFY(written.open(QIODevice::ReadOnly));
    // Two frames, the last one four times more; 18 by 12 pixels of four bytes.
    const QByteArray bytes = written.readAll();
    QCOMPARE(bytes.size(), (2 + 4) * 18 * 12 * 4);
    QCOMPARE(int(bytes[0]), 10);
    QCOMPARE(int(bytes[18 * 12 * 4]), 20);
    QCOMPARE(int(bytes[bytes.size() - 4]), 20);
    QFile words(file + ".part.words");
    QVERIFY(words.open(QIODevice::ReadOnly));
    const QByteArray said = words.readAll();
    QVERIFY(said.contains("-video_size 18x12 ") && said.contains("-framerate 4 "));
    QVERIFY(!QFile::exists(file + ".part"));
  }

  void aFailureIsToldInItsOwnWords() {
    const auto script = ffmpeg("bad", "echo first >&2; echo 'no encoder' >&2; exit 1\n");
    const QString file = m_folder.filePath("b.mp4");
    try {
      writeMp4(Film(m_made.run(), {}), script, file.toStdString());
      QFAIL("nothing was thrown");
    } catch (const Error& error) {
      QVERIFY(QByteArray(error.what()).contains("no encoder"));
    }
    QVERIFY(!QFile::exists(file) && !QFile::exists(file + ".part"));
  }

  void oneThatReadsNothingEndsInAnError() {
    const auto script = ffmpeg("deaf", "exec <&-\nexit 0\n");
    // More than a socket holds.
    QVERIFY_EXCEPTION_THROWN(writeMp4(Film(m_made.run(), {50, 1800, 2}), script,
                                      m_folder.filePath("c.mp4").toStdString()),
                             Error);
  }

  void itIsSoughtAlongThePath() {
    const QString first = m_folder.filePath("empty"), second = program("found", "ffmpeg", "");
    QDir().mkpath(first);
    const std::string path = (first + ":" + second).toStdString();
    QCOMPARE(findFfmpeg(path)->string(), second.toStdString() + "/ffmpeg");
    QVERIFY(!findFfmpeg(first.toStdString()));
    QVERIFY(!findFfmpeg(""));
    QFile(second + "/ffmpeg").setPermissions(QFile::ReadOwner);
    QVERIFY(!findFfmpeg(path));
  }
};

QTEST_GUILESS_MAIN(Mp4Test)
#include "mp4_test.moc"
