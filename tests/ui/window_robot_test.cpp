// A model that moves a robot in a whole window: it is instructed, the run is scrubbed, the scene is
// turned, the table is arranged by hand. With JACOBISCOPE_SCREENSHOTS=FOLDER pictures of the
// window are written there.
#include "main_window_fixture.h"
#include "ui/shell/status_text.h"
#include "ui/views/action_text.h"

using namespace jacobiscope;

class WindowRobotTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() { QStandardPaths::setTestModeEnabled(true); }

  void theTableIsShownBeforeTheFirstRun() {
    WindowFixture f;
    QVERIFY(load(f));
    QVERIFY(f.view().beforeRun());
    const QImage image = f.settle();
    const RobotViewState& robot = f.stage().views().robot;
    QVERIFY(!robot.regions.scene.empty() && !robot.regions.camera.empty());
    // Something is drawn: where the red cube is, red is seen.
    const QColor red = image.pixelColor(pixelOf(f, thing(f, 0)));
    QVERIFY2(red.red() > 2 * red.green() && red.red() > 2 * red.blue(), qPrintable(red.name()));
    QLineEdit* line = f.window().topBar().prompt().line();
    QCOMPARE(line->placeholderText(), QString("instruction"));
    QCOMPARE(line->text(), QString("put the red cube in the bowl"));
  }

  void aRunIsScrubbedChunkByChunk() {
    WindowFixture f;
    QVERIFY(load(f));
    QVERIFY(f.generate());
    f.settle();
    const StageViewState& views = f.stage().views();
    QVERIFY(!f.view().beforeRun());
    QCOMPARE(views.map.frame.rows, FakeRobotDecoder::kSteps);
    QVERIFY(views.actions.chunks().size() > 2);
    QCOMPARE(views.actions.acts().back().outcome, EpisodeState::Succeeded);
    const ChunkSpan chunk = views.actions.chunks()[1];
    f.click(columnOf(f, chunk.decoded - 1));
    QCOMPARE(f.view().cursor.sweep, chunk.decoded - 1);
    QCOMPARE(views.chunk.stage, chunk.stage);
    QCOMPARE(views.chunk.reached, chunk.iterations() - 1);
    QCOMPARE(int(views.chunk.executed.size()), FakeRobotDecoder::kSteps + 1);
    const QString iteration = QString("iteration %1 ").arg(chunk.iterations() - 2);
    QVERIFY(statusText(f.view()).iteration.startsWith(iteration));
    // Where the camera looks there is no chunk yet.
    f.click(columnOf(f, chunk.first));
    QCOMPARE(f.view().cursor.sweep, chunk.first);
    QVERIFY(views.chunk.cells.empty() && views.chunk.reached == 0 && views.chunk.acted == -1);
    QVERIFY(statusText(f.view()).iteration.startsWith("camera "));
    QVERIFY(views.chunk.begin && *views.chunk.begin == views.chunk.executed.back());
    // A column of an action is a step.
    f.click(columnOf(f, chunk.last));
    QCOMPARE(views.chunk.acted, FakeRobotDecoder::kSteps - 1);
    QVERIFY(statusText(f.view()).iteration.startsWith("step 5"));
    QVERIFY(f.actions().stepBlock->text().contains("c&hunk"));
    QVERIFY(!f.actions().showResidual->isEnabled());
  }

  void aRowOfTheMatrixMarksItsStep() {
    WindowFixture f;
    QVERIFY(load(f));
    QVERIFY(f.generate());
    f.settle();
    const RobotViewState& robot = f.stage().views().robot;
    const CellGrid grid{robot.regions.matrix, FakeRobotDecoder::kSteps,
                        FakeRobotDecoder::kDimensions};
    f.click(point(f, grid.cell(2, 3).centre()));
    QCOMPARE(robot.step, 2);
    f.click(point(f, grid.cell(2, 1).centre()));
    QCOMPARE(robot.step, -1);
  }

  void theSceneIsTurnedMovedAndReset() {
    WindowFixture f;
    QVERIFY(load(f));
    f.settle();
    const SceneHand& hand = f.stage().views().robot.hand;
    const QPoint from = emptyPlace(f);
    drag(f, Qt::LeftButton, from, from + QPoint(80, 30));
    QVERIFY(hand.camera.yaw != OrbitCamera{}.yaw && hand.camera.pitch > OrbitCamera{}.pitch);
    QVERIFY(hand.camera.shift == glm::vec3(0));
    drag(f, Qt::RightButton, from, from + QPoint(40, 0));
    QVERIFY(hand.camera.shift != glm::vec3(0));
    f.stage().setFocus();
    QTest::keyClick(&f.stage(), Qt::Key_Plus);
    f.settle();
    QVERIFY(hand.camera.closer > OrbitCamera{}.closer);
    ImGui::GetIO().MouseDoubleClickTime = 600;  // however slowly frames follow each other
    QTest::mouseDClick(&f.stage(), Qt::LeftButton, {}, from);
    f.settle();
    QVERIFY(hand.camera == OrbitCamera{});
  }

  void aThingIsDraggedAndTheRunBeginsSo() {
    WindowFixture f;
    QVERIFY(load(f));
    f.settle();
    const glm::vec3 before = thing(f, 2);
    const QPoint from = point(f, *project(f.stage().views().robot.view, before));
    drag(f, Qt::LeftButton, from, from + QPoint(40, 0));
    SOON(f.view().ownLayout && !f.view().moved);
    f.settle();
    const glm::vec3 after = thing(f, 2);
    QVERIFY(glm::distance(before, after) > 0.02f);
    QCOMPARE(f.problems(), 0);
    QVERIFY(f.generate());
    QVERIFY(f.lastRun()->start.input.arrays.contains("layout"));
    // Another seed lays the table anew.
    f.engine().input().seed += 1;
    f.engine().inputChanged();
    SOON(!f.view().ownLayout && f.view().beforeRun());
    QVERIFY(f.generate());
    QVERIFY(!f.lastRun()->start.input.arrays.contains("layout"));
  }

  void aRefusedPlaceIsToldAndTheThingSpringsBack() {
    WindowFixture f;
    QVERIFY(load(f));
    f.settle();
    const glm::vec3 before = thing(f, 3);
    const QPoint from = point(f, *project(f.stage().views().robot.view, before));
    drag(f, Qt::LeftButton, from, from + QPoint(300, 0));
    SOON_EQUAL(f.problems(), 1);
    QCOMPARE(f.view().notices.back().what, std::string("preview"));
    QVERIFY(!f.view().moved && !f.view().ownLayout);
    f.settle();
    QVERIFY(thing(f, 3) == before);
  }

  void aNewInstructionIsLookedAt() {
    WindowFixture f;
    QVERIFY(load(f));
    f.window().topBar().prompt().setText("put the zebra in the bowl");
    SOON(f.view().before && !f.view().before->preview.note.empty());
    f.window().topBar().prompt().setText("");
    SOON(f.view().before->preview.note.empty());
    f.actions().generate->trigger();
    QCOMPARE(f.view().notices.back().message, std::string("The instruction is empty."));
  }

  void episodesFollowEachOther() {
    WindowFixture f;
    QVERIFY(load(f));
    f.engine().input().count = 3;
    QVERIFY(f.generate());
    f.settle();
    const StageViewState& views = f.stage().views();
    const ActionCount& count = views.actions.count(views.actions.size() - 1);
    QCOMPARE(count.episodes, 3);
    QCOMPARE(count.succeeded, 3);
    const auto numbers = actionNumbers(f.view(), *f.lastRun(), views.chunk, views.actions);
    QCOMPARE(numbers[0].second, std::string("3 of 3 episodes"));
  }

  void pictures() {
    const QString folder = qEnvironmentVariable("JACOBISCOPE_SCREENSHOTS");
    if (folder.isEmpty()) QSKIP("no folder for pictures");
    QDir().mkpath(folder);
    WindowFixture f;
    QVERIFY(load(f));
    const auto shot = [&](const QString& name) {
      f.settle();
      QTest::qWait(150);
      f.settle();
      QVERIFY(f.window().grab().save(folder + '/' + name + ".png"));
    };
    f.actions().theme->actions().at(1)->trigger();
    shot("robot-dark-before");
    const QPoint cube = point(f, *project(f.stage().views().robot.view, thing(f, 1)));
    QTest::mouseMove(&f.stage(), cube);
    f.settle();
    QTest::mousePress(&f.stage(), Qt::LeftButton, {}, cube);
    f.settle();
    QMouseEvent away(QEvent::MouseMove, QPointF(cube + QPoint(70, 25)),
                     f.stage().mapToGlobal(QPointF(cube + QPoint(70, 25))), Qt::NoButton,
                     Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(&f.stage(), &away);
    shot("robot-dark-drag");
    QTest::mouseRelease(&f.stage(), Qt::LeftButton, {}, cube + QPoint(70, 25));
    SOON(f.view().ownLayout);
    QTest::mouseMove(&f.stage(), QPoint(5, 5));
    shot("robot-dark-own-layout");
    f.set("delay", std::int64_t{20});  // so that every sweep is photographed
    f.engine().input().count = 2;
    QVERIFY(f.generate());
    const ActionTimeline& actions = f.stage().views().actions;
    f.settle();
    const ChunkSpan chunk = actions.chunks().at(1);
    f.view().cursor = {1, chunk.decoded - 1, false};
    shot("robot-dark");
    QTest::mouseMove(&f.stage(), columnOf(f, chunk.begun + 2));
    shot("robot-dark-hover");
    QTest::mouseMove(&f.stage(), emptyPlace(f));
    f.view().cursor.sweep = chunk.begun + 3;
    f.stage().setFocus();
    for (int i = 0; i < 7; ++i) QTest::keyClick(&f.stage(), Qt::Key_Plus);
    shot("robot-dark-close");
    for (int i = 0; i < 7; ++i) QTest::keyClick(&f.stage(), Qt::Key_Minus);
    QTest::mouseMove(&f.stage(), QPoint(5, 5));
    f.actions().theme->actions().at(2)->trigger();
    f.view().cursor = {1, actions.chunks().at(2).last - 1, false};
    shot("robot-light");
    f.window().resize(1000, 700);
    shot("robot-light-small");
    f.window().resize(1440, 900);
    f.actions().theme->actions().at(1)->trigger();
    f.view().cursor = {1, actions.size() - 1, false};
    shot("robot-dark-end");
  }

 private:
  static bool load(WindowFixture& f) {
    return f.load("robot") && f.waitFor([&] { return f.view().before.has_value(); });
  }
  static QPoint point(WindowFixture& f, glm::vec2 at) {
    return QPoint(int(at.x), int(at.y)) / f.stage().devicePixelRatioF();
  }
  static QPoint columnOf(WindowFixture& f, std::int64_t sweep) {
    const TimelineFrame& frame = f.stage().views().map.frame;
    return point(f, {columnX(frame, double(sweep) + 0.5), rowRect(frame, 1).centre().y});
  }
  // Where a thing's first shape is, on the table as it is shown before a run.
  static glm::vec3 thing(WindowFixture& f, int which) {
    const auto& scene = std::get<Scene3D>(f.view().before->preview.panels.front().picture);
    for (const Shape& shape : scene.shapes)
      if (shape.thing == which) {
        const Vector3& at = shape.pose.position;
        return {float(at[0]), float(at[1]), float(at[2])};
      }
    return {};
  }
  static QPoint pixelOf(WindowFixture& f, const glm::vec3& at) {
    const glm::vec2 seen = *project(f.stage().views().robot.view, at);
    return {int(seen.x), int(seen.y)};
  }
  // A point of the scene with no thing under it.
  static QPoint emptyPlace(WindowFixture& f) {
    const Rect& free = f.stage().views().robot.regions.free;
    return point(f, {free.min.x + 40, free.centre().y});
  }
  static void drag(WindowFixture& f, Qt::MouseButton button, QPoint from, QPoint to) {
    QTest::mouseMove(&f.stage(), from);
    f.settle();
    QTest::mousePress(&f.stage(), button, {}, from);
    f.settle();
    for (int i = 1; i <= 4; ++i) {
      QMouseEvent move(QEvent::MouseMove, QPointF(from + (to - from) * i / 4),
                       f.stage().mapToGlobal(QPointF(from + (to - from) * i / 4)), Qt::NoButton,
                       button, Qt::NoModifier);
      QCoreApplication::sendEvent(&f.stage(), &move);
      f.settle();
    }
    QTest::mouseRelease(&f.stage(), button, {}, to);
    f.settle();
  }
};

QTEST_MAIN(WindowRobotTest)
#include "window_robot_test.moc"
