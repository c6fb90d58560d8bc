// What is said to be needed, against what is used.
#include <malloc.h>

#include <QtTest>
#include <fstream>

#include "engine/core/error.h"
#include "engine/tarflow/forward.h"
#include "engine/tarflow/memory.h"
#include "tests/tarflow/flow_fixture.h"

using namespace jacobiscope;

namespace {

TarFlowConfig configOf(int size, int patch, int width, int blocks, int layers, int classes = 0) {
  TarFlowConfig config;
  config.imageSize = size;
  config.patch = patch;
  config.width = width;
  config.blocks = blocks;
  config.layers = layers;
  config.classes = classes;
  return config;
}

// How much memory `work` takes at its worst, beside what was there before.
template <class Work>
std::int64_t growth(Work work) {
  const auto read = [](const char* wanted) -> std::int64_t {
    std::ifstream status("/proc/self/status");
    std::string word;
    while (status >> word) {
      if (word == wanted && status >> word) return std::stoll(word) * 1024;
    }
    return 0;
  };
  malloc_trim(0);  // what was freed before is not to be used again unseen
  std::ofstream("/proc/self/clear_refs") << "5";  // the peak from here on
  const std::int64_t before = read("VmRSS:");
  work();
  return read("VmHWM:") - before;
}

}  // namespace

class MemoryTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void shapesAreThoseOfAFreshModel() {
    for (const int classes : {0, 3}) {
      const TarFlowConfig config = configOf(8, 2, 64, 2, 3, classes);
      TarFlow model = createTarFlow(config);
      std::vector<std::pair<std::string, std::vector<std::int64_t>>> expected, shapes;
      std::int64_t bytes = 0;
      model.visit([&](const std::string& name, Tensor& tensor) {
        expected.emplace_back(name, tensor.sizes().vec());
        bytes += tensor.nbytes();
      });
      visitShapes(config, [&](const std::string& name, const std::vector<std::int64_t>& shape) {
        shapes.emplace_back(name, shape);
      });
      QVERIFY(shapes == expected);
      QCOMPARE(loadBytes(config), 2 * bytes);  // and the copy prepared for decoding
    }
  }

  // What a gradient takes grows with the depth of the network, which a pass does not.
  void denoisingIsCounted() {
    QVERIFY(denoiseBytes(configOf(32, 4, 192, 6, 2)) > 2 * denoiseBytes(configOf(32, 4, 192, 2, 2)));
    QCOMPARE(passBytes(configOf(32, 4, 192, 6, 2), 1, false),
             passBytes(configOf(32, 4, 192, 2, 2), 1, false));
  }

  void denoisingTakesWhatIsSaid_data() {
    QTest::addColumn<int>("size");
    QTest::addColumn<int>("width");
    QTest::newRow("wide") << 32 << 512;
    QTest::newRow("long") << 64 << 128;
  }
  void denoisingTakesWhatIsSaid() {
    QFETCH(int, size);
    QFETCH(int, width);
    TarFlow model = createTarFlow(configOf(size, 2, width, 4, 2));
    const Tensor image = torch::zeros({1, 3, size, size}).set_requires_grad(true);
    const Tensor label = torch::full({1}, -1, torch::kInt64);
    QVERIFY(isAbout(denoiseBytes(model.config), growth([&] {
      torch::autograd::grad({flowLoss(encode(model, image, label))}, {image});
    })));
  }

  void trainingTakesWhatIsSaid_data() { denoisingTakesWhatIsSaid_data(); }
  void trainingTakesWhatIsSaid() {
    QFETCH(int, size);
    QFETCH(int, width);
    constexpr int kBatch = 3;
    TarFlow model = createTarFlow(configOf(size, 2, width, 4, 2));
    model.visit([](const std::string& name, Tensor& t) { t.set_requires_grad(name != "var"); });
    const Tensor images = torch::zeros({kBatch, 3, size, size});
    const Tensor labels = torch::full({kBatch}, -1, torch::kInt64);
    const std::int64_t used =
        growth([&] { flowLoss(encode(model, images, labels)).backward(); });
    // The rest of what is said are weights, average and moments.
    QVERIFY(isAbout(trainBytes(model.config, kBatch) - 2 * loadBytes(model.config), used));
  }

  void encodingTakesWhatIsSaid_data() { denoisingTakesWhatIsSaid_data(); }
  void encodingTakesWhatIsSaid() {
    QFETCH(int, size);
    QFETCH(int, width);
    constexpr int kBatch = 4;
    const torch::NoGradGuard noGrad;
    TarFlow model = createTarFlow(configOf(size, 2, width, 2, 2));
    const Tensor images = torch::zeros({kBatch, 3, size, size});
    const Tensor labels = torch::full({kBatch}, -1, torch::kInt64);
    QVERIFY(isAbout(encodeBytes(model.config, kBatch),
                    growth([&] { encode(model, images, labels); })));
  }

  void everyRefusalNamesTheSetting() {
    if (JACOBISCOPE_TORCH_AT_LEAST(2, 1)) QSKIP("the scores are never whole there");
    // 147,456 tokens: a pass takes little, the gradient of attention hundreds of GiB.
    TarFlowConfig config = configOf(384, 1, 64, 1, 1);
    const auto refusal = [](auto call) {
      try {
        call();
      } catch (const Error& error) {
        return QString::fromStdString(error.what() + std::string(" ") + error.hint());
      }
      return QString();
    };
    requireDecodeMemory(config, torch::kCPU, 1, false, false);
    const QString denoise =
        refusal([&] { requireDecodeMemory(config, torch::kCPU, 1, false, true); });
    QVERIFY2(denoise.contains("Not enough memory") && denoise.contains("denoise=0"),
             qPrintable(denoise));
    const QString batch =
        refusal([&] { requireDecodeMemory(config, torch::kCPU, 65536, false, false); });
    QVERIFY2(batch.contains("--count"), qPrintable(batch));
    const QString train = refusal([&] { requireTrainMemory(config, torch::kCPU, 64); });
    QVERIFY2(train.contains("--set batch="), qPrintable(train));
  }

 private:
  // Never less than what was used, and not much more.
  static bool isAbout(std::int64_t said, std::int64_t used) {
    const bool right = used < 1.1 * said && said < 3 * used;
    if (!right) qWarning() << "said" << said << "used" << used;
    return right;
  }
};

QTEST_GUILESS_MAIN(MemoryTest)
#include "memory_test.moc"
