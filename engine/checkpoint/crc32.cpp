#include "engine/checkpoint/crc32.h"

#include <array>
#include <cstring>

namespace jacobiscope {
namespace {

using Tables = std::array<std::array<std::uint32_t, 256>, 8>;

// Table k says what a byte does to the remainder when k more bytes follow it.
constexpr Tables makeTables() {
  Tables tables{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t value = byte;
    for (int bit = 0; bit < 8; ++bit) value = value & 1 ? 0xEDB88320u ^ (value >> 1) : value >> 1;
    tables[0][byte] = value;
  }
  for (std::size_t k = 1; k < tables.size(); ++k) {
    for (std::size_t byte = 0; byte < 256; ++byte) {
      const std::uint32_t before = tables[k - 1][byte];
      tables[k][byte] = tables[0][before & 0xFF] ^ (before >> 8);
    }
  }
  return tables;
}

constexpr Tables kTables = makeTables();

}  // namespace

// Eight bytes at a time: recordings of hundreds of megabytes are checked when they are opened.
std::uint32_t crc32(Bytes bytes) {
  std::uint32_t crc = 0xFFFFFFFFu;
  std::size_t at = 0;
  for (; at + 8 <= bytes.size(); at += 8) {
    std::uint64_t word;
    std::memcpy(&word, bytes.data() + at, sizeof word);
    word ^= crc;
    crc = 0;
    for (std::size_t k = 0; k < 8; ++k) crc ^= kTables[7 - k][word >> (8 * k) & 0xFF];
  }
  for (; at < bytes.size(); ++at) {
    crc = kTables[0][(crc ^ std::to_integer<std::uint32_t>(bytes[at])) & 0xFF] ^ (crc >> 8);
  }
  return crc ^ 0xFFFFFFFFu;
}

}  // namespace jacobiscope
