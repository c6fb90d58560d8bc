// The VQ autoencoder between pictures and grids of tokens, as LlamaGen has it (Sun et al.,
// arXiv 2406.06525; the architecture is VQGAN's, arXiv 2012.09841): the weights under the
// published checkpoint's names, and both directions.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/nn/parameters.h"

namespace jacobiscope {

struct VqConfig {
  int codebook = 0;            // tokens
  int codeWidth = 8;           // features of a codebook entry, compared after normalisation
  int channels = 128;          // at full resolution
  std::vector<int> multipliers = {1, 1, 2, 2, 4};  // of the channels, per resolution
  int latent = 256;            // channels between the networks and the codebook
  int residuals = 2;           // residual blocks per resolution of the encoder; the decoder has
                               // one more
  int imageChannels = 3;
  int groups = 32;             // of the group norms; published models: 32, four channels each

  int factor() const { return 1 << (multipliers.size() - 1); }  // pixels per side of a token
  int levels() const { return static_cast<int>(multipliers.size()); }
  std::string title() const;  // "VQ-4 512x8"
};

// Weight and bias of a convolution, or of a group norm.
struct VqPair {
  Tensor weight, bias;
};

// A group norm with its number of groups.
struct VqNorm : VqPair {
  int groups = 32;
};

struct VqResidual {  // x + conv2(swish(norm2(conv1(swish(norm1(x))))))
  VqNorm norm1, norm2;
  VqPair conv1, conv2, shortcut;  // shortcut 1x1 where the channels change
  int inputs = 0, outputs = 0;
};

struct VqAttention {  // one head over all pixels
  VqNorm norm;
  VqPair q, k, v, out;
  int channels = 0;
};

struct VqLevel {
  std::vector<VqResidual> residuals;
  std::vector<VqAttention> attentions;  // at the lowest resolution only
  VqPair resample;                      // not at the last level
  bool resamples = false;
  int channels = 0;
};

// Encoder or decoder: the levels in the order in which they are run through.
struct VqNetwork {
  VqPair convIn, convOut;
  VqNorm normOut;
  std::vector<VqLevel> levels;
  VqResidual midFirst, midLast;
  VqAttention midAttention;
  int inChannels = 0, outChannels = 0;      // of convIn and convOut
  int firstChannels = 0, lastChannels = 0;  // behind convIn and before convOut
  int midChannels = 0;
};

struct VqModel {
  VqConfig config;
  VqNetwork encoder, decoder;
  VqPair quantConv, postQuantConv;
  Tensor codebook;  // quantize.embedding.weight [V, codeWidth]

  void visit(const ParameterVisitor& visitor);
  // For the free functions of engine/nn/parameters.h.
  ParameterWalk walk() {
    return [this](const ParameterVisitor& visitor) { visit(visitor); };
  }
};

// The structure without its tensors, which a loader fills in.
VqModel bareVq(const VqConfig& config);
// Fresh weights for training.
VqModel createVq(const VqConfig& config);

// Pictures [B, 3, H, W] in [-1, 1] to features [B, codeWidth, h, w] that are not quantised yet.
Tensor vqFeatures(const VqModel& model, const Tensor& pictures);
// The nearest codebook entry (by angle) of every feature, [B, h, w] int64.
Tensor nearestCodes(const VqModel& model, const Tensor& features);
// Pictures to tokens [B, h * w] int64 in raster order.
Tensor vqEncode(const VqModel& model, const Tensor& pictures);

// The unit vectors of tokens [B, h, w] as [B, codeWidth, h, w].
Tensor codeVectors(const VqModel& model, const Tensor& tokens);
// Quantised features [B, codeWidth, h, w] to pictures [B, 3, H, W], about [-1, 1], unclipped.
Tensor vqPictures(const VqModel& model, const Tensor& codes);
// Tokens [B, h * w] to pictures.
Tensor vqDecode(const VqModel& model, const Tensor& tokens, int rows, int columns);

}  // namespace jacobiscope
