// Instruction set: Python's Lib/pickletools.py. Restricted in the spirit of
// torch/_weights_only_unpickler.py, to what a state_dict holds.
#include "engine/checkpoint/unpickler.h"

#include <array>
#include <bit>
#include <optional>
#include <utility>

#include "engine/checkpoint/pickle_globals.h"
#include "engine/checkpoint/pickle_stack.h"
#include "engine/core/error.h"

namespace jacobiscope {
namespace {

using Kind = PickleValue::Kind;

constexpr std::size_t kMostArguments = 16;
constexpr std::string_view kNamespace = "argparse.Namespace";
constexpr char kRefusedHint[] =
    "Only tensors and plain containers are read. Where you trust this file, load it in Python "
    "and save its state_dict alone, best as safetensors.";

class Unpickler {
 public:
  Unpickler(Bytes bytes, const std::string& file)
      : m_reader(bytes, file, "its pickle"), m_file(file), m_stack(file) {}

  Pickle read() {
    for (;;) {
      const auto code = m_reader.number<std::uint8_t>();
      if (code == '.') return m_stack.finish(m_stack.pop());
      if (!constant(code) && !container(code) && !memo(code) && !object(code)) refuse(code);
    }
  }

 private:
  // clang-format off
  bool constant(std::uint8_t code) {
    switch (code) {
      case 'N': m_stack.push(m_stack.make(Kind::None)); return true;
      case 0x88: m_stack.pushInt(Kind::Bool, 1); return true;
      case 0x89: m_stack.pushInt(Kind::Bool, 0); return true;
      case 'J': m_stack.pushInt(Kind::Int, m_reader.number<std::int32_t>()); return true;
      case 'K': m_stack.pushInt(Kind::Int, m_reader.number<std::uint8_t>()); return true;
      case 'M': m_stack.pushInt(Kind::Int, m_reader.number<std::uint16_t>()); return true;
      case 0x8a: longInteger(m_reader.number<std::uint8_t>()); return true;
      case 0x8b: longInteger(m_reader.number<std::uint32_t>()); return true;
      case 'G': bigEndianFloat(); return true;
      case 'X': text(Kind::Text, m_reader.number<std::uint32_t>()); return true;
      case 0x8c: text(Kind::Text, m_reader.number<std::uint8_t>()); return true;
      case 0x8d: text(Kind::Text, m_reader.number<std::uint64_t>()); return true;
      case 'T': text(Kind::Raw, m_reader.number<std::uint32_t>()); return true;
      case 'U': text(Kind::Raw, m_reader.number<std::uint8_t>()); return true;
      case 'B': text(Kind::Raw, m_reader.number<std::uint32_t>()); return true;
      case 'C': text(Kind::Raw, m_reader.number<std::uint8_t>()); return true;
      case 0x8e: text(Kind::Raw, m_reader.number<std::uint64_t>()); return true;
      case 0x96: text(Kind::Raw, m_reader.number<std::uint64_t>()); return true;
      default: return false;
    }
  }

  bool container(std::uint8_t code) {
    switch (code) {
      case '(': m_stack.mark(); return true;
      case '}': m_stack.pushContainer(Kind::Dict, {}); return true;
      case ']': m_stack.pushContainer(Kind::List, {}); return true;
      case ')': m_stack.pushContainer(Kind::Tuple, {}); return true;
      case 0x8f: m_stack.pushContainer(Kind::List, {}); return true;  // a set
      case 0x85: m_stack.pushContainer(Kind::Tuple, m_stack.popCount(1)); return true;
      case 0x86: m_stack.pushContainer(Kind::Tuple, m_stack.popCount(2)); return true;
      case 0x87: m_stack.pushContainer(Kind::Tuple, m_stack.popCount(3)); return true;
      case 't': m_stack.pushContainer(Kind::Tuple, m_stack.popToMark()); return true;
      case 'l': m_stack.pushContainer(Kind::List, m_stack.popToMark()); return true;
      case 'd': m_stack.pushContainer(Kind::Dict, m_stack.popToMark()); return true;
      case 0x91: m_stack.pushContainer(Kind::List, m_stack.popToMark()); return true;  // frozenset
      case 'a': m_stack.extend(Kind::List, m_stack.popCount(1)); return true;
      case 'e': m_stack.extend(Kind::List, m_stack.popToMark()); return true;
      case 0x90: m_stack.extend(Kind::List, m_stack.popToMark()); return true;
      case 's': m_stack.extend(Kind::Dict, m_stack.popCount(2)); return true;
      case 'u': m_stack.extend(Kind::Dict, m_stack.popToMark()); return true;
      default: return false;
    }
  }

  bool memo(std::uint8_t code) {
    switch (code) {
      case 'h': m_stack.recall(m_reader.number<std::uint8_t>()); return true;
      case 'j': m_stack.recall(m_reader.number<std::uint32_t>()); return true;
      case 'q': m_stack.memoize(m_reader.number<std::uint8_t>()); return true;
      case 'r': m_stack.memoize(m_reader.number<std::uint32_t>()); return true;
      case 0x94: m_stack.memoizeNext(); return true;
      case '0': m_stack.popOrMark(); return true;
      case '1': m_stack.popToMark(); return true;
      case '2': m_stack.push(m_stack.top()); return true;
      default: return false;
    }
  }

  bool object(std::uint8_t code) {
    switch (code) {
      case 0x80: protocol(); return true;
      case 0x95: frame(); return true;
      case 'c': globalInLines(); return true;
      case 0x93: globalOnStack(); return true;
      case 'R': reduce(); return true;
      case 0x81: return newObject();
      case 'b': build(); return true;
      case 'Q': persistentId(); return true;
      default: return false;
    }
  }
  // clang-format on

  void text(Kind kind, std::uint64_t size) { m_stack.pushText(kind, m_reader.text(size)); }

  // Two's complement of any length; what does not fit 64 bits is kept as raw bytes, and so
  // is refused where a size is expected.
  void longInteger(std::uint32_t size) {
    if (size > 8) return text(Kind::Raw, size);
    const Bytes raw = m_reader.take(size);
    std::uint64_t bits = 0;
    for (std::size_t i = raw.size(); i-- > 0;) bits = bits << 8 | std::to_integer<unsigned>(raw[i]);
    if (size > 0 && size < 8 && bits >> (8 * size - 1) != 0) bits |= ~std::uint64_t{0} << 8 * size;
    m_stack.pushInt(Kind::Int, static_cast<std::int64_t>(bits));
  }

  void bigEndianFloat() {
    m_stack.pushFloat(std::bit_cast<double>(__builtin_bswap64(m_reader.number<std::uint64_t>())));
  }

  void protocol() {
    const auto version = m_reader.number<std::uint8_t>();
    if (version < 2 || version > 5) {
      throw Error(
          m_file + " uses pickle protocol " + std::to_string(version) + ", but 2 to 5 are read.",
          kRefusedHint);
    }
  }

  void frame() {
    if (m_reader.number<std::uint64_t>() > m_reader.left()) {
      m_stack.damaged("a frame reaches past the end");
    }
  }

  void globalInLines() {
    const std::string_view module = m_reader.line();
    pushGlobal(module, m_reader.line());
  }

  void globalOnStack() {
    const PickleRef name = m_stack.pop();
    const PickleRef module = m_stack.pop();
    pushGlobal(m_stack.expect(module, Kind::Text, "the module of a global").text,
               m_stack.expect(name, Kind::Text, "the name of a global").text);
  }

  void pushGlobal(std::string_view module, std::string_view name) {
    const std::string_view full = allowedGlobal(module, name);
    if (full.empty()) {
      const std::string shown =
          std::string(module.substr(0, 40)) + "." + std::string(name.substr(0, 39));
      throw Error(m_file + " holds code: the global " + quotedText(shown) +
                      " is not allowed in a checkpoint.",
                  kRefusedHint);
    }
    m_stack.pushText(Kind::Global, full);
  }

  void reduce() {
    const PickleRef arguments = m_stack.pop();
    const PickleRef callee = m_stack.pop();
    const std::string_view name = m_stack.expect(callee, Kind::Global, "a global to call").text;
    if (m_stack.expect(arguments, Kind::Tuple, "a tuple").items.size() > kMostArguments) {
      m_stack.damaged("a call of " + quotedText(name) + " has too many arguments");
    }
    const std::vector<PickleRef> args = m_stack.value(arguments).items;
    if (name == "collections.OrderedDict") {
      m_stack.pushContainer(Kind::Dict, args.empty() ? args : pairs(args[0]));
    } else if (name == "torch.Size" && args.size() == 1) {
      m_stack.push(args[0]);
    } else if (name == "torch._utils._rebuild_parameter" && !args.empty()) {
      m_stack.expect(args[0], Kind::Tensor, "the tensor of a parameter");
      m_stack.push(args[0]);
    } else if (name == "torch._utils._rebuild_tensor_v2" && args.size() >= 4) {
      rebuildTensor(args);
    } else {
      m_stack.damaged("a call of " + quotedText(name) + " with " + std::to_string(args.size()) +
                      " arguments has no meaning");
    }
  }

  // OrderedDict([(key, value), ...]), as Python 2 wrote it.
  std::vector<PickleRef> pairs(PickleRef list) {
    std::vector<PickleRef> items;
    for (PickleRef pair : m_stack.expect(list, Kind::List, "a list of pairs").items) {
      const PickleValue& entry = m_stack.value(pair);
      if ((entry.kind != Kind::Tuple && entry.kind != Kind::List) || entry.items.size() != 2) {
        m_stack.damaged("a list of pairs holds something else");
      }
      items.insert(items.end(), entry.items.begin(), entry.items.end());
    }
    return items;
  }

  // (storage, offset, sizes, strides, requires_grad, hooks[, metadata])
  void rebuildTensor(const std::vector<PickleRef>& args) {
    m_stack.expect(args[0], Kind::Storage, "the storage of a tensor");
    const std::int64_t offset =
        m_stack.expect(args[1], Kind::Int, "the offset of a tensor").integer;
    for (std::size_t i : {2, 3}) {
      const auto& axes = m_stack.expect(args[i], Kind::Tuple, "the sizes or strides of a tensor");
      if (axes.items.size() > kMostAxes) m_stack.damaged("a tensor has too many axes");
      for (PickleRef axis : axes.items) {
        m_stack.expect(axis, Kind::Int, "a whole number in the sizes or strides of a tensor");
      }
    }
    const PickleRef tensor = m_stack.make(Kind::Tensor);
    m_stack.value(tensor).integer = offset;
    m_stack.append(tensor, {args[0], args[2], args[3]});
    m_stack.push(tensor);
  }

  // cls.__new__(cls): an argparse.Namespace, the settings that training scripts save beside the
  // weights. It becomes a dictionary of its attributes; every other class is refused.
  bool newObject() {
    const PickleRef arguments = m_stack.pop();
    const PickleValue& type = m_stack.value(m_stack.pop());
    const PickleValue& none = m_stack.value(arguments);
    if (type.kind != Kind::Global || type.text != kNamespace || none.kind != Kind::Tuple ||
        !none.items.empty()) {
      return false;
    }
    m_stack.pushContainer(Kind::Dict, {});
    m_stack.value(m_stack.top()).text = kNamespace;
    return true;
  }

  // The state of an OrderedDict is its `_metadata` of module versions: not needed. That of a
  // namespace are its attributes.
  void build() {
    const PickleRef state = m_stack.pop();
    const PickleRef target = m_stack.top();
    const auto& dict = m_stack.expect(target, Kind::Dict, "a dictionary to give a state to");
    if (dict.text != kNamespace) return;
    const std::vector<PickleRef> attributes =
        m_stack.expect(state, Kind::Dict, "the attributes of a namespace").items;
    m_stack.append(target, attributes);
  }

  // ('storage', class, key, location, elements)
  void persistentId() {
    const PickleRef id = m_stack.pop();
    const auto& parts = m_stack.expect(id, Kind::Tuple, "the id of a storage").items;
    if (parts.size() != 5 || m_stack.value(parts[0]).text != "storage") {
      m_stack.damaged("an object outside the pickle is not a storage");
    }
    const auto type = m_stack.expect(parts[1], Kind::Global, "the class of a storage").text;
    const auto key = m_stack.expect(parts[2], Kind::Text, "the key of a storage").text;
    const auto elements = m_stack.expect(parts[4], Kind::Int, "the size of a storage").integer;
    const std::optional<DType> dtype = storageDType(type);
    if (!dtype) m_stack.damaged("the class of a storage is " + quotedText(type));
    const PickleRef storage = m_stack.make(Kind::Storage);
    m_stack.value(storage).dtype = *dtype;
    m_stack.value(storage).text = key;
    m_stack.value(storage).integer = elements;
    m_stack.push(storage);
  }

  [[noreturn]] void refuse(std::uint8_t code) const {
    constexpr std::array<std::pair<std::uint8_t, const char*>, 14> kNames = {
        {{'i', "INST"},
         {'o', "OBJ"},
         {0x81, "NEWOBJ"},
         {0x92, "NEWOBJ_EX"},
         {0x82, "EXT1"},
         {0x83, "EXT2"},
         {0x84, "EXT4"},
         {'P', "PERSID"},
         {'I', "INT"},
         {'L', "LONG"},
         {'F', "FLOAT"},
         {'S', "STRING"},
         {'V', "UNICODE"},
         {0x97, "NEXT_BUFFER"}}};
    for (const auto& [known, name] : kNames) {
      if (known == code) {
        throw Error(m_file + " holds the pickle instruction " + name +
                        ", which is not allowed in a checkpoint.",
                    kRefusedHint);
      }
    }
    m_stack.damaged("byte " + std::to_string(m_reader.position() - 1) + " is no instruction");
  }

  ByteReader m_reader;
  const std::string& m_file;
  PickleStack m_stack;
};

}  // namespace

Pickle readPickle(Bytes bytes, const std::string& file) { return Unpickler(bytes, file).read(); }

}  // namespace jacobiscope
