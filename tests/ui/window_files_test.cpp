// What goes in and out of the window: checkpoints, pictures with recipes, settings.
#include <QDockWidget>

#include "main_window_fixture.h"
#include "engine/export/stored_run.h"
#include "ui/shell/picture.h"

using namespace jacobiscope;

namespace {

void write(const QString& file, const QByteArray& bytes) {
  QFile target(file);
  QVERIFY(target.open(QIODevice::WriteOnly));
  target.write(bytes);
}

QPushButton* buttonOf(MessageBar& bar, const QString& text) {
  for (auto* button : bar.findChildren<QPushButton*>()) {
    if (button->text() == text) return button;
  }
  return nullptr;
}

}  // namespace

class WindowFilesTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() { QStandardPaths::setTestModeEnabled(true); }

  void aBadFileLeavesEverything_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("no checkpoint") << "broken.pth" << QByteArray("not a checkpoint");
    QTest::newRow("no picture") << "broken.png" << QByteArray("not a picture");
    QTest::newRow("missing") << "missing.pth" << QByteArray();
  }
  void aBadFileLeavesEverything() {
    QFETCH(QString, name);
    QFETCH(QByteArray, bytes);
    WindowFixture f;
    QVERIFY(f.loadToy());
    QVERIFY(f.generate());
    const QString file = f.path(name);
    if (!bytes.isEmpty()) write(file, bytes);
    f.window().open(file);
    SOON_EQUAL(f.view().notices.size(), std::size_t{1});
    QVERIFY(f.view().notices[0].message.find(name.toStdString()) != std::string::npos);
    SOON(!f.engine().loading());
    QVERIFY(!f.view().progress);
    QCOMPARE(f.view().model->name, std::string("toy"));
    QVERIFY(f.lastRun()->finished);
    QVERIFY(f.generate());
    QVERIFY(f.lastRun()->finished->outcome == Outcome::Done);
  }

  void theLoadedModelIsNotLoadedAgain() {
    WindowFixture f;
    QVERIFY(f.loadToy());
    f.view().analysis = Analysis{};
    Q_EMIT f.window().library().modelChosen("toy");
    QVERIFY(!f.engine().loading());
    QVERIFY(f.view().analysis.has_value());
    QVERIFY(f.load(f.dressedFile()));
    Q_EMIT f.window().library().modelChosen("toy");
    QVERIFY(f.engine().loading());
  }

  void remarksOfAModelAreTold() {
    WindowFixture f;
    QVERIFY(f.load(f.dressedFile()));
    QCOMPARE(f.view().notices.size(), std::size_t{1});
    QCOMPARE(f.view().notices[0].message, std::string("The classes change nothing."));
    QVERIFY(f.view().notices[0].severity == Severity::Warning);
    QVERIFY(f.loadToy());
    QVERIFY(f.view().notices.empty());
  }

  void aSavedPictureCarriesItsRecipe() {
    WindowFixture f;
    QVERIFY(f.loadToy());
    f.engine().input().seed = 12345678901234567890ull;
    f.set("coupling", 0.75);
    QVERIFY(f.generate());
    const QString file = f.path("picture.png");
    QVERIFY(f.window().files().save(file, 1));
    const auto stored = readStoredRun(file.toStdString());
    QVERIFY(stored.has_value());
    const Recipe* recipe = &stored->recipe;
    QCOMPARE(recipe->input.seed, 12345678901234567890ull);
    QCOMPARE(numberAt(recipe->timeline.front().second, "coupling"), 0.75);
    QCOMPARE(recipe->outcome, std::string("done"));
    QCOMPARE(recipe->calls, f.lastRun()->finished->calls);
    QCOMPARE(recipe->resultHash, hashArrays(f.lastRun()->finished->result));
    QCOMPARE(recipe->pictureSweep, std::int64_t{-1});
    const auto shown = lastPicture(f.engine().recording(), 1);
    QCOMPARE(QImage(file).convertToFormat(QImage::Format_RGB888),
             shown->image.convertToFormat(QImage::Format_RGB888));
  }

  void aPictureOnTheWaySaysSo() {
    WindowFixture f;
    QVERIFY(f.loadToy());
    QVERIFY(f.startSlowRun());
    QVERIFY(f.trigger(f.actions().pause));
    SOON(f.view().paused);
    // A pause is photographed.
    const std::int64_t then = f.sweeps();
    QVERIFY(f.trigger(f.actions().step));
    const auto photographed = [&] {
      const auto shown = pictureAt(f.engine().recording(), 1, then);
      return shown && shown->sweep == then;
    };
    QVERIFY(f.waitFor(photographed));
    f.set("delay", std::int64_t{0});
    QVERIFY(f.trigger(f.actions().pause));
    QVERIFY(f.waitForEnd(1));
    const auto early = pictureAt(f.engine().recording(), 1, then);
    QVERIFY(early);
    QVERIFY(early->sweep < f.sweeps() - 1);
    QVERIFY(f.window().files().save(f.path("early.png"), 1, then));
    QCOMPARE(readStoredRun(f.path("early.png").toStdString())->recipe.pictureSweep, early->sweep);
  }

  void savingWhereThereIsNoFolderIsTold() {
    WindowFixture f;
    QVERIFY(f.loadToy());
    QVERIFY(!f.window().files().save(f.path("a.png"), 1));
    QVERIFY(f.generate());
    QVERIFY(!f.window().files().save(f.path("no/such/folder/a.png"), 1));
    QCOMPARE(f.view().notices.size(), std::size_t{2});
  }

  void aDroppedPictureIsAppliedWhenAsked() {
    WindowFixture f;
    QVERIFY(f.loadToy());
    f.engine().input().seed = 77;
    f.set("coupling", 0.5);
    QVERIFY(f.generate());
    const QString file = f.path("picture.png");
    QVERIFY(f.window().files().save(file, 1));
    f.engine().resetKnobs();
    f.engine().input().seed = 1;

    QVERIFY(f.drop(file));
    SOON(f.window().messageBar().isVisible());
    QVERIFY(f.window().messageBar().text().contains("seed 77"));
    QTest::mouseClick(buttonOf(f.window().messageBar(), "Cancel"), Qt::LeftButton);
    QVERIFY(!f.window().messageBar().isVisible());
    QCOMPARE(f.engine().input().seed, std::uint64_t{1});

    QVERIFY(f.drop(file));
    QTest::mouseClick(buttonOf(f.window().messageBar(), "Apply"), Qt::LeftButton);
    QCOMPARE(f.engine().input().seed, std::uint64_t{77});
    QCOMPARE(numberAt(f.view().knobs, "coupling"), 0.5);
    QVERIFY(f.generate());
    const auto& runs = f.engine().recording().runs();
    QCOMPARE(hashArrays(f.lastRun()->finished->result),
             hashArrays(runs.begin()->second.finished->result));
  }

  // The toy starts from no picture either.
  void aPictureWithoutRecipeIsTold_data() {
    QTest::addColumn<QString>("name");
    QTest::newRow("png") << "plain.png";
    QTest::newRow("jpeg") << "plain.jpg";
  }
  void aPictureWithoutRecipeIsTold() {
    QFETCH(QString, name);
    WindowFixture f;
    QVERIFY(f.loadToy());
    QImage image(4, 4, QImage::Format_RGB888);
    image.fill(Qt::red);
    QVERIFY(image.save(f.path(name)));
    QVERIFY(f.drop(f.path(name)));
    QCOMPARE(f.view().notices.size(), std::size_t{1});
    QVERIFY(f.engine().input().arrays.empty());
    QVERIFY(!f.window().messageBar().isVisible());
  }

  void aRecipeOfAnUnknownModelChangesNothing() {
    WindowFixture f;
    QVERIFY(f.loadToy());
    QVERIFY(f.generate());
    const KnobValues before = f.view().knobs;
    const QString title = QString::fromStdString(f.view().model->title);
    Recipe recipe = recipeOf(*f.lastRun());
    recipe.model = "nobody-has-this";
    recipe.modelHash = "0";
    recipe.timeline.front().second["coupling"] = 3.0;
    f.window().files().recipes().use(Recipes::Use::Apply, "x.png", {recipe, {}});
    QVERIFY(f.window().messageBar().text().contains("nobody-has-this"));
    QVERIFY(buttonOf(f.window().messageBar(), "Locate checkpoint…")->isVisible());
    QVERIFY(f.view().knobs == before);
    // The other weights are taken if somebody wants them.
    QTest::mouseClick(buttonOf(f.window().messageBar(), "Apply to " + title), Qt::LeftButton);
    QCOMPARE(numberAt(f.view().knobs, "coupling"), 3.0);
    QVERIFY(f.view().notices.back().message.find("weights") != std::string::npos);
  }

  void theWaitingRecipeLoadsItsModel() {
    WindowFixture f;
    QVERIFY(f.loadToy());
    QVERIFY(f.generate());
    Recipe recipe = recipeOf(*f.lastRun());
    recipe.input.seed = 31;
    recipe.timeline.front().second["coupling"] = 3.0;
    f.close();
    f.open();
    f.window().files().recipes().use(Recipes::Use::Apply, "x.png", {recipe, {}});
    SOON(f.view().model.has_value());
    SOON_EQUAL(f.engine().input().seed, std::uint64_t{31});
    QCOMPARE(numberAt(f.view().knobs, "coupling"), 3.0);
  }

  void settingsAreRestored() {
    WindowFixture f;
    QVERIFY(f.loadToy());
    f.set("coupling", 0.25);
    f.engine().input().seed = 99;
    QVERIFY(f.trigger(f.actions().newSeed));
    f.actions().theme->actions().at(2)->trigger();
    f.actions().colors->actions().at(1)->trigger();
    f.window().findChild<QDockWidget*>("parametersDock")->show();
    f.close();

    f.open();
    QCOMPARE(f.engine().input().seed, std::uint64_t{99});
    QVERIFY(f.engine().drawsSeed);
    QVERIFY(!f.view().theme.dark);
    QVERIFY(f.view().theme.cividis);
    QVERIFY(f.window().findChild<QDockWidget*>("parametersDock")->isVisible());
    f.window().openLastModel();
    SOON(f.view().model.has_value());
    QCOMPARE(numberAt(f.view().knobs, "coupling"), 0.25);
  }

  void brokenSettingsCostOnlyTheMemory_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("noise") << QByteArray("\x00\xff\x13[[[=\n\n]garbage", 18);
    QTest::newRow("wrong types")
        << QByteArray("[General]\nzoom=huge\ncount=-5\nseed=abc\nknobs={\"toy-1\":[1]}\n"
                      "geometry=zzz\nlayout=@Invalid()\nquotaMegabytes=1e99\nlabel=x\n");
    QTest::newRow("values no longer allowed")
        << QByteArray("[General]\nknobs=\"{\\\"toy-1\\\":{\\\"coupling\\\":1000,\\\"gone\\\":1}}\"\n");
  }
  void brokenSettingsCostOnlyTheMemory() {
    QFETCH(QByteArray, bytes);
    WindowFixture f;
    f.close();
    write(f.path("settings.ini"), bytes);
    f.open();
    QVERIFY(f.loadToy());
    QCOMPARE(numberAt(f.view().knobs, "coupling"), 1.0);
    QCOMPARE(f.engine().input().count, 1);
    QVERIFY(f.generate());
    QVERIFY(f.lastRun()->finished);
  }

  void aDroppedCheckpointIsRemembered() {
    WindowFixture f;
    QVERIFY(f.loadToy());
    const QString good = f.dressedFile(), broken = f.path("model.pth");
    QVERIFY(f.drop(good));
    SOON_EQUAL(f.view().model->name, std::string("dressed"));
    write(broken, "not a checkpoint");
    QVERIFY(f.drop(broken));
    SOON_EQUAL(f.problems(), 1);
    f.close();
    const QSettings store(f.path("settings.ini"), QSettings::IniFormat);
    // A file that could not be opened is not offered again.
    QCOMPARE(store.value("recent").toStringList(), QStringList(good));
  }
};

QTEST_MAIN(WindowFilesTest)
#include "window_files_test.moc"
