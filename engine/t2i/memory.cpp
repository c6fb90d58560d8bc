#include "engine/t2i/memory.h"

#include <algorithm>

#include "engine/nn/device.h"

namespace jacobiscope {

std::int64_t tokenBytes(const GptConfig& gpt, const VqConfig& vq, std::int64_t batch) {
  const double rows = gpt.rows() + kWidestWindow;
  const double cache = 4.0 * gpt.layers * rows * gpt.width;  // both branches, keys and values
  // A pass over the widest window, and distributions of it and of a row above it, kept twice.
  const double pass = 2.0 * kWidestWindow * (8.0 * gpt.width + 3.0 * gpt.hidden + gpt.vocabulary);
  const double distributions = 4.0 * (kWidestWindow + gpt.grid) * gpt.vocabulary;
  // The VQ at full resolution: an input, an output and what is between, in a few copies.
  const double pixels = double{1} * gpt.tokens() * vq.factor() * vq.factor();
  const double picture = 8.0 * pixels * vq.channels * vq.multipliers[0];
  const double bytes = 4 * batch * (cache + pass + distributions + picture);
  return static_cast<std::int64_t>(std::min(bytes, 4e18));
}

void requireTokenMemory(const LoadedT2i& model, std::int64_t batch) {
  requireMemory(model.device, tokenBytes(model.gpt.config, model.vq.config, batch),
                "a batch of " + std::to_string(batch), "Lower count (--count, --set batch=).");
}

}  // namespace jacobiscope
