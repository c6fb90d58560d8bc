// A vision-language-action policy in the structure and under the names of OpenVLA (Kim et al.,
// arXiv 2406.09246): one or two vision towers, a projector, and a Llama that answers with action
// tokens. The published model and the small one of this project are settings of the same code.
//
// A sequence is
//
//   BOS | P patches | [proprioception] | L words | action token 0, action token 1, ...
//   |<------------- the prefix --------------->|
//
// and the row before a token predicts it. Action tokens are the last 256 ids before the padding
// of the vocabulary (action_codec.h), 7 a step, then EOS.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/vla/llama.h"
#include "engine/vla/vision_tower.h"

namespace jacobiscope {

inline constexpr int kActionBins = 256;

// Before the names of a tower's tensors: the first, and the fused one beside it.
inline constexpr const char* kTowerNames[] = {"vision_backbone.featurizer.",
                                              "vision_backbone.fused_featurizer."};

struct PolicyConfig {
  // One or two with equally many patches, see kTowerNames.
  std::vector<TowerConfig> towers;
  LlamaConfig llama;
  int padding = 0;         // ids at the end of the vocabulary that mean nothing
  int proprioception = 0;  // numbers; 0: the arm's state is no input, as published
  int actionSize = 7;
  int chunk = 1;           // steps that the model is trained to answer with

  int patches() const { return towers.front().patches(); }  // P
  int visionWidth() const;                                  // of all towers together
  int words() const { return llama.vocabulary - padding; }  // V'
  int firstActionToken() const { return words() - kActionBins; }
  int actionTokens() const { return actionSize * chunk; }   // of a chunk, without EOS
  // Rows before the first word: BOS, patches, proprioception.
  int rowsBeforeText() const { return 1 + patches() + (proprioception > 0 ? 1 : 0); }
  std::string title() const;  // "OpenVLA 4-192"
  bool operator==(const PolicyConfig&) const = default;
};

// A linear layer with bias.
struct Dense {
  Tensor weight, bias;  // [out, in], [out]
};

struct Policy {
  PolicyConfig config;
  std::vector<VisionTower> towers;
  // fc1, fc2 of one tower: [d, D], [d, d]; fc1, fc2, fc3 of two: [4D, D], [d, 4D], [d, d].
  std::vector<Dense> projector;
  // proprio_projector.fc1 [d, proprioception], fc2 [d, d], named as OpenVLA-OFT
  // (arXiv 2502.19645) does; empty without proprioception.
  std::vector<Dense> proprioProjector;
  Llama llama;

  void visit(const ParameterVisitor& visitor);
  // For the free functions of engine/nn/parameters.h.
  ParameterWalk walk() {
    return [this](const ParameterVisitor& visitor) { visit(visitor); };
  }
};

// The published sizes: DINOv2 ViT-L/14 and SigLIP so400m/14 at 224 pixels, Llama 2 7B.
PolicyConfig openVlaConfig();
// What the bundled `tabletop` has: one tower of SigLIP's kind (96 pixels, patches of 12, width
// 128) and a Llama of width 192, about 2.5 million weights; proprioception of 7 numbers.
PolicyConfig tabletopConfig(int vocabulary, int chunk);

// Throws UsageError for sizes that do not fit each other (says which).
void checkPolicyConfig(const PolicyConfig& config);

// The structure without its tensors, which a loader fills in.
Policy barePolicy(const PolicyConfig& config);
// Fresh weights for training, by Torch's generator: matrices normal with variance 1 / inputs,
// less where they add to the residual stream, embeddings of 0.5 and what gives the logits of 0.02
// standard deviation; patch positions as sines and cosines; biases 0.
Policy createPolicy(const PolicyConfig& config);

// Pictures [B, H, W, 3] uint8 as every tower wants them: [B, 3, S, S] each (towerPixels()).
std::vector<Tensor> policyPixels(const PolicyConfig& config, const Tensor& pictures);

// What the towers see, side by side: [B, P, visionWidth()]. Differentiable.
Tensor policyFeatures(const Policy& policy, const std::vector<Tensor>& pixels);

// The rows before the action tokens, [B, R, d] with R = 1 + P + (1) + L.
//   pixels          one [B, 3, S, S] per tower, normalised (policyPixels())
//   proprioception  [B, proprioception], normalised (ValueRanges of action_codec.h); undefined
//                   for a policy without
//   text            [B, L] int64, without BOS. Shorter texts are padded on the *left* with any
//                   ids: the last row of the prefix, which predicts token 0, must be a word
//                   of every text, and action tokens then stand in the same columns.
// Differentiable. Throws UsageError for inputs that do not fit the policy.
Tensor policyPrefix(const Policy& policy, const std::vector<Tensor>& pixels,
                    const Tensor& proprioception, const Tensor& text);
// The same from policyFeatures() [B, P, visionWidth()].
Tensor prefixOfFeatures(const Policy& policy, const Tensor& features,
                        const Tensor& proprioception, const Tensor& text);

// Logits [B, n + 1, V] float32 of action tokens 0 .. n from the prefix [B, R, d] and tokens
// [B, n] before them, in one pass with nothing cached. mask [B, L], 1 for words of the text and
// 0 for padding (undefined: no padding); padded rows are seen by none and count in no position,
// so that a text gives the same logits however far it is padded. Differentiable.
Tensor policyLogits(const Policy& policy, const Tensor& prefix, const Tensor& mask,
                    const Tensor& tokens);

// The same of K continuations [K, B, n] of one prefix, which is computed once: [K, B, n + 1, V].
Tensor policyLogitsOfEach(const Policy& policy, const Tensor& prefix, const Tensor& mask,
                          const Tensor& tokens);

// Those of one continuation with normalised rows that the language model ends in.
struct PolicyRows {
  Tensor words;   // [B, L, d], of the instruction; the last one predicts token 0
  Tensor logits;  // [B, n + 1, V]
};
PolicyRows policyRows(const Policy& policy, const Tensor& prefix, const Tensor& mask,
                      const Tensor& tokens, const LlamaWatch& watch = {});

// The ids that an answer can have, for PreparedLlama: the 256 action tokens in the order of
// their ids, then EOS.
std::vector<std::int64_t> answerTokens(const PolicyConfig& config);

}  // namespace jacobiscope
