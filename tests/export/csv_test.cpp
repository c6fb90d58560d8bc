// The table of facts: complete, exact, readable by anything that reads CSV.
#include "engine/export/csv.h"

#include <QtTest>
#include <cstring>
#include <locale>

#include "tests/ui/recorded_run.h"

using namespace jacobiscope;

namespace {

using Row = std::vector<std::string>;

std::string csvOf(const RunRecord& run) {
  std::string text;
  writeCsv(run, [&](std::string_view part) { text += part; });
  return text;
}

// RFC 4180.
std::vector<Row> parsed(const std::string& text) {
  std::vector<Row> rows{{""}};
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool twice = quoted && c == '"' && i + 1 < text.size() && text[i + 1] == '"';
    if (twice) rows.back().back() += text[++i];
    else if (c == '"') quoted = !quoted;
    else if (!quoted && c == ',') rows.back().push_back("");
    else if (!quoted && c == '\n') rows.push_back({""});
    else rows.back().back() += c;
  }
  rows.pop_back();
  return rows;
}

// The rows of one fact, in order.
std::vector<Row> rowsOf(const std::vector<Row>& rows, const std::string& sweep,
                        const std::string& fact) {
  std::vector<Row> found;
  for (const Row& row : rows)
    if (row[1] == sweep && row[7] == fact) found.push_back(row);
  return found;
}

// As a locale with a decimal comma and dots between thousands.
struct GermanNumbers : std::numpunct<char> {
  char do_decimal_point() const override { return ','; }
  char do_thousands_sep() const override { return '.'; }
  std::string do_grouping() const override { return "\3"; }
};

}  // namespace

class CsvTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void trueErrorsAreRowsOfTheirSweep() {
    RecordedRun made(1, 3);
    made.next({0, 0, 3}, 0.5, Verdict::Accepted, 1, {0.5f});
    made.next({0, 1, 3}, 0.5, Verdict::Settled, 3, {0.5f});
    const FactColumn error{"true_error", "max |dx|", 0, std::vector{0.0f, 0.125f}};
    made.recording.add(Exactness{1, 1, error, 1});
    const std::vector<Row> rows = parsed(csvOf(made.run()));
    QVERIFY(rowsOf(rows, "0", "true_error").empty());
    QCOMPARE(rowsOf(rows, "1", "exact")[0][8], std::string("1"));
    const auto errors = rowsOf(rows, "1", "true_error");
    QCOMPARE(errors.size(), std::size_t{2});
    QCOMPARE(errors[1], (Row{"1", "1", "iterate", "0", "block 0", "2", "1", "true_error", "0.125",
                             "max |dx|", ""}));
  }

  void everyValueReadsBackTheSame() {
    const std::vector<float> values{0.1f, 1.0f / 3, -2.5e-38f, 3.4e38f, 16777216, 0, 1e-45f};
    RecordedRun made(2, 7);
    made.next({0, 0, 7}, 1.0 / 3, Verdict::Accepted, 2, values);
    Sweep& last = made.next({1, 3, 7}, 1e-7, Verdict::Settled, 7, {0.5f, 0.25f});
    last.seconds = 0.1 + 0.2;
    last.kind = SweepKind::Prefill;
    const std::vector<Row> rows = parsed(csvOf(made.run()));
    QCOMPARE(rows[0], (Row{"run", "sweep", "kind", "stage", "stage_name", "iteration", "position",
                           "fact", "value", "unit", "label"}));
    for (const Row& row : rows) QCOMPARE(row.size(), rows[0].size());
    // Eight facts of each sweep and one of each position.
    QCOMPARE(rows.size(), std::size_t{1 + 2 * 8 + 7 + 2});
    const auto changes = rowsOf(rows, "0", "change");
    QCOMPARE(changes.size(), values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
      QCOMPARE(changes[i][6], std::to_string(i));
      const float read = std::strtof(changes[i][8].c_str(), nullptr);
      QVERIFY2(std::memcmp(&read, &values[i], sizeof read) == 0, changes[i][8].c_str());
    }
    QCOMPARE(rowsOf(rows, "1", "change")[1], (Row{"1", "1", "prefill", "1", "block 0", "1", "4",
                                                  "change", "0.25", "", ""}));
    QCOMPARE(std::stod(rowsOf(rows, "0", "residual")[0][8]), 1.0 / 3);
    QCOMPARE(rowsOf(rows, "0", "residual")[0][9], std::string("max |dx|"));
    QCOMPARE(std::stod(rowsOf(rows, "1", "seconds")[0][8]), 0.1 + 0.2);
    QCOMPARE(rowsOf(rows, "1", "verdict")[0][8], std::string("2"));
    QCOMPARE(rowsOf(rows, "1", "verdict")[0][10], std::string("settled"));
    QCOMPARE(rowsOf(rows, "0", "frontier")[0][8], std::string("2"));
    QCOMPARE(rowsOf(rows, "1", "window_begin")[0][8], std::string("3"));
    QCOMPARE(rowsOf(rows, "1", "calls")[0][8], std::string("1"));
  }

  void whatIsNoNumberHasAName() {
    RecordedRun made(1, 3);
    made.next({0, 0, 3}, kNoResidual, Verdict::Diverged, 0,
              {kNoResidual, INFINITY, -INFINITY});
    const auto rows = parsed(csvOf(made.run()));
    QCOMPARE(rowsOf(rows, "0", "residual")[0][8], std::string("NaN"));
    const auto changes = rowsOf(rows, "0", "change");
    QCOMPARE(changes[0][8], std::string("NaN"));
    QCOMPARE(changes[1][8], std::string("Inf"));
    QCOMPARE(changes[2][8], std::string("-Inf"));
  }

  void statesAreNumbersAndWords() {
    RecordedRun made(1, 6);
    Sweep& sweep = made.next({0, 0, 6}, 1, Verdict::Working, 0);
    sweep.facts.push_back({"state", "", 2, std::vector<std::int32_t>{0, 1, 2, 3, 4, 5, 9}});
    const auto rows = rowsOf(parsed(csvOf(made.run())), "0", "state");
    const Row words{"drafted", "kept", "redrawn", "accepted", "resampled", "drawn", ""};
    for (std::size_t i = 0; i < words.size(); ++i) {
      QCOMPARE(rows[i][6], std::to_string(i + 2));
      QCOMPARE(rows[i][10], words[i]);
    }
  }

  void textsAreQuotedWhereTheyMust() {
    RecordedRun made(1, 2);
    const std::string note = "a \"note\", of\ntwo lines";
    made.next({0, 0, 2}, 1, Verdict::Working, 0).note = note;
    const auto rows = parsed(csvOf(made.run()));
    QCOMPARE(rowsOf(rows, "0", "note")[0][10], note);
    QCOMPARE(rowsOf(rows, "0", "note")[0][8], std::string());
  }

  void aPathIsToldStepByStep() {
    RecordedRun made(1, 14);
    RunRecord run = made.run();
    run.start.model.action.resize(7);
    auto snapshot = std::make_shared<Snapshot>();
    std::vector<float> path;
    for (int i = 0; i < 14; ++i) path.push_back(float(i) / 8);
    snapshot->sweep.facts.push_back({"path", "", 0, path});
    run.snapshots.push_back(snapshot);
    const auto rows = parsed(csvOf(run));
    QCOMPARE(rowsOf(rows, "0", "path.x").size(), std::size_t{2});
    const Row z = rowsOf(rows, "0", "path.z")[1];
    QCOMPARE(z[6], std::string("7"));
    QCOMPARE(z[8], std::string("1.125"));
    QCOMPARE(z[9], std::string("m"));
    QCOMPARE(rowsOf(rows, "0", "path.gripper")[0][8], std::string("0.75"));
    QVERIFY(rowsOf(rows, "0", "path").empty());
  }

  void theLocaleChangesNothing() {
    RecordedRun made(1, 2000);
    made.next({0, 0, 2000}, 1234.5, Verdict::Working, 1500, {0.5f, 12345.5f});
    const std::string before = csvOf(made.run());
    const std::locale was = std::locale::global(std::locale(std::locale(), new GermanNumbers));
    const std::string after = csvOf(made.run());
    std::locale::global(was);
    QCOMPARE(after, before);
    QVERIFY(before.find("12345.5") != std::string::npos);
  }

  void aLongRunComesPieceByPiece() {
    RecordedRun made(1, 100);
    for (int i = 0; i < 50; ++i)
      made.next({0, 0, 100}, 1, Verdict::Working, 0, std::vector<float>(100, 0.5f));
    std::size_t longest = 0, parts = 0;
    writeCsv(made.run(), [&](std::string_view part) {
      longest = std::max(longest, part.size());
      ++parts;
    });
    QCOMPARE(parts, std::size_t{51});
    QVERIFY(longest < 20000);
  }
};

QTEST_GUILESS_MAIN(CsvTest)
#include "csv_test.moc"
