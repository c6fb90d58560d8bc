// Parallel passes over windows of drafted tokens against cached keys and values, with the cache
// in three steps: a pass *stages* its rows, the caller *commits* those whose inputs are final,
// and the rest is *rolled back*.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "engine/vla/llama.h"

namespace jacobiscope {

// Weights of a Llama prepared for decoding in a type: float32 (shared with the model) or
// bfloat16 (a copy; norms and the residual stream stay float32). Copies share the weights.
class PreparedLlama {
 public:
  // Logits over the ids given only, in their order; empty: over the whole vocabulary.
  PreparedLlama(const Llama& llama, torch::ScalarType dtype,
                const std::vector<std::int64_t>& ids = {});

  const LlamaConfig& config() const { return m_weights->config; }
  std::int64_t answers() const { return m_weights->output.size(0); }  // A: ids or V

 private:
  friend class LlamaPass;
  std::shared_ptr<const Llama> m_weights;
  torch::ScalarType m_dtype;
};

// One batch of sequences, decoded in step: windows of all begin at the same token and are
// committed by the same count (in a batch the frontier is the least of all). No gradients.
//
//   LlamaPass pass(prepared, prefix, mask, 22);
//   token 0 = argmax pass.first()
//   logits = pass.run([token 0, draft 1, draft 2, ...])   stages them; row i predicts token i + 1
//   pass.commit(n)                                        the first n inputs were final
//
// A pass without commit leaves nothing behind: a run after it gives the bits it would have given
// without it, because rows past the committed ones are never read before they are written anew.
class LlamaPass {
 public:
  // Prefix [B, R, d] as policyPrefix() gives it; mask [B, L] of its last L rows, 0 where padding
  // (undefined: none). Room for `tokens` tokens, committed and staged together. Runs the prefix
  // and, in the same pass, drafts of tokens 0, 1, ... [B, w] int64 (undefined: none), which are
  // staged then as by run(). Throws UsageError where there is no room for so many.
  LlamaPass(const PreparedLlama& llama, const Tensor& prefix, const Tensor& mask, int tokens,
            const Tensor& drafts = {});

  // Logits of token 0, [B, A] float32.
  const Tensor& first() const { return m_first; }
  // Of the tokens behind each draft, [B, w, A] float32; undefined where there were none.
  const Tensor& behindDrafts() const { return m_behindDrafts; }
  // Inputs: tokens committed(), committed() + 1, ... [B, w] int64. Logits of the tokens behind
  // each of them, [B, w, A] float32. What was staged before is dropped.
  // Throws UsageError where there is no room for so many.
  Tensor run(const Tensor& tokens);
  // The first `count` of the staged rows become part of the cache, the others are dropped.
  // Throws UsageError where fewer are staged.
  void commit(int count);
  void rollback() { m_staged = 0; }
  // Back to the first `count` committed tokens (0: the prefix alone).
  void rewind(int count);

  int committed() const { return m_committed; }
  int staged() const { return m_staged; }
  int capacity() const { return m_capacity; }
  std::int64_t bytes() const;  // of the cache

  // Only the sequences given go on, in this order: [C] int64.
  void select(const Tensor& sequences);

 private:
  void requireRoom(std::int64_t width) const;
  Tensor rows(const Tensor& inputs, std::int64_t from);
  Tensor answers(const Tensor& rows) const;

  PreparedLlama m_llama;
  int m_committed = 0, m_staged = 0, m_capacity = 0;
  std::int64_t m_prefix = 0;             // R
  Tensor m_real;                         // [B, R + capacity] truth: no padding
  Tensor m_positions;                    // [B, R + capacity] int64
  std::vector<Tensor> m_keys, m_values;  // per layer, [B, R + capacity, g, e]; keys are turned
  Tensor m_first, m_behindDrafts;
};

}  // namespace jacobiscope
