// Checkpoints in OpenVLA's layout become policies; what does not fit is refused with its name.
#include <QTemporaryDir>
#include <QtTest>

#include <fstream>
#include <nlohmann/json.hpp>

#include "engine/checkpoint/tensor_view.h"
#include "engine/core/error.h"
#include "engine/nn/save_tensors.h"
#include "tests/vla/policy_fixture.h"
#include "tests/vla/refusal.h"

using namespace jacobiscope;

namespace {

namespace fs = std::filesystem;

NamedTensors tensorsOf(Policy policy) {
  NamedTensors tensors;
  policy.visit([&](const std::string& name, Tensor& tensor, const std::vector<std::int64_t>&) {
    tensors.emplace_back(name, tensor);
  });
  return tensors;
}

using Shapes = std::vector<std::pair<std::string, std::vector<std::int64_t>>>;

Shapes shapesOf(const PolicyConfig& config) {
  Shapes shapes;
  Policy policy = barePolicy(config);
  policy.visit([&](const std::string& name, Tensor&, const std::vector<std::int64_t>& shape) {
    shapes.emplace_back(name, shape);
  });
  return shapes;
}

// What the published files hold though no pass reads it, of a tower of `blocks` used blocks.
Shapes unusedShapes(const PolicyConfig& config) {
  Shapes shapes;
  const std::string names[] = {"vision_backbone.featurizer.", "vision_backbone.fused_featurizer."};
  for (std::size_t i = 0; i < config.towers.size(); ++i) {
    TowerConfig deeper = config.towers[i];
    const std::string last = names[i] + "blocks." + std::to_string(deeper.blocks) + ".";
    ++deeper.blocks;
    VisionTower tower = bareTower(deeper);
    tower.visit(names[i], [&](const std::string& name, Tensor&, const auto& shape) {
      if (name.starts_with(last)) shapes.emplace_back(name, shape);
    });
    const std::int64_t d = deeper.width, f = deeper.hidden;
    shapes.push_back({names[i] + "norm.weight", {d}});
    shapes.push_back({names[i] + "norm.bias", {d}});
    if (deeper.classToken) continue;
    const std::string pool = names[i] + "attn_pool.";
    const Shapes parts = {{"latent", {1, 1, d}},      {"q.weight", {d, d}},
                          {"q.bias", {d}},            {"kv.weight", {2 * d, d}},
                          {"kv.bias", {2 * d}},       {"proj.weight", {d, d}},
                          {"proj.bias", {d}},         {"norm.weight", {d}},
                          {"norm.bias", {d}},         {"mlp.fc1.weight", {f, d}},
                          {"mlp.fc1.bias", {f}},      {"mlp.fc2.weight", {d, f}},
                          {"mlp.fc2.bias", {d}}};
    for (const auto& [name, shape] : parts) shapes.emplace_back(pool + name, shape);
  }
  return shapes;
}

std::int64_t count(const Shapes& shapes) {
  std::int64_t sum = 0;
  for (const auto& [name, shape] : shapes) sum += elementCount(shape).value();
  return sum;
}

// A safetensors file in bfloat16 whose numbers are a hole: it takes no room on the disk.
void writeHollow(const fs::path& file, const Shapes& shapes) {
  nlohmann::json header;
  std::int64_t at = 0;
  for (const auto& [name, shape] : shapes) {
    const std::int64_t end = at + 2 * elementCount(shape).value();
    header[name] = {{"dtype", "BF16"}, {"shape", shape}, {"data_offsets", {at, end}}};
    at = end;
  }
  const std::string text = header.dump();
  const std::uint64_t length = text.size();
  std::ofstream out(file, std::ios::binary);
  out.write(reinterpret_cast<const char*>(&length), sizeof length);
  out << text;
  out.close();
  fs::resize_file(file, sizeof length + length + static_cast<std::uint64_t>(at));
}

void writeText(const fs::path& file, const std::string& text) { std::ofstream(file) << text; }

}  // namespace

class LoadPolicyTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init() {
    m_temporary = std::make_unique<QTemporaryDir>();
    m_folder = m_temporary->path().toStdString();
  }

  void theSizesOfTwoTowersAreDerived() {
    const Checkpoint checkpoint = Checkpoint::open(policyData("two"));
    QVERIFY(looksLikePolicy(checkpoint));
    QCOMPARE(checkpoint.format(), std::string("sharded safetensors"));
    const PolicyConfig config = derivePolicyConfig(checkpoint);
    QCOMPARE(config.towers.size(), std::size_t(2));
    const TowerConfig& dino = config.towers[0];
    QCOMPARE(dino.picture, 28);
    QCOMPARE(dino.blocks, 2);  // the file holds a third, which nobody reads
    QCOMPARE(dino.heads, 3);
    QCOMPARE(dino.registers, 4);
    QVERIFY(dino.classToken && dino.layerScale);
    QCOMPARE(dino.mean, kImageNetMean);
    const TowerConfig& siglip = config.towers[1];
    QCOMPARE(siglip.blocks, 2);
    QCOMPARE(siglip.hidden, 74);
    QCOMPARE(siglip.registers, 0);
    QVERIFY(!siglip.classToken && !siglip.layerScale);
    QCOMPARE(siglip.mean[0], 0.5);
    QCOMPARE(config.llama.keyValueHeads, 4);
    QCOMPARE(config.words(), 320);
    QCOMPARE(config.firstActionToken(), 64);
    QCOMPARE(config.rowsBeforeText(), 17);
  }

  void whatThisProjectWritesComesBack() {
    const Policy policy = smallPolicy();
    write(tensorsOf(policy), policyJson(policy.config));
    Policy loaded = loadPolicy(m_folder, torch::kCPU);
    QVERIFY(loaded.config == policy.config);
    const NamedTensors before = tensorsOf(policy), after = tensorsOf(loaded);
    for (std::size_t i = 0; i < before.size(); ++i) {
      QVERIFY2(torch::equal(before[i].second, after[i].second), before[i].first.c_str());
    }
  }

  void theBundledSizes() {
    const std::int64_t weights = count(shapesOf(tabletopConfig(400, 3)));
    qInfo("tabletop: %lld weights with 400 ids", static_cast<long long>(weights));
    QVERIFY(weights > 2'000'000 && weights < 3'000'000);
  }

  // OpenVLA 7B's file has 7,541,237,184 weights.
  void thePublishedSizes() {
    const PolicyConfig config = openVlaConfig();
    QCOMPARE(config.visionWidth(), 2176);
    QCOMPARE(config.patches(), 256);
    QCOMPARE(config.firstActionToken(), 31744);
    QCOMPARE(count(shapesOf(config)) + count(unusedShapes(config)), 7'541'237'184);
  }

  // The published widths with two layers, sharded: sizes are derived and every shape compared
  // without reading a number.
  void aPublishedLayoutOpens() {
    PolicyConfig config = openVlaConfig();
    config.towers[0].blocks = config.towers[1].blocks = 2;
    config.llama.layers = 2;
    Shapes shapes = shapesOf(config);
    for (const auto& one : unusedShapes(config)) shapes.push_back(one);
    writeShards(shapes);
    writeText(m_folder / "config.json",
              R"({"model_type": "openvla", "n_action_bins": 256, "image_sizes": [224, 224],
                  "text_config": {"model_type": "llama", "pad_token_id": 32000,
                                  "torch_dtype": "bfloat16", "vocab_size": 32064}})");
    const Checkpoint checkpoint = Checkpoint::open(m_folder);
    QVERIFY(looksLikePolicy(checkpoint));
    QVERIFY(derivePolicyConfig(checkpoint) == config);
    checkPolicy(checkpoint, config);
    PolicyConfig wider = config;
    wider.towers[1].hidden = 4608;
    const QString said = refusal([&] { checkPolicy(checkpoint, wider); });
    QVERIFY2(said.contains("fused_featurizer.blocks.0.mlp.fc1.weight"), qPrintable(said));
    QVERIFY2(said.contains("[4304, 1152]") && said.contains("[4608, 1152]"), qPrintable(said));
  }

  // The published widths with fresh weights: one block per tower, a narrow language model.
  void thePublishedTowersRun() {
    const torch::NoGradGuard noGrad;
    PolicyConfig config = openVlaConfig();
    config.towers[0].blocks = config.towers[1].blocks = 1;
    config.llama.width = config.llama.hidden = 64;
    config.llama.heads = config.llama.keyValueHeads = 4;
    config.llama.layers = 1;
    config.llama.vocabulary = 400;
    const Policy policy = createPolicy(config);
    const Tensor prefix = randomPrefix(policy, 1, 3);
    QCOMPARE(prefix.sizes().vec(), (std::vector<std::int64_t>{1, 260, 64}));
    const Tensor logits = policyLogits(policy, prefix, {}, torch::zeros({1, 6}, torch::kInt64));
    QCOMPARE(logits.sizes().vec(), (std::vector<std::int64_t>{1, 7, 400}));
    QVERIFY(logits.isfinite().all().item<bool>());
  }

  void whatIsMissingIsNamed_data() { everyTensor(); }

  void whatIsMissingIsNamed() {
    QFETCH(bool, two);
    QFETCH(QString, name);
    Policy policy = two ? loadPolicy(policyData("two"), torch::kCPU) : smallPolicy();
    NamedTensors tensors = tensorsOf(policy);
    std::erase_if(tensors, [&](const auto& t) { return t.first == name.toStdString(); });
    write(tensors, policyJson(policy.config));
    const QString said = refusal([&] { loadPolicy(m_folder, torch::kCPU); });
    // Registers are an option, and their number is in no other tensor.
    const QString wanted = name.endsWith("reg_token") ? QString("accepted") : name;
    QVERIFY2(said.contains(wanted), qPrintable(said));
  }

  void wholeNumbersAreNoWeights() {
    const Policy policy = smallPolicy();
    NamedTensors tensors = tensorsOf(policy);
    tensors.back().second = tensors.back().second.to(torch::kInt64);
    write(tensors, policyJson(policy.config));
    const QString said = refusal([&] { loadPolicy(m_folder, torch::kCPU); });
    QVERIFY2(said.contains(QString::fromStdString(tensors.back().first)) &&
                 said.contains("whole numbers"),
             qPrintable(said));
  }

  void chunksHaveAnEnd() {
    PolicyConfig config = smallPolicy().config;
    config.chunk = 1 << 20;
    QVERIFY(refusal([&] { barePolicy(config); }).contains("1048576"));
  }

  void aWrongShapeIsNamed_data() { everyTensor(); }

  // Each tensor in turn has an axis too many.
  void aWrongShapeIsNamed() {
    QFETCH(bool, two);
    QFETCH(QString, name);
    Policy policy = two ? loadPolicy(policyData("two"), torch::kCPU) : smallPolicy();
    NamedTensors tensors = tensorsOf(policy);
    for (auto& [one, tensor] : tensors) {
      if (one == name.toStdString()) tensor = tensor.unsqueeze(0);
    }
    write(tensors, policyJson(policy.config));
    const QString said = refusal([&] { loadPolicy(m_folder, torch::kCPU); });
    QVERIFY2(said.contains("Tensor " + name), qPrintable(said));
  }

  void settingsThatDoNotFitAreNamed_data() {
    QTest::addColumn<QString>("patch");  // merged into policyJson()
    QTest::addColumn<QString>("said");
    QTest::newRow("no heads") << R"({"vision_heads": null})" << "vision_heads";
    QTest::newRow("heads of no tower") << R"({"vision_heads": []})" << "vision_heads";
    QTest::newRow("heads that do not divide") << R"({"vision_heads": [3]})" << "vision_heads";
    QTest::newRow("heads as text") << R"({"vision_heads": ["4"]})" << "vision_heads";
    QTest::newRow("no padding") << R"({"pad_to_multiple_of": null})" << "pad_to_multiple_of";
    QTest::newRow("bins") << R"({"n_action_bins": 128})" << "n_action_bins";
    QTest::newRow("chunk") << R"({"num_actions_chunk": 0})" << "num_actions_chunk";
    QTest::newRow("half a chunk") << R"({"num_actions_chunk": 1.5})" << "num_actions_chunk";
    QTest::newRow("no heads of Llama") << R"({"text_config": {"num_attention_heads": 5}})"
                                       << "num_attention_heads";
    QTest::newRow("vocabulary") << R"({"text_config": {"vocab_size": 301}})" << "vocab_size";
    QTest::newRow("keys") << R"({"text_config": {"num_key_value_heads": 2}})"
                          << "num_key_value_heads";
    QTest::newRow("turns") << R"({"text_config": {"rope_theta": 0}})" << "rope_theta";
    QTest::newRow("longer turns") << R"({"text_config": {"rope_scaling": {"type": "linear"}}})"
                                  << "rope_scaling";
    QTest::newRow("text") << R"({"text_config": {"rms_norm_eps": "small"}})" << "rms_norm_eps";
    QTest::newRow("no settings of Llama") << R"({"text_config": []})" << "text_config";
  }

  void settingsThatDoNotFitAreNamed() {
    QFETCH(QString, patch);
    QFETCH(QString, said);
    nlohmann::json config = policyJson(smallPolicyConfig());
    config.merge_patch(nlohmann::json::parse(patch.toStdString()));
    write(tensorsOf(smallPolicy()), config);
    const QString refused = refusal([&] { loadPolicy(m_folder, torch::kCPU); });
    QVERIFY2(refused.contains(said), qPrintable(refused));
  }

  void sizesThatDoNotFitEachOtherAreRefused() {
    PolicyConfig config = smallPolicyConfig();
    config.towers.push_back(config.towers.front());
    config.towers.back().picture = 36;
    QVERIFY(refusal([&] { barePolicy(config); }).contains("4 and 9 patches"));
    config.towers.clear();
    QVERIFY(refusal([&] { barePolicy(config); }).contains("vision tower"));
  }

 private:
  static void everyTensor() {
    QTest::addColumn<bool>("two");
    QTest::addColumn<QString>("name");
    const auto add = [](bool two, const PolicyConfig& config) {
      for (const auto& [name, shape] : shapesOf(config)) {
        QTest::addRow("%s%s", two ? "two towers: " : "", name.c_str())
            << two << QString::fromStdString(name);
      }
    };
    add(false, smallPolicyConfig());
    add(true, derivePolicyConfig(Checkpoint::open(policyData("two"))));
  }

  void write(const NamedTensors& tensors, const nlohmann::json& config) {
    saveTensors(m_folder / "model.safetensors", tensors);
    writeText(m_folder / "config.json", config.dump());
  }

  void writeShards(const Shapes& shapes) {
    const auto middle = shapes.begin() + static_cast<std::ptrdiff_t>(shapes.size() / 2);
    const Shapes parts[] = {Shapes(shapes.begin(), middle), Shapes(middle, shapes.end())};
    nlohmann::json index;
    index["metadata"]["total_size"] = 2 * count(shapes);
    for (int i = 0; i < 2; ++i) {
      const std::string file = "model-0000" + std::to_string(i + 1) + "-of-00002.safetensors";
      writeHollow(m_folder / file, parts[i]);
      for (const auto& [name, shape] : parts[i]) index["weight_map"][name] = file;
    }
    writeText(m_folder / "model.safetensors.index.json", index.dump());
  }

  std::unique_ptr<QTemporaryDir> m_temporary;
  fs::path m_folder;
};

QTEST_GUILESS_MAIN(LoadPolicyTest)
#include "load_policy_test.moc"
