#include "engine/record/recipe.h"

#include <QtTest>

#include "engine/core/error.h"

using namespace jacobiscope;

namespace {

Knob number(const std::string& key, double initial, double minimum, double maximum) {
  Knob knob;
  knob.key = key;
  knob.kind = KnobKind::Number;
  knob.initial = initial;
  knob.minimum = minimum;
  knob.maximum = maximum;
  return knob;
}

std::vector<Knob> someKnobs() {
  Knob mode;
  mode.key = "mode";
  mode.kind = KnobKind::Choice;
  mode.initial = std::string("jacobi");
  mode.choices = {"sequential", "jacobi"};
  return {number("guidance", 0.0, 0.0, 10.0), mode};
}

RunRecord finishedRun() {
  RunRecord run;
  run.start.run = 3;
  run.start.model.family = "toy";
  run.start.model.name = "toy-8";
  run.start.model.hash = "abc";
  run.start.model.device = "CPU";
  run.start.input.seed = 18446744073709551615ull;
  run.start.input.label = 0;
  run.start.input.count = 4;
  run.start.input.prompt = "a \"quoted\" prompt\n\xff";
  run.start.knobs = {{"guidance", 2.0}, {"mode", std::string("jacobi")}};
  Finished finished;
  finished.run = 3;
  finished.sweeps = 12;
  finished.calls = 13;
  finished.computeSeconds = 0.25;
  finished.result["image"] = Array{{1, 2}, std::vector<float>{1.0f, 2.0f}};
  finished.timeline = {{0, run.start.knobs},
                       {5, {{"guidance", 2.5}, {"mode", std::string("jacobi")}}}};
  run.finished = finished;
  return run;
}

}  // namespace

class RecipeTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void roundTripKeepsEveryField() {
    const Recipe written = recipeOf(finishedRun());
    const Recipe read = parseRecipe(recipeText(written));
    QCOMPARE(read.input.seed, written.input.seed);
    QVERIFY(read.input.label == written.input.label);
    QCOMPARE(read.input.count, 4);
    QCOMPARE(read.model, std::string("toy-8"));
    QCOMPARE(read.modelHash, std::string("abc"));
    QCOMPARE(read.calls, std::int64_t{13});
    QCOMPARE(read.sweeps, std::int64_t{12});
    QCOMPARE(read.outcome, std::string("done"));
    QCOMPARE(read.resultHash, hashArrays(finishedRun().finished->result));
    QVERIFY(!read.resultHash.empty());
    QVERIFY(read.timeline == written.timeline);
    QVERIFY(toJson(read)["timeline"] == toJson(written)["timeline"]);
  }

  void aPictureAsInputIsNamed() {
    RunRecord run = finishedRun();
    QVERIFY(!toJson(recipeOf(run))["input"].contains("picture"));
    run.start.input.arrays["image"] = Array{{1, 2}, std::vector<float>{1.0f, 2.0f}};
    run.start.input.picture = "cat.png";
    const Recipe read = parseRecipe(recipeText(recipeOf(run)));
    QCOMPARE(read.input.picture, std::string("cat.png"));
    QCOMPARE(read.inputHash, hashArrays(run.start.input.arrays));
    QVERIFY(read.input.arrays.empty());
  }

  void knobsKeepTheirTypes() {
    const Recipe read = parseRecipe(recipeText(recipeOf(finishedRun())));
    const KnobValues knobs = recipeKnobs(read, someKnobs());
    QCOMPARE(std::get<double>(knobs.at("guidance")), 2.0);
    QCOMPARE(std::get<std::string>(knobs.at("mode")), std::string("jacobi"));
  }

  void wholeNumberServesANumberKnob() {
    Recipe recipe;
    recipe.timeline = {{0, {{"guidance", std::int64_t{3}}}}};
    QCOMPARE(std::get<double>(recipeKnobs(recipe, someKnobs()).at("guidance")), 3.0);
  }

  void valuesAreCheckedAgainstTheModel() {
    Recipe recipe;
    recipe.timeline = {{0, {{"guidance", 1e9}}}};
    QVERIFY_EXCEPTION_THROWN(recipeKnobs(recipe, someKnobs()), UsageError);
    recipe.timeline = {{0, {{"no.such.key", 1.0}}}};
    QVERIFY_EXCEPTION_THROWN(recipeKnobs(recipe, someKnobs()), UsageError);
  }

  void hashTellsValuesShapesAndNamesApart() {
    const Array array{{2}, std::vector<float>{1.0f, 2.0f}};
    const Array reshaped{{1, 2}, std::vector<float>{1.0f, 2.0f}};
    const Array changed{{2}, std::vector<float>{1.0f, 2.5f}};
    QVERIFY(hashArrays({}).empty());
    QCOMPARE(hashArrays({{"image", array}}), hashArrays({{"image", array}}));
    QVERIFY(hashArrays({{"image", array}}) != hashArrays({{"image", reshaped}}));
    QVERIFY(hashArrays({{"image", array}}) != hashArrays({{"image", changed}}));
    QVERIFY(hashArrays({{"image", array}}) != hashArrays({{"noise", array}}));
  }

  void unfinishedRunsSayso() {
    RunRecord run = finishedRun();
    run.finished.reset();
    QCOMPARE(recipeOf(run).outcome, std::string("running"));
    QVERIFY(recipeOf(run).resultHash.empty());
    run = finishedRun();
    run.finished->outcome = Outcome::Stopped;
    QCOMPARE(recipeOf(run).outcome, std::string("stopped"));
    QVERIFY(recipeOf(run).resultHash.empty());
  }

  void brokenTextIsRefused_data() {
    QTest::addColumn<QByteArray>("text");
    const std::string whole = recipeText(recipeOf(finishedRun()));
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("cut off") << QByteArray(whole.data(), qsizetype(whole.size() / 2));
    QTest::newRow("a list") << QByteArray("[1, 2]");
    QTest::newRow("no model") << QByteArray(R"({"input": {}, "timeline": []})");
    QTest::newRow("no knobs") << QByteArray(R"({"model": {}, "input": {}, "timeline": []})");
    QTest::newRow("negative seed")
        << QByteArray(R"({"model":{},"input":{"seed":-1},"timeline":[{"knobs":{}}]})");
    QTest::newRow("huge count") << QByteArray(
        R"({"model":{},"input":{"count":1000000000},"timeline":[{"knobs":{}}]})");
    QTest::newRow("knob of a wrong type")
        << QByteArray(R"({"model":{},"input":{},"timeline":[{"knobs":{"guidance":[1]}}]})");
    QTest::newRow("deep") << QByteArray(100000, '[');
  }
  void brokenTextIsRefused() {
    QFETCH(QByteArray, text);
    QVERIFY_EXCEPTION_THROWN(parseRecipe(text.toStdString()), Error);
  }
};

QTEST_GUILESS_MAIN(RecipeTest)
#include "recipe_test.moc"
