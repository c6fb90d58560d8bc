// The numbers of a tensor view as floats or whole numbers.
#include <bit>
#include <cstring>

#include "engine/checkpoint/byte_reader.h"
#include "engine/checkpoint/checkpoint.h"
#include "engine/core/error.h"

namespace jacobiscope {
namespace {

struct Half {
  std::uint16_t bits;

  // IEEE 754 binary16.
  operator float() const {
    const std::uint32_t sign = (bits & 0x8000u) << 16;
    const std::uint32_t exponent = bits >> 10 & 31;
    const std::uint32_t mantissa = bits & 0x3ffu;
    if (exponent == 0) {
      const float magnitude = static_cast<float>(mantissa) * 0x1p-24f;
      return sign != 0 ? -magnitude : magnitude;
    }
    const std::uint32_t wide = exponent == 31 ? 0x7f800000u : (exponent + 112) << 23;
    return std::bit_cast<float>(sign | wide | mantissa << 13);
  }
};

struct BFloat16 {
  std::uint16_t bits;
  operator float() const { return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16); }
};

struct Truth {
  std::uint8_t byte;
  operator int() const { return byte != 0 ? 1 : 0; }
};

// Appends one axis after the other, the last one innermost. Depth is at most the number
// of axes, which the readers limit.
template <class Stored, class Out>
void gather(const TensorView& view, std::size_t axis, const std::byte* at, std::vector<Out>& out) {
  if (axis == view.shape.size()) {
    Stored value;
    std::memcpy(&value, at, sizeof(value));
    out.push_back(static_cast<Out>(value));
    return;
  }
  // Steps from the first element, as the one after the last could leave the mapped file.
  const std::int64_t step = view.strides[axis] * static_cast<std::int64_t>(sizeof(Stored));
  for (std::int64_t i = 0; i < view.shape[axis]; ++i) {
    gather<Stored>(view, axis + 1, at + i * step, out);
  }
}

template <class Stored, class Out>
std::vector<Out> convert(const TensorView& view) {
  std::vector<Out> out;
  const auto count = static_cast<std::size_t>(view.count());
  if (count == 0) return out;
  out.reserve(count);
  if (!view.contiguous()) {
    gather<Stored>(view, 0, view.data, out);
    return out;
  }
  for (std::size_t i = 0; i < count; ++i) {
    Stored value;
    std::memcpy(&value, view.data + i * sizeof(Stored), sizeof(Stored));
    out.push_back(static_cast<Out>(value));
  }
  return out;
}

}  // namespace

std::vector<float> Checkpoint::toFloats(const TensorView& view) {
  switch (view.dtype) {
    case DType::F64: return convert<double, float>(view);
    case DType::F32: return convert<float, float>(view);
    case DType::F16: return convert<Half, float>(view);
    case DType::BF16: return convert<BFloat16, float>(view);
    case DType::I64: return convert<std::int64_t, float>(view);
    case DType::I32: return convert<std::int32_t, float>(view);
    case DType::I16: return convert<std::int16_t, float>(view);
    case DType::I8: return convert<std::int8_t, float>(view);
    case DType::U8: return convert<std::uint8_t, float>(view);
    case DType::Bool: return convert<Truth, float>(view);
  }
  return {};
}

std::vector<std::int64_t> Checkpoint::toInts(const TensorView& view) {
  switch (view.dtype) {
    case DType::I64: return convert<std::int64_t, std::int64_t>(view);
    case DType::I32: return convert<std::int32_t, std::int64_t>(view);
    case DType::I16: return convert<std::int16_t, std::int64_t>(view);
    case DType::I8: return convert<std::int8_t, std::int64_t>(view);
    case DType::U8: return convert<std::uint8_t, std::int64_t>(view);
    case DType::Bool: return convert<Truth, std::int64_t>(view);
    default: break;
  }
  throw Error("Tensor " + quotedText(view.name) + " holds " + std::string(dtypeName(view.dtype)) +
              " where whole numbers are expected.");
}

}  // namespace jacobiscope
