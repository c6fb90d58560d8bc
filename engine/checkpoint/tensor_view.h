// One named tensor inside a checkpoint file: where its numbers lie and how to read
// them. A view never owns memory; it is valid as long as its Checkpoint.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jacobiscope {

enum class DType { F64, F32, F16, BF16, I64, I32, I16, I8, U8, Bool };

// Bytes of one element.
std::size_t dtypeSize(DType dtype);

// The name safetensors uses: "F32", "BF16", "BOOL".
std::string_view dtypeName(DType dtype);
std::optional<DType> dtypeFromName(std::string_view name);

// Whole numbers and truth values.
bool isInteger(DType dtype);

// torch itself handles at most 64 axes.
constexpr std::size_t kMostAxes = 64;

struct TensorView {
  std::string name;
  DType dtype = DType::F32;
  std::vector<std::int64_t> shape;
  std::vector<std::int64_t> strides;  // in elements, never negative
  const std::byte* data = nullptr;    // first element; may be unaligned
  std::size_t bytes = 0;              // from `data` to the end of the last element used

  std::int64_t count() const;  // number of elements: the product of the shape
  bool contiguous() const;     // row-major without gaps
};

// What one file holds. Every tensor was checked to lie inside the file.
struct ParsedFile {
  std::string format;  // "safetensors" or "pth"
  std::vector<TensorView> tensors;
  std::map<std::string, std::string> metadata;
  std::vector<std::string> notes;  // choices made while reading, each a sentence
};

// Product of the extents, or nothing where one is negative or the product leaves int64.
std::optional<std::int64_t> elementCount(const std::vector<std::int64_t>& shape);

// Row-major strides of a shape whose elementCount is known to exist.
std::vector<std::int64_t> rowMajorStrides(const std::vector<std::int64_t>& shape);

// "[64, 3, 8]"
std::string shapeText(const std::vector<std::int64_t>& shape);

// Text out of a file made fit for a message: quoted in backticks, control and non-ASCII
// bytes escaped, and cut after 80 characters.
std::string quotedText(std::string_view text);

}  // namespace jacobiscope
