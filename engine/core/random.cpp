#include "engine/core/random.h"

#include <cmath>
#include <numbers>

namespace jacobiscope {
namespace {

// Constants of Philox 4x32 (Salmon et al., table 2).
constexpr std::uint32_t kMultiplier0 = 0xD2511F53u, kMultiplier1 = 0xCD9E8D57u;
constexpr std::uint32_t kWeyl0 = 0x9E3779B9u, kWeyl1 = 0xBB67AE85u;
constexpr int kRounds = 10;

// The four words of block `index` of a stream.
std::array<std::uint32_t, 4> block(std::uint64_t seed, Purpose purpose, std::uint32_t sample,
                                   std::uint64_t index) {
  return philox({static_cast<std::uint32_t>(index), static_cast<std::uint32_t>(index >> 32), sample,
                 static_cast<std::uint32_t>(purpose)},
                {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)});
}

}  // namespace

std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter,
                                    std::array<std::uint32_t, 2> key) {
  for (int round = 0; round < kRounds; ++round) {
    const std::uint64_t product0 = std::uint64_t{kMultiplier0} * counter[0];
    const std::uint64_t product1 = std::uint64_t{kMultiplier1} * counter[2];
    counter = {static_cast<std::uint32_t>(product1 >> 32) ^ counter[1] ^ key[0],
               static_cast<std::uint32_t>(product1),
               static_cast<std::uint32_t>(product0 >> 32) ^ counter[3] ^ key[1],
               static_cast<std::uint32_t>(product0)};
    key[0] += kWeyl0;
    key[1] += kWeyl1;
  }
  return counter;
}

std::vector<float> normals(std::uint64_t seed, Purpose purpose, std::uint32_t sample,
                           std::size_t count) {
  std::vector<float> numbers(count);
  for (std::size_t i = 0; i < count; i += 4) {
    const auto words = block(seed, purpose, sample, i / 4);
    for (std::size_t pair = 0; pair < 2; ++pair) {
      // In double and rounded once, so that float results agree between math libraries.
      const double u = (words[2 * pair] + 1.0) * 0x1p-32;  // (0, 1]: its logarithm is finite
      const double angle = 2 * std::numbers::pi * (words[2 * pair + 1] * 0x1p-32);
      const double radius = std::sqrt(-2 * std::log(u));
      const std::size_t at = i + 2 * pair;
      if (at < count) numbers[at] = static_cast<float>(radius * std::cos(angle));
      if (at + 1 < count) numbers[at + 1] = static_cast<float>(radius * std::sin(angle));
    }
  }
  return numbers;
}

std::vector<float> uniforms(std::uint64_t seed, Purpose purpose, std::uint32_t sample,
                            std::size_t count) {
  std::vector<float> numbers(count);
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint32_t word = block(seed, purpose, sample, i / 4)[i % 4];
    numbers[i] = static_cast<float>(word >> 8) * 0x1p-24f;  // 24 bits: 1 is never reached
  }
  return numbers;
}

}  // namespace jacobiscope
