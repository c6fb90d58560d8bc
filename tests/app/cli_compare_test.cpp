// jacobiscope-cli compare, on recordings and pictures made by hand.
#include <QJsonArray>
#include <QTemporaryDir>
#include <QtTest>

#include "engine/core/colormap.h"
#include "engine/picture/picture_file.h"
#include "engine/record/recipe.h"
#include "engine/record/trace_writer.h"
#include "tests/app/cli_process.h"
#include "tests/ui/recorded_run.h"

using namespace jacobiscope;

class CliCompareTest : public QObject {
  Q_OBJECT

  QTemporaryDir m_folder;

  QString path(const QString& name) { return m_folder.filePath(name); }

  static Image grey(int side, int value) {
    Image image{side, side, {}};
    for (int p = 0; p < side * side; ++p) {
      const auto level = std::uint8_t(value);
      image.rgba.insert(image.rgba.end(), {level, level, level, 255});
    }
    return image;
  }
  // Four sweeps whose pictures are `first`, `first` + 10, ...; no picture where `side` is 0.
  static RunRecord madeRun(int number, int side, int first, std::uint64_t seed = 0) {
    RecordedRun made(2, 4);
    for (int i = 0; i < 4; ++i) {
      std::vector<Panel> panels;
      if (side > 0) panels = {{"sample", "", grey(side, first + 10 * i)}};
      made.next({i / 2, 0, 4}, 0.5, i % 2 ? Verdict::Settled : Verdict::Working, i % 2 ? 4 : 1, {},
                std::move(panels));
    }
    made.finish();
    RunRecord run = made.run();
    run.start.run = run.finished->run = number;
    run.start.input.seed = seed;
    for (auto& snapshot : run.snapshots) {
      auto other = std::make_shared<Snapshot>(*snapshot);
      other->run = number;
      snapshot = other;
    }
    return run;
  }
  QString trace(const QString& name, const std::vector<RunRecord>& runs) {
    std::vector<const RunRecord*> pointers;
    for (const RunRecord& run : runs) pointers.push_back(&run);
    writeTrace(path(name).toStdString(), pointers);
    return path(name);
  }
  QString png(const QString& name, const Image& image, const PictureTexts& texts = {}) {
    const std::string bytes = encodePng(image, texts);
    QFile file(path(name));
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes.data(), qint64(bytes.size())) < 0)
      qFatal("no file can be written");
    return path(name);
  }
  static QJsonObject difference(const CliResult& result, const QString& name) {
    for (const QJsonValue& row : result.json()["differences"].toArray())
      if (row["name"].toString() == name) return row.toObject();
    return {};
  }

 private Q_SLOTS:
  void twoRunsOfOneFile() {
    const QString file = trace("two.jtrace", {madeRun(1, 4, 100, 7), madeRun(2, 4, 103, 8)});
    const CliResult result = runCli({"compare", file + "#1", file + "#2", "--json"});
    QCOMPARE(result.err, QByteArray());
    QCOMPARE(result.code, 0);
    const QJsonObject errors = result.json()["errors"].toObject();
    QCOMPARE(errors["max"].toDouble(), 3.0);
    QCOMPARE(errors["rmse"].toDouble(), 3.0);
    QCOMPARE(errors["range"].toDouble(), 255.0);
    QVERIFY(!errors["equal"].toBool());
    QCOMPARE(result.json()["of"].toString(), QString("pictures"));
    QCOMPARE(result.json()["a"].toObject()["sweep"].toInt(), 4);
    QCOMPARE(difference(result, "seed")["a"].toString(), QString("7"));
    QCOMPARE(difference(result, "seed")["b"].toString(), QString("8"));
    QVERIFY(difference(result, "model").isEmpty());
    const CliResult all = runCli({"compare", file + "#1", file + "#2", "--json", "--all"});
    QCOMPARE(difference(all, "model")["differs"].toBool(true), false);
    const CliResult text = runCli({"compare", file + "#1", file + "#2"});
    QVERIFY(text.out.contains("max |d|  3 of 255"));
    QVERIFY(text.out.contains("seed"));
    QVERIFY(!text.out.contains("float32"));
  }

  void momentsOfRuns() {
    const QString file = trace("moments.jtrace", {madeRun(1, 4, 100)});
    // The first sweep beside the third of the same run: 100 and 120.
    const CliResult result = runCli({"compare", file + "#1@1", file + "#1@3", "--json"});
    QCOMPARE(result.json()["errors"].toObject()["max"].toDouble(), 20.0);
    QVERIFY(result.json()["differences"].toArray().isEmpty());
    // B follows: the same iteration, which is the same picture.
    const CliResult follows = runCli({"compare", file + "#1@2", file, "--json", "--align",
                                      "iteration"});
    QCOMPARE(follows.json()["b"].toObject()["sweep"].toInt(), 2);
    QVERIFY(follows.json()["errors"].toObject()["equal"].toBool());
    QVERIFY(follows.json()["errors"].toObject()["psnr"].isNull());
  }

  void aPictureWithItsRecipe() {
    const RunRecord run = madeRun(1, 4, 100, 7);
    const QString file = trace("run.jtrace", {run});
    const QString picture =
        png("own.png", grey(4, 130), {{kRecipeKey, recipeText(recipeOf(run))}});
    const CliResult result = runCli({"compare", file, picture, "--json"});
    QCOMPARE(result.err, QByteArray());
    QVERIFY(result.json()["errors"].toObject()["equal"].toBool());
    QVERIFY(difference(result, "seed").isEmpty());
    const CliResult foreign = runCli({"compare", png("foreign.png", grey(4, 131)), picture,
                                      "--json"});
    QCOMPARE(foreign.code, 0);
    QVERIFY(foreign.err.contains("no recipe"));
    QCOMPARE(foreign.json()["errors"].toObject()["max"].toDouble(), 1.0);
  }

  void theMapIsWritten() {
    const QString file = trace("map.jtrace", {madeRun(1, 4, 100), madeRun(2, 4, 140)});
    const QString out = path("map.png");
    QCOMPARE(runCli({"compare", file + "#1", file + "#2", "--out", out, "--linear"}).code, 0);
    const Image map = readPicture(out.toStdString());
    QCOMPARE(map.width, 4);
    const Rgba colour = mapColour(40.0 / 255, false);
    QCOMPARE(int(map.rgba[0]), int(colour & 255));
    QCOMPARE(int(map.rgba[1]), int(colour >> 8 & 255));
  }

  void badInputIsRefused_data() {
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<int>("code");
    QTest::addColumn<QByteArray>("says");
    const QString file = trace("bad.jtrace", {madeRun(1, 4, 0), madeRun(2, 4, 0)});
    const QString other = path("absent.jtrace");
    QTest::newRow("one operand") << QStringList{file} << 2 << QByteArray("Two things");
    QTest::newRow("missing file") << QStringList{other, file + "#1"} << 1 << QByteArray("absent");
    QTest::newRow("missing picture")
        << QStringList{path("absent.png"), file + "#1"} << 1 << QByteArray("absent");
    QTest::newRow("other ending") << QStringList{"a.txt", file} << 2 << QByteArray("a.txt");
    QTest::newRow("which run") << QStringList{file, file + "#1"} << 2 << QByteArray("holds 2 runs");
    QTest::newRow("no such run") << QStringList{file + "#3", file + "#1"} << 2
                                 << QByteArray("no run 3");
    QTest::newRow("no such sweep") << QStringList{file + "#1@9", file + "#1"} << 2
                                   << QByteArray("no sweep 9");
    QTest::newRow("no number") << QStringList{file + "#one", file + "#1"} << 2
                               << QByteArray("one");
    QTest::newRow("alignment") << QStringList{file + "#1", file + "#2", "--align", "stages"} << 2
                               << QByteArray("stages");
    QTest::newRow("out") << QStringList{file + "#1", file + "#2", "--out", path("map.jpg")} << 2
                         << QByteArray("map.jpg");
  }
  void badInputIsRefused() {
    QFETCH(QStringList, words);
    QFETCH(int, code);
    QFETCH(QByteArray, says);
    const CliResult result = runCli(QStringList{"compare"} + words);
    QCOMPARE(result.code, code);
    QVERIFY2(result.complainsBriefly() && result.err.contains(says), result.err);
    QCOMPARE(result.out, QByteArray());
  }

  void withoutPicturesOrWithOtherSizesOnlyTheTableIsLeft() {
    const QString none = trace("none.jtrace", {madeRun(1, 0, 0, 1)});
    const QString small = trace("small.jtrace", {madeRun(1, 4, 0, 2)});
    const QString large = trace("large.jtrace", {madeRun(1, 8, 0, 3)});
    const std::pair<QString, QByteArray> cases[] = {{none, "no picture"},
                                                    {large, "different size"}};
    for (const auto& [other, says] : cases) {
      const CliResult result = runCli({"compare", small, other, "--json"});
      QCOMPARE(result.code, 0);
      QVERIFY2(result.err.contains(says), result.err);
      QVERIFY(result.json()["errors"].isNull());
      QVERIFY(result.json()["why"].toString().contains(says));
      QVERIFY(!difference(result, "seed").isEmpty());
      const QString out = path("never.png");
      const CliResult map = runCli({"compare", small, other, "--out", out});
      QCOMPARE(map.code, 1);
      QVERIFY(map.err.contains(says));
      QVERIFY(!QFile::exists(out));
    }
  }
};

QTEST_GUILESS_MAIN(CliCompareTest)
#include "cli_compare_test.moc"
