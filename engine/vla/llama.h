// The language model of OpenVLA: Llama 2 (arXiv 2307.09288) under the names of Hugging Face's
// transformers, and the pass that training needs. Decoding passes are in llama_pass.h.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "engine/nn/parameters.h"

namespace jacobiscope {

struct LlamaConfig {
  int width = 0;          // d
  int layers = 0;
  int heads = 0;          // h, of queries
  int keyValueHeads = 0;  // g; h / g queries share one key
  int hidden = 0;         // f, of the feed-forward network
  int vocabulary = 0;     // V, with rows that only fill up
  double ropeBase = 10000;
  double normEpsilon = 1e-6;
  int beginToken = 1;     // BOS
  int endToken = 2;       // EOS

  int headWidth() const { return width / heads; }  // e
  bool operator==(const LlamaConfig&) const = default;
};

// x += o(attention(norm(x))); x += down(silu(gate norm(x)) * up norm(x)). No biases.
struct LlamaLayer {
  Tensor inputNorm, postNorm;  // input_layernorm, post_attention_layernorm [d], of RMSNorm
  Tensor q, k, v, o;           // self_attn.*_proj [h e, d], [g e, d], [g e, d], [d, h e]
  Tensor gate, up, down;       // mlp.*_proj [f, d], [f, d], [d, f]
};

struct Llama {
  LlamaConfig config;
  Tensor tokenEmbedding;  // model.embed_tokens.weight [V, d]
  std::vector<LlamaLayer> layers;
  Tensor norm;            // model.norm.weight [d]
  Tensor output;          // lm_head.weight [V, d]

  // Names begin with `before` ("language_model.").
  void visit(const std::string& before, const ParameterVisitor& visitor);
};

Llama bareLlama(const LlamaConfig& config);

// cos and sin of each position [...] int64, [..., e / 2, 2] float32.
Tensor llamaTurns(const LlamaConfig& config, const Tensor& positions);
// x [B, T, heads, e] turned by turns [B or 1, T, e / 2, 2]; feature i pairs with i + e / 2.
Tensor llamaTurned(const Tensor& x, const Tensor& turns);

// Queries [B, T, h, e] over keys and values [B, K, g, e]; seen [B or 1, T, K] truth says which
// rows see which (each sees one at least). Returns [B, T, h e].
Tensor llamaAttention(const Tensor& q, const Tensor& k, const Tensor& v, const Tensor& seen);

// The rows of a layer: h [B, T, d] becomes [B, T, d]. `attend` is given normalised and projected
// q [B, T, h, e], k and v [B, T, g, e], before they are turned, and returns [B, T, h e].
using LlamaAttend =
    std::function<Tensor(const Tensor& q, const Tensor& k, const Tensor& v)>;
Tensor llamaLayer(const LlamaLayer& layer, const LlamaConfig& config, const Tensor& h,
                  const LlamaAttend& attend);

// Is given what a layer's attention compares, turned: q [B, T, h, e], k [B, T, g, e].
using LlamaWatch = std::function<void(std::size_t layer, const Tensor& q, const Tensor& k)>;

// The rows behind the first `shared` are so many continuations of these, equally long and one after
// the other. None sees another: each is as if it alone stood behind the shared rows.
struct LlamaBranches {
  std::int64_t shared = 0, count = 1;
};

// Inputs [B, T, d] through all layers, normalised, [B, T, d]. Causal; real [B, T] truth says
// which rows are no padding (undefined: all are). Padding is seen by none and counts in no
// position, so that the other rows are as without it. Differentiable.
Tensor llamaRows(const Llama& llama, const Tensor& inputs, const Tensor& real,
                 const LlamaBranches& branches = {}, const LlamaWatch& watch = {});

}  // namespace jacobiscope
