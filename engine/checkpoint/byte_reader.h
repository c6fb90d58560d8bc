// Reads little-endian numbers and byte ranges from untrusted bytes and never past
// their end: an Error naming the file and the part being read is thrown instead.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "engine/core/error.h"

namespace jacobiscope {

static_assert(std::endian::native == std::endian::little, "checkpoint files are little-endian");

using Bytes = std::span<const std::byte>;

inline const char* chars(const std::byte* bytes) { return reinterpret_cast<const char*>(bytes); }

class ByteReader {
 public:
  // `what` completes the sentence "... is cut off inside WHAT".
  ByteReader(Bytes bytes, std::string file, std::string what)
      : m_bytes(bytes), m_file(std::move(file)), m_what(std::move(what)) {}

  std::size_t position() const { return m_position; }
  std::size_t left() const { return m_bytes.size() - m_position; }

  template <class Number>
  Number number() {
    const Bytes raw = take(sizeof(Number));
    Number value;
    std::memcpy(&value, raw.data(), sizeof(Number));
    return value;
  }

  Bytes take(std::uint64_t count) {
    if (count > left()) {
      throw Error(m_file + " is cut off inside " + m_what + ": " + std::to_string(count) +
                      " bytes are expected at byte " + std::to_string(m_position) + " of it, " +
                      std::to_string(left()) + " are there.",
                  "Copy or download the file again.");
    }
    const Bytes part = m_bytes.subspan(m_position, static_cast<std::size_t>(count));
    m_position += static_cast<std::size_t>(count);
    return part;
  }

  std::string_view text(std::uint64_t count) {
    const Bytes part = take(count);
    return {chars(part.data()), part.size()};
  }

  // Up to the next line feed, which is read but not returned.
  std::string_view line() {
    const auto rest = std::string_view(chars(m_bytes.data()) + m_position, left());
    const std::size_t end = rest.find('\n');
    const std::string_view found = text(end == std::string_view::npos ? left() + 1 : end + 1);
    return found.substr(0, found.size() - 1);
  }

 private:
  Bytes m_bytes;
  std::string m_file;
  std::string m_what;
  std::size_t m_position = 0;
};

}  // namespace jacobiscope
