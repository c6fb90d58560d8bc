// The frame of a recording file: a CBOR sequence (RFC 8742) of items [payload, crc32], the
// payload a byte string that holds one CBOR map.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "engine/checkpoint/byte_reader.h"

namespace jacobiscope::trace {

// "type" of the first record, and the version of the format. Readers of another major version
// are refused; what a later minor version adds is skipped.
inline constexpr char kMagic[] = "jacobiscope trace";
inline constexpr int kMajor = 1, kMinor = 1;

// Appends an item with that payload; with a record as payload.
void appendFrame(Bytes payload, std::vector<std::uint8_t>& to);
void appendRecord(const nlohmann::json& record, std::vector<std::uint8_t>& to);

// Goes through the items of a file.
class Frames {
 public:
  explicit Frames(Bytes bytes) : m_bytes(bytes) {}

  struct Frame {
    Bytes payload;
    bool intact = false;  // the checksum is right
  };
  // The next item; nothing at the end, where the file is cut off or where no item begins.
  std::optional<Frame> next();

  // After the last: whether the file ends with it, is cut off in another one, or goes on with
  // bytes that are none.
  enum class End { Whole, CutOff, Foreign };
  End end() const { return m_end; }
  std::size_t position() const { return m_position; }  // of the first byte that is not in an item

 private:
  bool head(std::size_t& at, int major, std::uint64_t& value);

  Bytes m_bytes;
  std::size_t m_position = 0;
  End m_end = End::Whole;
};

}  // namespace jacobiscope::trace
