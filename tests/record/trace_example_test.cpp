// The specification's example, and the Python program that needs nothing of ours: what one side
// writes the other reads.
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QtTest>
#include <fstream>

#include "engine/record/trace_reader.h"
#include "tests/record/trace_events.h"

using namespace jacobiscope;

namespace {

const QString kFolder = JACOBISCOPE_SOURCE_DIR "/resources/trace";

// Reads a recording with the example and prints as JSON what a reader can know of it.
const char kRead[] = R"(
import json, sys
sys.path.insert(0, sys.argv[1])
from jtrace import numbers, read
told = {"types": [], "facts": []}
for r in read(sys.argv[2]):
    told["types"].append(r["type"])
    if r["type"] == "run":
        told["seed"], told["prompt"] = str(r["input"]["seed"]), r["input"]["prompt"]
        told["knobs"], told["windows"] = r["knobs"], list(numbers(r["plan"]["windows"]))
        told["labels"] = [str(n) for n in numbers(r["input"]["arrays"]["labels"]["values"])]
    for f in r.get("facts", []):
        told["facts"].append([r["sweep"], f["name"], f["first"], [str(v) for v in numbers(f["values"])]])
    for p in r.get("panels", []):
        if p["id"] == "ghost":
            told["ghost"] = list(p["image"]["bytes"])
        if p["id"] == "residual":
            told["map"] = [str(v) for v in numbers(p["map"]["values"])]
    if "parent" in r:
        told["parent"] = r["parent"]
    if r["type"] == "exactness":
        error = r["error"]
        told["exactness"] = [r["sweep"], r["exact"], error["name"],
                             [str(v) for v in numbers(error["values"])]]
    if r["type"] == "end":
        told["image"] = list(numbers(r["result"]["image"]["values"]))
print(json.dumps(told))
)";

// Writes a recording of its own with the example.
const char kWrite[] = R"(
import sys
sys.path.insert(0, sys.argv[1])
from jtrace import append, typed
with open(sys.argv[2], "wb") as f:
    append(f, {"type": "jacobiscope trace", "version": [1, 3], "program": "another"})
    append(f, {"type": "run", "run": 3, "knobs": {"rate": 2.0, "cap": 2}, "parent": {"run": 1},
               "plan": {"stages": ["only"], "positions": typed([4], "i"),
                        "windows": typed([0, 0, 4, 9], "i")},
               "input": {"seed": 2 ** 64 - 1, "prompt": "ünder",
                         "arrays": {"x": {"shape": typed([2], "q"), "values": typed([1, -2 ** 40], "q")}}}})
    for sweep in range(3):
        append(f, {"type": "sweep", "run": 3, "sweep": sweep, "kind": "iterate", "end": 4,
                   "iteration": sweep + 1, "frontier": sweep, "residual": 0.5 ** sweep, "calls": 1,
                   "facts": [{"name": "change", "unit": "|dx|", "first": sweep,
                              "values": typed([0.1, float("nan")])},
                             {"name": "token", "values": typed([-1, 7], "i")}]})
    append(f, {"type": "pictures", "run": 3, "sweep": 1, "panels": [
        {"id": "sample", "image": {"width": 2, "height": 1, "channels": 3, "bytes": bytes(range(6))}}]})
    append(f, {"type": "weather", "sunny": True})
    append(f, {"type": "exactness", "run": 3, "sweep": 2, "exact": 3,
               "error": {"name": "true_error", "values": typed([0, 0, 0, 0.25])}})
    append(f, {"type": "end", "run": 3, "outcome": "done", "sweeps": 3, "calls": 3,
               "result": {"x": {"shape": typed([1, 2], "q"), "values": typed([1.5, -2.5])}}})
)";

}  // namespace

class TraceExampleTest : public QObject {
  Q_OBJECT

 private:
  QString m_python;
  QTemporaryDir m_folder;

  QByteArray runPython(const char* program, const QString& file) {
    QProcess process;
    process.setProcessEnvironment([] {
      auto environment = QProcessEnvironment::systemEnvironment();
      environment.insert("PYTHONDONTWRITEBYTECODE", "1");
      return environment;
    }());
    process.start(m_python, {"-c", program, kFolder, file});
    process.waitForFinished();
    if (process.exitCode() != 0) qWarning("%s", process.readAllStandardError().constData());
    return process.readAllStandardOutput();
  }

 private Q_SLOTS:
  void initTestCase() {
    for (const QString& python : {QString("python3"), QString("/usr/bin/python3")}) {
      QProcess process;
      process.start(python, {"-c", "import cbor2"});
      if (process.waitForFinished() && process.exitCode() == 0 &&
          process.exitStatus() == QProcess::NormalExit) {
        m_python = python;
        return;
      }
    }
  }

  void theSpecificationsExampleCanBeRead() {
    QFile file(kFolder + "/jtrace.md");
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QString block = QString::fromUtf8(file.readAll()).section("```", 1, 1);
    QByteArray bytes;
    static const QRegularExpression hex("^([0-9a-f]{2})+$");
    for (const QString& line : block.split('\n')) {
      for (const QString& word : line.split(' ', Qt::SkipEmptyParts)) {
        if (!hex.match(word).hasMatch()) break;  // what follows explains
        bytes += QByteArray::fromHex(word.toLatin1());
      }
    }
    Recording read;
    const TraceContents contents = readTrace(
        std::as_bytes(std::span(bytes.data(), std::size_t(bytes.size()))), "example", read);
    QCOMPARE(bytes.size(), 135);
    QCOMPARE(contents.missing, std::string("Run 1 has no end and is known for 1 sweep."));
    const FactColumn& column = read.run(1)->snapshots.at(0)->sweep.facts.at(0);
    QCOMPARE(column.name, std::string("change"));
    QCOMPARE(std::get<0>(column.values), (std::vector<float>{0.5f, 0.25f}));
  }

  void pythonReadsWhatWeWrite() {
    if (m_python.isEmpty()) QSKIP("no Python with the package cbor2");
    const QString file = m_folder.filePath("ours.jtrace");
    const auto bytes = test::encoded(test::everyEvent());
    std::ofstream(file.toStdString(), std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), std::streamsize(bytes.size()));
    const QJsonObject told = QJsonDocument::fromJson(runPython(kRead, file)).object();
    QCOMPARE(told["types"].toArray(),
             (QJsonArray{"jacobiscope trace", "run", "knobs", "sweep", "sweep", "pictures", "break",
                         "plan", "knobs", "sweep", "end", "pictures", "exactness", "run", "failure"}));
    QCOMPARE(told["parent"].toObject(), (QJsonObject{{"run", 4}, {"sweeps", 3}}));
    QCOMPARE(told["exactness"].toArray(),
             (QJsonArray{1, 1, "true_error", QJsonArray{"0.0", "0.5", "inf"}}));
    QCOMPARE(told["seed"].toString(), QString("18446744073709551615"));
    QCOMPARE(told["prompt"].toString(), QString("a fox, ä 🦊"));
    QCOMPARE(told["knobs"].toObject(),
             (QJsonObject{{"flag", true}, {"count", -3}, {"rate", 2.0}, {"list", "1,8"}}));
    QCOMPARE(told["windows"].toArray(), (QJsonArray{0, 0, 4, 3, 1, 0, 6, 0}));
    QCOMPARE(told["labels"].toArray(), (QJsonArray{"-1", "1099511627776"}));
    const QJsonArray facts = told["facts"].toArray();
    QCOMPARE(facts.size(), 9);
    QCOMPARE(facts[3].toArray(),
             (QJsonArray{1, "change", 1, QJsonArray{"0.10000000149011612", "nan", "inf"}}));
    QCOMPARE(facts[4].toArray(), (QJsonArray{1, "token", 2, QJsonArray{"-1", "1073741824"}}));
    QCOMPARE(told["map"].toArray(), (QJsonArray{"1.0", "0.5", "nan", "-3.0"}));
    QJsonArray ghost;
    for (const std::uint8_t value : test::pictureOf(2, 2, 100).rgba) ghost.append(value);
    QCOMPARE(told["ghost"].toArray(), ghost);
    QCOMPARE(told["image"].toArray(), (QJsonArray{0.5, -0.5}));
  }

  void weReadWhatPythonWrites() {
    if (m_python.isEmpty()) QSKIP("no Python with the package cbor2");
    const QString file = m_folder.filePath("theirs.jtrace");
    runPython(kWrite, file);
    Recording read;
    const TraceContents contents = readTrace(file.toStdString(), read);
    QCOMPARE(contents.missing, std::string());
    QCOMPARE(contents.program, std::string("another"));
    QCOMPARE(contents.minor, 3);
    QCOMPARE(contents.unknown, std::uint64_t{1});
    const RunRecord& run = *read.run(1);
    QCOMPARE(run.start.input.seed, ~std::uint64_t{0});
    QCOMPARE(run.start.input.prompt, std::string("ünder"));
    QVERIFY(run.start.knobs == (KnobValues{{"rate", 2.0}, {"cap", std::int64_t{2}}}));
    QVERIFY(run.start.plan == (Plan{{"only"}, {4}, {{0, 0, 4, 9}}, false}));
    QVERIFY(run.start.input.arrays.at("x") ==
            (Array{{2}, std::vector<std::int64_t>{1, -(std::int64_t{1} << 40)}}));
    QVERIFY((run.start.parent == BranchPoint{}));  // its run is not in the file
    QCOMPARE(run.exactness.at(2).exact, 3);
    QCOMPARE(std::get<0>(run.exactness.at(2).error.values), (std::vector<float>{0, 0, 0, 0.25f}));
    QCOMPARE(run.snapshots.size(), std::size_t{3});
    const Sweep& sweep = run.snapshots[2]->sweep;
    QCOMPARE(sweep.iteration, 3);
    QCOMPARE(sweep.frontier, 2);
    QCOMPARE(sweep.residual, 0.25);
    QCOMPARE(sweep.facts[0].first, 2);
    QCOMPARE(std::get<0>(sweep.facts[0].values)[0], 0.1f);
    QVERIFY(std::isnan(std::get<0>(sweep.facts[0].values)[1]));
    QCOMPARE(std::get<1>(sweep.facts[1].values), (std::vector<std::int32_t>{-1, 7}));
    const Panel* sample = Recording::findPanel(*run.snapshots[1], "sample");
    QVERIFY(sample);
    QCOMPARE(std::get<Image>(sample->picture).rgba,
             (std::vector<std::uint8_t>{0, 1, 2, 255, 3, 4, 5, 255}));
    QVERIFY(run.finished->result.at("x") == (Array{{1, 2}, std::vector<float>{1.5f, -2.5f}}));
  }
};

QTEST_GUILESS_MAIN(TraceExampleTest)
#include "trace_example_test.moc"
