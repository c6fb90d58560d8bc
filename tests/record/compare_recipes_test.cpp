// What differs between two runs, as a table.
#include <QtTest>
#include <algorithm>

#include "engine/record/compare_recipes.h"

using namespace jacobiscope;

class CompareRecipesTest : public QObject {
  Q_OBJECT

  static ComparedRun made() {
    ComparedRun run;
    Recipe& recipe = run.recipe;
    recipe.family = recipe.model = "made";
    recipe.modelHash = "0123";
    recipe.device = "CPU";
    recipe.dtype = "float32";
    recipe.threads = 2;
    recipe.input.seed = 7;
    recipe.input.label = 1;
    recipe.timeline = {{0, {{"mode", std::string("window")}, {"guidance", 1.5}}}};
    recipe.sweeps = 40;
    recipe.calls = 80;
    recipe.computeSeconds = 2;
    recipe.outcome = "done";
    recipe.resultHash = "aa";
    run.classes = {"cat", "dog"};
    return run;
  }
  static ComparedRow rowOf(const std::vector<ComparedRow>& rows, const std::string& name) {
    const auto found = std::ranges::find(rows, name, &ComparedRow::name);
    return found == rows.end() ? ComparedRow{false, "absent", "", "", false} : *found;
  }
  static int differing(const std::vector<ComparedRow>& rows) {
    return int(std::ranges::count(rows, true, &ComparedRow::differs));
  }

 private Q_SLOTS:
  void theSameRunDiffersInNothing() {
    const auto rows = comparedRows(made(), made());
    QCOMPARE(differing(rows), 0);
    QCOMPARE(rowOf(rows, "speed (A = 1)").b, std::string("1.00×"));
    QCOMPARE(rowOf(rows, "class").a, std::string("dog"));
    QCOMPARE(rowOf(rows, "guidance").a, std::string("1.5"));
    QVERIFY(!rowOf(rows, "guidance").outcome);
    QVERIFY(rowOf(rows, "result").outcome);
    QCOMPARE(rowOf(rows, "prompt").name, std::string("absent"));
  }

  void whatDiffersIsTold() {
    ComparedRun other = made();
    other.recipe.input.seed = 8;
    other.recipe.input.label.reset();
    other.recipe.calls = 20;
    other.recipe.computeSeconds = 0.5;
    other.recipe.resultHash = "bb";
    other.recipe.timeline.front().second["mode"] = std::string("sequential");
    other.branch = "branch of #3 at sweep 12";
    const auto rows = comparedRows(made(), other);
    QCOMPARE(rowOf(rows, "seed").a + rowOf(rows, "seed").b, std::string("78"));
    QCOMPARE(rowOf(rows, "class").b, std::string("any"));
    QCOMPARE(rowOf(rows, "mode").b, std::string("sequential"));
    QCOMPARE(rowOf(rows, "branch").a, std::string("—"));
    QCOMPARE(rowOf(rows, "speed (A = 1)").b, std::string("4.00×"));
    QVERIFY(rowOf(rows, "result").differs && rowOf(rows, "model calls").differs);
    // seed, class, branch, mode, calls, seconds, speed, result
    QCOMPARE(differing(rows), 8);
  }

  void aChangeDuringTheRunIsPartOfTheRecipe() {
    ComparedRun other = made();
    other.recipe.timeline.push_back({12, {{"mode", std::string("window")}, {"guidance", 2.0}}});
    other.recipe.timeline.push_back({20, {{"mode", std::string("jacobi")}, {"guidance", 2.0}}});
    QCOMPARE(timelineText(other.recipe, "guidance"), std::string("1.5, 2 from sweep 13"));
    QCOMPARE(timelineText(other.recipe, "mode"), std::string("window, jacobi from sweep 21"));
    QCOMPARE(timelineText(other.recipe, "absent"), std::string("—"));
    QVERIFY(rowOf(comparedRows(made(), other), "guidance").differs);
  }

  void aKnobThatOnlyOneSideHas() {
    ComparedRun other = made();
    other.recipe.timeline.front().second["window"] = std::int64_t{16};
    const ComparedRow row = rowOf(comparedRows(made(), other), "window");
    QCOMPARE(row.a, std::string("—"));
    QCOMPARE(row.b, std::string("16"));
    QVERIFY(row.differs);
  }

  void noRatioWithoutTwoRunsThatCameToTheirEnd() {
    ComparedRun stopped = made();
    stopped.recipe.outcome = "stopped";
    QCOMPARE(rowOf(comparedRows(made(), stopped), "speed (A = 1)").name, std::string("absent"));
    ComparedRun unmeasured = made();
    unmeasured.recipe.computeSeconds = 0;
    QCOMPARE(rowOf(comparedRows(made(), unmeasured), "speed (A = 1)").name, std::string("absent"));
    QCOMPARE(rowOf(comparedRows(made(), unmeasured), "seconds").b, std::string("—"));
  }
};

QTEST_GUILESS_MAIN(CompareRecipesTest)
#include "compare_recipes_test.moc"
