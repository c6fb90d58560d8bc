// Recordings that are cut off, damaged, foreign or from the future.
#include <QtTest>

#include "tests/record/recording_rules.h"
#include "tests/record/trace_by_hand.h"
#include "tests/record/trace_events.h"

using namespace jacobiscope;
using namespace jacobiscope::test;

namespace {

// The message and hint of the Error with which it is refused; empty: it is not.
QString refusal(const File& file) {
  Recording recording;
  try {
    readTrace(bytesOf(file), "x.jtrace", recording);
  } catch (const Error& error) {
    return recording.runs().empty() ? QString::fromStdString(error.what() + (" " + error.hint()))
                                    : QString("it left something behind");
  }
  return {};
}

}  // namespace

class TraceDamageTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void cutOffAnywhereItOpensToItsLastWholeRecord() {
    const File whole = encoded(everyEvent());
    const std::size_t header = TraceEncoder::header().size();
    Recording all;
    readTrace(bytesOf(whole), "x", all);
    std::size_t sweeps = 0, most = 0, sentences = 0;
    for (std::size_t size = 1; size < whole.size(); ++size) {
      const File file(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
      if (size < header) {
        QVERIFY2(refusal(file).contains("ends within its first record"), qPrintable(refusal(file)));
        continue;
      }
      Recording read;
      const TraceContents contents = readTrace(bytesOf(file), "x", read);
      QCOMPARE(brokenRule(read), std::string());
      QCOMPARE(contents.leftOut, std::uint64_t{0});
      const RunRecord* first = read.run(1);
      sweeps = first ? first->snapshots.size() : 0;
      QVERIFY(sweeps >= most);  // more of the file never shows less
      most = sweeps;
      // Between two records nothing tells that there was more, unless a run has no end.
      const bool cut = contents.missing.find("The file is cut off after byte") == 0;
      sentences += cut;
      if (first && !first->ended()) {
        const std::string known =
            "un 1 has no end and is known for " + std::to_string(sweeps) + " sweep";
        QVERIFY2(contents.missing.find(known) != std::string::npos, contents.missing.c_str());
      } else if (!cut && first && read.runs().size() == 1) {
        QCOMPARE(contents.missing, std::string());
      }
    }
    QCOMPARE(sweeps, all.run(1)->snapshots.size());
    const std::size_t borders = 14;  // the header's end and those between fourteen records
    QCOMPARE(sentences, whole.size() - header - borders);
  }

  void aFlippedBitIsNoticed() {
    const File whole = encoded(everyEvent());
    for (std::size_t at = 0; at < whole.size(); ++at) {
      File file = whole;
      file[at] = static_cast<std::uint8_t>(file[at] ^ 1 << at % 8);
      Recording read;
      try {
        const TraceContents contents = readTrace(bytesOf(file), "x", read);
        QVERIFY2(!contents.missing.empty(), qPrintable(QString("byte %1").arg(at)));
      } catch (const Error&) {
        QVERIFY(at < TraceEncoder::header().size());
      }
      QCOMPARE(brokenRule(read), std::string());
    }
  }

  void aDamagedPictureCostsNothingElse() {
    File file = fileOf({run(), sweep(0), picture(image(2, 2, 3, 12))});
    file[file.size() - 8] ^= 1;
    trace::appendRecord(sweep(1), file);
    Recording read;
    const TraceContents contents = readTrace(bytesOf(file), "x", read);
    QCOMPARE(read.run(1)->snapshots.size(), std::size_t{2});
    QCOMPARE(read.pictureBytes(), std::size_t{0});
    QCOMPARE(contents.missing,
             std::string("1 record could not be read (its checksum is wrong), run 1 has no end and "
                         "is known for 2 sweeps."));
  }

  void otherVersions_data() {
    QTest::addColumn<json>("version");
    QTest::addColumn<QString>("refused");
    const QString future =
        "x.jtrace is a recording of version 2.5, this program reads version 1. "
        "Open it with the program that wrote it, Other 7.";
    const QString foreign = "x.jtrace is no recording of Jacobiscope. Recordings end in .jtrace.";
    QTest::newRow("this") << json{1, 0} << QString();
    QTest::newRow("next minor") << json{1, 9} << QString();
    QTest::newRow("huge minor") << json{1, ~std::uint64_t{0}} << foreign;
    QTest::newRow("next major") << json{2, 5} << future;
    QTest::newRow("none") << json() << foreign;
    QTest::newRow("one number") << json{1} << foreign;
    QTest::newRow("text") << json("1.0") << foreign;
    QTest::newRow("negative") << json{-1, 0} << foreign;
  }
  void otherVersions() {
    QFETCH(json, version);
    QFETCH(QString, refused);
    QCOMPARE(refusal(fileOf({run()}, version)), refused);
  }

  void foreignFiles_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("a picture") << QByteArray("\x89PNG\r\n\x1a\n and more");
    QTest::newRow("text") << QByteArray("{\"type\": \"jacobiscope trace\"}");
    QTest::newRow("zeros") << QByteArray(100, '\0');
    File other;
    trace::appendRecord({{"type", "run"}}, other);
    QTest::newRow("another first record")
        << QByteArray(reinterpret_cast<const char*>(other.data()), qsizetype(other.size()));
  }
  void foreignFiles() {
    QFETCH(QByteArray, bytes);
    const File file(bytes.begin(), bytes.end());
    QCOMPARE(refusal(file), QString("x.jtrace is no recording of Jacobiscope. "
                                    "Recordings end in .jtrace."));
  }

  void aSizeBeyondTheFileIsACut() {
    File file = fileOf({run()});
    for (const int byte : {0x82, 0x5B, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x00}) {
      file.push_back(static_cast<std::uint8_t>(byte));
    }
    Recording read;
    const std::string missing = readTrace(bytesOf(file), "x", read).missing;
    QVERIFY2(missing.find("The file is cut off after byte") == 0, missing.c_str());
    QCOMPARE(read.runs().size(), std::size_t{1});
  }

  void whatIsNotKnownIsSkipped() {
    const json later = {{"type", "branch point"}, {"run", 9}, {"deep", {1, {2, {3}}}}};
    Recording read;
    const TraceContents contents = readTrace(
        bytesOf(fileOf({later, run({{"uncle", {1, 5}}}), sweep(0, {{"new", "key"}})})), "x", read);
    QCOMPARE(contents.unknown, std::uint64_t{1});
    QCOMPARE(contents.leftOut, std::uint64_t{0});
    QCOMPARE(read.run(1)->snapshots.size(), std::size_t{1});
  }

  void aPanelOfALaterVersionCostsOnlyItself() {
    json pictures = picture({{"id", "later"}, {"hologram", json::object()}});
    pictures["panels"].push_back({{"id", "table"}, {"scene", json::object()}});
    Recording read;
    const TraceContents contents =
        readTrace(bytesOf(fileOf({run(), sweep(0), pictures})), "x", read);
    QCOMPARE(contents.leftOut, std::uint64_t{0});
    QCOMPARE(contents.pictures, std::uint64_t{1});
    const std::vector<Panel>& panels = read.run(1)->snapshots[0]->panels;
    QCOMPARE(panels.size(), std::size_t{1});
    QCOMPARE(panels[0].id, std::string("table"));
    QCOMPARE(std::get<Scene3D>(panels[0].picture).radius, 1.0);
  }

  void valuesAreNotNestedWithoutEnd() {
    File file = fileOf({});
    const File deep(100000, 0x81);  // an array in an array in an array...
    file.insert(file.end(), {0x82, 0x5A, 0x00, 0x01, 0x86, 0xA0});
    file.insert(file.end(), deep.begin(), deep.end());
    file.push_back(0x00);
    Recording read;
    QCOMPARE(readTrace(bytesOf(file), "x", read).leftOut, std::uint64_t{1});
  }
};

QTEST_GUILESS_MAIN(TraceDamageTest)
#include "trace_damage_test.moc"
