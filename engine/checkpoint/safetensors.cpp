// Format: https://github.com/huggingface/safetensors, README "Format".
#include "engine/checkpoint/safetensors.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "engine/checkpoint/json_text.h"
#include "engine/core/error.h"

namespace jacobiscope {
namespace {

using nlohmann::json;

// Far above the headers of the largest published models (a few MB), and small enough that
// parsing a hostile one stays within a few hundred MB.
constexpr std::uint64_t kLongestHeader = 32u << 20;
constexpr int kDeepestHeader = 3;  // header > tensor > shape
constexpr char kAgain[] = "Copy or download the file again.";

class Header {
 public:
  Header(Bytes data, const std::string& file) : m_data(data), m_file(file) {}

  TensorView tensor(const std::string& name, const json& entry) const {
    if (!entry.is_object()) damaged(name, "is not described by an object");
    TensorView view;
    view.name = name;
    view.dtype = dtype(name, entry);
    view.shape = integers(name, entry, "shape");
    if (view.shape.size() > kMostAxes) damaged(name, "has too many axes");
    const std::vector<std::int64_t> range = integers(name, entry, "data_offsets");
    if (range.size() != 2 || range[0] > range[1]) damaged(name, "has no valid data_offsets");
    if (static_cast<std::uint64_t>(range[1]) > m_data.size()) {
      throw Error(m_file + " is cut off or damaged: tensor " + quotedText(name) + " ends at byte " +
                      std::to_string(range[1]) + " of the data, which has " +
                      std::to_string(m_data.size()) + ".",
                  kAgain);
    }
    const std::optional<std::int64_t> count = elementCount(view.shape);
    const std::int64_t bytes = range[1] - range[0];
    const auto size = static_cast<std::int64_t>(dtypeSize(view.dtype));
    if (!count || *count > bytes / size || *count * size != bytes) {
      damaged(name, "has shape " + shapeText(view.shape) + " of " +
                        std::string(dtypeName(view.dtype)) + " but " + std::to_string(bytes) +
                        " bytes");
    }
    view.strides = rowMajorStrides(view.shape);
    view.data = m_data.data() + range[0];
    view.bytes = static_cast<std::size_t>(bytes);
    return view;
  }

  // Views sorted by place must follow each other and end with the file.
  void checkCover(const std::vector<TensorView>& views) const {
    const std::byte* next = m_data.data();
    for (const TensorView& view : views) {
      if (view.data != next) {
        damaged(view.name, view.data < next ? "overlaps another one" : "follows a gap");
      }
      next = view.data + view.bytes;
    }
    const auto rest = static_cast<std::size_t>(m_data.data() + m_data.size() - next);
    if (rest != 0) {
      throw Error(m_file + " is damaged: " + std::to_string(rest) +
                      " bytes at its end belong to no tensor.",
                  kAgain);
    }
  }

 private:
  [[noreturn]] void damaged(const std::string& name, const std::string& how) const {
    throw Error(m_file + " is damaged: tensor " + quotedText(name) + " " + how + ".", kAgain);
  }

  DType dtype(const std::string& name, const json& entry) const {
    const auto found = entry.find("dtype");
    if (found == entry.end() || !found->is_string()) damaged(name, "has no dtype");
    const std::string& text = found->get_ref<const std::string&>();
    const std::optional<DType> dtype = dtypeFromName(text);
    if (!dtype) {
      throw Error(m_file + ": tensor " + quotedText(name) + " has the dtype " + quotedText(text) +
                      ", which is not read.",
                  "Convert it to F32, F16 or BF16.");
    }
    return *dtype;
  }

  std::vector<std::int64_t> integers(const std::string& name, const json& entry,
                                     const char* key) const {
    const auto found = entry.find(key);
    if (found == entry.end() || !found->is_array()) damaged(name, std::string("has no ") + key);
    std::vector<std::int64_t> values;
    for (const json& item : *found) {
      if (!item.is_number_unsigned() || item.get<std::uint64_t>() > INT64_MAX) {
        damaged(name, std::string("has a ") + key + " that is no list of whole numbers");
      }
      values.push_back(static_cast<std::int64_t>(item.get<std::uint64_t>()));
    }
    return values;
  }

  Bytes m_data;
  const std::string& m_file;
};

Metadata metadataOf(const json& entry, const std::string& file) {
  Metadata metadata;
  if (!entry.is_object()) throw Error(file + " is damaged: its metadata is no object.", kAgain);
  for (const auto& [key, value] : entry.items()) {
    if (!value.is_string()) {
      throw Error(file + " is damaged: the metadata " + quotedText(key) + " is no text.", kAgain);
    }
    metadata[key] = value.get<std::string>();
  }
  return metadata;
}

}  // namespace

ParsedFile readSafetensors(Bytes bytes, const std::string& file) {
  ByteReader reader(bytes, file, "its header");
  const auto length = reader.number<std::uint64_t>();
  if (length > kLongestHeader) {
    throw Error(file + " is damaged: its header claims " + std::to_string(length) +
                    " bytes, but at most " + std::to_string(kLongestHeader) + " are read.",
                kAgain);
  }
  const json header = parseJson(reader.text(length), kDeepestHeader, file + ": its header");
  if (!header.is_object()) throw Error(file + " is damaged: its header is no JSON object.", kAgain);
  const Bytes data = bytes.subspan(reader.position());
  const Header parser(data, file);
  ParsedFile parsed;
  parsed.format = "safetensors";
  for (const auto& [name, entry] : header.items()) {
    if (name == "__metadata__") {
      parsed.metadata = metadataOf(entry, file);
    } else {
      parsed.tensors.push_back(parser.tensor(name, entry));
    }
  }
  // Tensors without bytes come before the one that starts at the same place.
  std::sort(parsed.tensors.begin(), parsed.tensors.end(),
            [](const TensorView& a, const TensorView& b) {
              return a.data != b.data ? a.data < b.data : a.bytes < b.bytes;
            });
  parser.checkCover(parsed.tensors);
  return parsed;
}

}  // namespace jacobiscope
