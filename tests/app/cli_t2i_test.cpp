// Text to image through the real command line, on a small model of the published code with the
// numbers that code computed.
#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>
#include <random>

#include "engine/checkpoint/safetensors.h"
#include "engine/core/error.h"
#include "engine/picture/picture_file.h"
#include "engine/record/recipe.h"
#include "tests/app/cli_process.h"

using namespace jacobiscope;

#ifdef JACOBISCOPE_WITH_TORCH

namespace {

const QString kModel = QStringLiteral(JACOBISCOPE_TEST_DATA "/llamagen");
const QString kGpt = kModel + "/t2i.pt", kVq = kModel + "/vq.pt";
const QString kConfig = kModel + "/config.json";
const QString kExpected = kModel + "/expected.safetensors";

std::vector<std::int64_t> tokensOf(const Arrays& arrays, const char* name) {
  return std::get<std::vector<std::int64_t>>(arrays.at(name).values);
}

void write(const QString& path, const QByteArray& text) {
  QFile file(path);
  QVERIFY(file.open(QIODevice::WriteOnly) && file.write(text) == text.size());
}

// A class-conditional GPT of five classes and random weights, over the tokens of the VQ.
void writeClassGpt(const std::filesystem::path& file) {
  constexpr std::int64_t kWidth = 64, kHidden = 64, kVocabulary = 96, kClasses = 5;
  std::mt19937 source(7);
  std::normal_distribution<float> normal(0, 0.2f);
  Arrays arrays;
  const auto add = [&](const std::string& name, std::vector<std::int64_t> shape) {
    std::int64_t size = 1;
    for (const std::int64_t extent : shape) size *= extent;
    std::vector<float> values(size, 1);  // of norms
    if (shape.size() > 1) std::ranges::generate(values, [&] { return normal(source); });
    arrays[name] = {std::move(shape), std::move(values)};
  };
  add("cls_embedding.embedding_table.weight", {kClasses + 1, kWidth});
  add("tok_embeddings.weight", {kVocabulary, kWidth});
  add("layers.0.attention.wqkv.weight", {3 * kWidth, kWidth});
  add("layers.0.attention.wo.weight", {kWidth, kWidth});
  add("layers.0.feed_forward.w1.weight", {kHidden, kWidth});
  add("layers.0.feed_forward.w3.weight", {kHidden, kWidth});
  add("layers.0.feed_forward.w2.weight", {kWidth, kHidden});
  add("layers.0.attention_norm.weight", {kWidth});
  add("layers.0.ffn_norm.weight", {kWidth});
  add("norm.weight", {kWidth});
  add("output.weight", {kVocabulary, kWidth});
  writeSafetensors(file, arrays);
}

}  // namespace

class CliT2iTest : public QObject {
  Q_OBJECT

 private:
  QTemporaryDir m_folder;

  // Decodes the features that came with the model.
  CliResult run(const QString& out, const QStringList& more, const QString& model = kModel) {
    return runCli(QStringList{"run", "--model", model, "--text-features", kExpected, "--out",
                              m_folder.filePath(out)} + more);
  }
  Arrays read(const QString& name) { return readArrays(m_folder.filePath(name).toStdString()); }

 private Q_SLOTS:
  void greedyTokensAreThePublishedCodes_data() {
    QTest::addColumn<QString>("decoder");
    for (const char* decoder : {"sequential", "jacobi", "sjd", "coupled", "gumbel"}) {
      QTest::newRow(decoder) << QString(decoder);
    }
  }

  void greedyTokensAreThePublishedCodes() {
    QFETCH(QString, decoder);
    const CliResult result = run(decoder + ".safetensors",
                                 {"--set", "decoder=" + decoder, "--set", "temperature=0", "--set",
                                  "guidance=3", "--set", "window=8", "--json"});
    QVERIFY2(result.code == 0, result.err);
    const Arrays written = read(decoder + ".safetensors");
    QCOMPARE(written.at("tokens").shape, (std::vector<std::int64_t>{1, 36}));
    QCOMPARE(written.at("image").shape, (std::vector<std::int64_t>{1, 3, 12, 12}));
    const auto tokens = tokensOf(written, "tokens");
    QCOMPARE(tokens, tokensOf(readArrays(kExpected.toStdString()), "greedy.tokens.cfg3"));

    const QJsonObject json = result.json();
    const QJsonArray shown = json["tokens"].toArray()[0].toArray();
    QCOMPARE(shown.size(), 36);
    for (int i = 0; i < 36; ++i) QCOMPARE(shown[i].toInt(), static_cast<int>(tokens[i]));
    const QJsonArray accepted = json["accepted"].toArray();
    QCOMPARE(accepted.size(), json["calls"].toInt());
    int sum = 0;
    for (const QJsonValue& one : accepted) sum += one.toInt();
    QCOMPARE(sum, 36);
    if (decoder == "sequential") QCOMPARE(json["calls"].toInt(), 36);
    QCOMPARE(json["settled"], QJsonValue(true));
    QVERIFY(json["seconds"].toDouble() > 0);
  }

  void gumbelDrawsTheSequentialTokens() {
    for (const char* decoder : {"sequential", "gumbel"}) {
      const QString set = QString("decoder=") + decoder;
      const CliResult result = run(QString(decoder) + ".batch.safetensors",
                                   {"--seed", "5", "--count", "2", "--set", set});
      QVERIFY2(result.code == 0, result.err);
    }
    const Arrays sequential = read("sequential.batch.safetensors");
    QCOMPARE(sequential.at("tokens").shape, (std::vector<std::int64_t>{2, 36}));
    QCOMPARE(tokensOf(read("gumbel.batch.safetensors"), "tokens"), tokensOf(sequential, "tokens"));
  }

  void partsMakeTheSamePictureAsTheirFolder() {
    QVERIFY(run("folder.png", {"--seed", "2", "--json"}).code == 0);
    const CliResult parts = run("parts.png", {"--seed", "2", "--config", kConfig},
                                "gpt=" + kGpt + ",vq=" + kVq);
    QVERIFY2(parts.code == 0, parts.err);
    const auto recipe = [&](const char* name) {
      const auto text = readPictureText(m_folder.filePath(name).toStdString(), kRecipeKey);
      return parseRecipe(text.value_or(""));
    };
    const Recipe folder = recipe("folder.png");
    QCOMPARE(folder.family, std::string("t2i"));
    QCOMPARE(folder.input.seed, std::uint64_t{2});
    QVERIFY(!folder.inputHash.empty() && !folder.resultHash.empty());
    QCOMPARE(recipe("parts.png").resultHash, folder.resultHash);
  }

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
    write(prompts, "\n \t\r\n\n");
    result = promptsTo(m_folder.path());
    QCOMPARE(result.code, 1);
    QVERIFY2(result.err.contains("no prompt"), result.err);
    write(prompts, "\n  a cat \r\n\nein Hund\n");
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

  void classesTakeTheirLabelsAndNoPrompt() {
    const QString gpt = m_folder.filePath("c2i.safetensors");
    writeClassGpt(gpt.toStdString());
    const auto decode = [&](const QString& out, const QStringList& more) {
      return runCli(QStringList{"run", "--model", "gpt=" + gpt + ",vq=" + kVq, "--config", kConfig,
                                "--seed", "3", "--out", m_folder.filePath(out)} + more);
    };
    for (const char* label : {"0", "4"}) {
      const CliResult result = decode(QString("label%1.safetensors").arg(label),
                                      {"--label", label, "--set", "decoder=gumbel"});
      QVERIFY2(result.code == 0, result.err);
    }
    const CliResult sequential =
        decode("sequential.safetensors", {"--label", "4", "--set", "decoder=sequential"});
    QVERIFY2(sequential.code == 0, sequential.err);
    const auto tokens = tokensOf(read("label4.safetensors"), "tokens");
    QCOMPARE(tokens.size(), std::size_t{36});
    QCOMPARE(tokensOf(read("sequential.safetensors"), "tokens"), tokens);
    QVERIFY(tokensOf(read("label0.safetensors"), "tokens") != tokens);

    CliResult result = decode("no.png", {"--label", "5"});
    QCOMPARE(result.code, 2);
    result = decode("no.png", {"--prompt", "a cat"});
    QVERIFY(result.code != 0 && !QFile::exists(m_folder.filePath("no.png")));
  }

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
    write(m_folder.filePath("config.json"), "{\"gpt\": {}}");
    result = train("text.safetensors", {});
    QCOMPARE(result.code, 2);
    QVERIFY2(result.err.contains("overwritten"), result.err);
  }

  void benchComparesTokens() {
    const CliResult result =
        runCli({"bench", "--model", kModel, "--text-features", kExpected, "--set", "window=8",
                "--set", "batch=1", "--set", "threads=1", "--json"});
    QVERIFY2(result.code == 0, result.err);
    const QJsonObject json = result.json();
    QStringList modes;
    for (const QJsonValue& entry : json["results"].toArray()) {
      const QString mode = entry["mode"].toString();
      modes << mode;
      const bool same = mode == "sequential" || mode == "gumbel";
      QVERIFY(same ? entry["tokens_differ"].toInt(-1) == 0 : entry["tokens_differ"].isNull());
      QCOMPARE(entry["window"].isNull(), mode == "sequential");
      QVERIFY(entry["calls"].toDouble() <= 36 && entry["seconds"].toDouble() > 0);
    }
    QCOMPARE(modes, (QStringList{"sequential", "jacobi", "sjd", "coupled", "gumbel"}));
    const QJsonObject time = json["time"].toArray()[0].toObject();
    QVERIFY(time["passes"].toDouble() > 0 && time["picture"].toDouble() > 0);
    QCOMPARE(json["efficiency"]["modes"].toArray().size(), 2);
    // The bench needs a prompt or features.
    QCOMPARE(runCli({"bench", "--model", kModel}).code, 2);
  }

  void inspectDescribesFilesAndFolders() {
    const auto parts = [](const CliResult& result) {
      QStringList names;
      for (const QJsonValue& part : result.json()["files"][0]["parts"].toArray()) {
        names << part["part"].toString();
      }
      return names;
    };
    const CliResult folder = runCli({"inspect", kModel, "--json"});
    QVERIFY2(folder.code == 0, folder.err);
    QCOMPARE(parts(folder), (QStringList{"gpt", "vq"}));
    const QJsonValue file = folder.json()["files"][0];
    QCOMPARE(file["family"].toString(), QString("t2i"));
    QCOMPARE(file["missing"][0].toString(), QString("text"));
    QCOMPARE(file["parts"][0]["config"]["block_size"].toString(), QString("36"));
    QCOMPARE(file["parts"][1]["config"]["codebook_size"].toString(), QString("96"));
    QCOMPARE(parts(runCli({"inspect", kVq, "--json"})), QStringList("vq"));
    const QString encoder = QStringLiteral(JACOBISCOPE_TEST_DATA "/t2i/gated");
    QCOMPARE(parts(runCli({"inspect", encoder, "--json"})), QStringList("text"));
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

  void theKnobsAreListed() {
    const CliResult result = runCli({"models", "--knobs", kModel, "--json"});
    QVERIFY2(result.code == 0, result.err);
    const QByteArray text = result.out;
    for (const char* key : {"\"decoder\"", "\"window\"", "\"grid\"", "\"heads\"", "\"top_p\""}) {
      QVERIFY2(text.contains(key), key);
    }
  }
};

#else

class CliT2iTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void needsTorch() { QSKIP("This build has no LibTorch."); }
};

#endif

QTEST_GUILESS_MAIN(CliT2iTest)
#include "cli_t2i_test.moc"
