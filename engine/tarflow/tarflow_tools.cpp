#include "engine/tarflow/tarflow_tools.h"

#include <algorithm>
#include <chrono>

#include "engine/core/error.h"
#include "engine/nn/device.h"
#include "engine/nn/load_tensor.h"
#include "engine/tarflow/flow_family.h"
#include "engine/tarflow/forward.h"
#include "engine/tarflow/load.h"
#include "engine/tarflow/memory.h"

namespace jacobiscope {

PictureShape pictureShape(const Family& model) {
  return asFlow(model).info().picture;
}

Arrays encodeImages(Family& model, const Array& images,
                    const std::vector<std::int64_t>& labels) {
  const torch::NoGradGuard noGrad;
  FlowFamily& family = asFlow(model);
  const Tensor pictures = family.picturesOf(images);
  Input input;
  if (!labels.empty()) {
    input.arrays["labels"] = {{static_cast<std::int64_t>(labels.size())}, labels};
  }
  requireEncodeMemory(family.config(), family.flow().device, pictures.size(0));
  const Encoded code =
      encode(family.flow().model, pictures, family.labelsOf(input, pictures.size(0)));
  return {{"z", toArray(code.z)}, {"logdet", toArray(code.logdet)}};
}

std::vector<std::pair<std::string, std::string>> describeConfig(const LoadRequest& request) {
  const Checkpoint checkpoint = Checkpoint::open(request.path);
  if (!looksLikeTarFlow(checkpoint)) {
    throw Error(request.path.string() + " is of no family this program knows: the tensors of "
                                        "TarFlow (blocks.0.pos_embed, ...) are missing.");
  }
  const TarFlowConfig c = deriveTarFlowConfig(checkpoint, request);
  return {{"img_size", std::to_string(c.imageSize)},
          {"in_channels", std::to_string(c.imageChannels)},
          {"patch_size", std::to_string(c.patch)},
          {"channels", std::to_string(c.width)},
          {"num_blocks", std::to_string(c.blocks)},
          {"layers_per_block", std::to_string(c.layers)},
          {"head_dim", std::to_string(c.headWidth)},
          {"num_classes", std::to_string(c.classes)},
          {"noise_std", formatKnob(c.sigma)}};
}

Completeness checkComplete(const LoadRequest& request) {
  constexpr std::size_t kMostNamed = 20;
  const Checkpoint checkpoint = Checkpoint::open(request.path);
  const TarFlowConfig config = deriveTarFlowConfig(checkpoint, request);
  Completeness found;
  visitShapes(config, [&](const std::string& name, const std::vector<std::int64_t>&) {
    const bool optional = name == "var";  // all ones in the published models
    if (found.missing.size() < kMostNamed && !optional && !checkpoint.find(name)) {
      found.missing.push_back(name);
    }
  });
  try {
    checkTarFlow(checkpoint, config);
  } catch (const Error& error) {
    found.problem = error.what();
    found.hint = error.hint();
  }
  return found;
}

double forwardFlops(const Family& model, std::int64_t positions) {
  const TarFlowConfig& c = asFlow(model).config();
  const double width = c.width, d = c.features();
  // Two operations per weight and token; attention's own products are left out.
  return 2.0 * positions * (width * d + c.layers * 12.0 * width * width + 2 * d * width);
}

double matrixProductFlops(const std::string& device, const std::string& dtype) {
  const torch::NoGradGuard noGrad;
  const torch::Device where = chooseDevice(device);
  const auto options = torch::dtype(chooseDtype(dtype)).device(where);
  const std::int64_t n = where.is_cpu() ? 1024 : 8192;
  const Tensor a = torch::ones({n, n}, options), b = torch::ones({n, n}, options);
  std::vector<double> rates;
  for (int i = 0; i < 9; ++i) {
    const auto start = std::chrono::steady_clock::now();
    torch::matmul(a, b).select(0, 0).sum().item<float>();  // reading it waits for the device
    const std::chrono::duration<double> time = std::chrono::steady_clock::now() - start;
    if (i > 1) rates.push_back(2.0 * n * n * n / time.count());
  }
  std::nth_element(rates.begin(), rates.begin() + rates.size() / 2, rates.end());
  return rates[rates.size() / 2];
}

}  // namespace jacobiscope
