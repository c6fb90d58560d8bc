// Zip archives, pickles and safetensors files put together byte by byte, so that a test
// can break exactly one thing in them.
#pragma once

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "engine/checkpoint/byte_reader.h"
#include "engine/checkpoint/checkpoint.h"
#include "engine/core/error.h"

namespace by_hand {

inline std::string readFile(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline void writeFile(const std::filesystem::path& path, const std::string& content) {
  std::ofstream(path, std::ios::binary) << content;
}

// Bytes in a block of exactly their size: reading past it is seen by AddressSanitizer.
class Block {
 public:
  explicit Block(const std::string& content) : m_bytes(content.size()) {
    if (!content.empty()) std::memcpy(m_bytes.data(), content.data(), content.size());
  }
  jacobiscope::Bytes bytes() const { return m_bytes; }

 private:
  std::vector<std::byte> m_bytes;
};

// The message and hint of the Error that `call` throws, or "no error".
template <class Call>
std::string errorOf(Call call) {
  try {
    call();
  } catch (const jacobiscope::Error& error) {
    return std::string(error.what()) + " | " + error.hint();
  }
  return "no error";
}

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

template <class Number>
std::string number(Number value) {
  std::string text(sizeof(value), '\0');
  std::memcpy(text.data(), &value, sizeof(value));
  return text;
}

inline std::string u16(std::uint64_t value) { return number(static_cast<std::uint16_t>(value)); }
inline std::string u32(std::uint64_t value) { return number(static_cast<std::uint32_t>(value)); }
inline std::string u64(std::uint64_t value) { return number(value); }

// --- Zip ---------------------------------------------------------------------------

struct Entry {
  std::string name;
  std::string content;
  std::uint16_t method = 0;
  std::uint16_t flags = 0;
};

// `zip64` writes every size and offset in the long form that large archives need.
inline std::string zip(const std::vector<Entry>& entries, bool zip64 = false) {
  std::string file, directory;
  for (const Entry& entry : entries) {
    const std::uint64_t offset = file.size(), size = entry.content.size();
    const std::string kind = u16(entry.flags) + u16(entry.method) + u32(0) + u32(0);
    file += "PK\3\4" + u16(20) + kind + u32(size) + u32(size) + u16(entry.name.size()) + u16(4) +
            entry.name + u16(0x4246) + u16(0) + entry.content;
    const std::string extra = zip64 ? u16(1) + u16(24) + u64(size) + u64(size) + u64(offset) : "";
    const std::uint32_t in64 = 0xffffffff;
    directory += "PK\1\2" + u16(20) + u16(20) + kind + u32(zip64 ? in64 : size) +
                 u32(zip64 ? in64 : size) + u16(entry.name.size()) + u16(extra.size()) + u16(0) +
                 u16(0) + u16(0) + u32(0) + u32(zip64 ? in64 : offset) + entry.name + extra;
  }
  const std::uint64_t start = file.size(), count = entries.size();
  file += directory;
  if (zip64) {
    const std::uint64_t end64 = file.size();
    file += "PK\6\6" + u64(44) + u16(45) + u16(45) + u32(0) + u32(0) + u64(count) + u64(count) +
            u64(directory.size()) + u64(start);
    file += "PK\6\7" + u32(0) + u64(end64) + u32(1);
    return file + "PK\5\6" + u16(0) + u16(0) + u16(0xffff) + u16(0xffff) + u32(0xffffffff) +
           u32(0xffffffff) + u16(0);
  }
  return file + "PK\5\6" + u16(0) + u16(0) + u16(count) + u16(count) + u32(directory.size()) +
         u32(start) + u16(0);
}

// --- Pickle ------------------------------------------------------------------------

inline std::string text(const std::string& content) { return "X" + u32(content.size()) + content; }
inline std::string integer(std::int64_t value) { return "\x8a\x08" + number(value); }
inline std::string tuple(const std::string& items) { return "(" + items + "t"; }
inline std::string global(const std::string& module, const std::string& name) {
  return "c" + module + "\n" + name + "\n";
}

inline std::string integers(const std::vector<std::int64_t>& values) {
  std::string items;
  for (std::int64_t value : values) items += integer(value);
  return tuple(items);
}

inline std::string storage(const std::string& type, const std::string& key, std::int64_t count) {
  return tuple(text("storage") + global("torch", type) + text(key) + text("cpu") + integer(count)) +
         "Q";
}

inline std::string tensor(const std::string& storage, std::int64_t offset,
                          const std::vector<std::int64_t>& shape,
                          const std::vector<std::int64_t>& strides) {
  return global("torch._utils", "_rebuild_tensor_v2") +
         tuple(storage + integer(offset) + integers(shape) + integers(strides) + "\x89" +
               global("collections", "OrderedDict") + ")R") +
         "R";
}

// {"weight": value}
inline std::string stateDict(const std::string& value) {
  return std::string("\x80\x02}") + text("weight") + value + "s.";
}

// An archive with this pickle and storage "0" of these bytes.
inline std::string pth(const std::string& pickle, const std::string& storage) {
  return zip(
      {{"archive/data.pkl", pickle}, {"archive/data/0", storage}, {"archive/version", "3\n"}});
}

// --- safetensors -------------------------------------------------------------------

inline std::string safetensors(const std::string& header, const std::string& data) {
  return u64(header.size()) + header + data;
}

}  // namespace by_hand
