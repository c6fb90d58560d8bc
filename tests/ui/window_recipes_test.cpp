// What is done with a dropped picture or figure that carries its recipe: verified, compared,
// applied to other weights; several at once.
#include <QDialog>
#include <QTableWidget>

#include "engine/export/export.h"
#include "engine/export/stored_run.h"
#include "engine/picture/picture_file.h"
#include "main_window_fixture.h"

using namespace jacobiscope;

namespace {

QStringList answersOf(MessageBar& bar) {
  QStringList texts;
  for (auto* button : bar.findChildren<QPushButton*>()) {
    if (button->isVisible()) texts << button->text();
  }
  return texts;
}

bool press(MessageBar& bar, const QString& text) {
  for (auto* button : bar.findChildren<QPushButton*>()) {
    if (!button->isVisible() || button->text() != text) continue;
    QTest::mouseClick(button, Qt::LeftButton);
    return true;
  }
  return false;
}

}  // namespace

class WindowRecipesTest : public QObject {
  Q_OBJECT

  static QString saved(WindowFixture& f, const QString& name) {
    return f.window().files().save(f.path(name), f.lastRun()->start.run) ? f.path(name) : QString();
  }
  // JACOBISCOPE_SHOTS names a folder for pictures of what a test looks at.
  static void shot(QWidget& widget, const QString& name) {
    const QString folder = qEnvironmentVariable("JACOBISCOPE_SHOTS");
    QCoreApplication::processEvents();
    if (!folder.isEmpty()) widget.grab().save(folder + '/' + name + ".png");
  }
  static QDialog* proofOf(WindowFixture& f) { return f.window().findChild<QDialog*>("proofDialog"); }
  static QString textOf(const QTableWidget& table) {
    QString text;
    for (int row = 0; row < table.rowCount(); ++row) {
      for (int column = 0; column < 3; ++column) {
        if (const auto* item = table.item(row, column)) text += item->text() + '|';
      }
      text += '\n';
    }
    return text;
  }

 private Q_SLOTS:
  void initTestCase() { QStandardPaths::setTestModeEnabled(true); }

  void aPictureIsVerified() {
    WindowFixture f;
    MessageBar& bar = f.window().messageBar();
    QVERIFY(f.loadToy());
    f.engine().input().seed = 5;
    QVERIFY(f.generate());
    const QString file = saved(f, "a.png");
    f.engine().input().seed = 6;
    QVERIFY(f.drop(file));
    SOON(bar.isVisible());
    QCOMPARE(answersOf(bar), (QStringList{"Apply", "Compare", "Verify", "Cancel"}));
    QVERIFY(press(bar, "Verify"));
    SOON(bar.text().contains("Bit-identical"));
    QCOMPARE(bar.text(), QString("a.png — Bit-identical: result, every sweep and picture."));
    // It was a run that everybody could see, and the fields are as they were.
    QCOMPARE(f.lastRun()->start.input.seed, std::uint64_t{5});
    QCOMPARE(f.view().cursor.run, f.lastRun()->start.run);
    QCOMPARE(f.engine().input().seed, std::uint64_t{6});
    QVERIFY(press(bar, "Details…"));
    SOON(proofOf(f));
    const auto* table = proofOf(f)->findChild<QTableWidget*>();
    QVERIFY(textOf(*table).contains("Computed again: nothing differs"));
    QVERIFY(textOf(*table).contains("seed|5|6"));
  }

  void aPictureIsCompared_data() {
    QTest::addColumn<int>("theme");
    QTest::newRow("dark") << 1;
    QTest::newRow("light") << 2;
  }
  void aPictureIsCompared() {
    QFETCH(int, theme);
    WindowFixture f;
    f.actions().theme->actions().at(theme)->trigger();
    MessageBar& bar = f.window().messageBar();
    QVERIFY(f.loadToy());
    QVERIFY(f.generate());
    const QString file = saved(f, "a.png");
    auto stored = readStoredRun(file.toStdString());
    Image image = *stored->picture;
    for (int i = 40; i < 48; ++i) image.rgba[i] = static_cast<std::uint8_t>(image.rgba[i] / 2);
    stored->recipe.threads = 7;
    stored->recipe.resultHash = "0123456789abcdef";
    const std::string forged = encodePng(image, {{kRecipeKey, recipeText(stored->recipe)}});
    QFile target(f.path("forged.png"));
    QVERIFY(target.open(QIODevice::WriteOnly));
    target.write(forged.data(), qint64(forged.size()));
    target.close();
    f.set("coupling", 0.5);
    QVERIFY(f.drop(target.fileName()));
    SOON(bar.isVisible());
    f.settle();
    shot(f.window(), QString("restore-") + QTest::currentDataTag());
    QVERIFY(press(bar, "Compare"));
    SOON(proofOf(f));
    const auto* table = proofOf(f)->findChild<QTableWidget*>();
    QVERIFY(textOf(*table).contains("threads|7|1"));
    QVERIFY(textOf(*table).contains("coupling|1|0.5"));
    QStringList labels;
    for (auto* label : proofOf(f)->findChildren<QLabel*>()) labels << label->text();
    QVERIFY(labels.filter("Different").size() == 1);
    QVERIFY(labels.contains("In the file"));
    QVERIFY(labels.contains("Computed here"));
    QVERIFY(labels.filter("of 255").size() == 2);
    shot(*proofOf(f), QString("proof-") + QTest::currentDataTag());
    // The run itself is fine.
    f.window().files().recipes().use(Recipes::Use::Verify, "a.png",
                                     *readStoredRun(file.toStdString()));
    SOON(bar.isVisible() && bar.text().contains("Bit-identical"));
    f.settle();
    shot(f.window(), QString("verdict-") + QTest::currentDataTag());
  }

  void figuresAndFilmsAreVerified() {
    WindowFixture f;
    MessageBar& bar = f.window().messageBar();
    QVERIFY(f.loadToy());
    QVERIFY(f.generate());
    const RunRecord run = *f.lastRun();
    for (const ExportKind kind :
         {ExportKind::Svg, ExportKind::Pdf, ExportKind::Gif, ExportKind::Apng}) {
      if (whyNot(kind)) continue;
      const QString name = "x" + QString::fromStdString(exportFormat(kind).endings.front());
      exportRun(run, kind, f.path(name).toStdString());
      QVERIFY(f.drop(f.path(name)));
      SOON(bar.isVisible());
      QVERIFY(press(bar, "Verify"));
      SOON(bar.text() == name + " — Bit-identical: result and every sweep.");
      QVERIFY(press(bar, "Close"));
    }
  }

  void aFigureWithoutRecipeIsTold() {
    WindowFixture f;
    QFile file(f.path("plain.svg"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("<svg xmlns=\"http://www.w3.org/2000/svg\"></svg>");
    file.close();
    QVERIFY(f.drop(file.fileName()));
    QCOMPARE(f.problems(), 1);
    QVERIFY(f.view().notices.back().message.find("no recipe") != std::string::npos);
    QVERIFY(!f.window().messageBar().isVisible());
  }

  void severalFilesAreTakenOneAfterTheOther() {
    WindowFixture f;
    MessageBar& bar = f.window().messageBar();
    QVERIFY(f.loadToy());
    QVERIFY(f.generate());
    const QString a = saved(f, "a.png"), b = saved(f, "b.png"), trace = f.path("c.jtrace");
    QVERIFY(f.window().recordings().save(trace, 1));
    QVERIFY(f.drop(QStringList{a, trace, b}));
    QCOMPARE(f.engine().recording().runs().size(), std::size_t{2});
    QVERIFY(bar.text().startsWith("a.png"));
    QVERIFY(press(bar, "Verify"));
    QVERIFY(bar.text().startsWith("b.png carries"));
    QVERIFY(press(bar, "Verify"));
    SOON(bar.text().contains("a.png — Bit-identical"));
    QVERIFY(press(bar, "Close"));
    SOON(bar.text().contains("b.png — Bit-identical"));
  }

  void otherWeightsAreTold() {
    WindowFixture f;
    MessageBar& bar = f.window().messageBar();
    QVERIFY(f.loadToy());
    QVERIFY(f.generate());
    StoredRun stored = storedRunOf(*f.lastRun());
    stored.recipe.modelHash = "other";
    f.window().files().recipes().use(Recipes::Use::Verify, "x.png", stored);
    SOON(bar.isVisible());  // the toy of this program was loaded to see
    QCOMPARE(answersOf(bar), (QStringList{"Verify anyway", "Locate checkpoint…", "Cancel"}));
    QVERIFY(press(bar, "Verify anyway"));
    SOON(bar.text().contains("Bit-identical"));
    QVERIFY(press(bar, "Details…"));
    SOON(proofOf(f));
    QVERIFY(textOf(*proofOf(f)->findChild<QTableWidget*>()).contains("weights|other|toy-1"));
  }

  void aRunThatGoesOnIsNotDisturbed() {
    WindowFixture f;
    MessageBar& bar = f.window().messageBar();
    QVERIFY(f.loadToy());
    QVERIFY(f.generate());
    const StoredRun stored = storedRunOf(*f.lastRun());
    QVERIFY(f.startSlowRun());
    f.window().files().recipes().use(Recipes::Use::Verify, "x.png", stored);
    QVERIFY(f.view().notices.back().severity == Severity::Info);
    QVERIFY(f.view().running);
    f.set("delay", std::int64_t{0});
    QVERIFY(f.waitForEnd(2));
    SOON(bar.text().contains("Bit-identical"));
    QVERIFY(f.engine().recording().run(2)->finished->outcome == Outcome::Done);
  }

  void movingAKnobSpoilsTheProof() {
    WindowFixture f;
    QVERIFY(f.loadToy());
    f.view().followHand = false;
    QVERIFY(f.startSlowRun());
    QVERIFY(f.trigger(f.actions().stop));
    QVERIFY(f.waitForEnd(1));
    StoredRun stored = storedRunOf(*f.lastRun());
    stored.recipe.outcome = "done";
    f.window().files().recipes().use(Recipes::Use::Verify, "x.png", stored);
    SOON(f.lastRun()->start.run == 2 && f.sweeps() > 0);
    f.set("delay", std::int64_t{0});
    SOON(f.problems() == 1);
    QVERIFY(f.view().notices.back().message.find("moved") != std::string::npos);
    QVERIFY(!f.window().messageBar().isVisible());
  }

  // Generate is never grey: what was pressed too early happens a little later.
  void generateWaitsForTheModel() {
    WindowFixture f;
    QVERIFY(f.actions().generate->isEnabled());
    f.actions().generate->trigger();
    QCOMPARE(f.problems(), 1);  // nothing is on the way
    f.window().open("toy");
    QVERIFY(f.engine().loading());
    f.actions().generate->trigger();
    f.actions().generate->trigger();
    QVERIFY(f.waitForEnd(1));
    QVERIFY(f.lastRun()->finished->outcome == Outcome::Done);
    QCOMPARE(f.engine().recording().runs().size(), std::size_t{1});
    // Of a model that does not come nothing is generated.
    QFile file(f.path("broken.pth"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("not a checkpoint");
    file.close();
    f.window().open(file.fileName());
    f.actions().generate->trigger();
    SOON(!f.engine().loading());
    QVERIFY(!f.engine().busy());
    QCOMPARE(f.engine().recording().runs().size(), std::size_t{1});
  }

  void thingsOnTheTableComeBack() {
    WindowFixture f;
    QVERIFY(f.load("robot"));
    SOON(f.view().beforeRun());
    f.engine().moveThing({0, 0.01f, 0.01f});
    SOON(f.view().ownLayout);
    const Array layout = f.engine().input().arrays.at("layout");
    f.close();
    f.open();
    f.window().openLastModel();
    SOON(f.view().ownLayout);
    QVERIFY(f.engine().input().arrays.at("layout") == layout);
    f.engine().resetLayout();
    f.close();
    f.open();
    f.window().openLastModel();
    SOON(f.view().beforeRun());
    QVERIFY(!f.view().ownLayout);
  }
};

QTEST_MAIN(WindowRecipesTest)
#include "window_recipes_test.moc"
