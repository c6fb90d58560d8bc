// jacobiscope-cli export, on recordings made by hand.
#include <QJsonArray>
#include <QTemporaryDir>
#include <QtTest>

#include "engine/export/export.h"
#include "engine/picture/picture_file.h"
#include "engine/record/recipe.h"
#include "engine/record/trace_writer.h"
#include "tests/app/cli_process.h"
#include "tests/ui/recorded_run.h"

using namespace jacobiscope;

class CliExportTest : public QObject {
  Q_OBJECT

  QTemporaryDir m_folder;

  QString path(const QString& name) { return m_folder.filePath(name); }

  static RecordedRun madeRun(bool pictures) {
    RecordedRun made(2, 4);
    for (int i = 0; i < 6; ++i) {
      std::vector<Panel> panels;
      if (pictures) {
        const auto grey = std::uint8_t(40 * i);
        Image image{4, 4, {}};
        for (int p = 0; p < 16; ++p) image.rgba.insert(image.rgba.end(), {grey, 0, 200, 255});
        panels = {{"sample", "", image}};
      }
      made.next({i / 3, 0, 4}, std::pow(10, -i), i % 3 == 2 ? Verdict::Settled : Verdict::Working,
                i % 3 == 2 ? 4 : i % 3, {0.5f, 0.25f, 0.125f, 1}, std::move(panels));
    }
    made.finish();
    return made;
  }
  // The same run under another number.
  static RunRecord numbered(const RunRecord& run, int number) {
    RunRecord copy = run;
    copy.start.run = copy.finished->run = number;
    for (auto& snapshot : copy.snapshots) {
      auto other = std::make_shared<Snapshot>(*snapshot);
      other->run = number;
      snapshot = other;
    }
    return copy;
  }
  QString trace(const QString& name, const std::vector<const RunRecord*>& runs) {
    writeTrace(path(name).toStdString(), runs);
    return path(name);
  }
  static QByteArray bytesOf(const QString& file) {
    QFile source(file);
    return source.open(QIODevice::ReadOnly) ? source.readAll() : QByteArray();
  }

 private Q_SLOTS:
  void everyFormatInOneCall() {
    const RecordedRun made = madeRun(true);
    QStringList words{"export", trace("a.jtrace", {&made.run()}), "--json"};
    std::vector<ExportFormat> formats;
    for (const ExportFormat& format : exportFormats())
      if (!whyNot(format.kind)) formats.push_back(format);
    for (const ExportFormat& format : formats) {
      words << QString::fromStdString("--" + format.name)
            << path("out") + QString::fromStdString(format.endings.front());
    }
    const CliResult result = runCli(words);
    QCOMPARE(result.err, QByteArray());
    QCOMPARE(result.code, 0);
    QCOMPARE(result.json()["sweeps"].toInt(), 6);
    QCOMPARE(result.json()["files"].toArray().size(), qsizetype(formats.size()));
    for (const QJsonValue& file : result.json()["files"].toArray())
      QCOMPARE(qint64(file["bytes"].toDouble()), QFileInfo(file["file"].toString()).size());
    QCOMPARE(bytesOf(path("out.csv")).count('\n'), 1 + 6 * (8 + 4));
    const auto recipe = readPictureText(path("out.png").toStdString(), kRecipeKey);
    QCOMPARE(parseRecipe(*recipe).sweeps, std::int64_t{6});
    QCOMPARE(parseRecipe(*recipe).pictureSweep, std::int64_t{-1});
    QCOMPARE(int(readPicture(path("out.png").toStdString()).rgba[0]), 200);
  }

  void optionsReachTheFilm() {
    const RecordedRun made = madeRun(true);
    const QString file = trace("o.jtrace", {&made.run()});
    QCOMPARE(runCli({"export", file, "--apng", path("o.png"), "--size", "20"}).code, 0);
    QCOMPARE(readPicture(path("o.png").toStdString()).width, 20);
    QCOMPARE(runCli({"export", file, "--apng", path("o.png"), "--size", "3"}).code, 2);
    QCOMPARE(runCli({"export", file, "--apng", path("o.png"), "--fps", "51"}).code, 2);
  }

  void refusals_data() {
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<int>("code");
    QTest::addColumn<QString>("said");
    const QString full = "{full}", bare = "{bare}", two = "{two}", out = "{out}";
    QTest::newRow("nothing") << QStringList{} << 2 << "One recording was expected";
    QTest::newRow("no format") << QStringList{full} << 2 << "not said what";
    QTest::newRow("two files") << QStringList{full, bare, "--csv", out + "x.csv"} << 2 << "2 are";
    QTest::newRow("ending") << QStringList{full, "--gif", out + "x.jpg"} << 2 << "end in .gif";
    QTest::newRow("no folder") << QStringList{full, "--svg", out + "none/x.svg"} << 1
                               << "does not exist";
    QTest::newRow("no trace") << QStringList{out + "none.jtrace", "--csv", out + "x.csv"} << 1
                              << "none.jtrace";
    QTest::newRow("no pictures") << QStringList{bare, "--apng", out + "x.apng"} << 1
                                 << "no pictures";
    QTest::newRow("no picture") << QStringList{bare, "--png", out + "x.png"} << 1 << "no pictures";
    QTest::newRow("which run") << QStringList{two, "--csv", out + "x.csv"} << 2 << "holds 2 runs";
    QTest::newRow("no run") << QStringList{two, "--csv", out + "x.csv", "--run", "3"} << 2
                            << "no run 3";
  }
  void refusals() {
    QFETCH(QStringList, words);
    QFETCH(int, code);
    QFETCH(QString, said);
    const RecordedRun full = madeRun(true), bare = madeRun(false);
    const RunRecord second = numbered(bare.run(), 2);
    const std::map<QString, QString> names{
        {"{full}", trace("full.jtrace", {&full.run()})},
        {"{bare}", trace("bare.jtrace", {&bare.run()})},
        {"{two}", trace("two.jtrace", {&full.run(), &second})},
        {"{out}", m_folder.path() + "/"}};
    for (QString& word : words)
      for (const auto& [name, value] : names) word.replace(name, value);
    const CliResult result = runCli(QStringList{"export"} + words);
    QCOMPARE(result.code, code);
    QVERIFY2(result.complainsBriefly(), result.err);
    QVERIFY2(result.err.contains(said.toUtf8()), result.err);
    QCOMPARE(QDir(m_folder.path()).entryList({"x.*", "*.part"}, QDir::Files | QDir::Hidden),
             QStringList());
  }

  void oneOfSeveralRuns() {
    const RecordedRun full = madeRun(true), bare = madeRun(false);
    const RunRecord second = numbered(full.run(), 2);
    const QString file = trace("two.jtrace", {&bare.run(), &second});
    QCOMPARE(runCli({"export", file, "--run", "2", "--png", path("r.png")}).code, 0);
    QCOMPARE(runCli({"export", file, "--run", "1", "--png", path("q.png")}).code, 1);
  }

  void whatIsLeftOfACutFile() {
    const RecordedRun made = madeRun(false);
    const QByteArray whole = bytesOf(trace("w.jtrace", {&made.run()}));
    QFile cut(path("cut.jtrace"));
    QVERIFY(cut.open(QIODevice::WriteOnly));
    cut.write(whole.left(whole.size() * 3 / 4));
    cut.close();
    const CliResult result = runCli({"export", cut.fileName(), "--csv", path("cut.csv"),
                                     "--svg", path("cut.svg"), "--json"});
    QCOMPARE(result.code, 0);
    QVERIFY(result.err.startsWith("warning: "));
    const int sweeps = result.json()["sweeps"].toInt();
    QVERIFY(sweeps > 0 && sweeps < 6);
    QCOMPARE(bytesOf(path("cut.csv")).count('\n'), 1 + sweeps * (8 + 4));
  }
};

QTEST_GUILESS_MAIN(CliExportTest)
#include "cli_export_test.moc"
