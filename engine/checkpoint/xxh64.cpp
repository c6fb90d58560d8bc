// Algorithm and constants: https://github.com/Cyan4973/xxHash, doc/xxhash_spec.md, "XXH64".
#include "engine/checkpoint/xxh64.h"

#include <array>
#include <bit>
#include <cstring>

namespace jacobiscope {
namespace {

constexpr std::uint64_t kPrime1 = 0x9E3779B185EBCA87;
constexpr std::uint64_t kPrime2 = 0xC2B2AE3D27D4EB4F;
constexpr std::uint64_t kPrime3 = 0x165667B19E3779F9;
constexpr std::uint64_t kPrime4 = 0x85EBCA77C2B2AE63;
constexpr std::uint64_t kPrime5 = 0x27D4EB2F165667C5;

template <class Word>
std::uint64_t word(const std::byte* at) {
  Word value;
  std::memcpy(&value, at, sizeof(value));
  return value;
}

std::uint64_t mix(std::uint64_t lane, std::uint64_t input) {
  return std::rotl(lane + input * kPrime2, 31) * kPrime1;
}

// The last fewer than 32 bytes.
std::uint64_t absorbTail(std::uint64_t hash, Bytes tail) {
  while (tail.size() >= 8) {
    hash = std::rotl(hash ^ mix(0, word<std::uint64_t>(tail.data())), 27) * kPrime1 + kPrime4;
    tail = tail.subspan(8);
  }
  if (tail.size() >= 4) {
    hash = std::rotl(hash ^ (word<std::uint32_t>(tail.data()) * kPrime1), 23) * kPrime2 + kPrime3;
    tail = tail.subspan(4);
  }
  for (std::byte b : tail) {
    hash = std::rotl(hash ^ (std::to_integer<std::uint64_t>(b) * kPrime5), 11) * kPrime1;
  }
  return hash;
}

}  // namespace

std::uint64_t xxh64(Bytes bytes) {
  const std::uint64_t length = bytes.size();
  std::uint64_t hash = kPrime5;
  if (bytes.size() >= 32) {
    std::array<std::uint64_t, 4> lanes = {kPrime1 + kPrime2, kPrime2, 0, 0 - kPrime1};
    while (bytes.size() >= 32) {
      for (std::size_t i = 0; i < 4; ++i) {
        lanes[i] = mix(lanes[i], word<std::uint64_t>(bytes.data() + 8 * i));
      }
      bytes = bytes.subspan(32);
    }
    hash = std::rotl(lanes[0], 1) + std::rotl(lanes[1], 7) + std::rotl(lanes[2], 12) +
           std::rotl(lanes[3], 18);
    for (std::uint64_t lane : lanes) hash = (hash ^ mix(0, lane)) * kPrime1 + kPrime4;
  }
  hash = absorbTail(hash + length, bytes);
  hash = (hash ^ hash >> 33) * kPrime2;
  hash = (hash ^ hash >> 29) * kPrime3;
  return hash ^ hash >> 32;
}

std::string xxh64Text(Bytes bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  const std::uint64_t hash = xxh64(bytes);
  std::string text(16, '0');
  for (std::size_t i = 0; i < 16; ++i) text[i] = kDigits[hash >> (60 - 4 * i) & 15];
  return text;
}

}  // namespace jacobiscope
