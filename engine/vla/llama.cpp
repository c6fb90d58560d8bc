#include "engine/vla/llama.h"

#include "engine/nn/layers.h"

namespace jacobiscope {

void Llama::visit(const std::string& before, const ParameterVisitor& visitor) {
  const std::int64_t d = config.width, f = config.hidden, e = config.headWidth();
  const std::int64_t queries = config.heads * e, keys = config.keyValueHeads * e;
  visitor(before + "model.embed_tokens.weight", tokenEmbedding, {config.vocabulary, d});
  for (std::size_t i = 0; i < layers.size(); ++i) {
    LlamaLayer& layer = layers[i];
    const std::string at = before + "model.layers." + std::to_string(i) + ".";
    visitor(at + "self_attn.q_proj.weight", layer.q, {queries, d});
    visitor(at + "self_attn.k_proj.weight", layer.k, {keys, d});
    visitor(at + "self_attn.v_proj.weight", layer.v, {keys, d});
    visitor(at + "self_attn.o_proj.weight", layer.o, {d, queries});
    visitor(at + "mlp.gate_proj.weight", layer.gate, {f, d});
    visitor(at + "mlp.up_proj.weight", layer.up, {f, d});
    visitor(at + "mlp.down_proj.weight", layer.down, {d, f});
    visitor(at + "input_layernorm.weight", layer.inputNorm, {d});
    visitor(at + "post_attention_layernorm.weight", layer.postNorm, {d});
  }
  visitor(before + "model.norm.weight", norm, {d});
  visitor(before + "lm_head.weight", output, {config.vocabulary, d});
}

Llama bareLlama(const LlamaConfig& config) {
  Llama llama;
  llama.config = config;
  llama.layers.resize(config.layers);
  return llama;
}

Tensor llamaTurns(const LlamaConfig& config, const Tensor& positions) {
  const int e = config.headWidth();
  const Tensor exponents =
      torch::arange(0, e, 2, torch::kInt64).to(positions.device(), torch::kFloat32) / e;
  const Tensor frequencies = 1.0 / torch::pow(config.ropeBase, exponents);
  const Tensor angles = positions.to(torch::kFloat32).unsqueeze(-1) * frequencies;
  return torch::stack({angles.cos(), angles.sin()}, -1);
}

Tensor llamaTurned(const Tensor& x, const Tensor& turns) {
  const auto halves = x.to(torch::kFloat32).chunk(2, -1);
  const Tensor cosine = turns.select(-1, 0).unsqueeze(-2), sine = turns.select(-1, 1).unsqueeze(-2);
  return torch::cat({halves[0] * cosine - halves[1] * sine, halves[1] * cosine + halves[0] * sine},
                    -1)
      .to(x.scalar_type());
}

Tensor llamaAttention(const Tensor& q, const Tensor& k, const Tensor& v, const Tensor& seen) {
  const auto shared = q.size(2) / k.size(2);  // queries to a key
  const auto perQuery = [&](const Tensor& x) {  // [B, K, h, e]
    return shared == 1 ? x : x.repeat_interleave(shared, 2);
  };
  return attention(q, perQuery(k), perQuery(v), seen.unsqueeze(1));
}

Tensor llamaLayer(const LlamaLayer& layer, const LlamaConfig& config, const Tensor& h,
                  const LlamaAttend& attend) {
  // Products in the type of the weights; the residual stream keeps its own.
  const auto type = layer.q.scalar_type();
  const Tensor x = rmsNorm(h, layer.inputNorm, config.normEpsilon).to(type);
  const auto heads = [&](const Tensor& weight, int count) {
    return torch::linear(x, weight).unflatten(-1, {count, config.headWidth()});
  };
  const Tensor mixed =
      attend(heads(layer.q, config.heads), heads(layer.k, config.keyValueHeads),
             heads(layer.v, config.keyValueHeads));
  const Tensor after = h + torch::linear(mixed, layer.o);
  const Tensor y = rmsNorm(after, layer.postNorm, config.normEpsilon).to(type);
  const Tensor gate = torch::silu(torch::linear(y, layer.gate));
  return after + torch::linear(gate * torch::linear(y, layer.up), layer.down);
}

Tensor llamaRows(const Llama& llama, const Tensor& inputs, const Tensor& real,
                 const LlamaBranches& branches, const LlamaWatch& watch) {
  const auto length = inputs.size(1), each = (length - branches.shared) / branches.count;
  const auto truth = torch::dtype(torch::kBool).device(inputs.device());
  Tensor seen = torch::ones({length, length}, truth).tril().unsqueeze(0);  // [1, T, T]
  Tensor positions = torch::arange(length, torch::kInt64).to(inputs.device()).unsqueeze(0);
  if (branches.count > 1) {
    const Tensor behind = positions[0] - branches.shared;
    const Tensor branch = behind.div(each, "floor"), shared = behind < 0;
    seen = seen.logical_and(
        shared.unsqueeze(0).logical_or(branch.unsqueeze(0) == branch.unsqueeze(1)));
    positions = torch::where(shared, positions, branches.shared + behind.remainder(each));
  }
  if (real.defined()) {
    const Tensor columns = real.to(truth);
    // Padding sees itself, for a row that sees nothing has no attention.
    seen = seen.logical_and(columns.unsqueeze(1)).logical_or(torch::eye(length, truth));
    const Tensor counted = (columns.to(torch::kInt64).cumsum(1) - 1).clamp_min(0);
    positions = counted.index_select(1, positions[0]);
  }
  const Tensor turns = llamaTurns(llama.config, positions);
  Tensor h = inputs;
  for (std::size_t l = 0; l < llama.layers.size(); ++l) {
    const auto attend = [&](const Tensor& q, const Tensor& k, const Tensor& v) {
      const Tensor queries = llamaTurned(q, turns), keys = llamaTurned(k, turns);
      if (watch) watch(l, queries, keys);
      return llamaAttention(queries, keys, v, seen);
    };
    h = llamaLayer(llama.layers[l], llama.config, h, attend);
  }
  return rmsNorm(h, llama.norm, llama.config.normEpsilon);
}

}  // namespace jacobiscope
