#include "engine/checkpoint/pth.h"

#include <algorithm>
#include <array>
#include <optional>
#include <unordered_map>

#include "engine/checkpoint/unpickler.h"
#include "engine/checkpoint/utf8.h"
#include "engine/checkpoint/zip.h"
#include "engine/core/error.h"

namespace jacobiscope {
namespace {

using Kind = PickleValue::Kind;

constexpr std::array<std::string_view, 4> kNests = {"model", "module", "state_dict", "ema"};
constexpr int kDeepestNest = 4;
// A file may repeat elements by strides of 0; beyond this a view must not be larger than
// the file itself, so that reading it cannot ask for unbounded memory.
constexpr std::int64_t kFreeElements = 1 << 20;
constexpr char kAgain[] = "Copy or download the file again.";

// "archive/data.pkl" gives "archive/": torch names the folder after the file it wrote.
std::string findRoot(const ZipEntries& entries, const std::string& file) {
  constexpr std::string_view kPickle = "/data.pkl";
  std::optional<std::string> root;
  for (const auto& [name, bytes] : entries) {
    if (!name.ends_with(kPickle) || name.find('/') != name.size() - kPickle.size()) continue;
    if (root) throw Error(file + " is damaged: it holds more than one data.pkl.", kAgain);
    root = name.substr(0, name.size() - kPickle.size() + 1);
  }
  if (!root) {
    throw Error(file + " is a zip archive, but none written by torch.save: data.pkl is missing.",
                "Give a .pth, .pt or .safetensors file.");
  }
  return *root;
}

void checkByteOrder(const ZipEntries& entries, const std::string& root, const std::string& file) {
  const auto found = entries.find(root + "byteorder");
  if (found == entries.end()) return;
  const std::string_view order(chars(found->second.data()), found->second.size());
  if (order != "little") {
    throw Error(
        file + " was written with byte order " + quotedText(order) + ", but only `little` is read.",
        "Save it again on a little-endian machine.");
  }
}

class StateDict {
 public:
  StateDict(const Pickle& pickle, const ZipEntries& entries, const std::string& root,
            std::size_t fileSize, const std::string& file)
      : m_pickle(pickle), m_entries(entries), m_root(root), m_file(file), m_fileSize(fileSize) {
    // Once for all: a hostile pickle can name one large dictionary a million times.
    for (const PickleValue& value : pickle.values) m_holdsTensors.push_back(holdsTensors(value));
  }

  ParsedFile read() {
    ParsedFile parsed;
    parsed.format = "pth";
    const PickleValue& dict = choose(parsed.notes);
    std::unordered_map<std::string_view, std::size_t> places;
    std::size_t skipped = 0;
    for (std::size_t i = 0; i + 1 < dict.items.size(); i += 2) {
      const PickleValue& key = m_pickle.at(dict.items[i]);
      const PickleValue& value = m_pickle.at(dict.items[i + 1]);
      if (key.kind != Kind::Text || value.kind != Kind::Tensor) {
        ++skipped;
        continue;
      }
      if (!isUtf8(key.text)) {
        throw Error(
            m_file + " is damaged: the tensor name " + quotedText(key.text) + " is no UTF-8.",
            kAgain);
      }
      // As in Python, a key set again keeps its place and takes the later value.
      const auto [place, isNew] = places.try_emplace(key.text, parsed.tensors.size());
      if (isNew) parsed.tensors.emplace_back();
      parsed.tensors[place->second] = view(std::string(key.text), value);
    }
    if (skipped > 0) {
      parsed.notes.push_back("Left out " + std::to_string(skipped) +
                             " entries that are no tensors.");
    }
    return parsed;
  }

 private:
  bool holdsTensors(const PickleValue& value) const {
    if (value.kind != Kind::Dict) return false;
    for (std::size_t i = 0; i + 1 < value.items.size(); i += 2) {
      if (m_pickle.at(value.items[i]).kind == Kind::Text &&
          m_pickle.at(value.items[i + 1]).kind == Kind::Tensor) {
        return true;
      }
    }
    return false;
  }

  // The last value stored under `key`, or nothing.
  std::optional<PickleRef> entry(const PickleValue& dict, std::string_view key) const {
    for (std::size_t i = dict.items.size(); i >= 2; i -= 2) {
      const PickleValue& name = m_pickle.at(dict.items[i - 2]);
      if (name.kind == Kind::Text && name.text == key) return dict.items[i - 1];
    }
    return std::nullopt;
  }

  // The dictionary found by following the known names downwards, or nothing.
  const PickleValue* nested(const PickleValue& dict, int depth, std::string& trail) const {
    if (depth >= kDeepestNest) return nullptr;
    for (std::string_view key : kNests) {
      const std::optional<PickleRef> inner = entry(dict, key);
      if (!inner || m_pickle.at(*inner).kind != Kind::Dict) continue;
      const std::string before = trail;
      trail += (trail.empty() ? "" : ".") + std::string(key);
      if (const PickleValue* deeper = nested(m_pickle.at(*inner), depth + 1, trail)) return deeper;
      if (m_holdsTensors[*inner]) return &m_pickle.at(*inner);
      trail = before;
    }
    return nullptr;
  }

  // The only entry that is a dictionary with tensors, or nothing.
  const PickleValue* only(const PickleValue& dict, std::string& trail) const {
    const PickleValue* found = nullptr;
    for (std::size_t i = 0; i + 1 < dict.items.size(); i += 2) {
      const PickleValue& key = m_pickle.at(dict.items[i]);
      if (key.kind != Kind::Text || !m_holdsTensors[dict.items[i + 1]]) continue;
      if (found != nullptr) return nullptr;
      found = &m_pickle.at(dict.items[i + 1]);
      trail = key.text;
    }
    return found;
  }

  const PickleValue& choose(std::vector<std::string>& notes) const {
    const PickleValue& top = m_pickle.at(m_pickle.root);
    if (top.kind != Kind::Dict) {
      throw Error(m_file + " holds no dictionary of tensors but another Python object.",
                  "Save model.state_dict() with torch.save.");
    }
    std::string trail;
    const PickleValue* found = nested(top, 0, trail);
    if (found == nullptr && m_holdsTensors[m_pickle.root]) return top;
    if (found == nullptr) found = only(top, trail);
    if (found == nullptr) {
      throw Error(m_file + " holds no dictionary of tensors, or more than one; its keys are " +
                      keys(top) + ".",
                  "Save model.state_dict() with torch.save, under no key or under `model`.");
    }
    notes.push_back("Took the tensors under " + quotedText(trail) + ".");
    return *found;
  }

  std::string keys(const PickleValue& dict) const {
    constexpr std::size_t kMostShown = 8;
    std::string text;
    for (std::size_t i = 0; i < dict.items.size() && i < 2 * kMostShown; i += 2) {
      const PickleValue& key = m_pickle.at(dict.items[i]);
      text +=
          (i > 0 ? ", " : "") + (key.kind == Kind::Text ? quotedText(key.text) : "a non-text key");
    }
    if (dict.items.size() > 2 * kMostShown) text += ", ...";
    return text.empty() ? "none" : text;
  }

  [[noreturn]] void damaged(const std::string& name, const std::string& how) const {
    throw Error(m_file + " is damaged: tensor " + quotedText(name) + " " + how + ".", kAgain);
  }

  std::vector<std::int64_t> axes(PickleRef tuple) const {
    std::vector<std::int64_t> values;
    for (PickleRef item : m_pickle.at(tuple).items) values.push_back(m_pickle.at(item).integer);
    return values;
  }

  // The bytes of a storage, whose record must be as long as the pickle says.
  Bytes record(const std::string& name, const PickleValue& storage) const {
    const auto found = m_entries.find(m_root + "data/" + std::string(storage.text));
    if (found == m_entries.end()) {
      damaged(name, "needs the storage " + quotedText(storage.text) + ", which is missing");
    }
    std::int64_t needed = 0;
    if (storage.integer < 0 ||
        __builtin_mul_overflow(storage.integer, static_cast<std::int64_t>(dtypeSize(storage.dtype)),
                               &needed) ||
        static_cast<std::uint64_t>(needed) > found->second.size()) {
      damaged(name, "needs " + std::to_string(storage.integer) + " elements of " +
                        std::string(dtypeName(storage.dtype)) + " in storage " +
                        quotedText(storage.text) + ", which has " +
                        std::to_string(found->second.size()) + " bytes");
    }
    return found->second.first(static_cast<std::size_t>(needed));
  }

  TensorView view(std::string name, const PickleValue& tensor) const {
    const PickleValue& storage = m_pickle.at(tensor.items[0]);
    const Bytes bytes = record(name, storage);
    TensorView out;
    out.name = std::move(name);
    out.dtype = storage.dtype;
    out.shape = axes(tensor.items[1]);
    out.strides = axes(tensor.items[2]);
    const std::optional<std::int64_t> count = elementCount(out.shape);
    if (!count || out.shape.size() != out.strides.size()) {
      damaged(out.name, "has the impossible shape " + shapeText(out.shape) + " with strides " +
                            shapeText(out.strides));
    }
    if (*count > std::max<std::int64_t>(kFreeElements, static_cast<std::int64_t>(m_fileSize))) {
      damaged(out.name, "of shape " + shapeText(out.shape) + " is larger than the whole file");
    }
    const std::int64_t end = *count == 0 ? tensor.integer : lastElement(out, tensor.integer) + 1;
    if (tensor.integer < 0 || end > storage.integer) {
      damaged(out.name, "of shape " + shapeText(out.shape) + ", strides " + shapeText(out.strides) +
                            " and offset " + std::to_string(tensor.integer) +
                            " reaches outside its storage of " + std::to_string(storage.integer) +
                            " elements");
    }
    const std::size_t size = dtypeSize(out.dtype);
    out.data = bytes.data() + static_cast<std::size_t>(tensor.integer) * size;
    out.bytes = static_cast<std::size_t>(end - tensor.integer) * size;
    return out;
  }

  // Index, within the storage, of the last element that the view reaches.
  std::int64_t lastElement(const TensorView& view, std::int64_t offset) const {
    std::int64_t last = offset;
    for (std::size_t i = 0; i < view.shape.size(); ++i) {
      std::int64_t reach = 0;
      if (view.strides[i] < 0 ||
          __builtin_mul_overflow(view.shape[i] - 1, view.strides[i], &reach) ||
          __builtin_add_overflow(last, reach, &last) || last == INT64_MAX) {
        damaged(view.name, "has the impossible strides " + shapeText(view.strides));
      }
    }
    return last;
  }

  const Pickle& m_pickle;
  const ZipEntries& m_entries;
  const std::string& m_root;
  const std::string& m_file;
  std::size_t m_fileSize;
  std::vector<bool> m_holdsTensors;  // by PickleRef
};

}  // namespace

ParsedFile readPth(Bytes archive, const std::string& file) {
  const ZipEntries entries = readZip(archive, file);
  const std::string root = findRoot(entries, file);
  checkByteOrder(entries, root, file);
  const Pickle pickle = readPickle(entries.at(root + "data.pkl"), file);
  return StateDict(pickle, entries, root, archive.size(), file).read();
}

}  // namespace jacobiscope
