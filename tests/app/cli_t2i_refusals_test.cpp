// What the command line refuses about text to image, and how it says so.
#include "engine/checkpoint/safetensors.h"
#include "tests/app/cli_t2i.h"

using namespace jacobiscope;

#ifdef JACOBISCOPE_WITH_TORCH

class CliT2iRefusalsTest : public QObject {
  Q_OBJECT

 private:
  QTemporaryDir m_folder;

  CliResult run(const QString& out, const QStringList& more, const QString& model = kModel) {
    return decodeFeatures(m_folder.filePath(out), more, model);
  }

 private Q_SLOTS:
  void contradictionsAreNamed_data() {
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<QByteArray>("says");
    const QStringList model = {"--model", kModel}, toy = {"--model", "toy"};
    QTest::newRow("prompt and features")
        << model + QStringList{"--prompt", "a cat", "--text-features", kExpected}
        << QByteArray("--prompt and --text-features are both given");
    QTest::newRow("prompt and prompts")
        << model + QStringList{"--prompt", "a cat", "--prompts", "p.txt"}
        << QByteArray("--prompt and --prompts are both given");
    QTest::newRow("prompt and label") << model + QStringList{"--prompt", "a cat", "--label", "1"}
                                      << QByteArray("--prompt and --label are both given");
    QTest::newRow("prompt and noise") << model + QStringList{"--prompt", "a cat", "--noise", "n"}
                                      << QByteArray("--prompt and --noise are both given");
    QTest::newRow("label for text") << model + QStringList{"--label", "1"}
                                    << QByteArray("--label is given");
    QTest::newRow("nothing") << model << QByteArray("--text-features");
    QTest::newRow("prompt without encoder") << model + QStringList{"--prompt", "a cat"}
                                            << QByteArray("no text encoder");
    QTest::newRow("noise for tokens") << model + QStringList{"--noise", kExpected}
                                      << QByteArray("nothing says");
    QTest::newRow("prompt for the toy") << toy + QStringList{"--prompt", "a cat"}
                                        << QByteArray("--prompt is given");
    QTest::newRow("features for the toy") << toy + QStringList{"--text-features", kExpected}
                                          << QByteArray("--text-features is given");
    QTest::newRow("part that is none")
        << QStringList{"--model", "gpt=" + kGpt + ",vae=" + kVq} << QByteArray("\"vae=");
    QTest::newRow("part without a file")
        << QStringList{"--model", "gpt=" + kGpt + ",vq=/no/such"} << QByteArray("/no/such");
    QTest::newRow("window") << model + QStringList{"--text-features", kExpected, "--set",
                                                   "window=129"}
                            << QByteArray("window=129");
    QTest::newRow("key of a flow") << model + QStringList{"--text-features", kExpected, "--set",
                                                          "sigma=1"}
                                   << QByteArray("no setting \"sigma\"");
  }

  void contradictionsAreNamed() {
    QFETCH(QStringList, words);
    QFETCH(QByteArray, says);
    const QTemporaryDir folder;
    const CliResult result =
        runCli(QStringList{"run", "--out", folder.filePath("x.png")} + words, folder.path());
    QCOMPARE(result.code, 2);
    QVERIFY2(result.err.contains(says), result.err);
    QCOMPARE(result.out, QByteArray());
    QVERIFY(QDir(folder.path()).isEmpty());
  }

  void aMissingVqIsNamed() {
    const CliResult result = run("x.png", {"--config", kConfig}, "gpt=" + kGpt);
    QCOMPARE(result.code, 1);
    QVERIFY2(result.err.contains("VQ"), result.err);
  }

  void aVqOfAnotherCodebookIsRefused() {
    Arrays vq = readArrays(kVq.toStdString());
    Array& codes = vq.at("quantize.embedding.weight");
    codes.shape[0] -= 1;
    std::get<std::vector<float>>(codes.values).resize(codes.shape[0] * codes.shape[1]);
    const QString file = m_folder.filePath("vq95.safetensors");
    writeSafetensors(file.toStdString(), vq);
    const CliResult result =
        run("x.png", {"--config", kConfig}, "gpt=" + kGpt + ",vq=" + file);
    QCOMPARE(result.code, 1);
    QVERIFY2(result.err.contains("95") && result.err.contains("96"), result.err);
    QVERIFY(!QFile::exists(m_folder.filePath("x.png")));
  }

  void badFeaturesAreRefused_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<std::vector<std::int64_t>>("shape");
    QTest::addColumn<bool>("masked");
    QTest::addColumn<QByteArray>("says");
    using Shape = std::vector<std::int64_t>;
    QTest::newRow("name") << "features" << Shape{1, 120, 40} << false
                          << QByteArray("no tensor \"caption_features\"");
    QTest::newRow("rank") << "caption_features" << Shape{120, 40} << false
                          << QByteArray("[1, L, C]");
    QTest::newRow("batch") << "caption_features" << Shape{2, 120, 40} << false
                           << QByteArray("One prompt's");
    QTest::newRow("width") << "caption_features" << Shape{1, 120, 41} << false
                           << QByteArray("[1, 120, 40]");
    QTest::newRow("length") << "caption_features" << Shape{1, 119, 40} << false
                            << QByteArray("[1, 120, 40]");
    QTest::newRow("mask") << "caption_features" << Shape{1, 120, 40} << true
                          << QByteArray("\"mask\"");
  }

  void badFeaturesAreRefused() {
    QFETCH(QString, name);
    QFETCH(std::vector<std::int64_t>, shape);
    QFETCH(bool, masked);
    QFETCH(QByteArray, says);
    std::int64_t size = 1;
    for (const std::int64_t extent : shape) size *= extent;
    Arrays arrays = {{name.toStdString(), {shape, std::vector<float>(size)}}};
    if (masked) arrays["mask"] = {{1, 7}, std::vector<std::int64_t>(7, 1)};
    const QString file = m_folder.filePath("features.safetensors");
    writeSafetensors(file.toStdString(), arrays);
    const CliResult result = runCli({"run", "--model", kModel, "--text-features", file, "--out",
                                     m_folder.filePath("bad.png")});
    QVERIFY(result.code == 1 || result.code == 2);
    QVERIFY2(result.err.contains(says), result.err);
    QVERIFY(!QFile::exists(m_folder.filePath("bad.png")));
  }

  void promptsNeedAFolderAndAFileWithPrompts() {
    const QString prompts = m_folder.filePath("prompts.txt");
    const auto promptsTo = [&](const QString& out) {
      return runCli({"run", "--model", kModel, "--prompts", prompts, "--out", out});
    };
    CliResult result = promptsTo(m_folder.path());
    QCOMPARE(result.code, 1);
    QVERIFY2(result.err.contains("prompts.txt"), result.err);
    writeText(prompts, "\n \t\r\n\n");
    result = promptsTo(m_folder.path());
    QCOMPARE(result.code, 1);
    QVERIFY2(result.err.contains("no prompt"), result.err);
    writeText(prompts, "\n  a cat \r\n\nein Hund\n");
    result = promptsTo("/no/such/folder");  // a new folder may be made, but not two
    QCOMPARE(result.code, 1);
    QVERIFY2(result.err.contains("/no/such does not exist"), result.err);
    result = promptsTo(prompts);
    QCOMPARE(result.code, 1);
    QVERIFY2(result.err.contains("is a file"), result.err);
    // This model cannot read them: the first one is named.
    result = promptsTo(m_folder.path());
    QCOMPARE(result.code, 1);
    QVERIFY2(result.err.contains("1 of 2") && result.err.contains("no text encoder"), result.err);
  }

  void inspectNamesWhatAPartLacks() {
    Arrays vq = readArrays(kVq.toStdString());
    vq.erase("decoder.conv_out.bias");
    const QString file = m_folder.filePath("vq_short.safetensors");
    writeSafetensors(file.toStdString(), vq);
    const CliResult result = runCli({"inspect", file, "--json"});
    QCOMPARE(result.code, 1);
    QVERIFY2(result.err.contains("decoder.conv_out.bias"), result.err);
    QCOMPARE(result.json()["files"][0]["parts"][0]["missing"][0].toString(),
             QString("decoder.conv_out.bias"));
  }

  void evaluateNeedsAReaderOfPromptsAndItsOwnOptions() {
    const CliResult result = runCli({"evaluate", "--model", kModel});
    QCOMPARE(result.code, 1);
    QVERIFY2(result.err.contains("no text encoder"), result.err);
    for (const char* option : {"--classifier", "--prompts"}) {
      QCOMPARE(runCli({"evaluate", "--model", kModel, option, "x", "--count", "3"}).code, 2);
    }
  }
};

#else

class CliT2iRefusalsTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void needsTorch() { QSKIP("This build has no LibTorch."); }
};

#endif

QTEST_GUILESS_MAIN(CliT2iRefusalsTest)
#include "cli_t2i_refusals_test.moc"
