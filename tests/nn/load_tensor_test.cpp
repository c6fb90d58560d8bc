// Torch tensors out of checkpoint files and plain arrays, and back.
#include "engine/nn/load_tensor.h"

#include <QtTest>

#include "engine/checkpoint/checkpoint.h"
#include "engine/core/error.h"

using namespace jacobiscope;

namespace {

const std::string kData = JACOBISCOPE_TEST_DATA "/checkpoint/";

Tensor loaded(const std::string& file, const std::string& name) {
  const Checkpoint checkpoint = Checkpoint::open(kData + file);
  return toTensor(*checkpoint.find(name));
}

}  // namespace

class LoadTensorTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void keepsTypeAndValues() {
    const Tensor ramp = torch::arange(6).reshape({2, 3}) / 4;
    const std::vector<std::pair<std::string, torch::ScalarType>> types = {
        {"f64", torch::kFloat64},
        {"f32", torch::kFloat32},
        {"f16", torch::kFloat16},
        {"bf16", torch::kBFloat16}};
    for (const char* file : {"types.pth", "types.safetensors"}) {
      for (const auto& [name, type] : types) {
        const Tensor tensor = loaded(file, name);
        QCOMPARE(tensor.scalar_type(), type);
        QVERIFY(torch::equal(tensor, ramp.to(type)));
      }
      QVERIFY(torch::equal(loaded(file, "i16"), torch::arange(-3, 3, torch::kInt16)));
      QVERIFY(torch::equal(loaded(file, "u8"), torch::arange(6, torch::kUInt8)));
      QVERIFY(torch::equal(loaded(file, "bool"), torch::arange(6) % 2 == 0));
      QCOMPARE(loaded(file, "scalar").dim(), 0);
      QCOMPARE(loaded(file, "empty").sizes().vec(), (std::vector<std::int64_t>{0, 3}));
    }
  }

  void honoursStrides() {
    const Tensor base = loaded("views.pth", "base");  // [4, 6]
    QVERIFY(torch::equal(base, torch::arange(24).reshape({4, 6}) / 4));
    for (const auto& [name, expected] : std::vector<std::pair<std::string, Tensor>>{
             {"transposed", base.t()},
             {"row", base[2]},
             {"column", base.select(1, 3)},
             {"block", base.slice(0, 1, 3).slice(1, 2, 5)},
             {"expanded", base.slice(1, 0, 2)[0].reshape({2, 1}).expand({2, 3})}}) {
      const Tensor tensor = loaded("views.pth", name);
      QVERIFY2(torch::equal(tensor, expected), name.c_str());
      QVERIFY(tensor.is_contiguous());
    }
  }

  void agreesWithTheConversionWithoutTorch() {
    const Checkpoint checkpoint = Checkpoint::open(JACOBISCOPE_TEST_DATA "/tarflow/cond.pth");
    for (const TensorView& view : checkpoint.tensors()) {
      const Tensor flat = toTensor(view).to(torch::kFloat32).reshape(-1);
      const std::vector<float> floats = Checkpoint::toFloats(view);
      QCOMPARE(std::vector<float>(flat.data_ptr<float>(), flat.data_ptr<float>() + flat.numel()),
               floats);
    }
  }

  void turnsArraysIntoTensorsAndBack() {
    const Array floats = {{2, 2}, std::vector<float>{1, 2, 3, 4.5f}};
    const Array integers = {{3}, std::vector<std::int64_t>{1, -2, 1ll << 40}};
    const Array empty = {{0, 5}, std::vector<float>{}};
    for (const Array& array : {floats, integers, empty}) {
      QVERIFY(toArray(toTensor(array)) == array);
    }
    QVERIFY(torch::equal(toTensor(floats)[1], torch::tensor({3.0f, 4.5f})));
    QCOMPARE(toTensor(integers).scalar_type(), torch::kInt64);
  }

  void arraysOwnTheirNumbers() {
    Array array = {{2}, std::vector<float>{1, 2}};
    const Tensor tensor = toTensor(array);
    std::get<std::vector<float>>(array.values)[0] = 9;
    QCOMPARE(tensor[0].item<float>(), 1.0f);
  }

  void readsTensorsOfEveryLayoutIntoArrays() {
    const Tensor base = torch::arange(6).reshape({2, 3});
    QVERIFY(toArray(base.t()) == (Array{{3, 2}, std::vector<std::int64_t>{0, 3, 1, 4, 2, 5}}));
    const Tensor half = (base / 4).to(torch::kBFloat16).requires_grad_(true);
    QVERIFY(toArray(half) == (Array{{2, 3}, std::vector<float>{0, 0.25f, 0.5f, 0.75f, 1, 1.25f}}));
    QVERIFY(toArray(base > 4) == (Array{{2, 3}, std::vector<std::int64_t>{0, 0, 0, 0, 0, 1}}));
  }

  void refusesArraysOfTheWrongLength() {
    QVERIFY_EXCEPTION_THROWN(toTensor(Array{{2, 2}, std::vector<float>{1}}), Error);
    QVERIFY_EXCEPTION_THROWN(toTensor(Array{{-1}, std::vector<float>{}}), Error);
  }
};

QTEST_GUILESS_MAIN(LoadTensorTest)
#include "load_tensor_test.moc"
