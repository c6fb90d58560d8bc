// Opening checkpoints, and requests that must be refused.
#include <QtTest>
#include <fstream>
#include <nlohmann/json.hpp>

#include "engine/core/error.h"
#include "engine/nn/save_tensors.h"
#include "tests/tarflow/flow_fixture.h"
#include "tests/tarflow/pth_file.h"

using namespace jacobiscope;

namespace {

// Message and hint of what the call throws; empty where it throws nothing.
template <class Call>
QString refusal(Call call) {
  try {
    call();
  } catch (const Error& error) {
    return QString::fromStdString(std::string(error.what()) + " " + error.hint());
  }
  return {};
}

// The most memory this process ever had.
std::int64_t peakBytes() {
  std::ifstream status("/proc/self/status");
  std::string word;
  while (status >> word) {
    if (word == "VmHWM:" && status >> word) return std::stoll(word) * 1024;
  }
  return 0;
}

NamedTensors tensorsOf(const TarFlowConfig& config) {
  TarFlow model = createTarFlow(config);
  NamedTensors tensors;
  model.visit([&](const std::string& name, Tensor& tensor) {
    tensors.emplace_back(name, tensor.to(torch::kBFloat16));
  });
  return tensors;
}

}  // namespace

class FamilyTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  // Files of a few hundred bytes per tensor whose first tensors promise a huge model.
  void allocatesNothingThatTheFileDoesNotHold_data() {
    QTest::addColumn<int>("width");
    QTest::addColumn<int>("features");
    QTest::addColumn<int>("tokens");
    QTest::addColumn<QString>("says");
    QTest::newRow("wide") << 8192 << 3 << 4 << "pos_embed";
    QTest::newRow("wider than any") << 262144 << 3 << 4 << "an extent of 1 to 65536";
    QTest::newRow("empty") << 0 << 12 << 4 << "proj_in.weight";
    QTest::newRow("no features") << 64 << 0 << 4 << "proj_in.weight";
    QTest::newRow("long") << 64 << 3 << (1 << 30) << "pos_embed";
  }
  void allocatesNothingThatTheFileDoesNotHold() {
    QFETCH(int, width);
    QFETCH(int, features);
    QFETCH(int, tokens);
    QFETCH(QString, says);
    const auto file = std::filesystem::path(m_folder.path().toStdString()) / "hostile.pth";
    writeRepeated(file, {{"blocks.0.pos_embed", {tokens, 2}},
                         {"blocks.0.proj_in.weight", {width, features}},
                         {"blocks.0.attn_blocks.0.attention.qkv.weight", {2, 2}}});
    const std::int64_t before = peakBytes();
    const QString said = refusal([&] { FlowFamily family({file, {}, {{"device", "cpu"}}}); });
    QVERIFY2(said.contains(says), qPrintable(said));
    QVERIFY(peakBytes() - before < 64 << 20);
  }

  // A whole file of more than any machine's memory: it has holes and takes no room on the disk.
  void asksForMemoryBeforeLoading() {
    TarFlowConfig config;
    config.imageSize = 8;
    config.patch = 4;
    config.width = 16384;
    config.blocks = 8;
    config.layers = 16;
    nlohmann::json header;
    std::int64_t end = 0;
    visitShapes(config, [&](const std::string& name, const std::vector<std::int64_t>& shape) {
      const std::int64_t begin = end;
      end += *elementCount(shape) * 4;
      header[name] = {{"dtype", "F32"}, {"shape", shape}, {"data_offsets", {begin, end}}};
    });
    const auto file = std::filesystem::path(m_folder.path().toStdString()) / "huge.safetensors";
    const std::string head = by_hand::safetensors(header.dump(), "");
    by_hand::writeFile(file, head);
    std::error_code error;
    std::filesystem::resize_file(file, head.size() + end, error);
    if (error) QSKIP("this file system has no room for holes of that size");
    const QString said = refusal([&] { FlowFamily family({file, {}, {{"device", "cpu"}}}); });
    QVERIFY2(said.contains("Not enough memory") && said.contains("device="), qPrintable(said));
    std::filesystem::remove(file);
  }

  void publishedLayoutsOpen_data() {
    QTest::addColumn<int>("size");
    QTest::addColumn<int>("patch");
    QTest::addColumn<int>("width");
    QTest::addColumn<int>("classes");
    QTest::newRow("AFHQ 256") << 256 << 8 << 768 << 3;
    QTest::newRow("ImageNet 128 cond") << 128 << 4 << 1024 << 1000;
    QTest::newRow("ImageNet 64 uncond") << 64 << 2 << 768 << 0;
    QTest::newRow("ImageNet 64 cond") << 64 << 4 << 1024 << 1000;
  }
  // Files as published: float32 in a .pth, masks included, eight blocks; one layer each
  // instead of eight, to fit a small machine.
  void publishedLayoutsOpen() {
    QFETCH(int, size);
    QFETCH(int, patch);
    QFETCH(int, width);
    QFETCH(int, classes);
    TarFlowConfig config;
    config.imageSize = size;
    config.patch = patch;
    config.width = width;
    config.classes = classes;
    config.blocks = 8;
    config.layers = 1;
    const auto file = std::filesystem::path(m_folder.path().toStdString()) / "layout.pth";
    writePublishedLayout(file, config);
    FlowFamily family({file, {}, {{"device", "cpu"}}});
    const TarFlowConfig& read = family.config();
    QCOMPARE(read.imageSize, size);
    QCOMPARE(read.patch, patch);
    QCOMPARE(read.width, width);
    QCOMPARE(read.classes, classes);
    QCOMPARE(read.blocks, 8);
    QCOMPARE(family.info().classes.size(), std::size_t(classes));
    const auto& presets = family.info().presets;
    const bool published = std::any_of(presets.begin(), presets.end(), [](const Preset& p) {
      return p.name == "AFHQ 256" && textAt(p.knobs, "segments") == "8,1,1,1,1,1,1,1";
    });
    QVERIFY(published);
    // Passes of the last block, whose tokens are in reverse order, and of the one before it.
    Input input;
    if (classes > 0) input.label = classes - 1;
    const auto decoder = family.begin(
        completeKnobs(family.info().knobs,
                      {{"mode", std::string("jacobi")}, {"cap", std::string("2")},
                       {"tolerance", 0.0}, {"guidance", 0.0}}),
        input);
    for (const Verdict expected : {Verdict::Accepted, Verdict::Capped, Verdict::Accepted}) {
      const auto sweep = decoder->sweep();
      QCOMPARE(int(sweep->verdict), int(expected));
      QVERIFY(std::isfinite(sweep->residual) && sweep->residual > 0);
    }
    const Tensor picture = toTensor(decoder->result().at("image"));
    QVERIFY(torch::isfinite(picture).all().item<bool>());
    std::filesystem::remove(file);
  }

  void presetsAreWithinTheKnobs() {
    const auto family = openFlow("cond");
    for (const Preset& preset : family->info().presets) {
      const KnobValues knobs = completeKnobs(family->info().knobs, preset.knobs);
      QVERIFY(!family->begin(knobs, {})->plan().windows.empty());
    }
  }

  void refusesWhatDoesNotFit_data() {
    QTest::addColumn<QString>("what");
    QTest::addColumn<QString>("expected");
    QTest::newRow("class") << "class" << "Class 4 does not exist";
    QTest::newRow("noise") << "noise" << "[B, 16, 48] was expected";
    QTest::newRow("labels") << "labels" << "labels must hold 2 whole numbers";
    QTest::newRow("picture") << "picture" << "[B, 3, 16, 16] was expected";
    QTest::newRow("schedule") << "schedule" << "segments";
    QTest::newRow("range") << "range" << "guidance";
  }
  void refusesWhatDoesNotFit() {
    QFETCH(QString, what);
    QFETCH(QString, expected);
    const auto family = openFlow("cond");
    Input input;
    KnobValues given;
    if (what == "class") input.label = 4;
    if (what == "noise") input.arrays["noise"] = {{1, 2, 3}, std::vector<float>(6)};
    if (what == "labels") {
      input.count = 2;
      input.arrays["labels"] = {{1}, std::vector<std::int64_t>{0}};
    }
    if (what == "picture") input.arrays["image"] = {{1, 3, 8, 8}, std::vector<float>(192)};
    if (what == "schedule") given["segments"] = std::string("1,2");
    if (what == "range") given["guidance"] = 11.0;
    const QString said = refusal([&] {
      family->begin(completeKnobs(family->info().knobs, given), input);
    });
    QVERIFY2(said.contains(expected), qPrintable(said));
  }

  void refusesCheckpointsThatDoNotFit() {
    TarFlowConfig config;
    config.imageSize = 8;
    config.patch = 4;
    config.width = 64;
    config.blocks = 2;
    config.layers = 1;
    const auto file = std::filesystem::path(m_folder.path().toStdString()) / "bad.safetensors";
    const auto open = [&](const NamedTensors& tensors) {
      saveTensors(file, tensors);
      return refusal([&] { FlowFamily family({file, {}, {{"device", "cpu"}}}); });
    };
    NamedTensors tensors = tensorsOf(config);
    QCOMPARE(open(tensors), QString());

    NamedTensors missing = tensors;
    std::erase_if(missing, [](const auto& t) { return t.first == "blocks.1.proj_out.bias"; });
    QVERIFY(open(missing).contains("blocks.1.proj_out.bias"));

    NamedTensors wrong = tensors;
    for (auto& [name, tensor] : wrong) {
      if (name == "blocks.0.attn_blocks.0.mlp.main.0.weight") tensor = torch::zeros({3, 3});
    }
    QVERIFY(open(wrong).contains("[256, 64] was expected"));

    config.imageChannels = 2;  // 32 features: no three channels, and no way to tell
    QVERIFY(open(tensorsOf(config)).contains("image.channels"));
    saveTensors(file, tensorsOf(config));
    QCOMPARE(refusal([&] {
      FlowFamily family({file, {}, {{"device", "cpu"}, {"image.channels", "2"}}});
    }), QString());
  }

  void refusesAGpuThatIsNotThere() {
    if (torch::cuda::is_available()) return;
    const QString said = refusal([] {
      FlowFamily family({flowData("cond.pth"), {}, {{"device", "cuda"}}});
    });
    QVERIFY2(said.contains("device=cuda"), qPrintable(said));
  }

  void calibrationProposesSchedules() {
    const auto family = openFlow("cond");
    const KnobValues knobs = completeKnobs(family->info().knobs, {});
    const auto task = family->analyse("calibrate", knobs, {});
    double last = 0;
    while (task->step()) {
      QVERIFY(task->progress() >= last - 1e-9 && task->progress() <= 1);
      last = task->progress();
    }
    const Analysis analysis = task->result();
    for (const StageColumn& column : analysis.columns) QCOMPARE(column.values.size(), std::size_t(3));
    for (const Preset& preset : analysis.presets) {
      family->begin(completeKnobs(family->info().knobs, preset.knobs), {});
    }
    QVERIFY(!family->analyse("unheard", knobs, {}));
  }

  void aPictureOfTheUsersComesBackWhenNothingIsVaried() {
    const auto family = openFlow("cond");
    Input input;
    input.label = 1;
    const Tensor image = decodeImage(*family, input, {{"tolerance", 0.0}});
    input.arrays["image"] = toArray(image);
    input.seed = 5;  // other noise than what made the picture
    QVERIFY(largestDifference(
                decodeImage(*family, input, {{"tolerance", 0.0}, {"vary", 0.0}}), image) < 1e-3);
    QVERIFY(largestDifference(decodeImage(*family, input, {{"vary", 1.0}}), image) > 0.1);
  }

 private:
  QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(FamilyTest)
#include "family_test.moc"
