// The stream between a window and an engine elsewhere, in either direction: a sequence of items
// [payload, crc32] as in a recording file (engine/record/trace_frame.h), each payload one CBOR map
// with a "type".
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "engine/checkpoint/byte_reader.h"

namespace jacobiscope::remote {

// Bytes as they arrive, cut into messages. Holds no more than has arrived, and never more than the
// largest message.
class MessageBuffer {
 public:
  static constexpr std::size_t kLargest = std::size_t{512} << 20;

  explicit MessageBuffer(std::size_t largest = kLargest) : m_largest(largest) {}

  void add(Bytes bytes);

  struct Message {
    nlohmann::json content;  // a map with a "type"
    std::size_t bytes = 0;   // on the way
  };
  // The next whole message; nothing: more bytes are needed. Throws Error for bytes that are no
  // message, a wrong checksum, and a message that is too large; there is no way on after that.
  std::optional<Message> next();

  // The first line of what has arrived and is no message, for people: printable, and short.
  std::string text() const;

 private:
  Bytes waiting() const { return Bytes(m_bytes).subspan(m_taken); }

  std::size_t m_largest;
  std::vector<std::byte> m_bytes;
  std::size_t m_taken = 0;
};

// A message as it goes on its way.
std::vector<std::uint8_t> bytesOf(const nlohmann::json& message);

}  // namespace jacobiscope::remote
