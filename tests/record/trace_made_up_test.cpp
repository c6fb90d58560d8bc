// Recordings whose checksums are right and whose values cannot be.
#include <QtTest>

#include "tests/record/recording_rules.h"
#include "tests/record/trace_by_hand.h"

using namespace jacobiscope;
using namespace jacobiscope::test;

class TraceMadeUpTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  // Records in order with one that cannot be: it is left out, and the rest is kept.
  void madeUpRecords_data() {
    QTest::addColumn<json>("record");
    const auto row = [](const char* name, const json& record) { QTest::newRow(name) << record; };
    row("not a map", json::array({1, 2}));
    row("a run without end", sweep(1, {{"run", 7}}));
    row("the same sweep again", sweep(0));
    row("a gap", sweep(2));
    row("a negative sweep", sweep(-1));
    row("a gigantic sweep", sweep(~std::uint64_t{0}));
    row("a sweep that is text", sweep("1"));
    row("a negative stage", sweep(1, {{"stage", -1}}));
    row("a huge stage", sweep(1, {{"stage", 1 << 30}}));
    row("a window inside out", sweep(1, {{"begin", 5}, {"end", 4}}));
    row("a huge window", sweep(1, {{"end", 2147483647}}));
    row("a huge frontier", sweep(1, {{"frontier", 2147483647}}));
    row("a negative iteration", sweep(1, {{"iteration", -1}}));
    row("an unknown verdict", sweep(1, {{"verdict", "perhaps"}}));
    row("a column before the first",
        sweep(1, {{"facts", {{{"first", -1}, {"values", typed({1})}}}}}));
    row("a column without a tag", sweep(1, {{"facts", {{{"values", json::binary(File(8))}}}}}));
    row("a column of another length",
        sweep(1, {{"facts", {{{"values", json::binary(File(7), 85)}}}}}));
    row("a plan from the future", {{"type", "plan"}, {"run", 1}, {"from", 2}});
    row("a plan with too few positions",
        {{"type", "plan"}, {"run", 1}, {"from", 1}, {"plan", {{"stages", {"a"}}}}});
    row("a plan with a broken window",
        {{"type", "plan"}, {"run", 1}, {"plan", {{"windows", json::binary(File(12), 78)}}}});
    row("an exactness of no sweep",
        {{"type", "exactness"}, {"run", 1}, {"sweep", 1}, {"error", {{"name", "true_error"}}}});
    row("an exactness of nothing", {{"type", "exactness"}, {"run", 1}});
    row("a huge exact prefix",
        {{"type", "exactness"}, {"run", 1}, {"exact", 2147483647}, {"error", {{"name", "x"}}}});
    row("a branch from before the beginning", run({{"parent", {{"run", 1}, {"sweeps", -1}}}}));
    row("a picture of no sweep", picture(image(1, 1, 3, 3), 1));
    row("a picture too short", picture(image(2, 2, 3, 11)));
    row("a picture too large", picture(image(2147483647, 2147483647, 4, 4)));
    row("a negative picture", picture(image(-1, -4, 3, 12)));
    row("a picture of a line", picture(image(0, 4, 3, 0)));
    row("a picture of two channels", picture(image(1, 1, 2, 2)));
    row("a map of another size",
        picture({{"map", {{"rows", 2}, {"columns", 2}, {"values", typed({1})}}}}));
    row("a strip that stands outside",
        picture({{"strip", {{"images", json::array()}, {"current", 0}}}}));
    row("a scene without numbers", picture({{"scene",
                                             {{"kinds", {"box"}},
                                              {"things", json::binary(File(4), 78)},
                                              {"numbers", typed({1})},
                                              {"focus", {0, 0, 0}}}}}));
    row("a result of another shape",
        {{"type", "end"},
         {"run", 1},
         {"result",
          {{"x", {{"shape", json::binary(File(8, 0xFF), 79)}, {"values", typed({1})}}}}}});
    row("a timeline backwards",
        {{"type", "end"}, {"run", 1}, {"timeline", {{{"from", 3}}, {{"from", 1}}}}});
    const auto broke = [](const json& more) {
      json made = {{"type", "break"}, {"run", 1}, {"kind", "rise"}, {"sweep", 0}, {"lastGood", -1}};
      made.update(more);
      return made;
    };
    row("a nameless column", sweep(1, {{"facts", {{{"values", typed({1})}}}}}));
    row("a nameless knob", run({{"model", {{"knobs", {{{"label", "x"}}}}}}}));
    row("a nameless preset", run({{"model", {{"presets", {{{"origin", "x"}}}}}}}));
    row("a timeline that stands",
        {{"type", "end"}, {"run", 1}, {"timeline", {{{"from", 1}}, {{"from", 1}}}}});
    row("a break at no sweep", broke({{"sweep", 1}}));
    row("a break at a negative sweep", broke({{"sweep", -1}}));
    row("a break that is good later", broke({{"lastGood", 1}}));
    row("a break of another kind", broke({{"kind", "whim"}}));
    row("knobs that are no values", {{"type", "knobs"}, {"run", 1}, {"knobs", {{"k", {1, 2}}}}});
    row("a run of huge stages",
        run({{"plan", {{"stages", {"a"}}, {"positions", json::binary(File{0, 0, 0, 0x7F}, 78)}}}}));
    row("a model of a huge grid",
        run({{"model", {{"gridRows", 2147483647}, {"gridColumns", 2147483647}}}}));
  }
  void madeUpRecords() {
    QFETCH(json, record);
    const json last = {{"type", "end"}, {"run", 1}, {"sweeps", 1}};
    Recording read;
    const TraceContents contents =
        readTrace(bytesOf(fileOf({run(), sweep(0), record, last})), "x", read);
    QCOMPARE(contents.leftOut, std::uint64_t{1});
    QVERIFY2(contents.missing.find("1 record could not be read (") == 0, contents.missing.c_str());
    QCOMPARE(brokenRule(read), std::string());
    QCOMPARE(read.runs().size(), std::size_t{1});
    QCOMPARE(read.run(1)->snapshots.size(), std::size_t{1});
    QVERIFY(read.run(1)->finished);
  }

  void afterTheEndOnlyPicturesCome() {
    const json last = {{"type", "end"}, {"run", 1}, {"sweeps", 1}};
    Recording read;
    const TraceContents contents = readTrace(
        bytesOf(fileOf({run(), sweep(0), last, sweep(1), last, picture(image(1, 1, 3, 3))})), "x",
        read);
    QCOMPARE(contents.leftOut, std::uint64_t{2});
    QCOMPARE(read.run(1)->snapshots.size(), std::size_t{1});
    QCOMPARE(contents.pictures, std::uint64_t{1});
  }

  void picturesAreReplacedAFewTimesOnly() {
    std::vector<json> records(100, picture(image(1, 1, 3, 3)));
    records.insert(records.begin(), {run(), sweep(0)});
    Recording read;
    QCOMPARE(readTrace(bytesOf(fileOf(records)), "x", read).leftOut, std::uint64_t{92});
    QCOMPARE(brokenRule(read), std::string());
  }

  void runsAreBounded() {
    std::vector<json> records((1 << 16) + 2, run());
    Recording read;
    QCOMPARE(readTrace(bytesOf(fileOf(records)), "x", read).leftOut, std::uint64_t{2});
    QCOMPARE(read.runs().size(), std::size_t{1 << 16});
  }

  void lostSweepsAreCounted() {
    const json last = {{"type", "end"}, {"run", 1}, {"sweeps", 5}};
    Recording read;
    QCOMPARE(readTrace(bytesOf(fileOf({run(), sweep(0), last})), "x", read).missing,
             std::string("Run 1 is known for 1 of its 5 sweeps."));
  }

  void aNumberThatComesAgainIsAnotherRun() {
    Recording read;
    const TraceContents contents =
        readTrace(bytesOf(fileOf({run(), sweep(0), run(), sweep(0), sweep(1)})), "x", read, 5);
    QCOMPARE(contents.runs, (std::vector<int>{5, 6}));
    QCOMPARE(read.run(5)->snapshots.size(), std::size_t{1});
    QCOMPARE(read.run(6)->snapshots.size(), std::size_t{2});
  }
};

QTEST_GUILESS_MAIN(TraceMadeUpTest)
#include "trace_made_up_test.moc"
