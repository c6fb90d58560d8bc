// What the views say and which choices they offer, without drawing.
#include <QtTest>

#include "tests/ui/recorded_run.h"
#include "ui/views/convergence_map.h"
#include "ui/views/heatmap_view.h"
#include "ui/views/image_view.h"
#include "ui/views/knobs_view.h"
#include "ui/views/notices_view.h"
#include "ui/views/schedule_table.h"
#include "ui/views/stage_view.h"
#include "ui/views/strip_view.h"
#include "ui/views/transport.h"

using namespace jacobiscope;

namespace {

Knob listKnob(const std::string& key, int length) {
  Knob knob;
  knob.key = knob.label = key;
  knob.group = "Schedule";
  knob.kind = KnobKind::List;
  knob.scope = KnobScope::NextStage;
  knob.initial = std::string("1");
  knob.maximum = 64;
  knob.listLength = length;
  return knob;
}

QString joined(const std::vector<std::string>& words) {
  QStringList list;
  for (const std::string& word : words) list << QString::fromStdString(word);
  return list.join('|');
}

QString titles(const ViewState& state) {
  std::vector<std::string> words;
  for (const ScheduleColumn& column : scheduleColumns(state)) words.push_back(column.title);
  return joined(words);
}

Image filled(int width, int height, std::uint8_t level) {
  Image image{width, height, std::vector<std::uint8_t>(std::size_t(width) * height * 4, level)};
  for (std::size_t i = 3; i < image.rgba.size(); i += 4) image.rgba[i] = 255;
  return image;
}

// Stage 0 in three sweeps, one of stage 1.
RecordedRun shortRun() {
  RecordedRun made(2, 4);
  made.next({0, 0, 4, 0}, 1, Verdict::Working, 1);
  made.next({0, 0, 4, 0}, 0.1, Verdict::Working, 2);
  made.next({0, 0, 4, 0}, 0.01, Verdict::Settled, 4);
  made.next({1, 0, 4, 0}, 1, Verdict::Working, 1);
  return made;
}

RunDigest digestOf(const RecordedRun& made) {
  RunDigest digest;
  digest.update(&made.run());
  return digest;
}

}  // namespace

class ViewTextsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void captionCountsOnlyWhatIsKnown() {
    RecordedRun made = shortRun();
    const auto caption = [&](int sweep, int pictured) {
      return sampleCaption(made.run(), digestOf(made), sweep, pictured);
    };
    QCOMPARE(caption(-1, -1), std::string("noise"));
    QCOMPARE(caption(1, 1), std::string("sample at block 1, iteration 2 of 3"));
    // How many iterations a block takes is not known before it ended.
    QCOMPARE(caption(3, 3), std::string("sample at block 0, iteration 1"));
    made.finish();
    QCOMPARE(caption(3, 3), std::string("sample at block 0, iteration 1 of 1"));
  }

  void captionTellsThatThePictureIsOlder() {
    const RecordedRun made = shortRun();
    QCOMPARE(sampleCaption(made.run(), digestOf(made), 2, 0),
             std::string("sample at block 1, iteration 3 of 3 (picture of iteration 1)"));
    QCOMPARE(sampleCaption(made.run(), digestOf(made), 3, 1),
             std::string("sample at block 0, iteration 1 (picture taken 2 iterations before)"));
  }

  void stripHasAnEntryForEveryStage() {
    const RecordedRun made = shortRun();
    Strip strip;
    strip.images = {filled(2, 2, 0), filled(2, 2, 9)};
    strip.captions = {"noise", "block 1"};
    const auto entries = stripEntriesOf(&strip, made.run().start.plan.stages, digestOf(made));
    QStringList lines;
    for (const StripEntry& e : entries)
      lines << QString("%1 image %2 sweep %3%4").arg(QString::fromStdString(e.caption))
                   .arg(e.image).arg(e.sweep).arg(e.reachable ? "" : " unreachable");
    QCOMPARE(lines.join("; "),
             "noise image 0 sweep -1; block 1 image 1 sweep 2; block 0 image -1 sweep 3");
    const auto none = stripEntriesOf(nullptr, made.run().start.plan.stages, RunDigest());
    QCOMPARE(none.size(), std::size_t{3});
    QVERIFY(!none[0].reachable && !none[2].reachable);
  }

  void sweepIsToldInWords() {
    const RecordedRun made = shortRun();
    QCOMPARE(sweepText(made.run(), 2),
             std::string("block 1, iteration 3\npositions 1 to 4\nresidual 0.01 (max |dx|)\n"
                         "settled, first 4 positions settled"));
    QCOMPARE(sweepText(made.run(), 9), std::string());
  }

  void whereARunWasHeldIsToldInWords() {
    RecordedRun made = shortRun();
    made.recording.add(Broke{1, {BreakpointKind::Rise, "It rose.", 2, 0}});
    QCOMPARE(breakText(made.run(), 2), std::string("\nBreakpoint: It rose."));
    QCOMPARE(breakText(made.run(), 1), std::string());
  }

  void residualCellsFollowTheDirectionOfTheStage() {
    RecordedRun made(2, 4);
    made.next({0, 0, 4, 0}, 4, Verdict::Working, 1, {1, 2, 3, 4});
    ModelInfo model = made.run().start.model;
    model.gridRows = model.gridColumns = 2;
    const ResidualField field = residualAt(made.run(), 0);
    HeatCells cells = residualCells(field, model);
    QVERIFY(cells.values == (std::vector<float>{1, 2, 3, 4}));
    QVERIFY(cells.settled == (std::vector<bool>{true, false, false, false}));
    model.reversed = {true, false};
    cells = residualCells(field, model);
    QVERIFY(cells.values == (std::vector<float>{4, 3, 2, 1}));
    QVERIFY(cells.settled == (std::vector<bool>{false, false, false, true}));
    QVERIFY(QString::fromStdString(residualText(field, model, 3)).contains("position 1 of 4"));
    QVERIFY(QString::fromStdString(residualText(field, model, 3)).contains("at iteration 1"));
    QVERIFY(QString::fromStdString(residualText(field, model, 0)).contains("not settled"));
  }

  void denoisingShowsTheLastResidualsThereWere() {
    RecordedRun made(3, 4);
    made.next({0, 0, 4, 0}, 1e-1, Verdict::Settled, 4, {0.4f, 0.3f, 0.2f, 0.1f});
    made.next({1, 0, 4, 0}, 1e-2, Verdict::Working, 2, {0.1f, 0.1f, 0.1f, 0.1f});
    made.next({1, 2, 4, 0}, 1e-3, Verdict::Settled, 4, {0.01f, 0.02f});
    made.next({2, 0, 4, 1}, kNoResidual, Verdict::Settled, 4);
    QCOMPARE(sweepWithResiduals(made.run(), 1), std::int64_t{1});
    QCOMPARE(residualCaption(made.run(), 1, 1), std::string("per-patch residual"));
    RunRecord batch = made.run();
    batch.start.input.count = 4;
    QCOMPARE(residualCaption(batch, 1, 1), std::string("per-patch residual, largest of the batch"));
    QCOMPARE(sweepWithResiduals(made.run(), 3), std::int64_t{2});
    QCOMPARE(residualCaption(made.run(), 2, 3),
             std::string("per-patch residual · block 1, last pass"));
    const ResidualField field = residualAt(made.run(), 2);
    QCOMPARE(field.change, (std::vector<float>{0.1f, 0.1f, 0.01f, 0.02f}));
  }

  void blocksWithoutResidualsStayEmpty() {
    RecordedRun made(2, 2);
    made.next({0, 0, 2, 0}, 1e-1, Verdict::Settled, 2, {0.4f, 0.3f});
    made.next({1, 0, 1, 1}, kNoResidual, Verdict::Settled, 1, {0.4f});
    made.next({1, 1, 2, 1}, kNoResidual, Verdict::Settled, 2, {0.4f});
    QCOMPARE(sweepWithResiduals(made.run(), 1), std::int64_t{1});
    QCOMPARE(sweepWithResiduals(made.run(), 2), std::int64_t{2});
    QVERIFY(!residualAt(made.run(), 2).measured());
    // Nothing is made up where no sweep had any.
    RecordedRun single(1, 2);
    single.next({0, 0, 2, 1}, kNoResidual, Verdict::Settled, 2);
    QCOMPARE(sweepWithResiduals(single.run(), 0), std::int64_t{0});
  }

  void positionsWithoutAGridLieNearlySquare() {
    RecordedRun made(1, 5);
    made.next({0, 0, 5, 0}, 1, Verdict::Working, 0, {1, 1, 1, 1, 1});
    const HeatCells cells = residualCells(residualAt(made.run(), 0), made.run().start.model);
    QCOMPARE(cells.rows * 10 + cells.columns, 23);
    QVERIFY(std::isnan(cells.values[5]));
  }

  void differenceIsTheLargestOfAPatch() {
    const Image a = filled(4, 4, 100);
    Image b = a;
    b.rgba[(1 * 4 + 3) * 4 + 1] = 151;  // x 3, y 1, green
    const HeatCells cells = differenceCells(a, b, 2, 2);
    QVERIFY(cells.values == (std::vector<float>{0, 51 / 255.0f, 0, 0}));
    QVERIFY(std::isnan(differenceCells(a, filled(2, 2, 1), 2, 2).values[0]));
  }

  void pixelUnderTheMouseIsTold() {
    Image image = filled(4, 2, 10);
    image.rgba[(1 * 4 + 2) * 4] = 200;
    const auto pixel = pixelAt({{0, 0}, {40, 20}}, image, {25, 15});
    QVERIFY(pixel && *pixel == (Cell{1, 2}));
    QCOMPARE(pixelText(image, *pixel), std::string("x 2, y 1\nred 200, green 10, blue 10 of 255"));
    QVERIFY(!pixelAt({{0, 0}, {40, 20}}, image, {41, 15}));
  }

  void scheduleEntriesAreOnePerStage() {
    QCOMPARE(joined(scheduleEntries("8, 1,z", 3)), "8|1|z");
    QCOMPARE(joined(scheduleEntries("4", 3)), "4|4|4");
    QCOMPARE(joined(scheduleEntries("4,5", 3)), "4|5|");
  }

  void editedEntryGivesAFullList() {
    QCOMPARE(withEntry("1", 4, 2, "8"), std::string("1,1,8,1"));
    QCOMPARE(withEntry("1,2,3,4", 4, 0, "zeros"), std::string("zeros,2,3,4"));
    QCOMPARE(withEntry("1,2", 2, 7, "9"), std::string("1,2"));
  }

  void columnsSuitTheMode() {
    ViewState state;
    state.model = ModelInfo{};
    state.model->stages = {"block 1", "block 0"};
    for (const char* key : {"segments", "cap", "guess", "window"})
      state.model->knobs.push_back(listKnob(key, 2));
    QCOMPARE(titles(state), "block|CRM|IGM z|IGM 0|win|seg|cap|init|used");
    state.knobs["mode"] = std::string("gs-jacobi");
    QCOMPARE(titles(state), "block|CRM|IGM z|IGM 0|seg|cap|init|used");
    state.knobs["mode"] = std::string("window");
    QCOMPARE(titles(state), "block|CRM|IGM z|IGM 0|win|init|used");
    state.knobs["mode"] = std::string("sequential");
    QCOMPARE(titles(state), "block|CRM|IGM z|IGM 0|used");
  }

  void nothingIsMeasuredBeforeCalibration() {
    std::optional<Analysis> analysis;
    QVERIFY(std::isnan(analysisAt(analysis, "crm", 0)));
    analysis = Analysis{"calibrate", "", {{"crm", "", "", {4, 5}}}, {}};
    QCOMPARE(analysisAt(analysis, "crm", 1), 5.0);
    QVERIFY(std::isnan(analysisAt(analysis, "crm", 2)));
    QVERIFY(std::isnan(analysisAt(analysis, "igm_z", 0)));
  }

  void namesShareAWord() {
    QCOMPARE(commonWord({"block 1", "block 0", "denoise"}), std::string("block"));
    QCOMPARE(commonWord({"a 1", "b 2", "c 3"}), std::string());
    QCOMPARE(commonWord({"encode", "decode"}), std::string());
  }

  void knobsAreGroupedInTheirOrder() {
    ModelInfo model;
    for (const auto& [key, group] : {std::pair{"a", "One"}, {"b", "Two"}, {"c", "One"}}) {
      Knob knob;
      knob.key = key;
      knob.group = group;
      model.knobs.push_back(knob);
    }
    const auto groups = knobGroups(model);
    QCOMPARE(groups.size(), std::size_t{2});
    QCOMPARE(groups[0].name, std::string("One"));
    QCOMPARE(groups[0].knobs[1]->key, std::string("c"));
  }

  void knobTellsWhenItActs() {
    Knob knob;
    knob.help = "Help.";
    knob.initial = 0.5;
    knob.maximum = 2;
    QCOMPARE(knobText(knob),
             std::string("Help.\nFrom 0 to 2.\nDefault: 0.5.\n"
                         "A change acts at the next iteration."));
    knob.scope = KnobScope::NextStage;
    QVERIFY(QString::fromStdString(knobText(knob)).endsWith("at the next block."));
    knob.scope = KnobScope::NextRun;
    QVERIFY(QString::fromStdString(knobText(knob)).endsWith("at the next run."));
  }

  void textBecomesAnEditOrANotice() {
    ViewState state;
    Knob knob;
    knob.key = "tolerance";
    knob.kind = KnobKind::Number;
    knob.initial = 1e-4;
    knob.maximum = 1;
    editFromText(state, knob, "1e-3");
    QCOMPARE(state.knobEdits.size(), std::size_t{1});
    QCOMPARE(std::get<double>(state.knobEdits[0].second), 1e-3);
    editFromText(state, knob, "1e-4");  // what it is already
    QCOMPARE(state.knobEdits.size(), std::size_t{1});
    editFromText(state, knob, "many");
    QCOMPARE(state.knobEdits.size(), std::size_t{1});
    QCOMPARE(state.notices.size(), std::size_t{1});
    QVERIFY(QString::fromStdString(state.notices[0].message).contains("tolerance"));
  }

  void welcomeSaysWhatToDoFirst() {
    ViewState state;
    QCOMPARE(welcomeOf(state).title, std::string("Choose a model"));
    state.progress = Progress{"load", 0.5};
    QCOMPARE(welcomeOf(state).title, std::string("Loading the model…"));
    state.model = ModelInfo{};
    QCOMPARE(welcomeOf(state).title, std::string("Press Generate"));
  }

  void transportWalksOverWhatWasRecorded() {
    RecordedRun made = shortRun();
    made.finish();
    ViewState state;
    state.recording = &made.recording;
    state.cursor = {1, -1, true};
    state.transport.playing = true;
    advanceTransport(state, 0.05);
    QCOMPARE(state.cursor.sweep, std::int64_t{-1});
    QVERIFY(!state.cursor.followLive);
    advanceTransport(state, 0.16);
    QCOMPARE(state.cursor.sweep, std::int64_t{1});
    advanceTransport(state, 5);
    QCOMPARE(state.cursor.sweep, std::int64_t{3});
    QVERIFY(!state.transport.playing);
    state.transport.playing = state.transport.backward = true;
    state.transport.speed = 2;
    advanceTransport(state, 0.1);
    QCOMPARE(state.cursor.sweep, std::int64_t{1});
    advanceTransport(state, 1);
    QCOMPARE(state.cursor.sweep, std::int64_t{-1});
    QVERIFY(!state.transport.playing);
  }

  void playingWaitsForARunThatStillComputes() {
    const RecordedRun made = shortRun();
    ViewState state;
    state.recording = &made.recording;
    state.cursor = {1, 3, false};
    state.transport.playing = true;
    advanceTransport(state, 1);
    QCOMPARE(state.cursor.sweep, std::int64_t{3});
    QVERIFY(state.transport.playing);
  }

  void followingGoesToTheEndOfTheNewestRun() {
    const RecordedRun made = shortRun();
    QVERIFY(followedCursor(made.recording, {0, -1, true}) == (Cursor{1, 3, true}));
    QVERIFY(followedCursor(made.recording, {1, 0, false}) == (Cursor{1, 0, false}));
  }
};

QTEST_GUILESS_MAIN(ViewTextsTest)
#include "view_texts_test.moc"
