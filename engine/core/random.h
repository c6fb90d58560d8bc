// Counter-based random numbers (Philox 4x32-10, Salmon et al., "Parallel Random Numbers:
// As Easy as 1, 2, 3", SC 2011): a number depends only on seed, purpose, position and
// call, so a seed means the same on every device and replay needs no generator state.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace jacobiscope {

// What a number is drawn for; keeps streams apart.
enum class Purpose : std::uint32_t { Noise = 1, Gumbel = 2, Accept = 3, Draft = 4, Data = 5 };

std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter,
                                    std::array<std::uint32_t, 2> key);

// Standard normal numbers by Box-Muller. `sample` is the picture of the batch: the same
// seed gives picture 0 the same noise whatever the batch size.
std::vector<float> normals(std::uint64_t seed, Purpose purpose, std::uint32_t sample,
                           std::size_t count);
// Uniform in [0, 1).
std::vector<float> uniforms(std::uint64_t seed, Purpose purpose, std::uint32_t sample,
                            std::size_t count);

}  // namespace jacobiscope
