// TarFlow (Zhai et al., "Normalizing Flows are Capable Generative Models",
// arXiv 2412.06329): the weights, under the published checkpoint's names.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "engine/nn/torch.h"

namespace jacobiscope {

struct TarFlowConfig {
  int imageSize = 0;      // pixels per side
  int imageChannels = 3;
  int patch = 0;          // P, pixels per side of a token
  int width = 0;          // C
  int blocks = 0;         // flow steps
  int layers = 0;         // attention layers per block
  int classes = 0;        // H; 0: unconditional
  int headWidth = 64;
  double sigma = 0.05;    // standard deviation of the noise of training, images in [-1, 1]

  int grid() const { return imageSize / patch; }
  int tokens() const { return grid() * grid(); }                   // N
  int features() const { return imageChannels * patch * patch; }   // D
  int heads() const { return width / headWidth; }
  std::string title() const;  // "TarFlow 4-192-6-2, 32x32"
};

// x += proj(attention(LN(x))); x += fc2(GELU(fc1(LN(x)))).
struct FlowLayer {
  Tensor normW, normB;  // [C]
  Tensor qkvW, qkvB;    // [3C, C], [3C]: rows are the heads of q, then k, then v
  Tensor projW, projB;  // [C, C], [C]
  Tensor mlpNormW, mlpNormB;
  Tensor fc1W, fc1B;    // [4C, C], [4C]
  Tensor fc2W, fc2B;    // [C, 4C], [C]
};

struct FlowBlock {
  bool flipped = false;  // odd blocks see the tokens in reverse order
  Tensor posEmbed;       // [N, C], in raster order
  Tensor classEmbed;     // [H, 1, C]; undefined for unconditional models
  Tensor projInW, projInB;    // [C, D], [C]
  Tensor projOutW, projOutB;  // [2D, C], [2D]: rows are a, then c
  std::vector<FlowLayer> layers;
};

struct TarFlow {
  TarFlowConfig config;
  Tensor var;  // [N, D], variance of the prior; ones in the published models
  std::vector<FlowBlock> blocks;

  // Visits every trained tensor as ("blocks.0.proj_in.weight", tensor), in file order.
  void visit(const std::function<void(const std::string&, Tensor&)>& visitor);
  std::int64_t parameters();
  void to(torch::Device device);
};

// Name and shape of every tensor of such a model in the order of TarFlow::visit(). Nothing is
// allocated: this is what a file is compared with before it is read.
void visitShapes(const TarFlowConfig& config,
                 const std::function<void(const std::string&, const std::vector<std::int64_t>&)>&
                     visitor);

// Blocks and layers without their tensors, which a loader fills in.
TarFlow bareTarFlow(const TarFlowConfig& config);

// Fresh weights as the published code initialises them: identity flow (proj_out zero).
TarFlow createTarFlow(const TarFlowConfig& config);

// [B, C, H, W] to [B, N, D] and back; feature index is channel * P * P + row * P + column,
// tokens in raster order.
Tensor patchify(const Tensor& image, const TarFlowConfig& config);
Tensor unpatchify(const Tensor& tokens, const TarFlowConfig& config);

}  // namespace jacobiscope
