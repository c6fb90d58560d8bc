// What is recorded in a file comes back; by hand for every kind of value, and of a real run.
#include <QTemporaryDir>
#include <QtTest>
#include <cmath>
#include <fstream>

#include "engine/record/trace_reader.h"
#include "engine/record/trace_writer.h"
#include "engine/toy/toy_family.h"
#include "tests/record/trace_events.h"

using namespace jacobiscope;

namespace {

Bytes bytesOf(const std::vector<std::uint8_t>& bytes) { return std::as_bytes(std::span(bytes)); }

// The same numbers, NaN counting as equal to NaN.
bool same(const std::vector<float>& a, const std::vector<float>& b) {
  return std::ranges::equal(
      a, b, [](float x, float y) { return x == y || (std::isnan(x) && std::isnan(y)); });
}

// Everything the toy says in a run.
std::vector<Event> toyRun(int run) {
  const std::unique_ptr<Family> model = toyFamily().load({"toy", {}, {}});
  Started started{run, {}, completeKnobs(model->info().knobs, {}), {}, model->info(), false};
  const std::unique_ptr<Decoder> decoder = model->begin(started.knobs, started.input);
  started.plan = decoder->plan();
  std::vector<Event> events{started};
  Finished finished;
  finished.run = run;
  while (std::optional<Sweep> sweep = decoder->sweep()) {
    auto snapshot = std::make_shared<Snapshot>();
    snapshot->run = run;
    snapshot->sweep = *sweep;
    snapshot->sweep.index = finished.sweeps++;
    finished.calls += sweep->calls;
    snapshot->panels = decoder->panels();
    events.push_back(std::shared_ptr<const Snapshot>(std::move(snapshot)));
  }
  finished.result = decoder->result();
  events.push_back(finished);
  return events;
}

}  // namespace

class TraceTest : public QObject {
  Q_OBJECT

 private:
  Recording m_read;
  TraceContents m_contents;

 private Q_SLOTS:
  void initTestCase() {
    const auto file = test::encoded(test::everyEvent());
    m_contents = readTrace(bytesOf(file), "x.jtrace", m_read, 11);
    QCOMPARE(m_contents.bytes, std::uint64_t{file.size()});
  }

  void saysWhatIsInIt() {
    QCOMPARE(m_contents.runs, (std::vector<int>{11, 12}));
    QCOMPARE(m_contents.program, std::string("Jacobiscope " JACOBISCOPE_VERSION));
    QCOMPARE(m_contents.written.size(), std::string("2025-01-31T12:00:00Z").size());
    QCOMPARE(m_contents.missing, std::string());
    QCOMPARE(m_contents.pictures, std::uint64_t{6});
    QCOMPARE(m_contents.leftOut, std::uint64_t{0});
    QCOMPARE(m_contents.unknown, std::uint64_t{0});
  }

  void theStartComesBack() {
    const Started sent = test::everyStart(11);
    const Started& got = m_read.run(11)->start;
    QCOMPARE(got.run, 11);
    QVERIFY(got.plan == sent.plan);
    QVERIFY(got.knobs == sent.knobs);
    QCOMPARE(got.warm, true);
    QCOMPARE(got.input.seed, sent.input.seed);
    QCOMPARE(got.input.count, 2);
    QCOMPARE(got.input.prompt, sent.input.prompt);
    QVERIFY(got.input.label == sent.input.label);
    QCOMPARE(got.input.picture, sent.input.picture);
    QVERIFY(got.input.arrays == sent.input.arrays);
  }

  // The parent's number is that of this recording.
  void theBranchPointComesBack() {
    QVERIFY(!m_read.run(11)->start.parent);
    QVERIFY((m_read.run(12)->start.parent == BranchPoint{11, 3}));
    Recording alone;
    readTrace(bytesOf(test::encoded({test::everyBranch(5, 5)})), "x.jtrace", alone, 7);
    QVERIFY((alone.run(7)->start.parent == BranchPoint{0, 3}));  // not in the file
  }

  void theExactnessComesBack() {
    const auto& exactness = m_read.run(11)->exactness;
    QCOMPARE(exactness.size(), std::size_t{1});
    const Exactness sent = test::everyExactness(11, 1), got = exactness.at(1);
    QCOMPARE(got.run, 11);
    QCOMPARE(got.exact, 1);
    QCOMPARE(got.error.name, sent.error.name);
    QCOMPARE(got.error.unit, sent.error.unit);
    QVERIFY(got.error.values == sent.error.values);
    QVERIFY(m_read.run(12)->exactness.empty());
  }

  void theModelComesBack() {
    const ModelInfo sent = test::everyStart(1).model;
    const ModelInfo& got = m_read.run(11)->start.model;
    QCOMPARE(got.family, sent.family);
    QCOMPARE(got.name, sent.name);
    QCOMPARE(got.hash, sent.hash);
    QCOMPARE(got.threads, 2);
    QCOMPARE(got.parameters, sent.parameters);
    QCOMPARE(got.stages, sent.stages);
    QCOMPARE(got.positions, 6);
    QCOMPARE(got.gridRows, 2);
    QCOMPARE(got.gridColumns, 3);
    QCOMPARE(got.reversed, sent.reversed);
    QCOMPARE(got.picture.width, 9);
    QCOMPARE(got.picture.height, 8);
    QCOMPARE(got.picture.channels, 1);
    QVERIFY(got.action == sent.action);
    QCOMPARE(got.chunk, 5);
    QCOMPARE(got.stepSeconds, 0.05);
    QCOMPARE(got.notes, sent.notes);
    QCOMPARE(got.knobs.size(), std::size_t{1});
    QCOMPARE(got.knobs[0].key, std::string("rate"));
    QVERIFY(got.knobs[0].kind == KnobKind::Choice && got.knobs[0].scope == KnobScope::NextStage);
    QVERIFY(got.knobs[0].initial == sent.knobs[0].initial);
    QCOMPARE(got.knobs[0].choices, sent.knobs[0].choices);
    QVERIFY(got.knobs[0].wholeEntries);
    QVERIFY(got.presets[0].knobs == sent.presets[0].knobs);
  }

  void theFactsComeBack() {
    const RunRecord& run = *m_read.run(11);
    QCOMPARE(run.snapshots.size(), std::size_t{3});
    for (std::int64_t i = 0; i < 3; ++i) {
      const Snapshot sent = *test::snapshotOf(11, i);
      const Snapshot& got = *run.snapshots[i];
      QCOMPARE(got.run, 11);
      QCOMPARE(got.sweep.index, i);
      QVERIFY(got.sweep.kind == SweepKind::World && got.sweep.verdict == Verdict::Capped);
      QVERIFY(got.sweep.window == sent.sweep.window);
      QCOMPARE(got.sweep.iteration, 3);
      QCOMPARE(got.sweep.frontier, 2);
      QCOMPARE(std::isnan(got.sweep.residual), i == 0);
      if (i > 0) QCOMPARE(got.sweep.residual, 0.25);
      QCOMPARE(got.sweep.residualUnit, sent.sweep.residualUnit);
      QCOMPARE(got.sweep.calls, 2);
      QCOMPARE(got.sweep.seconds, 0.1);
      QCOMPARE(got.sweep.note, sent.sweep.note);
      QVERIFY(*got.knobs == *sent.knobs);
      QCOMPARE(got.computeSeconds, sent.computeSeconds);
      QCOMPARE(got.captureSeconds, sent.captureSeconds);
      QCOMPARE(got.sweep.facts.size(), std::size_t{3});
      for (std::size_t f = 0; f < 3; ++f) {
        QCOMPARE(got.sweep.facts[f].name, sent.sweep.facts[f].name);
        QCOMPARE(got.sweep.facts[f].unit, sent.sweep.facts[f].unit);
        QCOMPARE(got.sweep.facts[f].first, sent.sweep.facts[f].first);
      }
      QVERIFY(
          same(std::get<0>(got.sweep.facts[0].values), std::get<0>(sent.sweep.facts[0].values)));
      QVERIFY(got.sweep.facts[1].values == sent.sweep.facts[1].values);
      QVERIFY(got.sweep.facts[2].values == sent.sweep.facts[2].values);
    }
    QVERIFY(run.snapshots[0]->knobs == run.snapshots[1]->knobs);  // kept once
  }

  void thePicturesComeBack() {
    const auto& snapshots = m_read.run(11)->snapshots;
    QVERIFY(snapshots[0]->panels.empty());
    QCOMPARE(snapshots[2]->panels.size(), std::size_t{1});  // made afterwards
    const std::vector<Panel> sent = test::everyPanel();
    const std::vector<Panel>& got = snapshots[1]->panels;
    QCOMPARE(got.size(), sent.size());
    for (std::size_t i = 0; i < sent.size(); ++i) {
      QCOMPARE(got[i].id, sent[i].id);
      QCOMPARE(got[i].title, sent[i].title);
      QCOMPARE(got[i].picture.index(), sent[i].picture.index());
    }
    for (std::size_t i = 0; i < 2; ++i) {  // opaque and not
      QVERIFY(std::get<Image>(got[i].picture).rgba == std::get<Image>(sent[i].picture).rgba);
      QCOMPARE(std::get<Image>(got[i].picture).width, std::get<Image>(sent[i].picture).width);
      QCOMPARE(std::get<Image>(got[i].picture).height, 2);
    }
    const Strip strip = std::get<Strip>(got[2].picture);
    QCOMPARE(strip.current, 1);
    QCOMPARE(strip.captions, (std::vector<std::string>{"noise", "block 1"}));
    QVERIFY(strip.images[1].rgba == test::pictureOf(2, 1).rgba);
    const Heatmap map = std::get<Heatmap>(got[3].picture),
                  sentMap = std::get<Heatmap>(sent[3].picture);
    QVERIFY(map.rows == 2 && map.columns == 2 && !map.logarithmic && map.unit == "|dx|");
    QVERIFY(same(map.values, sentMap.values));
    const Scene3D scene = std::get<Scene3D>(got[4].picture),
                  table = std::get<Scene3D>(sent[4].picture);
    QVERIFY(scene.focus == table.focus);
    QCOMPARE(scene.radius, 1.5);
    QCOMPARE(scene.shapes.size(), std::size_t{2});
    QVERIFY(scene.shapes[1].kind == Shape::Cylinder && scene.shapes[1].thing == 2);
    QVERIFY(scene.shapes[1].pose == table.shapes[1].pose);
    QVERIFY(scene.shapes[1].size == table.shapes[1].size);
    QVERIFY(scene.shapes[1].colour == table.shapes[1].colour);
  }

  void plansBreaksAndEndsComeBack() {
    const RunRecord& run = *m_read.run(11);
    QCOMPARE(run.planChanges.size(), std::size_t{1});
    QCOMPARE(run.planAt(1).windows.size(), std::size_t{2});
    QVERIFY(run.planAt(2).windows == (std::vector<Window>{{1, 2, 6, 5}}));
    QCOMPARE(run.breaks.size(), std::size_t{1});
    QVERIFY(run.breaks[0].kind == BreakpointKind::Stall);
    QCOMPARE(run.breaks[0].reason, std::string("It stalled."));
    QCOMPARE(run.breaks[0].sweep, std::int64_t{1});
    QCOMPARE(run.breaks[0].lastGood, std::int64_t{0});
    const Finished sent = test::everyEnd(11, 3);
    const Finished& got = *run.finished;
    QCOMPARE(got.run, 11);
    QVERIFY(got.outcome == Outcome::Stopped);
    QCOMPARE(got.sweeps, sent.sweeps);
    QCOMPARE(got.calls, sent.calls);
    QCOMPARE(got.computeSeconds, sent.computeSeconds);
    QCOMPARE(got.captureSeconds, sent.captureSeconds);
    QCOMPARE(got.waitSeconds, sent.waitSeconds);
    QVERIFY(got.result == sent.result);
    QVERIFY(got.timeline == sent.timeline);
    const Failed& failed = *m_read.run(12)->failed;
    QCOMPARE(failed.run, 12);
    QCOMPARE(failed.what, std::string("run"));
    QCOMPARE(failed.message, std::string("broke"));
    QCOMPARE(failed.hint, std::string("mend it"));
  }

  // The file of a run that goes on, and the one saved afterwards from what was read of it.
  void aRealRunComesBackTwice() {
    const QTemporaryDir folder;
    const std::string live = folder.filePath("live.jtrace").toStdString();
    const std::string saved = folder.filePath("saved.jtrace").toStdString();
    Recording heard, first, second;
    TraceWriter writer(live);
    for (const Event& event : toyRun(1)) {
      heard.add(event);
      writer.add(event);
    }
    QVERIFY(!writer.problem());
    QCOMPARE(std::uint64_t(std::filesystem::file_size(live)), writer.bytes());
    QCOMPARE(readTrace(live, first).missing, std::string());
    writeTrace(saved, {first.run(1)});
    QCOMPARE(readTrace(saved, second).missing, std::string());
    QVERIFY(heard.run(1)->snapshots.size() > 3);
    QCOMPARE(second.pictureBytes(), heard.pictureBytes());
    QCOMPARE(second.factBytes(), heard.factBytes());
    QVERIFY(second.run(1)->finished->result == heard.run(1)->finished->result);
    std::ifstream a(live, std::ios::binary), b(saved, std::ios::binary);
    const std::string liveBytes{std::istreambuf_iterator<char>(a), {}};
    const std::string savedBytes{std::istreambuf_iterator<char>(b), {}};
    const std::size_t header = TraceEncoder::header().size();  // says when
    QVERIFY(liveBytes.substr(header) == savedBytes.substr(header));
  }

  void textThatIsNoUtf8IsMended() {
    Started started = test::everyStart(1);
    started.input.prompt = "a\xff";
    started.knobs = {{"k\xfe", std::string("\x80")}};
    Recording read;
    QCOMPARE(readTrace(bytesOf(test::encoded({started})), "x", read).leftOut, std::uint64_t{0});
    QCOMPARE(read.run(1)->start.input.prompt, std::string("a\xef\xbf\xbd"));
  }
};

QTEST_GUILESS_MAIN(TraceTest)
#include "trace_test.moc"
