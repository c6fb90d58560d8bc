// What is stored is run again exactly, and every way in which it can differ is told.
#include "engine/export/verification.h"

#include <QtTest>

#include "engine/core/error.h"
#include "engine/picture/picture_file.h"
#include "engine/record/hashes.h"
#include "tests/export/reruns.h"

using namespace jacobiscope;
using jacobiscope::test::ToyRuns;

namespace {

// The recipe after it went through a file.
StoredRun stored(const RunRecord& run) {
  StoredRun kept = storedRunOf(run);
  kept.recipe = parseRecipe(recipeText(kept.recipe));
  return kept;
}

QString messageOf(const std::function<void()>& act) {
  try {
    act();
  } catch (const Error& error) {
    return QString::fromStdString(error.what());
  }
  return {};
}

}  // namespace

class VerificationTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void aRunIsIdentical_data() {
    QTest::addColumn<QString>("mode");
    for (const char* mode : {"sequential", "jacobi", "gs-jacobi", "window"}) {
      QTest::newRow(mode) << mode;
    }
  }
  void aRunIsIdentical() {
    QFETCH(QString, mode);
    ToyRuns toy;
    const StoredRun first = stored(toy.run({{"mode", mode.toStdString()}}));
    QVERIFY(first.picture.has_value());
    const RunRecord& again = toy.again(first.recipe);
    const Verification v = verify(first, again, 0);
    QVERIFY(v.proof == Proof::Identical);
    QCOMPARE(v.result, std::optional(true));
    QCOMPARE(v.facts, std::optional(true));
    QCOMPARE(v.pictureSteps, std::optional(0));
    QVERIFY(v.differences.empty());
    QCOMPARE(verdictText(v), std::string("Bit-identical: result, every sweep and picture."));
  }

  // At the very sweeps at which they were moved.
  void movedKnobsAreMovedAgain() {
    ToyRuns toy;
    const RunRecord& first = toy.movedRun();
    QVERIFY(first.finished->timeline.size() >= 3);
    const StoredRun kept = stored(first);
    const RunRecord& again = toy.again(kept.recipe);
    QVERIFY(again.finished->timeline == first.finished->timeline);
    QVERIFY(verify(kept, again, 0).proof == Proof::Identical);
    // Without the moves it is another run.
    StoredRun plain = kept;
    plain.recipe.timeline.resize(1);
    QVERIFY(verify(plain, toy.again(plain.recipe), 0).proof == Proof::Different);
  }

  // A picture that was made of the numbers, where what is shown has another size.
  void theOneOfItsSizeIsCompared() {
    ToyRuns toy;
    RunRecord again = toy.run({});
    Recipe recipe = recipeOf(again);
    const Array numbers{{1, 3, 1, 2}, std::vector<float>{-1, 0, 1, 1, 0, -1}};
    again.finished->result["image"] = numbers;
    const Image made = gridPicture(numbers), shown = *stored(again).picture;
    QVERIFY(made.width != shown.width);
    QVERIFY(pictureAgain(recipe, again, &made)->rgba == made.rgba);
    QVERIFY(pictureAgain(recipe, again, &shown)->rgba == shown.rgba);
  }

  void aStoppedRunEndsWhereItWasStopped() {
    ToyRuns toy;
    const RunRecord& first = toy.movedRun(7);
    QCOMPARE(first.finished->sweeps, std::int64_t{7});
    const StoredRun kept = stored(first);
    QCOMPARE(kept.recipe.pictureSweep, std::int64_t{6});
    QVERIFY(kept.picture.has_value());
    const RunRecord& again = toy.again(kept.recipe);
    QCOMPARE(again.finished->sweeps, std::int64_t{7});
    const Verification v = verify(kept, again, 0);
    QVERIFY(v.proof == Proof::Identical);
    QVERIFY(!v.result);
    QCOMPARE(verdictText(v), std::string("Bit-identical: every sweep and picture."));
  }

  void aPictureOnTheWayIsTakenThere() {
    ToyRuns toy;
    const RunRecord& first = toy.movedRun();
    StoredRun kept = stored(first);
    kept.recipe.pictureSweep = 2;  // held there: photographed
    const auto at = first.snapshots[2];
    QVERIFY(!at->panels.empty());
    kept.picture = std::get<Image>(Recording::findPanel(*at, "sample")->picture);
    QCOMPARE(verify(kept, toy.again(kept.recipe), 0).pictureSteps, std::optional(0));
    kept.recipe.pictureSweep = 4;
    QVERIFY(*verify(kept, toy.again(kept.recipe), 0).pictureSteps > 0);
  }

  // A breakpoint would hold the run that nobody watches.
  void noBreakpointHoldsIt() {
    ToyRuns toy;
    const StoredRun kept = stored(toy.run({{"mode", std::string("jacobi")}}));
    Breakpoint stall = limitsOf(BreakpointKind::Stall).initial;
    stall.on = true;
    stall.over = limitsOf(BreakpointKind::Stall).fewest;
    stall.threshold = limitsOf(BreakpointKind::Stall).highest;
    toy.session().post(command::SetBreakpoints{{stall}});
    QVERIFY(verify(kept, toy.again(kept.recipe), 0).proof == Proof::Identical);
  }

  void whatDiffersIsSaid() {
    ToyRuns toy;
    const RunRecord& first = toy.run({});
    StoredRun kept = stored(first);
    kept.recipe.modelHash = "another";
    kept.recipe.threads = 9;
    kept.recipe.resultHash = "0123456789abcdef";
    kept.picture->rgba[5] = static_cast<std::uint8_t>(kept.picture->rgba[5] ^ 3);
    const RunRecord& again = toy.again(kept.recipe);
    const Verification v = verify(kept, again, 2);
    QVERIFY(v.proof == Proof::Different);
    const int steps = v.pictureSteps.value();
    QVERIFY(steps >= 1 && steps <= 3);
    QCOMPARE(v.result, std::optional(false));
    QCOMPARE(v.facts, std::optional(true));
    QCOMPARE(v.differences.size(), std::size_t{2});
    QCOMPARE(v.differences[0], (RecipeDifference{"weights", "another", "toy-1"}));
    QCOMPARE(v.differences[1], (RecipeDifference{"threads", "9", "1"}));
    QVERIFY(verify(kept, again, 3).proof == Proof::Within);
    kept.picture = Image{1, 1, {0, 0, 0, 255}};
    QVERIFY(verify(kept, again, 255).proof == Proof::Different);
  }

  void aRecordingTellsWhereItParts() {
    ToyRuns toy;
    RunRecord first = toy.run({});
    const StoredRun kept = stored(first);
    auto changed = std::make_shared<Snapshot>(*first.snapshots[3]);
    changed->sweep.residual += 1;
    first.snapshots[3] = changed;
    StoredRun forged = stored(first);
    const Verification v = verify(forged, toy.again(kept.recipe), 0, &first);
    QCOMPARE(v.facts, std::optional(false));
    QCOMPARE(v.firstSweep, std::optional<std::int64_t>(3));
    QCOMPARE(v.pictureSteps, std::optional(0));
    QVERIFY(v.proof == Proof::Within);  // its picture and its result are the same
  }

  void whatCannotBeRepeatedIsRefused() {
    ToyRuns toy;
    const RunRecord& run = toy.run({});
    const ModelInfo& model = run.start.model;
    Recipe recipe = recipeOf(run);
    recipe.warm = true;
    QVERIFY(messageOf([&] { rerunOf(recipe, model); }).contains("the run before it"));
    recipe = recipeOf(run);
    recipe.inputHash = "0011223344556677";
    recipe.input.picture = "cat.png";
    QVERIFY(messageOf([&] { rerunOf(recipe, model); }).contains("cat.png"));
    const Arrays arrays{{"image", {{1}, std::vector<float>{0.5f}}}};
    recipe.inputHash = hashArrays(arrays);
    QVERIFY(rerunOf(recipe, model, arrays).input.arrays == arrays);
    recipe = recipeOf(run);
    recipe.outcome = "stopped";
    recipe.sweeps = 0;
    QVERIFY(messageOf([&] { rerunOf(recipe, model); }).contains("first sweep"));
    recipe = recipeOf(run);
    recipe.timeline[0].second["nobody.knows"] = 1.0;
    QVERIFY(messageOf([&] { rerunOf(recipe, model); }).contains("nobody.knows"));
  }

  void aRunThatWasDisturbedIsNotJudged() {
    ToyRuns toy;
    const StoredRun kept = stored(toy.run({}));
    RunRecord again = toy.again(kept.recipe);
    RunRecord stopped = again;
    stopped.finished->outcome = Outcome::Stopped;
    QVERIFY(messageOf([&] { verify(kept, stopped, 0); }).contains("stopped"));
    RunRecord moved = again;
    moved.finished->timeline.emplace_back(2, KnobValues{{"coupling", 3.0}});
    QVERIFY(messageOf([&] { verify(kept, moved, 0); }).contains("moved"));
    StoredRun empty = kept;
    empty.picture.reset();
    empty.recipe.resultHash.clear();
    empty.recipe.factsHash.clear();
    QVERIFY(messageOf([&] { verify(empty, again, 0); }).contains("nothing to compare"));
  }

  // The places of things on a table are part of the recipe: they are few.
  void aLayoutTravelsInTheRecipe() {
    ToyRuns toy;
    RunRecord run = toy.run({});
    const Arrays layout{{"layout", {{2, 3}, std::vector<float>{0.1f, -0.25f, 1, 0, 0.3f, 2}}}};
    run.start.input.arrays = layout;
    const Recipe recipe = parseRecipe(recipeText(recipeOf(run)));
    QVERIFY(recipe.input.arrays == layout);
    QVERIFY(rerunOf(recipe, run.start.model).input.arrays == layout);
  }
};

QTEST_GUILESS_MAIN(VerificationTest)
#include "verification_test.moc"
