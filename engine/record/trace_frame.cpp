#include "engine/record/trace_frame.h"

#include "engine/checkpoint/crc32.h"

namespace jacobiscope::trace {
namespace {

constexpr std::uint8_t kPair = 0x82;  // an array of two
constexpr int kUnsigned = 0, kByteString = 2;

// A major type with its count in big-endian order, in the shortest form.
void appendHead(std::uint8_t major, std::uint64_t count, std::vector<std::uint8_t>& to) {
  const auto first = [&](int info) { to.push_back(static_cast<std::uint8_t>(major << 5 | info)); };
  if (count < 24) return first(static_cast<int>(count));
  int bytes = 1, info = 24;
  while (bytes < 8 && count >> (8 * bytes) != 0) {
    bytes *= 2;
    ++info;
  }
  first(info);
  for (int i = bytes - 1; i >= 0; --i) to.push_back(static_cast<std::uint8_t>(count >> (8 * i)));
}

}  // namespace

void appendRecord(const nlohmann::json& record, std::vector<std::uint8_t>& to) {
  const std::vector<std::uint8_t> payload = nlohmann::json::to_cbor(record);
  to.push_back(kPair);
  appendHead(kByteString, payload.size(), to);
  to.insert(to.end(), payload.begin(), payload.end());
  appendHead(kUnsigned, crc32(std::as_bytes(std::span(payload))), to);
}

// Reads a head of that major type at `at` and moves on; otherwise says in m_end what is wrong.
bool Frames::head(std::size_t& at, int major, std::uint64_t& value) {
  m_end = End::CutOff;
  if (at == m_bytes.size()) return false;
  const auto first = std::to_integer<unsigned>(m_bytes[at++]);
  const unsigned info = first & 0x1F;
  if (first >> 5 != static_cast<unsigned>(major) || info > 27) {
    m_end = End::Foreign;
    return false;
  }
  value = info;
  if (info < 24) return true;
  const std::size_t bytes = std::size_t{1} << (info - 24);
  if (m_bytes.size() - at < bytes) return false;
  value = 0;
  for (std::size_t i = 0; i < bytes; ++i) {
    value = value << 8 | std::to_integer<std::uint64_t>(m_bytes[at++]);
  }
  return true;
}

std::optional<Frames::Frame> Frames::next() {
  std::size_t at = m_position;
  m_end = End::Whole;
  if (at == m_bytes.size()) return std::nullopt;
  if (m_bytes[at++] != std::byte{kPair}) {
    m_end = End::Foreign;
    return std::nullopt;
  }
  std::uint64_t size = 0, sum = 0;
  if (!head(at, kByteString, size)) return std::nullopt;
  if (size > m_bytes.size() - at) return std::nullopt;  // cut off
  const Bytes payload = m_bytes.subspan(at, static_cast<std::size_t>(size));
  at += payload.size();
  if (!head(at, kUnsigned, sum)) return std::nullopt;
  m_position = at;
  m_end = End::Whole;
  return Frame{payload, sum == crc32(payload)};
}

}  // namespace jacobiscope::trace
