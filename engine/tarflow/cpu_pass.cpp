// The pass on the CPU in float32, with weights packed once and no Torch operation inside.
#include <algorithm>
#include <cmath>
#include <functional>

#include "engine/nn/cpu_kernels.h"
#include "engine/tarflow/forward.h"
#include "engine/tarflow/prepared.h"

namespace jacobiscope {

namespace {

std::vector<float> floats(const Tensor& tensor) {
  const Tensor flat = tensor.to(torch::kFloat32).contiguous();
  return {flat.data_ptr<float>(), flat.data_ptr<float>() + flat.numel()};
}

PackedWeight pack(const Tensor& weight, const Tensor& bias) {
  return packWeight(floats(weight).data(), floats(bias).data(),
                    static_cast<int>(weight.size(0)), static_cast<int>(weight.size(1)));
}

struct CpuLayer {
  PackedWeight qkv, proj, fc1, fc2;
  std::vector<float> normW, normB, mlpNormW, mlpNormB;
};

struct CpuBlock {
  const FlowBlock* source = nullptr;
  PackedWeight projIn, projOut;
  std::vector<float> position;  // [N, C] in the block's order
  std::vector<CpuLayer> layers;
};

CpuBlock packBlock(const FlowBlock& block) {
  CpuBlock packed;
  packed.source = &block;
  packed.projIn = pack(block.projInW, block.projInB);
  packed.projOut = pack(block.projOutW, block.projOutB);
  packed.position = floats(block.flipped ? block.posEmbed.flip(0) : block.posEmbed);
  for (const FlowLayer& l : block.layers) {
    packed.layers.push_back({pack(l.qkvW, l.qkvB), pack(l.projW, l.projB), pack(l.fc1W, l.fc1B),
                             pack(l.fc2W, l.fc2B), floats(l.normW), floats(l.normB),
                             floats(l.mlpNormW), floats(l.mlpNormB)});
  }
  return packed;
}

// Below this many multiply-adds a second thread costs more than it brings.
constexpr std::int64_t kWorthSharing = 40'000;

class CpuPass : public BlockPass {
 public:
  CpuPass(const CpuBlock& block, const TarFlowConfig& config, const Tensor& labels, bool guided)
      : m_block(block), m_config(config), m_kernels(cpuKernels()),
        m_batch(static_cast<int>(labels.size(0))), m_branches(guided ? 2 : 1),
        m_capacity((config.tokens() + 15) / 16 * 16) {
    const Tensor all = guided ? torch::cat({labels, torch::full_like(labels, -1)}) : labels;
    const Tensor label = classVector(*block.source, all);
    if (label.defined()) m_label = floats(label);
    const std::size_t cache = static_cast<std::size_t>(config.layers) * m_branches * m_batch *
                              config.heads() * m_capacity * config.headWidth;
    m_keys.assign(cache, 0.0f);
    m_values.assign(cache, 0.0f);
  }

  PassResult run(Tensor& x, const Tensor& z, int begin, int end, const Guidance& guidance,
                 float clamp, const std::vector<int>& active) override {
    const int span = end - begin;
    const std::vector<int> images = active.empty() ? everyImage() : active;
    network(x.data_ptr<float>(), images, begin - 1, span, guidance);
    PassResult result;
    result.change.assign(static_cast<std::size_t>(m_batch) * span, 0.0f);
    const int n = m_config.tokens(), d = m_config.features();
    const bool guided = m_branches == 2 && guidance.on();
    for (std::size_t i = 0; i < images.size(); ++i) {
      for (int w = 0; w < span; ++w) {
        const float* out = m_out.data() + (i * span + w) * 2 * d;
        const float* null = guided ? out + images.size() * span * 2 * d : nullptr;
        const float g = static_cast<float>(guidance.at(begin + w, n));
        const std::size_t at = (static_cast<std::size_t>(images[i]) * n + begin + w) * d;
        const AffineUpdate update = m_kernels.affine(
            out, out + d, null, null ? null + d : nullptr, guidance.onA ? g : 0,
            guidance.onC ? g : 0, z.data_ptr<float>() + at, x.data_ptr<float>() + at, d, clamp);
        result.change[static_cast<std::size_t>(images[i]) * span + w] = update.change;
        result.finite = result.finite && update.finite;
      }
    }
    return result;
  }

  void rebuild(const Tensor& x, int end, const Guidance& guidance) override {
    if (end > 0) network(x.data_ptr<float>(), everyImage(), 0, end, guidance);
  }

 private:
  std::vector<int> everyImage() const {
    std::vector<int> images(m_batch);
    for (int i = 0; i < m_batch; ++i) images[i] = i;
    return images;
  }

  // m_out [branches * images * span, 2D] for the inputs begin .. begin + span - 1.
  void network(const float* x, const std::vector<int>& images, int begin, int span,
               const Guidance& guidance) {
    const int c = m_config.width, d = m_config.features(), n = m_config.tokens();
    const int count = static_cast<int>(images.size());
    const int rows = m_branches * count * span;
    m_in.resize(static_cast<std::size_t>(rows) * d);
    m_h.resize(static_cast<std::size_t>(rows) * c);
    m_normed.resize(m_h.size());
    m_mixed.resize(m_h.size());
    m_wide.resize(m_h.size() * 4);
    m_out.resize(static_cast<std::size_t>(rows) * 2 * d);
    for (int i = 0; i < count; ++i) {
      std::copy_n(x + (static_cast<std::size_t>(images[i]) * n + begin) * d, span * d,
                  m_in.data() + static_cast<std::size_t>(i) * span * d);
    }
    linear(m_block.projIn, m_in, count * span, m_h, Epilogue::Store);
    embed(images, begin, span);
    for (std::size_t l = 0; l < m_block.layers.size(); ++l) {
      const CpuLayer& layer = m_block.layers[l];
      norm(m_h, rows, layer.normW, layer.normB);
      linear(layer.qkv, m_normed, rows, m_wide, Epilogue::Store);
      attend(static_cast<int>(l), images, begin, span, guidance);
      linear(layer.proj, m_mixed, rows, m_h, Epilogue::Add);
      norm(m_h, rows, layer.mlpNormW, layer.mlpNormB);
      linear(layer.fc1, m_normed, rows, m_wide, Epilogue::Gelu);
      linear(layer.fc2, m_wide, rows, m_h, Epilogue::Add);
    }
    linear(m_block.projOut, m_h, rows, m_out, Epilogue::Store);
  }

  // Adds position and class; the unconditional branch starts from the same projection.
  void embed(const std::vector<int>& images, int begin, int span) {
    const int c = m_config.width, count = static_cast<int>(images.size());
    for (int branch = m_branches - 1; branch >= 0; --branch) {
      for (int i = 0; i < count; ++i) {
        for (int w = 0; w < span; ++w) {
          const float* from = m_h.data() + static_cast<std::size_t>(i * span + w) * c;
          float* to = m_h.data() + static_cast<std::size_t>((branch * count + i) * span + w) * c;
          const float* position = m_block.position.data() + static_cast<std::size_t>(begin + w) * c;
          for (int k = 0; k < c; ++k) to[k] = from[k] + position[k];
          if (m_label.empty()) continue;
          const float* label =
              m_label.data() + static_cast<std::size_t>(branch * m_batch + images[i]) * c;
          for (int k = 0; k < c; ++k) to[k] += label[k];
        }
      }
    }
  }

  void linear(const PackedWeight& w, const std::vector<float>& x, int rows,
              std::vector<float>& y, Epilogue epilogue) {
    const std::int64_t work = std::int64_t{rows} * w.inputs * 16;
    const std::int64_t grain = std::max<std::int64_t>(1, kWorthSharing / std::max<std::int64_t>(1, work));
    at::parallel_for(0, w.panelCount(), grain, [&](std::int64_t from, std::int64_t to) {
      m_kernels.linear(w, x.data(), rows, w.inputs, y.data(), w.outputs, static_cast<int>(from),
                       static_cast<int>(to), epilogue);
    });
  }

  void norm(const std::vector<float>& x, int rows, const std::vector<float>& weight,
            const std::vector<float>& bias) {
    const int c = m_config.width;
    at::parallel_for(0, rows, 64, [&](std::int64_t from, std::int64_t to) {
      m_kernels.layerNorm(x.data() + from * c, static_cast<int>(to - from), c, weight.data(),
                          bias.data(), m_normed.data() + from * c);
    });
  }

  void attend(int layer, const std::vector<int>& images, int begin, int span,
              const Guidance& guidance) {
    const int c = m_config.width, heads = m_config.heads(), d = m_config.headWidth;
    const int count = static_cast<int>(images.size());
    const std::size_t one = static_cast<std::size_t>(m_capacity) * d;
    const std::int64_t work = std::int64_t{span} * (begin + span) * d * 2;
    const std::int64_t grain = std::max<std::int64_t>(1, kWorthSharing / work);
    at::parallel_for(0, std::int64_t{m_branches} * count * heads, grain,
                     [&](std::int64_t from, std::int64_t to) {
      std::vector<float> scores(m_capacity);
      for (std::int64_t job = from; job < to; ++job) {
        const int row = static_cast<int>(job / heads), head = static_cast<int>(job % heads);
        const int branch = row / count, image = images[row % count];
        const double temperature = branch == 1 ? guidance.attnTemp : 1.0;
        const AttentionShape shape{heads, d, m_capacity, begin, span,
                                   static_cast<float>(1.0 / (std::sqrt(double(d)) * temperature))};
        const std::size_t slot =
            ((static_cast<std::size_t>(layer) * m_branches + branch) * m_batch + image) * heads + head;
        m_kernels.attention(shape, head, m_wide.data() + static_cast<std::size_t>(row) * span * 3 * c,
                            m_keys.data() + slot * one, m_values.data() + slot * one,
                            m_mixed.data() + static_cast<std::size_t>(row) * span * c,
                            scores.data());
      }
    });
  }

  const CpuBlock& m_block;
  const TarFlowConfig& m_config;
  const CpuKernels& m_kernels;
  const int m_batch, m_branches, m_capacity;
  std::vector<float> m_label;          // [branches * B, C]
  std::vector<float> m_keys, m_values;  // [layer][branch][image][head] of one cache each
  std::vector<float> m_in, m_h, m_normed, m_mixed, m_wide, m_out;
};

class CpuFlow : public PreparedFlow {
 public:
  explicit CpuFlow(const TarFlow& model) : m_config(model.config) {
    for (const FlowBlock& block : model.blocks) m_blocks.push_back(packBlock(block));
  }

  std::unique_ptr<BlockPass> begin(int block, const Tensor& labels, bool guided) override {
    return std::make_unique<CpuPass>(m_blocks[block], m_config, labels, guided);
  }

 private:
  const TarFlowConfig& m_config;
  std::vector<CpuBlock> m_blocks;
};

}  // namespace

std::unique_ptr<PreparedFlow> prepareCpuFlow(const TarFlow& model) {
  return std::make_unique<CpuFlow>(model);
}

std::unique_ptr<PreparedFlow> prepareFlow(const TarFlow& model, torch::Device device,
                                          torch::ScalarType dtype) {
  // Kernels take heads whose width is a whole number of vectors.
  const bool packed = device.is_cpu() && dtype == torch::kFloat32 &&
                      model.config.headWidth % 16 == 0;
  return packed ? prepareCpuFlow(model) : prepareTorchFlow(model, dtype);
}

}  // namespace jacobiscope
