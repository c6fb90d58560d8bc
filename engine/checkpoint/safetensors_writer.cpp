#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "engine/checkpoint/atomic_file.h"
#include "engine/checkpoint/checkpoint.h"
#include "engine/checkpoint/safetensors.h"
#include "engine/core/error.h"

namespace jacobiscope {
namespace {

using nlohmann::json;

void checkTensor(const std::filesystem::path& path, const TensorBytes& tensor) {
  const std::optional<std::int64_t> count = elementCount(tensor.shape);
  const std::size_t size = dtypeSize(tensor.dtype);
  if (!count || tensor.bytes.size() % size != 0 ||
      tensor.bytes.size() / size != static_cast<std::size_t>(*count)) {
    throw Error("Cannot write " + path.string() + ": tensor " + quotedText(tensor.name) +
                " of shape " + shapeText(tensor.shape) + " and type " +
                std::string(dtypeName(tensor.dtype)) + " has " +
                std::to_string(tensor.bytes.size()) + " bytes.");
  }
}

// Largest elements first, so that every tensor is aligned; then by name.
std::vector<const TensorBytes*> inFileOrder(const std::filesystem::path& path,
                                            const std::vector<TensorBytes>& tensors) {
  std::vector<const TensorBytes*> order;
  std::set<std::string> names = {"__metadata__"};
  for (const TensorBytes& tensor : tensors) {
    checkTensor(path, tensor);
    if (!names.insert(tensor.name).second) {
      throw Error("Cannot write " + path.string() + ": the tensor name " + quotedText(tensor.name) +
                  " is used twice or reserved.");
    }
    order.push_back(&tensor);
  }
  std::sort(order.begin(), order.end(), [](const TensorBytes* a, const TensorBytes* b) {
    const std::size_t sizeA = dtypeSize(a->dtype), sizeB = dtypeSize(b->dtype);
    return sizeA != sizeB ? sizeA > sizeB : a->name < b->name;
  });
  return order;
}

std::string headerText(const std::filesystem::path& path,
                       const std::vector<const TensorBytes*>& order, const Metadata& metadata) {
  json header = json::object();
  if (!metadata.empty()) header["__metadata__"] = metadata;
  std::size_t offset = 0;
  for (const TensorBytes* tensor : order) {
    const std::size_t end = offset + tensor->bytes.size();
    header[tensor->name] = {{"dtype", dtypeName(tensor->dtype)},
                            {"shape", tensor->shape},
                            {"data_offsets", {offset, end}}};
    offset = end;
  }
  try {
    std::string text = header.dump();
    // The data starts at a multiple of eight bytes.
    text.append((8 - text.size() % 8) % 8, ' ');
    return text;
  } catch (const json::exception&) {
    throw Error("Cannot write " + path.string() + ": a tensor name or its metadata is no UTF-8.");
  }
}

}  // namespace

void writeSafetensors(const std::filesystem::path& path, const std::vector<TensorBytes>& tensors,
                      const Metadata& metadata) {
  const std::vector<const TensorBytes*> order = inFileOrder(path, tensors);
  const std::string header = headerText(path, order, metadata);
  const std::uint64_t length = header.size();
  std::vector<Bytes> parts = {std::as_bytes(std::span(&length, 1)),
                              std::as_bytes(std::span(header))};
  for (const TensorBytes* tensor : order) parts.push_back(tensor->bytes);
  writeFileAtomically(path, parts);
}

void writeSafetensors(const std::filesystem::path& path, const Arrays& arrays,
                      const Metadata& metadata) {
  std::vector<TensorBytes> tensors;
  for (const auto& [name, array] : arrays) {
    const bool floats = std::holds_alternative<std::vector<float>>(array.values);
    const Bytes bytes = std::visit(
        [](const auto& values) { return std::as_bytes(std::span(values)); }, array.values);
    tensors.push_back({name, floats ? DType::F32 : DType::I64, array.shape, bytes});
  }
  writeSafetensors(path, tensors, metadata);
}

Arrays readArrays(const std::filesystem::path& path) {
  const Checkpoint checkpoint = Checkpoint::open(path);
  Arrays arrays;
  for (const TensorView& view : checkpoint.tensors()) {
    Array& array = arrays[view.name];
    array.shape = view.shape;
    if (isInteger(view.dtype)) {
      array.values = Checkpoint::toInts(view);
    } else {
      array.values = Checkpoint::toFloats(view);
    }
  }
  return arrays;
}

}  // namespace jacobiscope
