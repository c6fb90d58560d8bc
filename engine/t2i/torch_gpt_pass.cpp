// The pass in Torch's own operations: any device, any dtype.
#include "engine/nn/layers.h"
#include "engine/t2i/gpt_pass.h"

namespace jacobiscope {

Prompt captionPrompt(const Gpt& gpt, const Tensor& features, const Tensor& mask) {
  const torch::NoGradGuard noGrad;
  const auto length = features.size(1);
  const auto real = mask.defined() ? mask.sum().item<std::int64_t>() : length;
  const Tensor rows = captionPrefix(gpt, features.slice(1, length - real));
  const Tensor null = captionPrefix(
      gpt, gpt.nullCaption.slice(0, gpt.nullCaption.size(0) - real).unsqueeze(0));
  return {rows[0], null[0]};
}

Prompt classPrompt(const Gpt& gpt, std::int64_t label) {
  const torch::NoGradGuard noGrad;
  const auto rowsOf = [&](std::int64_t one) {
    return classPrefix(gpt, torch::full({1}, one, torch::dtype(torch::kInt64)
                                                      .device(gpt.classEmbedding.device())))[0];
  };
  return {rowsOf(label), rowsOf(gpt.config.classes)};
}

namespace {

GptLayer castLayer(const GptLayer& source, torch::ScalarType dtype) {
  GptLayer layer = source;
  for (Tensor* t : {&layer.wqkv, &layer.wo, &layer.w1, &layer.w2, &layer.w3}) *t = t->to(dtype);
  return layer;
}

// The weights that a pass reads; norms stay float32.
struct CastGpt {
  Tensor tokenEmbedding, norm, output;
  std::vector<GptLayer> layers;
};

class TorchGptPass : public GptPass {
 public:
  TorchGptPass(const CastGpt& weights, const GptConfig& config, torch::ScalarType dtype,
               const Prompt& prompt, int batch)
      : m_weights(weights), m_config(config), m_dtype(dtype), m_prompt(prompt), m_batch(batch),
        m_textRows(prompt.rows.size(0)) {
    const auto device = weights.output.device();
    const auto capacity = m_textRows + config.tokens() + kWidestWindow;
    // Rows past the last token exist only in windows that reach past it: any turn will do.
    m_table = torch::cat({rotaryTable(config).slice(0, config.prefix),
                          torch::zeros({kWidestWindow, config.headWidth() / 2, 2})})
                  .to(device);
    const std::vector<std::int64_t> shape = {2 * batch, capacity, config.heads,
                                             config.headWidth()};
    for (int l = 0; l < config.layers; ++l) {
      m_keys.push_back(torch::zeros(shape, torch::dtype(dtype).device(device)));
      m_values.push_back(torch::zeros(shape, torch::dtype(dtype).device(device)));
    }
  }

  Tensor prefill(Branches branches) override {
    const auto device = m_weights.output.device();
    Rows rows;
    rows.sequences = sequences({}, branches, true);
    rows.positions = torch::arange(m_textRows, torch::kInt64).to(device).unsqueeze(0).expand(
        {rows.sequences.size(0), -1});
    rows.table = torch::zeros({1, m_textRows, m_config.headWidth() / 2, 2}).to(device);
    rows.seen = m_textRows;
    std::vector<Tensor> inputs;
    for (int b = branches.begin; b < branches.end; ++b) {
      const Tensor& text = b == 0 ? m_prompt.rows : m_prompt.nullRows;
      inputs.push_back(text.unsqueeze(0).expand({m_batch, -1, -1}));
    }
    const Tensor h = network(torch::cat(inputs), rows);
    return logits(h.slice(1, m_textRows - 1).view({branches.count(), m_batch, -1}).select(1, 0));
  }

  Tensor run(const std::vector<PassWindow>& windows, int width, Branches branches) override {
    const auto count = static_cast<std::int64_t>(windows.size());
    Tensor tokens = torch::zeros({count, width}, torch::kInt64);
    Tensor first = torch::zeros({count, 1}, torch::kInt64);
    std::int64_t last = 0;
    for (std::int64_t i = 0; i < count; ++i) {
      const auto& inputs = windows[i].inputs;
      std::copy(inputs.begin(), inputs.end(), tokens[i].data_ptr<std::int64_t>());
      first[i][0] = windows[i].first - 1;
      last = std::max<std::int64_t>(last, windows[i].first - 1);
    }
    const auto device = m_weights.output.device();
    const Tensor places = (first + torch::arange(width)).to(device);  // of tokens, [windows, w]
    Rows rows;
    rows.sequences = sequences(windows, branches, false);
    rows.table = m_table.index_select(0, places.flatten())
                     .view({count, width, -1, 2})
                     .repeat({branches.count(), 1, 1, 1});
    rows.positions = (places + m_textRows).repeat({branches.count(), 1});
    rows.seen = m_textRows + last + width;
    Tensor h = torch::embedding(m_weights.tokenEmbedding, tokens.to(device));
    h = network(h.repeat({branches.count(), 1, 1}), rows);
    return logits(h).view({branches.count(), count, width, -1});
  }

 private:
  struct Rows {
    Tensor sequences;  // [S] rows of the cache
    Tensor positions;  // [S, w] within a sequence
    Tensor table;      // [S or 1, w, headWidth / 2, 2]
    std::int64_t seen = 0;  // positions that anybody sees
  };

  Tensor sequences(const std::vector<PassWindow>& windows, Branches branches, bool all) const {
    std::vector<std::int64_t> rows;
    for (int b = branches.begin; b < branches.end; ++b) {
      for (int i = 0; all && i < m_batch; ++i) rows.push_back(b * m_batch + i);
      for (const PassWindow& window : windows) rows.push_back(b * m_batch + window.image);
    }
    return torch::tensor(rows).to(m_weights.output.device());
  }

  Tensor logits(const Tensor& h) const {
    return torch::linear(rmsNorm(h, m_weights.norm).to(m_dtype), m_weights.output)
        .to(torch::kFloat32);
  }

  // The residual stream stays float32, as under autocast.
  Tensor network(const Tensor& inputs, const Rows& rows) {
    Tensor h = inputs.to(torch::kFloat32);
    const Tensor columns = torch::arange(rows.seen, rows.positions.options());
    const Tensor mask = (columns <= rows.positions.unsqueeze(2)).unsqueeze(1);  // [S, 1, w, seen]
    for (std::size_t l = 0; l < m_weights.layers.size(); ++l) h = layer(l, h, rows, mask);
    return h;
  }

  Tensor layer(std::size_t index, const Tensor& x, const Rows& rows, const Tensor& mask) {
    const GptLayer& layer = m_weights.layers[index];
    const auto parts =
        torch::linear(rmsNorm(x, layer.attentionNorm).to(m_dtype), layer.wqkv)
            .unflatten(-1, {3 * m_config.heads, m_config.headWidth()})
            .chunk(3, 2);
    const Tensor q = rotate(parts[0], rows.table);
    // Staged where the rows belong: [S, w] places of [sequence, position].
    const Tensor which = rows.sequences.unsqueeze(1).expand_as(rows.positions);
    m_keys[index].index_put_({which, rows.positions}, rotate(parts[1], rows.table));
    m_values[index].index_put_({which, rows.positions}, parts[2]);
    const Tensor k = m_keys[index].slice(1, 0, rows.seen).index_select(0, rows.sequences);
    const Tensor v = m_values[index].slice(1, 0, rows.seen).index_select(0, rows.sequences);
    const Tensor h = x + torch::linear(attention(q, k, v, mask), layer.wo);
    const Tensor normed = rmsNorm(h, layer.ffnNorm).to(m_dtype);
    const Tensor gate = torch::silu(torch::linear(normed, layer.w1));
    return h + torch::linear(gate * torch::linear(normed, layer.w3), layer.w2);
  }

  const CastGpt& m_weights;
  const GptConfig& m_config;
  const torch::ScalarType m_dtype;
  const Prompt m_prompt;
  const int m_batch;
  const std::int64_t m_textRows;
  Tensor m_table;                        // [N + kWidestWindow, headWidth / 2, 2], of tokens
  std::vector<Tensor> m_keys, m_values;  // per layer, [2 B, rows, heads, headWidth]
};

class TorchGpt : public PreparedGpt {
 public:
  TorchGpt(const Gpt& gpt, torch::ScalarType dtype) : m_config(gpt.config), m_dtype(dtype) {
    m_weights.tokenEmbedding = gpt.tokenEmbedding;
    m_weights.norm = gpt.norm;
    m_weights.output = gpt.output.to(dtype);
    for (const GptLayer& layer : gpt.layers) m_weights.layers.push_back(castLayer(layer, dtype));
  }

  std::unique_ptr<GptPass> begin(const Prompt& prompt, int batch) override {
    return std::make_unique<TorchGptPass>(m_weights, m_config, m_dtype, prompt, batch);
  }

 private:
  const GptConfig m_config;
  const torch::ScalarType m_dtype;
  CastGpt m_weights;
};

}  // namespace

std::unique_ptr<PreparedGpt> prepareTorchGpt(const Gpt& gpt, torch::ScalarType dtype) {
  return std::make_unique<TorchGpt>(gpt, dtype);
}

}  // namespace jacobiscope
