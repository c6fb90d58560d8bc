// Exports from the window: the dialog, files beside the work, notices.
#include <QFileDialog>
#include <QSignalSpy>

#include "engine/export/csv.h"
#include "main_window_fixture.h"

using namespace jacobiscope;

class WindowExportTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() { QStandardPaths::setTestModeEnabled(true); }

  void everyKindIsWrittenAndTold() {
    WindowFixture f;
    QVERIFY(f.loadToy());
    QVERIFY(f.generate());
    Exporter& exporter = f.window().files().exporter();
    for (const ExportFormat& format : exportFormats()) {
      if (whyNot(format.kind)) continue;
      f.view().notices.clear();
      QSignalSpy ended(&exporter, &Exporter::ended);
      const QString file = f.path(QString::fromStdString("run" + format.endings.front()));
      exporter.start(1, format.kind, file);
      SOON(ended.count() == 1);
      QVERIFY2(ended[0][1].toBool(), f.view().notices[0].message.c_str());
      QVERIFY(QFileInfo(file).size() > 0);
      QCOMPARE(f.view().notices.size(), std::size_t{1});
      QVERIFY(f.view().notices[0].severity == Severity::Info);
      QVERIFY(f.view().notices[0].message.find(file.toStdString()) != std::string::npos);
    }
  }

  void theTableIsTheRuns() {
    WindowFixture f;
    QVERIFY(f.loadToy());
    QVERIFY(f.generate());
    QSignalSpy ended(&f.window().files().exporter(), &Exporter::ended);
    f.window().files().exporter().start(1, ExportKind::Csv, f.path("a.csv"));
    SOON(ended.count() == 1);
    std::string text;
    writeCsv(*f.lastRun(), [&](std::string_view part) { text += part; });
    QFile file(f.path("a.csv"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll(), QByteArray::fromStdString(text));
  }

  void aFolderThatIsNotThereIsTold() {
    WindowFixture f;
    QVERIFY(f.loadToy());
    QVERIFY(f.generate());
    QSignalSpy ended(&f.window().files().exporter(), &Exporter::ended);
    f.window().files().exporter().start(1, ExportKind::Svg, f.path("none/a.svg"));
    SOON(ended.count() == 1);
    QVERIFY(!ended[0][1].toBool());
    QCOMPARE(f.problems(), 1);
    QVERIFY(f.view().notices.back().message.find("does not exist") != std::string::npos);
  }

  void theMenuAsksForAFile() {
    WindowFixture f;
    QVERIFY(f.loadToy());
    QVERIFY(!f.actions().exportRun->isEnabled());
    QVERIFY(f.generate());
    QVERIFY(f.trigger(f.actions().exportRun));
    auto* dialog = f.window().findChild<QFileDialog*>("exportDialog");
    QVERIFY(dialog);
    QStringList endings;
    for (const QString& filter : dialog->nameFilters())
      endings << filter.section("(*", 1).chopped(1);
    QVERIFY(endings.contains(".csv") && endings.contains(".svg") && endings.contains(".apng"));
    QCOMPARE(endings.contains(".gif"), !whyNot(ExportKind::Gif));
    QCOMPARE(endings.contains(".mp4"), !whyNot(ExportKind::Mp4));
    // The ending of a typed name decides, whatever the filter says.
    QSignalSpy ended(&f.window().files().exporter(), &Exporter::ended);
    Q_EMIT dialog->fileSelected(f.path("typed.csv"));
    SOON(ended.count() == 1);
    QFile file(f.path("typed.csv"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QVERIFY(file.readLine().startsWith("run,sweep,"));
    dialog->close();
  }

  void aRunThatIsNotThereIsTold() {
    WindowFixture f;
    f.window().files().exporter().openDialog(7);
    f.window().files().exporter().start(7, ExportKind::Csv, f.path("x.csv"));
    QCOMPARE(f.problems(), 2);
    QVERIFY(!QFile::exists(f.path("x.csv")));
  }
};

QTEST_MAIN(WindowExportTest)
#include "window_export_test.moc"
