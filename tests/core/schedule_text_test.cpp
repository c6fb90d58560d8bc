// Schedules as papers print them and as the published code is started with them.
#include <QtTest>

#include "engine/core/error.h"
#include "engine/core/schedule_text.h"

using namespace jacobiscope;

namespace {

constexpr int kBlocks = 8, kTokens = 1024;

KnobValues complete(const KnobValues& given) {
  KnobValues knobs = {{"mode", std::string("window")},  {"segments", std::string("1")},
                      {"cap", std::string("10000")},    {"guess", std::string("z")},
                      {"window", std::string("16")},    {"tolerance", 1e-4},
                      {"refine", false}};
  for (const auto& [key, value] : given) knobs[key] = value;
  return knobs;
}

std::vector<BlockSchedule> read(const std::string& text) {
  return readSchedule(complete(parseSchedule(text, kBlocks, kTokens)), kBlocks, kTokens);
}

// The published schedule of ImageNet 64 unconditional.
const std::string kLists =
    "num_GS = [1, 8, 1, 1, 1, 1, 1, 8]\n"
    "max_jacobi = [20, 32, 20, 20, 20, 20, 20, 32]\n"
    "guess = [0, 1, 0, 0, 1, 0, 1, 1]\n";

}  // namespace

class ScheduleTextTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void theNotationOfThePaper() {
    const auto schedule = read("[7-8-32-10]");
    QCOMPARE(schedule[0], (BlockSchedule{Method::Segments, 8, 32, false, 1}));
    for (int i = 1; i < kBlocks; ++i) {
      QCOMPARE(schedule[i], (BlockSchedule{Method::Jacobi, 1, 10, false, 1}));
    }
    QCOMPARE(*stackNotation(schedule, kTokens), std::string("[7-8-32-10]"));
    QCOMPARE(read(" 7 - 8 - 32 - 10 "), schedule);
    const auto two = read("[0/6-8-32-20]");
    QCOMPARE(two[1].method, Method::Segments);
    QCOMPARE(two[7].method, Method::Segments);
    QCOMPARE(two[0].cap, 20);
    QCOMPARE(*stackNotation(two, kTokens), std::string("[0/6-8-32-20]"));
    QCOMPARE(read("[0-1024-1-6]")[7].method, Method::Sequential);
  }

  void theListsInManyForms_data() {
    QTest::addColumn<QString>("text");
    QTest::newRow("python") << QString::fromStdString(kLists);
    QTest::newRow("json") << "{\"num_GS\": [1,8,1,1,1,1,1,8], \"max_jacobi\": "
                             "[20,32,20,20,20,20,20,32], \"guess\": [0,1,0,0,1,0,1,1]}";
    QTest::newRow("yaml") << "num_GS:\n  - 1\n  - 8\n  - 1\n  - 1\n  - 1\n  - 1\n  - 1\n  - 8\n"
                             "max_jacobi: [20,32,20,20,20,20,20,32]\nguess: [z, zeros, z, z, "
                             "zeros, z, zeros, zeros]\n";
    QTest::newRow("shell") << "--num_GS 1 8 1 1 1 1 1 8 --max_jacobi 20 32 20 20 20 20 20 32 "
                              "--guess 0 1 0 0 1 0 1 1";
    QTest::newRow("bare lines") << "1,8,1,1,1,1,1,8\n20,32,20,20,20,20,20,32\n0,1,0,0,1,0,1,1";
    QTest::newRow("bare lists") << "[1,8,1,1,1,1,1,8], [20,32,20,20,20,20,20,32], "
                                   "[0,1,0,0,1,0,1,1]";
    QTest::newRow("comments") << "# ours\nguess = 0,1,0,0,1,0,1,1  # z or zeros\n"
                                 "segments = 1,8,1,1,1,1,1,8\ncap = (20,32,20,20,\n 20,20,20,32)";
  }

  void theListsInManyForms() {
    QFETCH(QString, text);
    const KnobValues knobs = parseSchedule(text.toStdString(), kBlocks, kTokens);
    QCOMPARE(std::get<std::string>(knobs.at("mode")), std::string("gs-jacobi"));
    QCOMPARE(std::get<std::string>(knobs.at("segments")), std::string("1,8,1,1,1,1,1,8"));
    QCOMPARE(std::get<std::string>(knobs.at("cap")), std::string("20,32,20,20,20,20,20,32"));
    QCOMPARE(std::get<std::string>(knobs.at("guess")),
             std::string("z,zeros,z,z,zeros,z,zeros,zeros"));
    QCOMPARE(*publishedLists(read(text.toStdString()), kTokens), kLists);
  }

  void segmentsBelowOneOrOfOneTokenAreSequential() {
    const auto schedule = read("num_GS=-1,0,1024,1,1,1,1,1 max_jacobi=0,1,1,6,6,6,6,6 guess=0");
    for (int i = 0; i < 3; ++i) QCOMPARE(schedule[i].method, Method::Sequential);
    QCOMPARE(schedule[3].method, Method::Jacobi);
  }

  void whatIsWrittenReadsBack_data() {
    QTest::addColumn<QString>("mode");
    QTest::addColumn<QString>("segments");
    QTest::addColumn<QString>("window");
    QTest::newRow("windows") << "window" << "1" << "4,8,16,1,1,32,64,1024";
    QTest::newRow("lists") << "gs-jacobi" << "0,1,8,4,1,1,1,1" << "16";
    QTest::newRow("mixed") << "mixed" << "0,1,8,1,1,1,1,1" << "1,1024,1,16,16,8,8,8";
    QTest::newRow("sequential") << "sequential" << "1" << "16";
    QTest::newRow("jacobi") << "jacobi" << "1" << "16";
  }

  void whatIsWrittenReadsBack() {
    QFETCH(QString, mode);
    QFETCH(QString, segments);
    QFETCH(QString, window);
    const KnobValues knobs = complete({{"mode", mode.toStdString()},
                                       {"segments", segments.toStdString()},
                                       {"window", window.toStdString()},
                                       {"cap", std::string("20")},
                                       {"guess", std::string("z,z,z,z,z,zeros,zeros,z")},
                                       {"tolerance", 3e-4},
                                       {"refine", true}});
    const std::string text = scheduleText(knobs, kBlocks, kTokens);
    const KnobValues again = complete(parseSchedule(text, kBlocks, kTokens));
    const auto before = readSchedule(knobs, kBlocks, kTokens);
    const auto after = readSchedule(again, kBlocks, kTokens);
    for (int i = 0; i < kBlocks; ++i) {
      QCOMPARE(after[i].method, before[i].method);
      if (before[i].method != Method::Sequential) QCOMPARE(after[i], before[i]);
    }
    QCOMPARE(numberAt(again, "tolerance"), 3e-4);
    QCOMPARE(toggleAt(again, "refine"), true);
  }

  void windowsHaveNoPublishedLists() {
    const std::vector<BlockSchedule> schedule(kBlocks, {Method::Sliding, 1, 0, false, 16});
    QVERIFY(!publishedLists(schedule, kTokens));
    QVERIFY(!stackNotation(schedule, kTokens));
  }

  void whatCannotBeReadIsRefused_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("said");
    QTest::newRow("empty") << " \n" << "The schedule is empty.";
    QTest::newRow("block") << "[8-8-32-10]" << "There is no block 8";
    QTest::newRow("segments") << "[7-2000-32-10]" << "1024 tokens";
    QTest::newRow("cap") << "[7-8-0-10]" << "J is 0";
    QTest::newRow("too many passes") << "[7-8-32-100000]" << "Else is 100000";
    QTest::newRow("word") << "num_GS = [one]" << "\"one\"";
    QTest::newRow("sign") << "num_GS = [1; rm *]" << "";
    QTest::newRow("length") << "num_GS=1,2,3\nmax_jacobi=10\nguess=0" << "num_GS has 3 entries";
    QTest::newRow("missing") << "num_GS=1\nguess=0" << "no list max_jacobi";
    QTest::newRow("twice") << "num_GS=1 num_GS=1 max_jacobi=10 guess=0" << "num_GS twice";
    QTest::newRow("guess") << "num_GS=1 max_jacobi=10 guess=2" << "guess has the entry \"2\"";
    QTest::newRow("fraction") << "num_GS=1.5 max_jacobi=10 guess=0" << "\"1.5\"";
    QTest::newRow("huge") << "num_GS=99999999999999 max_jacobi=10 guess=0" << "whole number";
    QTest::newRow("two lists") << "[1,2],[3,4]" << "three lists";
    QTest::newRow("mode") << "mode = fast" << "no mode \"fast\"";
    QTest::newRow("window") << "mode = window\nwindow = 2000" << "1 to 1024";
    QTest::newRow("tolerance") << "mode = jacobi\ntolerance = -3" << "tolerance";
    QTest::newRow("none") << "num_GS=[] max_jacobi=10 guess=0" << "num_GS has 0 entries";
  }

  void whatCannotBeReadIsRefused() {
    QFETCH(QString, text);
    QFETCH(QString, said);
    try {
      parseSchedule(text.toStdString(), kBlocks, kTokens);
      QFAIL("It was read.");
    } catch (const UsageError& error) {
      QVERIFY2(QString::fromUtf8(error.what()).contains(said), error.what());
    }
  }

  void anyBytesAreReadOrRefused() {
    const std::string whole = kLists + "mode = mixed\nwindow=[1,2]\n";
    for (std::size_t i = 0; i < whole.size(); ++i) {
      for (const char c : {'\0', '\xff', '[', '-', '9', 'z'}) {
        std::string text = whole;
        text[i] = c;
        try {
          parseSchedule(text, kBlocks, kTokens);
        } catch (const UsageError&) {
        }
      }
      try {
        parseSchedule(whole.substr(0, i), kBlocks, kTokens);
      } catch (const UsageError&) {
      }
    }
  }
};

QTEST_GUILESS_MAIN(ScheduleTextTest)
#include "schedule_text_test.moc"
