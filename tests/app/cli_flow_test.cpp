// The commands that need a flow, on a small checkpoint of the published code with the
// numbers that code computed. Without LibTorch: that each of them says so.
#include <csignal>
#include <QTemporaryDir>
#include <QtTest>
#include <cmath>

#include "engine/checkpoint/safetensors.h"
#include "tests/app/cli_process.h"

using namespace jacobiscope;

#ifdef JACOBISCOPE_WITH_TORCH

namespace {

const QString kModel = QStringLiteral(JACOBISCOPE_TEST_DATA "/tarflow/cond.pth");
const QString kExpected =
    QStringLiteral(JACOBISCOPE_TEST_DATA "/tarflow/cond.expected.safetensors");
constexpr double kTolerance = 1e-4;

Array expected(const std::string& name) { return readArrays(kExpected.toStdString()).at(name); }

std::vector<float> floats(const Array& array) { return std::get<std::vector<float>>(array.values); }

double difference(const Array& a, const Array& b) {
  if (a.shape != b.shape) return std::nan("");
  double largest = 0;
  const std::vector<float> left = floats(a), right = floats(b);
  for (std::size_t i = 0; i < left.size(); ++i) {
    largest = std::max(largest, double(std::abs(left[i] - right[i])));
  }
  return largest;
}

}  // namespace

class CliFlowTest : public QObject {
  Q_OBJECT

 private:
  QTemporaryDir m_folder;

  Arrays read(const QString& name) { return readArrays(m_folder.filePath(name).toStdString()); }

 private Q_SLOTS:
  void runDecodesGivenNoise() {
    const QString out = m_folder.filePath("run.safetensors");
    const CliResult result =
        runCli({"run", "--model", kModel, "--noise", kExpected, "--out", out, "--set", "denoise=0",
                "--set", "mode=sequential", "--json"});
    QVERIFY2(result.code == 0, result.err);
    const Array image = read("run.safetensors").at("image");
    QVERIFY(difference(image, expected("sequential.g0")) < kTolerance);
    QVERIFY(result.json()["seed"].isNull());
    QCOMPARE(result.json()["iterations"].toArray().size(), 3);
  }

  void listsInPublishedOrderAreObeyed() {
    const QString out = m_folder.filePath("gsj.safetensors");
    const CliResult result =
        runCli({"run", "--model", kModel, "--noise", kExpected, "--out", out, "--set", "denoise=0",
                "--set", "segments=4,1,1", "--set", "cap=5,4,4", "--set", "guess=z,zeros,z",
                "--set", "clamp=3", "--set", "tolerance=0", "--json"});
    QVERIFY2(result.code == 0, result.err);
    QCOMPARE(result.json().value("knobs").toObject().value("mode").toString(), QString("gs-jacobi"));
    const Array image = read("gsj.safetensors").at("image");
    QVERIFY(difference(image, expected("gsj.g0")) < kTolerance);
  }

  void encodeWritesNoiseAndLogDeterminant() {
    const QString out = m_folder.filePath("z.safetensors");
    const CliResult result = runCli({"encode", "--model", kModel, "--image", kExpected, "--out",
                                     out, "--json"});
    QVERIFY2(result.code == 0, result.err);
    QCOMPARE(result.json()["count"].toInt(), 2);
    const Arrays written = read("z.safetensors");
    QVERIFY(difference(written.at("z"), expected("forward.z")) < kTolerance);
    QVERIFY(difference(written.at("logdet"), expected("forward.logdet")) < kTolerance);
  }

  void anOwnPictureIsDecodedAgain() {
    const QString out = m_folder.filePath("again.safetensors");
    const CliResult result =
        runCli({"run", "--model", kModel, "--image", kExpected, "--out", out, "--set", "vary=0",
                "--set", "denoise=0", "--set", "mode=sequential"});
    QVERIFY2(result.code == 0, result.err);
    QVERIFY(difference(read("again.safetensors").at("image"), expected("image")) < 1e-3);
  }

  void calibrationIsInTheNetworksOrder() {
    const QString images = m_folder.filePath("images.safetensors");
    writeSafetensors(images.toStdString(), {{"image", expected("image")}});
    const QString out = m_folder.filePath("calibration.safetensors");
    const CliResult result = runCli({"calibrate", "--model", kModel, "--images", images, "--out",
                                     out, "--json"});
    QVERIFY2(result.code == 0, result.err);
    const Arrays written = read("calibration.safetensors");
    const std::vector<float> igm = floats(written.at("igm")), crm = floats(written.at("crm"));
    const std::vector<float> publishedIgm = floats(expected("igm"));
    const std::vector<float> publishedCrm = floats(expected("crm"));  // [3, 4], the last is CRM
    QCOMPARE(written.at("igm").shape, (std::vector<std::int64_t>{3, 2}));
    QCOMPARE(crm.size(), std::size_t(3));
    for (int block = 0; block < 3; ++block) {  // published rounded to two decimals
      QVERIFY(std::abs(igm[2 * block] - publishedIgm[2 * block]) <= 0.0051);
      QVERIFY(std::abs(igm[2 * block + 1] - publishedIgm[2 * block + 1]) <= 0.0051);
      QVERIFY(std::abs(crm[block] - publishedCrm[4 * block + 3]) <= 0.0051);
    }
    QVERIFY(!result.json()["schedules"].toArray().isEmpty());
  }

  void aBatchBecomesOneGrid() {
    const QString out = m_folder.filePath("grid.png");
    const CliResult result =
        runCli({"run", "--model", kModel, "--count", "3", "--label-name", "class 2", "--out", out,
                "--json"});
    QVERIFY2(result.code == 0, result.err);
    QCOMPARE(result.json()["label"].toInt(), 2);
    QFile file(out);
    QVERIFY(file.open(QIODevice::ReadOnly));
    // Width and height in the header chunk: two by two pictures of 16 pixels.
    QCOMPARE(file.read(24).right(8), QByteArray::fromHex("0000002000000020"));
  }

  void refusesWhatTheModelLacks_data() {
    QTest::addColumn<QStringList>("words");
    QTest::newRow("class") << QStringList{"--label", "4"};
    QTest::newRow("class name") << QStringList{"--label-name", "cat"};
    QTest::newRow("list length") << QStringList{"--set", "segments=1,2"};
    QTest::newRow("guess") << QStringList{"--set", "guess=one"};
    QTest::newRow("cap") << QStringList{"--set", "cap=0"};
    QTest::newRow("device") << QStringList{"--set", "device=abacus"};
    QTest::newRow("number of the device") << QStringList{"--set", "device=cuda:x"};
    QTest::newRow("dtype") << QStringList{"--set", "dtype=int8"};
    QTest::newRow("count of the noise") << QStringList{"--noise", kExpected, "--count", "3"};
  }

  void refusesWhatTheModelLacks() {
    QFETCH(QStringList, words);
    const QTemporaryDir folder;
    const CliResult result =
        runCli(QStringList{"run", "--model", kModel, "--out", folder.filePath("x.png")} + words);
    QCOMPARE(result.code, 2);
    QVERIFY(QDir(folder.path()).isEmpty());
  }

  // ^C in the middle of training: everything that is there is whole, and can be gone on from.
  void anInterruptedTrainingLeavesWholeFiles() {
    const QString data = QStringLiteral(JACOBISCOPE_SOURCE_DIR
                                        "/resources/models/emoji-flow/sprites.safetensors");
    const QTemporaryDir folder;
    const QString out = folder.filePath("flow.safetensors");
    const QStringList words = {"train", "tarflow", "--data", data, "--out", out, "--json",
                               "--set", "size=8", "--set", "width=64", "--set", "blocks=1",
                               "--set", "layers=1", "--set", "batch=2",
                               "--set", "checkpoint_every=1", "--set", "steps=1000000"};
    QProcess process;
    process.start(QStringLiteral(JACOBISCOPE_CLI), words);
    QVERIFY(process.waitForStarted());
    QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(out), kCliPatience);
    ::kill(static_cast<pid_t>(process.processId()), SIGINT);
    QVERIFY(process.waitForFinished(kCliPatience));
    QCOMPARE(process.exitStatus(), QProcess::NormalExit);
    QCOMPARE(process.exitCode(), 130);
    QCOMPARE(process.readAllStandardOutput(), QByteArray());
    QCOMPARE(QDir(folder.path()).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot),
             (QStringList{"flow.safetensors", "flow.state.safetensors"}));
    QCOMPARE(runCli({"inspect", out}).code, 0);
    const CliResult finished =  // the state knows how far it is
        runCli(words + QStringList{"--set", "steps=1", "--resume",
                                   folder.filePath("flow.state.safetensors")});
    QCOMPARE(finished.code, 2);
    QVERIFY2(finished.err.contains("steps along"), finished.err);
  }

  void trainingRefusesWrongWords() {
    const QString out = m_folder.filePath("t.safetensors");
    const QStringList train = {"train", "tarflow", "--data", kExpected};
    QCOMPARE(runCli({"train", "tarflw", "--data", kExpected, "--out", out}).code, 2);
    QCOMPARE(runCli(train).code, 2);
    QCOMPARE(runCli(train + QStringList{"--out", out, "--set", "stepz=1"}).code, 2);
    // No folder can be made in a file. (Where tests run as root, one can be made anywhere else.)
    QCOMPARE(runCli(train + QStringList{"--out", kExpected + "/no/t.safetensors"}).code, 1);
    QCOMPARE(runCli(train + QStringList{"--out", out}).code, 1);  // that file is no data set
    QVERIFY(!QFile::exists(out));
  }
};

QTEST_GUILESS_MAIN(CliFlowTest)

#else

class CliFlowTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void everyCommandSaysThatLibTorchIsMissing_data() {
    QTest::addColumn<QStringList>("words");
    QTest::newRow("encode") << QStringList{"encode", "--model", "m", "--image", "i", "--out", "o"};
    QTest::newRow("calibrate") << QStringList{"calibrate", "--model", "m"};
    QTest::newRow("evaluate") << QStringList{"evaluate", "--model", "m"};
    QTest::newRow("train") << QStringList{"train", "tarflow"};
  }

  void everyCommandSaysThatLibTorchIsMissing() {
    QFETCH(QStringList, words);
    const CliResult result = runCli(words);
    QCOMPARE(result.code, 1);
    QVERIFY2(result.err.contains("no LibTorch"), result.err);
  }
};

QTEST_GUILESS_MAIN(CliFlowTest)

#endif

#include "cli_flow_test.moc"
