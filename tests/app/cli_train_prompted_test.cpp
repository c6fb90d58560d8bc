// Training a prompted model from the command line, one part after the other.
#include "tests/app/cli_t2i.h"

#ifdef JACOBISCOPE_WITH_TORCH

class CliTrainPromptedTest : public QObject {
  Q_OBJECT

 private:
  QTemporaryDir m_folder;

 private Q_SLOTS:
  void aTextEncoderIsTrainedIntoAFolderOfItsOwn() {
    const auto train = [&](const QString& out, const QStringList& more) {
      return runCli(QStringList{"train", "text", "--out", m_folder.filePath(out), "--set",
                                "steps=1", "--set", "batch=2", "--set", "threads=1"} + more);
    };
    CliResult result = train("scenes/text/model.safetensors", {});
    QVERIFY2(result.code == 0, result.err);
    for (const char* name : {"model.safetensors", "spiece.model", "config.json"}) {
      QVERIFY2(QFile::exists(m_folder.filePath("scenes/text/") + name), name);
    }
    result = train("more/model.safetensors", {"--data", kExpected});
    QCOMPARE(result.code, 2);
    QVERIFY2(result.err.contains("--data"), result.err);
    // Beside a GPT lies a configuration that is not the encoder's.
    writeText(m_folder.filePath("config.json"), "{\"gpt\": {}}");
    result = train("text.safetensors", {});
    QCOMPARE(result.code, 2);
    QVERIFY2(result.err.contains("overwritten"), result.err);
  }

  void aGptIsNotTrainedWithoutATextEncoder() {
    const QString folder = m_folder.filePath("gpt");
    const CliResult result =
        runCli({"train", "t2i", "--data", kExpected, "--out", folder + "/model.safetensors",
                "--set", "vq=" + kVq, "--set", "threads=1"});
    QCOMPARE(result.code, 1);
    QVERIFY2(result.complainsBriefly(), result.err);
    QVERIFY2(result.err.contains("no text encoder in " + folder.toUtf8() + "/text"), result.err);
    QVERIFY2(result.err.contains("train text --out"), result.err);
    QCOMPARE(result.out, QByteArray());
    QVERIFY(QDir(folder).isEmpty());
  }
};

#else

class CliTrainPromptedTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void needsTorch() { QSKIP("This build has no LibTorch."); }
};

#endif

QTEST_GUILESS_MAIN(CliTrainPromptedTest)
#include "cli_train_prompted_test.moc"
