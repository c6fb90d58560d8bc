#include "engine/remote/message_buffer.h"

#include "engine/record/cbor.h"
#include "engine/record/trace_frame.h"

namespace jacobiscope::remote {

namespace {

constexpr std::size_t kLongestLine = 200;

}  // namespace

void MessageBuffer::add(Bytes bytes) {
  m_bytes.erase(m_bytes.begin(), m_bytes.begin() + static_cast<std::ptrdiff_t>(m_taken));
  m_taken = 0;
  m_bytes.insert(m_bytes.end(), bytes.begin(), bytes.end());
}

std::optional<MessageBuffer::Message> MessageBuffer::next() {
  trace::Frames frames(waiting());
  const auto frame = frames.next();
  if (!frame) {
    if (frames.end() == trace::Frames::End::Foreign) {
      throw Error("Bytes arrived that are no message.");
    }
    if (waiting().size() > m_largest) {
      throw Error("A message arrives that is larger than " + std::to_string(m_largest) + " bytes.");
    }
    return std::nullopt;
  }
  if (!frame->intact) throw Error("A message arrived damaged: its checksum is wrong.");
  Message message{readCbor(frame->payload), frames.position()};
  m_taken += frames.position();
  const auto& content = message.content;
  if (!content.is_object() || !content.contains("type") || !content["type"].is_string()) {
    throw Error("A message arrived that does not say what it is.");
  }
  return message;
}

std::string MessageBuffer::text() const {
  std::string line;
  for (const std::byte byte : waiting()) {
    const char c = static_cast<char>(byte);
    if (c == '\n' && !line.empty()) break;
    if (c >= ' ' && c <= '~') line += c;
    if (line.size() == kLongestLine) break;
  }
  return line;
}

std::vector<std::uint8_t> bytesOf(const nlohmann::json& message) {
  std::vector<std::uint8_t> bytes;
  trace::appendRecord(message, bytes);
  return bytes;
}

}  // namespace jacobiscope::remote
