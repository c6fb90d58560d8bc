// A picture of the user's as what a run starts from: dropped, opened, refused, removed.
#include <QFileDialog>
#include <QPainter>

#include "engine/export/stored_run.h"
#include "engine/picture/picture_file.h"
#include "main_window_fixture.h"

using namespace jacobiscope;

namespace {

const QString kData = QStringLiteral(JACOBISCOPE_TEST_DATA "/tarflow/");

// Wider than high, so that it has to be cropped as well as resized.
QImage drawing() {
  QImage image(90, 60, QImage::Format_RGB888);
  image.fill(QColor(40, 90, 160));
  QPainter painter(&image);
  painter.setBrush(QColor(240, 200, 60));
  painter.drawEllipse(25, 10, 40, 40);
  return image;
}

void write(const QString& file, const QByteArray& bytes) {
  QFile target(file);
  QVERIFY(target.open(QIODevice::WriteOnly));
  target.write(bytes);
}

}  // namespace

class OwnPictureTest : public QObject {
  Q_OBJECT

  static PictureChip& chipOf(WindowFixture& f) { return *f.window().findChild<PictureChip*>(); }
  // The knobs with which a decode is the inverse of encoding.
  static void wantTheSame(WindowFixture& f) {
    f.set("vary", 0.0);
    f.set("guidance", 0.0);
    f.set("denoise", 0.0);
    f.set("tolerance", 0.0);
  }
  // Largest difference of the last run's outcome from the picture in the file, as the model
  // would read it.
  static double differenceFrom(WindowFixture& f, const QString& file) {
    const PictureShape& shape = f.view().model->picture;
    const auto wanted =
        fitPicture(readPicture(file.toStdString()), shape.channels, shape.height, shape.width);
    const Array& image = f.lastRun()->finished->result.at("image");
    const auto& values = std::get<std::vector<float>>(image.values);
    if (values.size() != wanted.size()) return INFINITY;
    double largest = 0;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      largest = std::max(largest, double(std::abs(values[i] - wanted[i])));
    }
    return largest;
  }

 private Q_SLOTS:
  void initTestCase() { QStandardPaths::setTestModeEnabled(true); }
  void init() {
    const bool flows = std::ranges::any_of(
        families(), [](const FamilyEntry& family) { return family.name == "tarflow"; });
    if (!flows) QSKIP("built without Torch");
  }

  void aDroppedPictureComesBack_data() {
    QTest::addColumn<QString>("model");
    QTest::addColumn<QString>("name");
    QTest::newRow("png") << kData + "cond.pth" << "cat.png";
    QTest::newRow("jpeg") << kData + "cond.pth" << "cat.JPG";
    QTest::newRow("bundled model") << JACOBISCOPE_SOURCE_DIR "/resources/models/emoji-flow"
                                   << "cat.png";
  }
  void aDroppedPictureComesBack() {
    QFETCH(QString, model);
    QFETCH(QString, name);
    WindowFixture f(true);
    QVERIFY(f.load(model));
    QVERIFY(!chipOf(f).isVisible());
    const QString file = f.path(name);
    QVERIFY(drawing().save(file));
    QVERIFY(f.drop(file));
    QCOMPARE(f.problems(), 0);
    SOON(chipOf(f).isVisible());
    QCOMPARE(chipOf(f).text(), "from " + name);
    QVERIFY(chipOf(f).toolTip().contains("vary"));

    wantTheSame(f);
    QVERIFY(f.generate());
    QVERIFY(f.lastRun()->finished);
    QVERIFY2(differenceFrom(f, file) < 0.01, qPrintable(QString::number(differenceFrom(f, file))));
    const Recipe recipe = recipeOf(*f.lastRun());
    QCOMPARE(QString::fromStdString(recipe.input.picture), name);
    QCOMPARE(recipe.inputHash, hashArrays(f.engine().input().arrays));

    QTest::mouseClick(chipOf(f).findChild<QToolButton*>(), Qt::LeftButton);
    SOON(!chipOf(f).isVisible());
    QVERIFY(!f.actions().noise->isEnabled());
    QVERIFY(f.generate());
    QVERIFY(differenceFrom(f, file) > 0.1);
    QVERIFY(recipeOf(*f.lastRun()).input.picture.empty());
    QVERIFY(recipeOf(*f.lastRun()).inputHash.empty());
  }

  void varyMixesNoiseIn() {
    WindowFixture f(true);
    QVERIFY(f.load(kData + "cond.pth"));
    const QString file = f.path("cat.png");
    QVERIFY(drawing().save(file));
    QVERIFY(f.drop(file));
    wantTheSame(f);
    f.set("vary", 0.5);
    QVERIFY(f.generate());
    QVERIFY(differenceFrom(f, file) > 0.05);
  }

  void aPictureThatCannotBeReadChangesNothing_data() {
    QTest::addColumn<QString>("name");
    QTest::newRow("no PNG") << "broken.png";
    QTest::newRow("no JPEG") << "broken.jpg";
    QTest::newRow("cut off") << "cut.png";
  }
  void aPictureThatCannotBeReadChangesNothing() {
    QFETCH(QString, name);
    WindowFixture f(true);
    QVERIFY(f.load(kData + "cond.pth"));
    QVERIFY(drawing().save(f.path("cat.png")));
    QVERIFY(f.drop(f.path("cat.png")));
    const Arrays before = f.engine().input().arrays;
    QByteArray bytes("neither a picture nor anything else");
    if (name == "cut.png") {
      QFile whole(f.path("cat.png"));
      QVERIFY(whole.open(QIODevice::ReadOnly));
      bytes = whole.readAll().first(whole.size() / 2);
    }
    write(f.path(name), bytes);
    QVERIFY(f.drop(f.path(name)));
    QCOMPARE(f.problems(), 1);
    QVERIFY(f.view().notices.back().message.find(name.toStdString()) != std::string::npos);
    QVERIFY(f.engine().input().arrays == before);
    QCOMPARE(f.engine().input().picture, std::string("cat.png"));
    SOON_EQUAL(chipOf(f).text(), QString("from cat.png"));
  }

  void itIsFittedToTheNextModel() {
    WindowFixture f(true);
    QVERIFY(f.load(kData + "cond.pth"));
    QVERIFY(drawing().save(f.path("cat.png")));
    QVERIFY(f.drop(f.path("cat.png")));
    const auto fits = [&] {
      const PictureShape& shape = f.view().model->picture;
      return f.engine().input().arrays.at("image").shape ==
             std::vector<std::int64_t>{1, shape.channels, shape.height, shape.width};
    };
    QVERIFY(fits());
    QVERIFY(f.load(JACOBISCOPE_SOURCE_DIR "/resources/models/emoji-flow"));
    QVERIFY(fits());
    QCOMPARE(f.problems(), 0);
    QVERIFY(f.loadToy());
    QVERIFY(f.engine().input().arrays.empty());
    QCOMPARE(f.problems(), 1);
    SOON(!chipOf(f).isVisible());
  }

  void itWaitsForTheModelThatIsBeingLoaded() {
    WindowFixture f(true);
    QVERIFY(drawing().save(f.path("cat.png")));
    f.window().open(kData + "cond.pth");
    f.window().open(f.path("cat.png"));
    SOON(chipOf(f).isVisible());
    QCOMPARE(f.problems(), 0);
    QCOMPARE(f.engine().input().picture, std::string("cat.png"));
  }

  void theDialogTakesIt() {
    WindowFixture f(true);
    QVERIFY(f.load(kData + "cond.pth"));
    QVERIFY(drawing().save(f.path("cat.png")));
    QVERIFY(f.trigger(f.actions().picture));
    auto* dialog = f.window().findChild<QFileDialog*>();
    QVERIFY(dialog);
    dialog->setDirectory(f.path(""));
    dialog->selectFile(f.path("cat.png"));
    static_cast<QDialog*>(dialog)->accept();
    SOON_EQUAL(f.engine().input().picture, std::string("cat.png"));
  }

  void theRecipeNamesWhatItDoesNotCarry() {
    WindowFixture f(true);
    QVERIFY(f.load(kData + "cond.pth"));
    QVERIFY(drawing().save(f.path("cat.png")));
    QVERIFY(f.drop(f.path("cat.png")));
    QVERIFY(f.generate());
    QVERIFY(f.window().files().save(f.path("varied.png"), f.lastRun()->start.run));
    const auto stored = readStoredRun(f.path("varied.png").toStdString());
    QCOMPARE(stored->recipe.input.picture, std::string("cat.png"));
    QVERIFY(f.drop(f.path("varied.png")));
    QVERIFY(f.window().messageBar().text().contains("from cat.png"));
    f.window().files().recipes().use(Recipes::Use::Apply, "varied.png", *stored);
    QVERIFY(f.engine().input().arrays.empty());
    QVERIFY(f.engine().input().picture.empty());
    QCOMPARE(f.problems(), 1);
    QVERIFY(f.view().notices.back().message.find("cat.png") != std::string::npos);
  }

  // With the picture at hand the run can be repeated, without it not.
  void itsRunIsVerifiedWhileThePictureIsThere() {
    WindowFixture f(true);
    QVERIFY(f.load(kData + "cond.pth"));
    QVERIFY(drawing().save(f.path("cat.png")));
    QVERIFY(f.drop(f.path("cat.png")));
    QVERIFY(f.generate());
    QVERIFY(f.window().files().save(f.path("varied.png"), f.lastRun()->start.run));
    const auto stored = readStoredRun(f.path("varied.png").toStdString());
    f.window().files().recipes().use(Recipes::Use::Verify, "varied.png", *stored);
    SOON(f.window().messageBar().text().contains("Bit-identical"));
    QTest::mouseClick(chipOf(f).findChild<QToolButton*>(), Qt::LeftButton);
    f.window().files().recipes().use(Recipes::Use::Verify, "varied.png", *stored);
    QCOMPARE(f.problems(), 1);
    QVERIFY(f.view().notices.back().message.find("cat.png") != std::string::npos);
  }

  void itComesBackAfterARestart() {
    WindowFixture f(true);
    QVERIFY(f.load(kData + "cond.pth"));
    QVERIFY(drawing().save(f.path("cat.png")));
    QVERIFY(f.drop(f.path("cat.png")));
    const Arrays arrays = f.engine().input().arrays;
    f.close();
    f.open();
    QVERIFY(f.engine().input().arrays.empty());  // until its model is there
    f.window().openLastModel();
    SOON(f.engine().input().arrays == arrays);
    QCOMPARE(f.engine().input().picture, std::string("cat.png"));
    SOON(chipOf(f).isVisible());
    f.window().files().ownPicture().remove();
    f.close();
    f.open();
    f.window().openLastModel();
    SOON(f.view().model.has_value());
    QVERIFY(f.engine().input().arrays.empty());
    QCOMPARE(f.problems(), 0);
  }

  void calibratingDoesNotMeasureIt() {
    WindowFixture f(true);
    QVERIFY(f.load(kData + "cond.pth"));
    QVERIFY(drawing().save(f.path("cat.png")));
    QVERIFY(f.drop(f.path("cat.png")));
    QVERIFY(f.trigger(f.actions().calibrate));
    SOON(f.view().analysis.has_value());
    QVERIFY(f.view().analysis->origin.find("given pictures") == std::string::npos);
  }
};

QTEST_MAIN(OwnPictureTest)
#include "own_picture_test.moc"
