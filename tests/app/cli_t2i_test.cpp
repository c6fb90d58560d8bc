// Text to image through the real command line, on a small model of the published code with the
// numbers that code computed.
#include <algorithm>
#include <random>

#include "engine/checkpoint/safetensors.h"
#include "engine/picture/picture_file.h"
#include "engine/record/recipe.h"
#include "tests/app/cli_t2i.h"

using namespace jacobiscope;

#ifdef JACOBISCOPE_WITH_TORCH

namespace {

std::vector<std::int64_t> tokensOf(const Arrays& arrays, const char* name) {
  return std::get<std::vector<std::int64_t>>(arrays.at(name).values);
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

  CliResult run(const QString& out, const QStringList& more, const QString& model = kModel) {
    return decodeFeatures(m_folder.filePath(out), more, model);
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
