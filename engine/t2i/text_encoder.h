// The encoder of T5 (Raffel et al., arXiv 1910.10683), which reads the prompt for LlamaGen: the
// weights, under the names of Hugging Face's transformers, and one forward pass. T5 v1.1 and
// flan-t5 have gated feed-forward layers, the first T5 plain ones.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "engine/nn/torch.h"

namespace jacobiscope {

struct TextEncoderConfig {
  std::int64_t vocabulary = 0;  // V, at least the tokenizer's
  int width = 0;                // C, T5's d_model
  int headWidth = 64;           // d_kv; heads * headWidth need not be C
  int heads = 0;
  int hidden = 0;               // F, d_ff
  int layers = 0;
  int buckets = 32;             // of relative positions, half of them for keys to the right
  int maxDistance = 128;        // from there on all distances share a bucket
  bool gated = true;            // GELU(wi_0 x) * wi_1 x; false: ReLU(wi x)

  int inner() const { return heads * headWidth; }  // I
};

// x += o(attention(RMS(x))); x += wo(...(RMS(x))). No biases anywhere.
struct TextLayer {
  Tensor q, k, v;     // [I, C]
  Tensor o;           // [C, I]
  Tensor normW;       // [C]
  Tensor wi0, wi1;    // [F, C]; of plain layers wi0 is `wi`, and wi1 undefined
  Tensor wo;          // [C, F]
  Tensor mlpNormW;    // [C]
};

struct TextEncoder {
  TextEncoderConfig config;
  Tensor shared;        // [V, C], the embedding of tokens
  Tensor relativeBias;  // [buckets, heads], block 0's, used by every block
  std::vector<TextLayer> layers;
  Tensor finalNormW;    // [C]

  // Visits every tensor as ("encoder.block.0.layer.0.SelfAttention.q.weight", tensor), in the
  // order of transformers' state_dict.
  void visit(const std::function<void(const std::string&, Tensor&)>& visitor);
  std::int64_t parameters();
  void to(torch::Device device);
};

// Name and shape of every tensor of such a model in the order of TextEncoder::visit(). Nothing
// is allocated: this is what a file is compared with before it is read.
void visitShapes(const TextEncoderConfig& config,
                 const std::function<void(const std::string&, const std::vector<std::int64_t>&)>&
                     visitor);

// Layers without their tensors, which a loader fills in.
TextEncoder bareTextEncoder(const TextEncoderConfig& config);

// Fresh weights as T5 initialises them, but what is added to the residual stream (o and wo) is
// divided by sqrt(2 * layers), so that its variance does not grow with the depth and small
// models train at ordinary learning rates.
TextEncoder createTextEncoder(const TextEncoderConfig& config);

// Bucket of every pair of positions, [L, L] int64 on the CPU: rows are queries, columns keys.
Tensor relativeBuckets(const TextEncoderConfig& config, std::int64_t length);

// ids: [B, L] int64 within the vocabulary; mask: [B, L], 1 for tokens and 0 for padding, which
// no position attends to. Returns [B, L, C] in the type of the weights; rows of padding hold
// numbers without meaning. Differentiable in the weights.
Tensor encodeText(const TextEncoder& encoder, const Tensor& ids, const Tensor& mask);

}  // namespace jacobiscope
