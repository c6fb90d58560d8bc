#include "engine/tarflow/memory.h"

#include <algorithm>

#include "engine/nn/device.h"

namespace jacobiscope {

namespace {

// float32 numbers as bytes. Counted in double: products of a file's extents may leave int64,
// and what does so fits no machine.
std::int64_t bytesOf(double numbers) {
  return static_cast<std::int64_t>(std::min(4 * numbers, 4e18));
}

// Attention scores of one layer, all heads of one picture, where Torch computes them whole.
double scores(const TarFlowConfig& config) {
#if JACOBISCOPE_TORCH_AT_LEAST(2, 1)
  (void)config;
  return 0;
#else
  return double{1} * config.heads() * config.tokens() * config.tokens();
#endif
}

}  // namespace

std::int64_t loadBytes(const TarFlowConfig& config) {
  double numbers = 0;
  visitShapes(config, [&](const std::string&, const std::vector<std::int64_t>& shape) {
    double count = 1;
    for (const std::int64_t extent : shape) count *= static_cast<double>(extent);
    numbers += count;
  });
  return bytesOf(2 * numbers);
}

std::int64_t passBytes(const TarFlowConfig& config, int batch, bool guided) {
  const double rows = double{1} * batch * (guided ? 2 : 1) * config.tokens();
  const double cache = 2.0 * config.width * config.layers;
  return bytesOf(rows * (cache + 12.0 * config.width + 8.0 * config.features()));
}

std::int64_t denoiseBytes(const TarFlowConfig& config) {
  // Kept per layer until the gradient has passed it: the softmax, and of the activations
  // those an operation's derivative needs; in passing, the scores several times over. The
  // factors were measured (tests/tarflow/memory_test.cpp holds them to that).
  const double rows = config.tokens();
  const double kept = rows * 20 * config.width + 1.5 * scores(config);
  const double passing = rows * 24 * config.width + 6 * scores(config);
  const double tokens = rows * config.features() * 12.0 * config.blocks;
  return bytesOf(double{1} * config.blocks * config.layers * kept + passing + tokens);
}

std::int64_t encodeBytes(const TarFlowConfig& config, std::int64_t batch) {
  const double each = config.tokens() * (20.0 * config.width + 10.0 * config.features());
  return bytesOf(static_cast<double>(batch) * (each + 4 * scores(config)));
}

std::int64_t trainBytes(const TarFlowConfig& config, int batch) {
  // Gradients of the weights need the inputs of every matrix product besides what the
  // picture's own gradient keeps.
  const double more = double{1} * config.blocks * config.layers * config.tokens() * 8 *
                      config.width;
  const double each = static_cast<double>(denoiseBytes(config)) / 4 + more;
  return bytesOf(batch * each + 5.0 * static_cast<double>(loadBytes(config)) / 8);
}

void requireDecodeMemory(const TarFlowConfig& config, torch::Device device, std::int64_t batch,
                         bool guided, bool denoise) {
  requireMemory(device, passBytes(config, static_cast<int>(batch), guided),
                "a batch of " + std::to_string(batch), "Lower count (--count, --set batch=).");
  if (denoise) requireDenoiseMemory(config, device);
}

void requireDenoiseMemory(const TarFlowConfig& config, torch::Device device) {
  requireMemory(device, denoiseBytes(config), "the final denoising step",
                "Leave it out: denoise=0.");
}

void requireTrainMemory(const TarFlowConfig& config, torch::Device device, int batch) {
  requireMemory(device, std::max(trainBytes(config, batch), encodeBytes(config, kHeldOutBatch)),
                "training on " + std::to_string(batch) + " pictures a step",
                "Lower batch (--set batch=).");
}

void requireEncodeMemory(const TarFlowConfig& config, torch::Device device, std::int64_t batch) {
  requireMemory(device, encodeBytes(config, batch),
                "encoding " + std::to_string(batch) + " pictures", "Give fewer pictures at once.");
}

}  // namespace jacobiscope
