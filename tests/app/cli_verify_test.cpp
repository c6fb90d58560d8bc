// jacobiscope-cli verify: verdicts and exit codes, on files that the command line wrote itself.
#include <QJsonArray>
#include <QTemporaryDir>
#include <QtTest>

#include "engine/export/export.h"
#include "engine/picture/picture_file.h"
#include "engine/record/recipe.h"
#include "tests/app/cli_process.h"

using namespace jacobiscope;

class CliVerifyTest : public QObject {
  Q_OBJECT

  QTemporaryDir m_folder;

  QString path(const QString& name) { return m_folder.filePath(name); }
  QString run(const QString& name, const QStringList& more = {}) {
    const CliResult made =
        runCli(QStringList{"run", "--model", "toy", "--seed", "5", "--out", path(name)} + more);
    return made.code == 0 ? path(name) : QString();
  }
  void write(const QString& name, const std::string& bytes) {
    QFile target(path(name));
    QVERIFY(target.open(QIODevice::WriteOnly));
    target.write(bytes.data(), qint64(bytes.size()));
  }
  static QJsonObject first(const CliResult& result) {
    return result.json()["files"].toArray()[0].toObject();
  }

 private Q_SLOTS:
  void everythingThatIsWrittenHolds() {
    QStringList files{run("a.jtrace", {"--set", "mode=gs-jacobi", "--set", "segments=4,2,1,8"})};
    QStringList words{"export", files[0]};
    for (const ExportKind kind : {ExportKind::Png, ExportKind::Apng, ExportKind::Gif,
                                  ExportKind::Svg, ExportKind::Pdf}) {
      if (whyNot(kind)) continue;
      const ExportFormat& format = exportFormat(kind);
      files << path("a" + QString::fromStdString(format.endings.front()));
      words << "--" + QString::fromStdString(format.name) << files.back();
    }
    QCOMPARE(runCli(words).code, 0);
    const CliResult result = runCli(QStringList{"verify", "--json"} + files);
    QCOMPARE(result.code, 0);
    QCOMPARE(result.err, QByteArray());
    const QJsonArray reports = result.json()["files"].toArray();
    QCOMPARE(reports.size(), files.size());
    for (const QJsonValue& report : reports) {
      QCOMPARE(report["verdict"].toString(), QString("identical"));
      QVERIFY(report["sweeps_equal"].toBool());
      QVERIFY(report["differences"].toArray().isEmpty());
    }
    QCOMPARE(reports[0]["result_error"].toDouble(-1), 0.0);
  }

  void whatDiffersIsToldAndFails() {
    const std::string file = run("b.png").toStdString();
    Image image = readPicture(file);
    Recipe recipe = parseRecipe(*readPictureText(file, kRecipeKey));
    recipe.input.seed = 6;
    image.rgba[0] = static_cast<std::uint8_t>(image.rgba[0] ^ 1);
    const std::string bytes = encodePng(image, {{kRecipeKey, recipeText(recipe)}});
    write("forged.png", bytes);
    const CliResult plain = runCli({"verify", path("forged.png")});
    QCOMPARE(plain.code, 1);
    QVERIFY(plain.out.contains("Different"));
    const CliResult json = runCli({"verify", path("forged.png"), path("b.png"), "--json"});
    QCOMPARE(json.code, 1);
    QCOMPARE(first(json)["verdict"].toString(), QString("different"));
    QVERIFY(!first(json)["result_equal"].toBool(true));
    const QJsonObject second = json.json()["files"].toArray()[1].toObject();
    QCOMPARE(second["verdict"].toString(), QString("identical"));
    // As far apart as pictures can be is within the widest bound.
    QCOMPARE(runCli({"verify", path("forged.png"), "--within", "255"}).code, 0);
  }

  void whatCannotBeVerifiedIsSaid() {
    write("plain.png", encodePng(Image{1, 1, {255, 0, 0, 255}}, {}));
    const std::string file = run("c.png").toStdString();
    Recipe recipe = parseRecipe(*readPictureText(file, kRecipeKey));
    recipe.model = "nobody-has-this";
    const std::string bytes = encodePng(readPicture(file), {{kRecipeKey, recipeText(recipe)}});
    write("unknown.png", bytes);
    const CliResult result = runCli({"verify", path("plain.png"), path("none.png"),
                                     path("unknown.png"), path("c.png"), "--json"});
    QCOMPARE(result.code, 1);
    const QJsonArray reports = result.json()["files"].toArray();
    QCOMPARE(reports.size(), qsizetype(4));
    QVERIFY(reports[0]["error"].toString().contains("no recipe"));
    QVERIFY(reports[1]["error"].toString().contains("none.png"));
    QVERIFY(reports[2]["error"].toString().contains("nobody-has-this"));
    QVERIFY(reports[2]["hint"].toString().contains("--model"));
    QCOMPARE(reports[3]["verdict"].toString(), QString("identical"));
    QCOMPARE(runCli({"verify", path("unknown.png"), "--model", "toy"}).code, 0);
    QCOMPARE(runCli({"verify"}).code, 2);
  }

  void aFullDiskIsToldAndTheRunGoesOn() {
    if (!QFile::exists("/dev/full")) QSKIP("no device that is always full");
    QVERIFY(QFile::link("/dev/full", path("full.jtrace")));
    const CliResult result = runCli({"run", "--model", "toy", "--out", path("kept.png"),
                                     "--trace", path("full.jtrace")});
    QCOMPARE(result.code, 1);
    QVERIFY(result.complainsBriefly());
    QVERIFY(result.err.contains("full.jtrace"));
    QVERIFY(QFile::exists(path("kept.png")));
    QCOMPARE(runCli({"verify", path("kept.png")}).code, 0);
  }
};

QTEST_GUILESS_MAIN(CliVerifyTest)
#include "cli_verify_test.moc"
