// The vision towers of OpenVLA (arXiv 2406.09246) as timm builds and names them: DINOv2 with
// registers (arXiv 2309.16588) and SigLIP (arXiv 2303.15343), two settings of one transformer.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "engine/nn/parameters.h"

namespace jacobiscope {

struct TowerConfig {
  int picture = 0;  // S, pixels a side
  int patch = 0;    // pixels a side
  int width = 0;    // D
  int blocks = 0;   // that are run; timm's model has one more, whose output nobody reads
  int heads = 0;
  int hidden = 0;   // F, of the feed-forward network
  bool classToken = false;  // DINOv2: a row of its own before the patches
  int registers = 0;        // DINOv2: more of them
  bool layerScale = false;  // DINOv2: what a block adds is scaled per feature
  std::array<double, 3> mean{0.5, 0.5, 0.5}, deviation{0.5, 0.5, 0.5};  // of colours in [0, 1]

  int grid() const { return picture / patch; }
  int patches() const { return grid() * grid(); }  // P
  bool operator==(const TowerConfig&) const = default;
};

// What DINOv2's pictures are normalised with.
inline constexpr std::array<double, 3> kImageNetMean{0.485, 0.456, 0.406};
inline constexpr std::array<double, 3> kImageNetDeviation{0.229, 0.224, 0.225};

// x += ls1 attention(norm1(x)); x += ls2 fc2(GELU(fc1 norm2(x))). LayerNorm, eps 1e-6.
struct TowerBlock {
  Tensor norm1Weight, norm1Bias, norm2Weight, norm2Bias;  // [D]
  Tensor qkvWeight, qkvBias;    // [3D, D], [3D]: rows are q, then k, then v
  Tensor projWeight, projBias;  // [D, D], [D]
  Tensor scale1, scale2;        // ls1.scale_factor, ls2.scale_factor [D]; undefined without
  Tensor fc1Weight, fc1Bias;    // [F, D], [F]
  Tensor fc2Weight, fc2Bias;    // [D, F], [D]
};

struct VisionTower {
  TowerConfig config;
  Tensor patchWeight, patchBias;  // patch_embed.proj [D, 3, patch, patch], [D]
  Tensor positions;               // pos_embed [1, P, D], of patches only
  Tensor classToken, registers;   // cls_token [1, 1, D], reg_token [1, registers, D]
  std::vector<TowerBlock> blocks;

  // Names begin with `before` ("vision_backbone.featurizer.").
  void visit(const std::string& before, const ParameterVisitor& visitor);
};

VisionTower bareTower(const TowerConfig& config);

// Normalised pixels [B, 3, S, S] to the patches' rows after the last of `blocks`, [B, P, D]: no
// final norm, and without the class token and registers. Differentiable.
Tensor towerFeatures(const VisionTower& tower, const Tensor& pixels);

// Pictures [B, H, W, 3] or [H, W, 3] uint8 to pixels [B, 3, S, S] float32 on the pictures'
// device, normalised for the tower. Where sizes differ they are stretched to S x S, bicubic with
// antialiasing and rounded to whole colours, as OpenVLA's processor does.
Tensor towerPixels(const TowerConfig& config, const Tensor& pictures);

}  // namespace jacobiscope
