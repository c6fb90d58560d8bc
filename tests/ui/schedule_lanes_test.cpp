// The schedule as lanes: what the knobs say of a stage, where a hand takes hold, what a drag makes
// of it, and which knobs that sets.
#include <QtTest>

#include "engine/toy/toy_family.h"
#include "ui/views/schedule_lanes.h"

using namespace jacobiscope;

namespace {

using Way = LaneCut::Way;

constexpr int kPositions = 256;
const std::vector<int> kFour{kPositions, kPositions, kPositions, kPositions};

// Lists as a flow has them.
ModelInfo flow() {
  ModelInfo model;
  model.positions = kPositions;
  for (int i = 3; i >= 0; --i) model.stages.push_back("block " + std::to_string(i));
  Knob mode{"mode", "mode", "", "Decoder", KnobKind::Choice, KnobScope::NextStage,
            std::string("gs-jacobi")};
  mode.choices = {"sequential", "jacobi", "gs-jacobi", "window", "mixed"};
  const auto list = [](const char* key, double least, double most, const char* initial) {
    Knob knob{key, key, "", "Schedule", KnobKind::List, KnobScope::NextStage,
              std::string(initial), least, most};
    knob.listLength = 4;
    return knob;
  };
  model.knobs = {mode, list("segments", 0, kPositions, "1"), list("cap", 1, 10000, "10000"),
                 list("window", 1, kPositions, "16")};
  return model;
}

KnobValues set(const std::string& mode, const std::string& segments,
               const std::string& cap = "10000", const std::string& window = "16") {
  return {{"mode", mode}, {"segments", segments}, {"cap", cap}, {"window", window}};
}

LaneFrame frame() { return {{{100, 10}, {612, 24}}, kPositions}; }  // two pixels a position

LaneCut segments(int count, int cap = 10000) { return {Way::Segments, count, 16, cap}; }

std::string words(const KnobValues& edits) {
  std::string text;
  for (const auto& [key, value] : edits) text += key + "=" + formatKnob(value) + " ";
  return text;
}

}  // namespace

class ScheduleLanesTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void theModeSaysHowAStageIsCut() {
    const ModelInfo model = flow();
    const auto of = [&](const KnobValues& knobs) { return laneCuts(model, knobs, kFour); };
    QVERIFY(of(set("gs-jacobi", "8,1,0,256"))[0] == segments(8));
    QVERIFY(of(set("gs-jacobi", "8,1,0,256"))[1] == segments(1));
    QVERIFY(of(set("gs-jacobi", "8,1,0,256"))[2].way == Way::Sequential);
    QVERIFY(of(set("gs-jacobi", "8,1,0,256"))[3].way == Way::Sequential);
    QVERIFY(of(set("jacobi", "8"))[0] == segments(1));
    QVERIFY(of(set("sequential", "8"))[1].way == Way::Sequential);
    QVERIFY(of(set("window", "8", "10", "32"))[2] == (LaneCut{Way::Window, 1, 32, 10}));
    const auto mixed = of(set("mixed", "4,1,1,0", "10000", "8,8,256,8"));
    QVERIFY(mixed[0].way == Way::Segments && mixed[0].count == 4);
    QVERIFY(mixed[1].way == Way::Window && mixed[1].width == 8);
    QVERIFY(mixed[2].way == Way::Segments && mixed[2].count == 1);
    QVERIFY(mixed[3].way == Way::Sequential);
  }

  void aModelWithoutSegmentsHasNoLanes() {
    ModelInfo model = flow();
    std::erase_if(model.knobs, [](const Knob& knob) { return knob.key == "segments"; });
    QVERIFY(laneCuts(model, {}, kFour).empty());
  }

  void anEditSetsOneStageOnly() {
    const ModelInfo model = flow();
    const auto edit = [&](const KnobValues& knobs, int stage, const LaneCut& cut) {
      return words(cutEdit(model, knobs, kFour, stage, cut));
    };
    QCOMPARE(edit(set("gs-jacobi", "8,1,1,1"), 1, segments(4)), "segments=8,4,1,1 ");
    QCOMPARE(edit(set("gs-jacobi", "8,1,1,1"), 0, segments(8)), "");
    QCOMPARE(edit(set("gs-jacobi", "8,1,1,1"), 0, segments(8, 10)), "cap=10,10000,10000,10000 ");
    // The other stages stay as another mode had them.
    QCOMPARE(edit(set("jacobi", "8"), 2, segments(2)), "mode=gs-jacobi segments=1,1,2,1 ");
    QCOMPARE(edit(set("sequential", "8"), 0, segments(2)), "mode=gs-jacobi segments=2,0,0,0 ");
    QCOMPARE(edit(set("window", "1", "10", "32"), 3, {Way::Window, 1, 64, 10}),
             "window=32,32,32,64 ");
  }

  void whatOneModeCannotSayIsMixed() {
    const ModelInfo model = flow();
    const KnobValues windows = set("window", "1", "10000", "32");
    const KnobValues edits =
        cutEdit(model, windows, kFour, 1, {Way::Segments, 1, 32, 10000});
    QCOMPARE(words(edits), "mode=mixed window=32,256,32,32 ");
    KnobValues after = windows;
    for (const auto& [key, value] : edits) after[key] = value;
    const auto cuts = laneCuts(model, after, kFour);
    QVERIFY(cuts[0].way == Way::Window && cuts[0].width == 32);
    QVERIFY(cuts[1].way == Way::Segments && cuts[1].count == 1);
    // A family without that mode cannot.
    ModelInfo plain = model;
    std::erase(plain.knobs[0].choices, "mixed");
    QVERIFY(cutEdit(plain, windows, kFour, 1, {Way::Segments, 1, 32, 10000}).empty());
  }

  void aKnobThatIsNoListIsSetForAll() {
    const auto toy = toyFamily().load({});
    const ModelInfo& model = toy->info();
    KnobValues knobs = completeKnobs(model.knobs, {{"mode", std::string("gs-jacobi")}});
    const KnobValues edits = cutEdit(model, knobs, kFour, 1, {Way::Segments, 8, 32, 20});
    QCOMPARE(words(edits), "cap=20 segments=4,8,4,4 ");
    // One at a time, where 0 is not allowed: as many segments as positions.
    QCOMPARE(words(cutEdit(model, knobs, kFour, 0, {Way::Sequential, 1, 32, 1024})),
             "segments=256,4,4,4 ");
  }

  void handlesLieAtTheEndsOfPieces() {
    const auto handles = laneHandles(segments(4), frame(), 12);
    QCOMPARE(handles.size(), std::size_t{4});
    QCOMPARE(handles[0].x, 100 + 128.0f);
    QCOMPARE(handles[3].x, 612.0f);
    QCOMPARE(laneHandles(segments(1), frame(), 12).size(), std::size_t{1});
    QCOMPARE(laneHandles({Way::Sequential, 1, 16, 1}, frame(), 12)[0].x, 102.0f);
    QCOMPARE(laneHandles({Way::Window, 1, 32, 0}, frame(), 12)[0].x, 164.0f);
    // Too many to be told apart: some, but always the first and the last.
    const auto many = laneHandles(segments(128), frame(), 12);
    QVERIFY(many.size() < 60 && many.size() > 20);
    QCOMPARE(many.front().boundary, 1);
    QCOMPARE(many.back().boundary, 128);
  }

  void aHandleIsTakenOnlyNearIt() {
    QCOMPARE(handleAt(segments(4), frame(), 230, 6)->boundary, 1);
    QCOMPARE(handleAt(segments(4), frame(), 350, 6)->boundary, 2);
    QVERIFY(!handleAt(segments(4), frame(), 290, 6));
    QCOMPARE(handleAt(segments(4), frame(), 609, 6)->boundary, 4);
  }

  void aDragBringsTheBoundaryToThePointer() {
    const auto dragged = [](int boundary, float x) {
      return draggedCut(segments(4), boundary, frame(), x, 5);
    };
    QVERIFY(dragged(1, 100 + 64) == segments(8));
    QVERIFY(dragged(1, 100 + 66) == segments(8));    // attracted by what divides
    QVERIFY(dragged(1, 100 + 171) == segments(3));   // 85 of 256: between two of them
    QVERIFY(dragged(2, 100 + 256) == segments(4));
    QVERIFY(dragged(2, 100 + 128) == segments(8));
    QVERIFY(dragged(1, 612) == segments(1));
    QVERIFY(dragged(1, 2000) == segments(1));
    QVERIFY(dragged(2, 612) == segments(2));
    QCOMPARE(dragged(1, 100).way, Way::Sequential);
    QCOMPARE(dragged(1, -50).way, Way::Sequential);
    // And back from there.
    const LaneCut alone{Way::Sequential, 1, 16, 10000};
    QVERIFY(draggedCut(alone, 1, frame(), 100 + 128, 5) == segments(4));
    QCOMPARE(draggedCut({Way::Window, 1, 16, 0}, 1, frame(), 100 + 128, 5).width, 64);
    QCOMPARE(draggedCut({Way::Window, 1, 16, 0}, 1, frame(), 90, 5).width, 1);
  }

  void everyPositionUnderTheHandIsAllowed() {
    for (int boundary = 1; boundary <= 4; ++boundary) {
      for (float x = 90; x < 620; x += 1) {
        const LaneCut cut = draggedCut(segments(4), boundary, frame(), x, 5);
        const int pieces = cut.way == Way::Sequential ? kPositions : cut.count;
        QVERIFY(pieces >= boundary && pieces <= kPositions);
      }
    }
  }

  void aCapStepsWithinWhatCanAct() {
    const auto stepped = [](int cap, int steps) {
      return steppedCap(segments(4, cap), steps, kPositions, 10000).cap;
    };
    QCOMPARE(stepped(10, 1), 11);
    QCOMPARE(stepped(10, -3), 7);
    QCOMPARE(stepped(1, -5), 1);
    QCOMPARE(stepped(63, 1), 10000);    // a segment of 64 is exact after 64 sweeps
    QCOMPARE(stepped(10000, -1), 58);
    QCOMPARE(stepped(10000, 1), 10000);
    QCOMPARE(steppedCap({Way::Window, 1, 16, 10}, 1, kPositions, 10000).cap, 10);
  }

  void textsSayWhatIsDone() {
    QCOMPARE(laneText("block 5", segments(4, 10), kPositions),
             "block 5: 4 segments of 64, cap 10");
    QCOMPARE(laneText("block 5", segments(3), kPositions),
             "block 5: 3 segments of 85 or 86, no cap");
    QCOMPARE(laneText("block 5", segments(1), kPositions),
             "block 5: plain Jacobi, all 256 at once, no cap");
    QCOMPARE(laneText("b", {Way::Sequential, 1, 1, 1}, kPositions), "b: one position at a time");
    QCOMPARE(cutText(segments(8), kPositions), "8 × 32");
    QCOMPARE(cutText({Way::Window, 1, 16, 0}, kPositions), "window 16");
    QCOMPARE(capText({Way::Segments, 2, 1, 0}, kPositions), "");
  }
};

QTEST_GUILESS_MAIN(ScheduleLanesTest)
#include "schedule_lanes_test.moc"
