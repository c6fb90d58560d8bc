#include "engine/nn/load_tensor.h"

#include <array>
#include <cstring>
#include <utility>
#include <vector>

#include "engine/core/error.h"

namespace jacobiscope {
namespace {

constexpr std::array<std::pair<DType, torch::ScalarType>, 10> kTypes = {
    {{DType::F64, torch::kFloat64},
     {DType::F32, torch::kFloat32},
     {DType::F16, torch::kFloat16},
     {DType::BF16, torch::kBFloat16},
     {DType::I64, torch::kInt64},
     {DType::I32, torch::kInt32},
     {DType::I16, torch::kInt16},
     {DType::I8, torch::kInt8},
     {DType::U8, torch::kUInt8},
     {DType::Bool, torch::kBool}}};

template <class Number>
std::vector<Number> values(const Tensor& tensor) {
  const auto* first = tensor.data_ptr<Number>();
  return std::vector<Number>(first, first + tensor.numel());
}

}  // namespace

torch::ScalarType scalarType(DType dtype) { return kTypes[static_cast<std::size_t>(dtype)].second; }

Tensor toTensor(const TensorView& view) {
  const auto options = torch::TensorOptions(scalarType(view.dtype));
  if (view.contiguous()) {
    Tensor tensor = torch::empty(view.shape, options);
    if (tensor.numel() > 0) std::memcpy(tensor.data_ptr(), view.data, tensor.nbytes());
    return tensor;
  }
  // The bytes in the file may be unaligned, so the span is copied before it is strided.
  const auto elements = static_cast<std::int64_t>(view.bytes / dtypeSize(view.dtype));
  Tensor span = torch::empty({elements}, options);
  std::memcpy(span.data_ptr(), view.data, view.bytes);
  return span.as_strided(view.shape, view.strides).contiguous();
}

Tensor toTensor(const Array& array) {
  return std::visit(
      [&](const auto& numbers) {
        using Number = typename std::decay_t<decltype(numbers)>::value_type;
        const auto type = torch::CppTypeToScalarType<Number>();
        const auto count = elementCount(array.shape);
        if (!count || static_cast<std::size_t>(*count) != numbers.size()) {
          throw Error("An array of shape " + shapeText(array.shape) + " has " +
                      std::to_string(numbers.size()) + " values.");
        }
        Tensor tensor = torch::empty(array.shape, torch::TensorOptions(type));
        if (!numbers.empty()) std::memcpy(tensor.data_ptr(), numbers.data(), tensor.nbytes());
        return tensor;
      },
      array.values);
}

Array toArray(const Tensor& tensor) {
  Array array;
  array.shape = tensor.sizes().vec();
  const bool integral = torch::isIntegralType(tensor.scalar_type(), /*includeBool=*/true);
  const Tensor plain =
      tensor.detach().to(torch::kCPU, integral ? torch::kInt64 : torch::kFloat32).contiguous();
  if (integral) {
    array.values = values<std::int64_t>(plain);
  } else {
    array.values = values<float>(plain);
  }
  return array;
}

}  // namespace jacobiscope
