#include "engine/vla/llama_pass.h"

#include "engine/core/error.h"
#include "engine/nn/layers.h"

namespace jacobiscope {

PreparedLlama::PreparedLlama(const Llama& llama, torch::ScalarType dtype,
                             const std::vector<std::int64_t>& ids)
    : m_dtype(dtype) {
  const torch::NoGradGuard noGrad;
  auto weights = std::make_shared<Llama>(llama);
  for (LlamaLayer& layer : weights->layers) {
    for (Tensor* tensor : {&layer.q, &layer.k, &layer.v, &layer.o, &layer.gate, &layer.up,
                           &layer.down}) {
      *tensor = tensor->detach().to(dtype);
    }
  }
  if (!ids.empty()) {
    const Tensor rows = torch::tensor(ids).to(weights->output.device());
    weights->output = weights->output.index_select(0, rows);
  }
  weights->output = weights->output.detach().to(dtype);
  m_weights = std::move(weights);
}

LlamaPass::LlamaPass(const PreparedLlama& llama, const Tensor& prefix, const Tensor& mask,
                     int tokens, const Tensor& drafts)
    : m_llama(llama), m_capacity(tokens), m_prefix(prefix.size(1)) {
  const torch::NoGradGuard noGrad;
  const LlamaConfig& config = llama.config();
  const auto device = prefix.device();
  const auto batch = prefix.size(0), length = m_prefix + tokens;
  m_real = torch::ones({batch, length}, torch::dtype(torch::kBool).device(device));
  if (mask.defined()) {
    m_real.slice(1, m_prefix - mask.size(1), m_prefix).copy_(mask.to(torch::kBool));
  }
  m_positions = (m_real.to(torch::kInt64).cumsum(1) - 1).clamp_min(0);
  for (int l = 0; l < config.layers; ++l) {
    for (auto* cache : {&m_keys, &m_values}) {
      cache->push_back(torch::zeros({batch, length, config.keyValueHeads, config.headWidth()},
                                    torch::dtype(llama.m_dtype).device(device)));
    }
  }
  Tensor inputs = prefix;
  if (drafts.defined()) {
    requireRoom(drafts.size(1));
    const Tensor drafted =
        torch::embedding(llama.m_weights->tokenEmbedding, drafts.to(device)).to(prefix.dtype());
    inputs = torch::cat({prefix, drafted}, 1);
  }
  const Tensor said = answers(rows(inputs, 0).slice(1, m_prefix - 1));
  m_first = said.select(1, 0);
  if (!drafts.defined()) return;
  m_behindDrafts = said.slice(1, 1);
  m_staged = static_cast<int>(drafts.size(1));
}

void LlamaPass::requireRoom(std::int64_t width) const {
  if (m_committed + width <= m_capacity) return;
  throw UsageError("A window of " + std::to_string(width) + " tokens behind " +
                   std::to_string(m_committed) + " does not fit into a cache of " +
                   std::to_string(m_capacity) + ".");
}

Tensor LlamaPass::answers(const Tensor& rows) const {
  return torch::linear(rows, m_llama.m_weights->output).to(torch::kFloat32);
}

Tensor LlamaPass::run(const Tensor& tokens) {
  const torch::NoGradGuard noGrad;
  const auto width = tokens.size(1);
  requireRoom(width);
  m_staged = 0;  // should this pass fail, nothing is staged
  const Llama& weights = *m_llama.m_weights;
  const Tensor inputs = torch::embedding(weights.tokenEmbedding, tokens.to(m_real.device()));
  const Tensor h = rows(inputs, m_prefix + m_committed);
  m_staged = static_cast<int>(width);
  return answers(h);
}

void LlamaPass::commit(int count) {
  if (count < 0 || count > m_staged) {
    throw UsageError("There are " + std::to_string(m_staged) + " staged rows, not " +
                     std::to_string(count) + ".");
  }
  m_committed += count;
  m_staged = 0;
}

void LlamaPass::rewind(int count) {
  if (count < 0 || count > m_committed) {
    throw UsageError("There are " + std::to_string(m_committed) + " committed rows, not " +
                     std::to_string(count) + ".");
  }
  m_committed = count;
  m_staged = 0;
}

std::int64_t LlamaPass::bytes() const {
  std::int64_t sum = 0;
  for (const auto* cache : {&m_keys, &m_values}) {
    for (const Tensor& tensor : *cache) sum += static_cast<std::int64_t>(tensor.nbytes());
  }
  return sum;
}

void LlamaPass::select(const Tensor& sequences) {
  const torch::NoGradGuard noGrad;
  const Tensor chosen = sequences.to(m_real.device());
  for (auto* cache : {&m_keys, &m_values}) {
    for (Tensor& tensor : *cache) tensor = tensor.index_select(0, chosen);
  }
  m_real = m_real.index_select(0, chosen);
  m_positions = m_positions.index_select(0, chosen);
  m_first = m_first.index_select(0, chosen);
  m_behindDrafts = Tensor();
}

// Inputs [B, w, d] in rows from, from + 1, ... of the sequence, through all layers, normalised
// and in the type of the weights. Writes their keys and values; reads rows before from + w only.
Tensor LlamaPass::rows(const Tensor& inputs, std::int64_t from) {
  const Llama& llama = *m_llama.m_weights;
  const auto to = from + inputs.size(1);
  const auto places = torch::dtype(torch::kInt64).device(inputs.device());
  const Tensor queries = torch::arange(from, to, places).unsqueeze(1);
  const Tensor columns = torch::arange(to, places).unsqueeze(0);
  const Tensor seen = (columns <= queries)
                          .unsqueeze(0)
                          .logical_and(m_real.slice(1, 0, to).unsqueeze(1))
                          .logical_or((columns == queries).unsqueeze(0));
  const Tensor turns = llamaTurns(llama.config, m_positions.slice(1, from, to));
  Tensor h = inputs.to(torch::kFloat32);
  for (std::size_t l = 0; l < llama.layers.size(); ++l) {
    h = llamaLayer(llama.layers[l], llama.config, h,
                   [&](const Tensor& q, const Tensor& k, const Tensor& v) {
                     m_keys[l].slice(1, from, to).copy_(llamaTurned(k, turns));
                     m_values[l].slice(1, from, to).copy_(v);
                     return llamaAttention(llamaTurned(q, turns), m_keys[l].slice(1, 0, to),
                                           m_values[l].slice(1, 0, to), seen);
                   });
  }
  return rmsNorm(h, llama.norm, llama.config.normEpsilon).to(m_llama.m_dtype);
}

}  // namespace jacobiscope
