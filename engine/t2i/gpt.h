// LlamaGen's autoregressive transformer over image tokens (Sun et al., arXiv 2406.06525): the
// weights under the published checkpoint's names, and the pass that training needs. Decoding
// passes are in gpt_pass.h.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/nn/parameters.h"

namespace jacobiscope {

struct GptConfig {
  int width = 0;       // d
  int layers = 0;
  int heads = 0;
  int hidden = 0;      // f, of the feed-forward network
  int vocabulary = 0;  // V
  int grid = 0;        // tokens per side of the picture
  int prefix = 1;      // rows before the tokens: 1 for a class, so many for text
  int captionWidth = 0;  // features of the text encoder; 0: class-conditional
  int classes = 0;       // without the null class; 0: text-conditional
  double ropeBase = 10000;

  int tokens() const { return grid * grid; }  // N
  int rows() const { return prefix + tokens(); }
  int headWidth() const { return width / heads; }
  bool prompted() const { return captionWidth > 0; }
  std::string title() const;  // "LlamaGen 6-256"
};

// x += wo(attention(norm(x))); x += w2(silu(w1 norm(x)) * w3 norm(x)). No biases.
struct GptLayer {
  Tensor attentionNorm, ffnNorm;  // [d], of RMSNorm
  Tensor wqkv, wo;                // [3d, d]: rows are q, then k, then v; [d, d]
  Tensor w1, w2, w3;              // [f, d], [d, f], [f, d]
};

struct Gpt {
  GptConfig config;
  Tensor tokenEmbedding;  // tok_embeddings.weight [V, d]
  Tensor classEmbedding;  // cls_embedding.embedding_table.weight [classes + 1, d]
  Tensor captionFc1, captionFc2;  // cls_embedding.cap_proj.fc1 [d, C], fc2 [d, d]
  Tensor nullCaption;             // cls_embedding.uncond_embedding [prefix, C]
  std::vector<GptLayer> layers;
  Tensor norm, output;  // [d], [V, d]

  void visit(const ParameterVisitor& visitor);
  // For the free functions of engine/nn/parameters.h.
  ParameterWalk walk() {
    return [this](const ParameterVisitor& visitor) { visit(visitor); };
  }
};

// The structure without its tensors, which a loader fills in.
Gpt bareGpt(const GptConfig& config);
// Fresh weights for training (normal, 0.02; the output as the embedding).
Gpt createGpt(const GptConfig& config);

// cos and sin per row and pair of features, [rows, headWidth / 2, 2]. The first half of the
// pairs turns with the row of the grid, the second with the column; prefix rows are all zero, so
// that their queries and keys vanish and attention over the prefix is uniform (as published).
Tensor rotaryTable(const GptConfig& config);
// x [..., T, h, headWidth] turned by table [T, headWidth / 2, 2], in adjacent pairs.
Tensor rotate(const Tensor& x, const Tensor& table);

// Captions [B, L, C] to the rows before the tokens, [B, L, d].
Tensor captionPrefix(const Gpt& gpt, const Tensor& features);
// Classes [B] int64 (the null class is config.classes) to [B, 1, d].
Tensor classPrefix(const Gpt& gpt, const Tensor& classes);

// Which rows see which, [B, T, T] truth: causal, padded prefix rows (mask [B, prefix], 0) are
// seen by none but themselves. mask undefined: nothing is padded.
Tensor prefixMask(const Tensor& mask, std::int64_t batch, std::int64_t rows,
                  torch::Device device);

// Logits [B, n + 1, V] of tokens 0 .. n from the prefix [B, L, d] and tokens [B, n] before
// them, in one pass with nothing cached. Differentiable.
Tensor gptLogits(const Gpt& gpt, const Tensor& prefix, const Tensor& mask, const Tensor& tokens);

// The same with the rows that tokens 0 .. n are predicted from as they are half way up,
// normalised, [B, n + 1, d].
struct GptRows {
  Tensor middle, logits;
};
GptRows gptRows(const Gpt& gpt, const Tensor& prefix, const Tensor& mask, const Tensor& tokens);

}  // namespace jacobiscope
