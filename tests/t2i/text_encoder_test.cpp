// The T5 encoder against transformers' on small random weights (float32, CPU), its gradients,
// and files that are not what they should be.
#include <QTemporaryDir>
#include <QtTest>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "engine/nn/save_tensors.h"
#include "tests/t2i/text_fixture.h"

using namespace jacobiscope;

namespace {

constexpr double kTolerance = 1e-4;

TextEncoderConfig smallConfig() {
  TextEncoderConfig config;
  config.vocabulary = 11;
  config.width = 12;
  config.headWidth = 4;
  config.heads = 2;
  config.hidden = 20;
  config.layers = 2;
  return config;
}

}  // namespace

class TextEncoderTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void computesWhatTransformersDoes_data() {
    QTest::addColumn<QString>("model");
    QTest::addColumn<QString>("batch");
    for (const char* model : {"gated", "relu"}) {
      QTest::addRow("%s, padded", model) << model << "";
      QTest::addRow("%s, 200 tokens", model) << model << "long.";
    }
  }

  void computesWhatTransformersDoes() {
    QFETCH(QString, model);
    QFETCH(QString, batch);
    const torch::NoGradGuard noGrad;
    const TextEncoder encoder = loadTextEncoder(textData(model.toStdString()), torch::kCPU);
    const Arrays expected = readArrays(textData(model.toStdString() + ".expected.safetensors"));
    const auto at = [&](const char* name) {
      return toTensor(expected.at(batch.toStdString() + name));
    };
    const Tensor output = encodeText(encoder, at("ids"), at("mask"));
    const double difference = largestDifference(output, at("output"));
    qInfo("largest difference %.2e of numbers up to %.2f", difference,
          at("output").abs().max().item<double>());
    QVERIFY(difference < kTolerance);
  }

  void configurationIsReadOffTheFiles() {
    const TextEncoderConfig gated =
        deriveTextEncoderConfig(Checkpoint::open(textData("gated")));
    QCOMPARE(gated.vocabulary, 40);
    QCOMPARE(gated.width, 24);
    QCOMPARE(gated.headWidth, 8);
    QCOMPARE(gated.heads, 4);
    QCOMPARE(gated.hidden, 40);
    QCOMPARE(gated.layers, 3);
    QCOMPARE(gated.buckets, 32);
    QCOMPARE(gated.maxDistance, 128);
    QVERIFY(gated.gated);
    const TextEncoderConfig plain = deriveTextEncoderConfig(Checkpoint::open(textData("relu")));
    QCOMPARE(plain.layers, 2);
    QCOMPARE(plain.buckets, 16);
    QCOMPARE(plain.maxDistance, 64);
    QVERIFY(!plain.gated);
  }

  void relativePositionsShareTransformersBuckets() {
    const Arrays expected = readArrays(textData("gated.expected.safetensors"));
    TextEncoderConfig config;
    const Tensor rows = relativeBuckets(config, 300).index_select(
        0, torch::tensor({0, 150, 299}, torch::kInt64));
    QVERIFY(torch::equal(rows, toTensor(expected.at("buckets"))));
  }

  void paddingChangesNothing() {
    const torch::NoGradGuard noGrad;
    torch::manual_seed(1);
    const TextEncoder encoder = createTextEncoder(smallConfig());
    const Tensor ids = torch::tensor({3, 4, 5, 1}, torch::kInt64).unsqueeze(0);
    const Tensor alone = encodeText(encoder, ids, torch::ones_like(ids));
    const Tensor padding = torch::full({1, 3}, 7, torch::kInt64);
    const Tensor padded =
        encodeText(encoder, torch::cat({ids, padding}, 1),
                   torch::cat({torch::ones_like(ids), torch::zeros_like(padding)}, 1));
    QVERIFY(largestDifference(alone, padded.narrow(1, 0, 4)) < 1e-5);
    const Tensor nothing = encodeText(encoder, padding, torch::zeros_like(padding));
    QVERIFY(torch::isfinite(nothing).all().item<bool>());
  }

  void gradientsReachEveryWeight_data() {
    QTest::addColumn<bool>("gated");
    QTest::newRow("gated") << true;
    QTest::newRow("plain") << false;
  }

  void gradientsReachEveryWeight() {
    QFETCH(bool, gated);
    torch::manual_seed(2);
    TextEncoderConfig config = smallConfig();
    config.gated = gated;
    TextEncoder encoder = createTextEncoder(config);
    encoder.visit([](const std::string&, Tensor& tensor) { tensor.requires_grad_(); });
    const Tensor ids = torch::randint(0, 11, {2, 9}, torch::kInt64);
    Tensor mask = torch::ones_like(ids);
    mask[1].narrow(0, 5, 4).zero_();
    const auto loss = [&] {
      const Tensor real = mask.unsqueeze(-1).to(torch::kFloat32);
      return (encodeText(encoder, ids, mask) * real).sin().sum();
    };
    loss().backward();
    encoder.visit([&](const std::string& name, Tensor& tensor) {
      QVERIFY2(tensor.grad().defined() && tensor.grad().abs().max().item<double>() > 0,
               name.c_str());
      // Along the gradient itself, by finite differences.
      const torch::NoGradGuard noGrad;
      const Tensor direction = tensor.grad() / tensor.grad().norm();
      constexpr double kStep = 1e-2;
      tensor.add_(direction, kStep);
      const double above = loss().item<double>();
      tensor.sub_(direction, 2 * kStep);
      const double below = loss().item<double>();
      tensor.add_(direction, kStep);
      const double slope = tensor.grad().norm().item<double>();
      const double measured = (above - below) / (2 * kStep);
      QVERIFY2(std::abs(measured - slope) < 0.05 * slope + 1e-3,
               qPrintable(QString("%1: %2, %3").arg(name.c_str()).arg(measured).arg(slope)));
    });
  }

  // flan-t5-xl, whose encoder LlamaGen reads prompts with, on tensors without memory.
  void publishedShapeFits() {
    TextEncoderConfig config;
    config.vocabulary = 32128;
    config.width = 2048;
    config.headWidth = 64;
    config.heads = 32;
    config.hidden = 5120;
    config.layers = 24;
    std::map<std::string, std::vector<std::int64_t>> shapes;
    std::int64_t count = 0;
    visitShapes(config, [&](const std::string& name, const std::vector<std::int64_t>& shape) {
      shapes[name] = shape;
      count += elementCount(shape).value();
    });
    QCOMPARE(count, 1223527424);
    TextEncoder encoder = bareTextEncoder(config);
    std::size_t visited = 0;
    encoder.visit([&](const std::string& name, Tensor& tensor) {
      tensor = torch::empty(shapes.at(name), torch::kMeta);
      ++visited;
    });
    QCOMPARE(visited, shapes.size());
    QCOMPARE(encoder.parameters(), count);
  }

  void savedWeightsComeBack() {
    torch::manual_seed(3);
    TextEncoder encoder = createTextEncoder(smallConfig());
    NamedTensors tensors;
    encoder.visit([&](const std::string& name, Tensor& t) { tensors.emplace_back(name, t); });
    saveTensors(file(), tensors);
    TextEncoder loaded = loadTextEncoder(file(), torch::kCPU);
    QCOMPARE(loaded.config.heads, 2);
    std::size_t i = 0;
    loaded.visit([&](const std::string& name, Tensor& tensor) {
      QCOMPARE(name, tensors[i].first);
      QVERIFY(torch::equal(tensor, tensors[i++].second));
    });
  }

  void badFilesAreRefusedByName_data() {
    QTest::addColumn<QString>("name");  // the tensor that is changed
    QTest::addColumn<QString>("change");
    QTest::addColumn<QString>("message");
    const QString q = "encoder.block.1.layer.0.SelfAttention.q.weight";
    const QString first = "encoder.block.0.layer.0.SelfAttention.q.weight";
    const QString bias = "encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight";
    const QString wo = "encoder.block.0.layer.1.DenseReluDense.wo.weight";
    QTest::newRow("missing") << wo << "drop" << "has no tensor " + wo;
    QTest::newRow("no embedding") << "shared.weight" << "drop" << "has no tensor shared.weight";
    QTest::newRow("no bias") << bias << "drop" << "has no tensor " + bias;
    QTest::newRow("shape") << q << "wide" << "Tensor " + q + " in";
    QTest::newRow("heads") << first << "odd" << "do not divide into 2 heads";
    QTest::newRow("vector") << "shared.weight" << "flat" << "a matrix of at most";
    QTest::newRow("NaN") << wo << "nan" << "Tensor " + wo + " in";
    QTest::newRow("infinity") << q << "inf" << "not finite";
    QTest::newRow("whole numbers") << wo << "int" << "whole numbers";
    QTest::newRow("no tokens") << "shared.weight" << "empty" << "a matrix of at most";
  }

  void badFilesAreRefusedByName() {
    QFETCH(QString, name);
    QFETCH(QString, change);
    QFETCH(QString, message);
    TextEncoder encoder = createTextEncoder(smallConfig());
    NamedTensors tensors;
    encoder.visit([&](const std::string& key, Tensor& tensor) {
      Tensor changed = tensor.clone();
      if (key == name.toStdString()) {
        if (change == "drop") return;
        if (change == "wide") changed = torch::cat({tensor, tensor}, 1);
        if (change == "odd") changed = tensor.narrow(0, 0, 7);
        if (change == "flat") changed = tensor.flatten();
        if (change == "nan") changed[1][2] = std::numeric_limits<float>::quiet_NaN();
        if (change == "inf") changed[1][2] = -std::numeric_limits<float>::infinity();
        if (change == "int") changed = tensor.to(torch::kInt64);
        if (change == "empty") changed = tensor.narrow(0, 0, 0);
      }
      tensors.emplace_back(key, changed.contiguous());
    });
    saveTensors(file(), tensors);
    const auto error = QString::fromStdString(errorOf([&] {
      loadTextEncoder(file(), torch::kCPU);
    }));
    QVERIFY2(error.contains(message), qPrintable(error));
    QVERIFY2(error.contains("model.safetensors"), qPrintable(error));
  }

  void configOfAnotherModelIsRefused_data() {
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("value");
    QTest::newRow("heads") << "num_heads" << "3";
    QTest::newRow("width of a head") << "d_kv" << "64";
    QTest::newRow("buckets") << "relative_attention_num_buckets" << "16";
    QTest::newRow("distance") << "relative_attention_max_distance" << "8";
    QTest::newRow("huge distance") << "relative_attention_max_distance" << "1e30";
    QTest::newRow("activation") << "feed_forward_proj" << "\"gated-silu\"";
    QTest::newRow("activation's type") << "feed_forward_proj" << "7";
    QTest::newRow("epsilon") << "layer_norm_epsilon" << "1e-5";
    QTest::newRow("type") << "d_model" << "\"wide\"";
  }

  void configOfAnotherModelIsRefused() {
    QFETCH(QString, key);
    QFETCH(QString, value);
    std::filesystem::copy_file(textData("gated/model.safetensors"), file(),
                               std::filesystem::copy_options::overwrite_existing);
    nlohmann::json config = nlohmann::json::parse(readFile(textData("gated/config.json")));
    config[key.toStdString()] = nlohmann::json::parse(value.toStdString());
    writeFile(m_folder.path().toStdString() + "/config.json", config.dump());
    const auto error = QString::fromStdString(errorOf([&] {
      loadTextEncoder(file(), torch::kCPU);
    }));
    QVERIFY2(error.startsWith("config: \"" + key + '"'), qPrintable(error));
  }

  void cleanup() { std::filesystem::remove(m_folder.path().toStdString() + "/config.json"); }

 private:
  std::filesystem::path file() const {
    return std::filesystem::path(m_folder.path().toStdString()) / "model.safetensors";
  }

  QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TextEncoderTest)
#include "text_encoder_test.moc"
