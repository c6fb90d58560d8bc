// The pass in Torch's own operations: any device, any dtype.
#include <cmath>

#include "engine/tarflow/forward.h"
#include "engine/tarflow/prepared.h"

namespace jacobiscope {

namespace {

// A copy of the block's weights in another dtype.
FlowBlock castBlock(const FlowBlock& source, torch::ScalarType dtype) {
  FlowBlock block = source;
  for (Tensor* t : {&block.posEmbed, &block.classEmbed, &block.projInW, &block.projInB,
                    &block.projOutW, &block.projOutB}) {
    if (t->defined()) *t = t->to(dtype);
  }
  for (FlowLayer& l : block.layers) {
    for (Tensor* t : {&l.qkvW, &l.qkvB, &l.projW, &l.projB, &l.fc1W, &l.fc1B, &l.fc2W, &l.fc2B}) {
      *t = t->to(dtype);
    }
  }
  return block;
}

class TorchPass : public BlockPass {
 public:
  TorchPass(const FlowBlock& block, const TarFlowConfig& config, torch::ScalarType dtype,
            const Tensor& labels, bool guided)
      : m_block(block), m_config(config), m_dtype(dtype), m_batch(labels.size(0)),
        m_rows(guided ? 2 * m_batch : m_batch) {
    const Tensor branches =
        guided ? torch::cat({labels, torch::full_like(labels, -1)}) : labels;
    m_label = classVector(block, branches);
    m_position = block.flipped ? block.posEmbed.flip(0) : block.posEmbed;
    const auto options = torch::dtype(dtype).device(block.projInW.device());
    const std::vector<std::int64_t> shape = {m_rows, config.heads(), config.tokens(),
                                             config.headWidth};
    for (int l = 0; l < config.layers; ++l) {
      m_keys.push_back(torch::zeros(shape, options));
      m_values.push_back(torch::zeros(shape, options));
    }
  }

  PassResult run(Tensor& x, const Tensor& z, int begin, int end, const Guidance& guidance,
                 float clamp, const std::vector<int>&) override {
    const Tensor out = network(x.slice(1, begin - 1, end - 1), begin - 1, guidance);
    const auto halves = out.chunk(2, 2);
    Tensor a = halves[0].slice(0, 0, m_batch), c = halves[1].slice(0, 0, m_batch);
    if (guidance.on() && m_rows > m_batch) {
      const Tensor g = weights(begin, end, guidance);
      if (guidance.onA) a = a + g * (a - halves[0].slice(0, m_batch));
      if (guidance.onC) c = c + g * (c - halves[1].slice(0, m_batch));
    }
    Tensor next = torch::exp(a.to(torch::kFloat32)) * z.slice(1, begin, end) + c;
    if (clamp > 0) next = next.clamp(-clamp, clamp);
    Tensor window = x.slice(1, begin, end);
    const Tensor change = (next - window).abs().amax(2).to(torch::kCPU).contiguous();
    window.copy_(next);
    PassResult result;
    result.change.assign(change.data_ptr<float>(), change.data_ptr<float>() + change.numel());
    for (float v : result.change) result.finite = result.finite && std::isfinite(v);
    return result;
  }

  void rebuild(const Tensor& x, int end, const Guidance& guidance) override {
    if (end > 0) network(x.slice(1, 0, end), 0, guidance);
  }

 private:
  Tensor weights(int begin, int end, const Guidance& guidance) const {
    std::vector<float> g;
    for (int p = begin; p < end; ++p) {
      g.push_back(static_cast<float>(guidance.at(p, m_config.tokens())));
    }
    return torch::tensor(g).to(m_block.projInW.device()).view({1, -1, 1});
  }

  // Output [R, w, 2D] for the inputs x [B, w, D] at positions begin, begin + 1, ...
  Tensor network(const Tensor& x, int begin, const Guidance& guidance) {
    const auto w = x.size(1);
    Tensor h = torch::linear(x.to(m_dtype), m_block.projInW, m_block.projInB) +
               m_position.slice(0, begin, begin + w);
    if (m_rows > m_batch) h = torch::cat({h, h});
    h = h.to(torch::kFloat32);  // the residual stream stays float32, as under autocast
    if (m_label.defined()) h = h + m_label;
    for (int l = 0; l < m_config.layers; ++l) h = layer(l, h, begin, guidance);
    return torch::linear(h.to(m_dtype), m_block.projOutW, m_block.projOutB)
        .to(torch::kFloat32);
  }

  Tensor layer(int index, const Tensor& h, int begin, const Guidance& guidance) {
    const FlowLayer& layer = m_block.layers[index];
    const auto w = h.size(1), c = h.size(2);
    const Tensor normed = torch::layer_norm(h, {c}, layer.normW, layer.normB).to(m_dtype);
    const auto parts = torch::linear(normed, layer.qkvW, layer.qkvB)
                           .view({m_rows, w, 3 * m_config.heads(), m_config.headWidth})
                           .transpose(1, 2)
                           .chunk(3, 1);
    m_keys[index].slice(2, begin, begin + w).copy_(parts[1]);
    m_values[index].slice(2, begin, begin + w).copy_(parts[2]);
    const Tensor mixed = attend(parts[0], index, begin, guidance);
    const Tensor joined = mixed.transpose(1, 2).reshape({m_rows, w, c});
    const Tensor y = h + torch::linear(joined, layer.projW, layer.projB);
    const Tensor hidden = torch::gelu(torch::linear(
        torch::layer_norm(y, {c}, layer.mlpNormW, layer.mlpNormB).to(m_dtype), layer.fc1W,
        layer.fc1B));
    return y + torch::linear(hidden, layer.fc2W, layer.fc2B);
  }

  Tensor attend(const Tensor& q, int index, int begin, const Guidance& guidance) {
    const auto w = q.size(2), seen = begin + w;
    Tensor scaled = q / std::sqrt(static_cast<double>(m_config.headWidth));
    if (m_rows > m_batch && guidance.attnTemp != 1) {
      scaled = torch::cat({scaled.slice(0, 0, m_batch),
                           scaled.slice(0, m_batch) / guidance.attnTemp});
    }
    const Tensor k = m_keys[index].slice(2, 0, seen), v = m_values[index].slice(2, 0, seen);
#if JACOBISCOPE_TORCH_AT_LEAST(2, 1)
    // The built-in causal flag aligns top-left: right only where nothing is cached before.
    if (w == 1) return at::scaled_dot_product_attention(scaled, k, v, {}, 0.0, false, 1.0);
    if (begin == 0) return at::scaled_dot_product_attention(scaled, k, v, {}, 0.0, true, 1.0);
    return at::scaled_dot_product_attention(scaled, k, v, mask(w, seen, q), 0.0, false, 1.0);
#else
    Tensor scores = torch::matmul(scaled, k.transpose(2, 3));
    if (w > 1) scores = scores + mask(w, seen, q);
    return torch::matmul(torch::softmax(scores.to(torch::kFloat32), -1).to(m_dtype), v);
#endif
  }

  // [w, seen]: row i sees all but what comes after itself.
  Tensor mask(std::int64_t w, std::int64_t seen, const Tensor& like) {
    if (!m_mask.defined() || m_mask.size(0) != w || m_mask.size(1) != seen) {
      m_mask = torch::full({w, seen}, -std::numeric_limits<float>::infinity(), like.options())
                   .triu(seen - w + 1);
    }
    return m_mask;
  }

  const FlowBlock& m_block;
  const TarFlowConfig& m_config;
  const torch::ScalarType m_dtype;
  const std::int64_t m_batch, m_rows;
  Tensor m_label, m_position, m_mask;
  std::vector<Tensor> m_keys, m_values;  // per layer, [R, h, N, headWidth]
};

class TorchFlow : public PreparedFlow {
 public:
  TorchFlow(const TarFlow& model, torch::ScalarType dtype) : m_config(model.config), m_dtype(dtype) {
    for (const FlowBlock& block : model.blocks) {
      m_blocks.push_back(dtype == torch::kFloat32 ? block : castBlock(block, dtype));
    }
  }

  std::unique_ptr<BlockPass> begin(int block, const Tensor& labels, bool guided) override {
    return std::make_unique<TorchPass>(m_blocks[block], m_config, m_dtype, labels, guided);
  }

 private:
  const TarFlowConfig& m_config;
  torch::ScalarType m_dtype;
  std::vector<FlowBlock> m_blocks;
};

}  // namespace

std::unique_ptr<PreparedFlow> prepareTorchFlow(const TarFlow& model, torch::ScalarType dtype) {
  return std::make_unique<TorchFlow>(model, dtype);
}

}  // namespace jacobiscope
