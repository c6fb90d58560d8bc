// The pass on the CPU in float32, with weights packed once and no Torch operation inside.
#include <algorithm>
#include <chrono>
#include <cmath>

#include "engine/nn/cpu_kernels.h"
#include "engine/nn/team.h"
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
constexpr double kWorthSharing = 1e5;
// Up to this many rows every thread normalises all of them for itself: a barrier costs more.
constexpr int kNormaliseAlone = 8;

class CpuPass : public BlockPass {
 public:
  CpuPass(const CpuBlock& block, const TarFlowConfig& config, TeamSize& teamSize,
          const Tensor& labels, bool guided)
      : m_block(block), m_config(config), m_teamSize(teamSize), m_kernels(cpuKernels()),
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

  // One pass: the rows are [branches][images][span], inputs begin .. begin + span - 1.
  struct Rows {
    const float* x;  // [B, N, D]
    const std::vector<int>& images;
    int begin, span;
    const Guidance& guidance;
    int total;  // branches * images * span

    int count() const { return static_cast<int>(images.size()); }
  };

  // m_out [rows, 2D].
  void network(const float* x, const std::vector<int>& images, int begin, int span,
               const Guidance& guidance) {
    const int total = m_branches * static_cast<int>(images.size()) * span;
    const Rows rows{x, images, begin, span, guidance, total};
    const std::size_t c = m_config.width;
    // Multiply-adds: of the matrix products, and of attention over what is seen.
    const double perRow = 12.0 * m_config.width + 2.0 * (begin + span);
    const double work = perRow * m_config.layers * m_config.width * total;
    const int threads = work > kWorthSharing ? m_teamSize.members(at::get_num_threads()) : 1;
    m_in.resize(static_cast<std::size_t>(total) * m_config.features());
    m_h.resize(total * c);
    m_mixed.resize(total * c);
    m_wide.resize(total * c * 4);
    m_out.resize(static_cast<std::size_t>(total) * 2 * m_config.features());
    m_normed.resize((total <= kNormaliseAlone ? threads : 1) * total * c);
    m_scores.resize(static_cast<std::size_t>(threads) * kAttentionRows * m_capacity);
    const auto started = std::chrono::steady_clock::now();
    withTeam(threads, [&](const Team& team) { network(rows, team); });
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - started;
    m_teamSize.took(total, work, threads, seconds.count());
  }

  void network(const Rows& rows, const Team& team) {
    embed(rows, team);
    for (std::size_t l = 0; l < m_block.layers.size(); ++l) {
      const CpuLayer& layer = m_block.layers[l];
      const float* normed = norm(rows.total, layer.normW, layer.normB, team);
      linear(layer.qkv, normed, rows.total, m_wide, Epilogue::Store, team);
      cacheKeysValues(static_cast<int>(l), rows, team);
      team.wait();
      attend(static_cast<int>(l), rows, team);
      team.wait();
      linear(layer.proj, m_mixed.data(), rows.total, m_h, Epilogue::Add, team);
      team.wait();
      normed = norm(rows.total, layer.mlpNormW, layer.mlpNormB, team);
      linear(layer.fc1, normed, rows.total, m_wide, Epilogue::Gelu, team);
      team.wait();
      linear(layer.fc2, m_wide.data(), rows.total, m_h, Epilogue::Add, team);
      team.wait();
    }
    linear(m_block.projOut, m_h.data(), rows.total, m_out, Epilogue::Store, team);
  }

  // Projection, position and class; the branches share the projection of a token.
  void embed(const Rows& rows, const Team& team) {
    const int c = m_config.width, d = m_config.features(), n = m_config.tokens();
    const Share tokens = team.share(std::int64_t{rows.count()} * rows.span);
    if (tokens.size() > 0) {
      for (std::int64_t t = tokens.from; t < tokens.to; ++t) {
        const std::size_t image = rows.images[t / rows.span], at = rows.begin + t % rows.span;
        std::copy_n(rows.x + (image * n + at) * d, d, m_in.data() + t * d);
      }
      m_kernels.linear(m_block.projIn, m_in.data() + tokens.from * d,
                       static_cast<int>(tokens.size()), d, m_h.data() + tokens.from * c, c, 0,
                       m_block.projIn.panelCount(), Epilogue::Store);
    }
    for (std::int64_t t = tokens.from; t < tokens.to; ++t) {
      const std::size_t image = rows.images[t / rows.span], at = rows.begin + t % rows.span;
      const float* position = m_block.position.data() + at * c;
      for (int branch = m_branches - 1; branch >= 0; --branch) {
        const float* from = m_h.data() + t * c;
        float* to = m_h.data() + (std::int64_t{branch} * rows.count() * rows.span + t) * c;
        const float* label =
            m_label.empty() ? nullptr : m_label.data() + (branch * m_batch + image) * c;
        for (int k = 0; k < c; ++k) to[k] = from[k] + position[k];
        for (int k = 0; label && k < c; ++k) to[k] += label[k];
      }
    }
    team.wait();
  }

  void linear(const PackedWeight& w, const float* x, int rows, std::vector<float>& y,
              Epilogue epilogue, const Team& team) {
    const Share panels = team.share(w.panelCount());
    m_kernels.linear(w, x, rows, w.inputs, y.data(), w.outputs, static_cast<int>(panels.from),
                     static_cast<int>(panels.to), epilogue);
  }

  // The normalised rows of m_h, for this member or for all.
  const float* norm(int rows, const std::vector<float>& weight, const std::vector<float>& bias,
                    const Team& team) {
    const int c = m_config.width;
    const bool alone = rows <= kNormaliseAlone;
    float* normed = m_normed.data() + (alone ? std::size_t(team.index()) * rows * c : 0);
    const Share share = alone ? Share{0, rows} : team.share(rows);
    m_kernels.layerNorm(m_h.data() + share.from * c, static_cast<int>(share.size()), c,
                        weight.data(), bias.data(), normed + share.from * c);
    if (!alone) team.wait();
    return normed;
  }

  AttentionShape shape(const Rows& rows, int branch) const {
    const double temperature = branch == 1 ? rows.guidance.attnTemp : 1.0;
    const int d = m_config.headWidth;
    return {m_config.heads(), d, m_capacity, rows.begin,
            static_cast<float>(1.0 / (std::sqrt(double(d)) * temperature))};
  }

  // Where the caches of a sequence's first head begin.
  std::size_t cacheOf(int layer, int branch, int image) const {
    const std::size_t sequence =
        (static_cast<std::size_t>(layer) * m_branches + branch) * m_batch + image;
    return sequence * m_config.heads() * m_capacity * m_config.headWidth;
  }

  // Keys and values from the columns that this member has just computed.
  void cacheKeysValues(int layer, const Rows& rows, const Team& team) {
    const std::size_t width = std::size_t{3} * m_config.width;
    const Share panels = team.share((width + 15) / 16);
    for (int sequence = 0; sequence < m_branches * rows.count(); ++sequence) {
      const int branch = sequence / rows.count();
      const std::size_t cache = cacheOf(layer, branch, rows.images[sequence % rows.count()]);
      storeKeysValues(shape(rows, branch), rows.span, static_cast<int>(panels.from) * 16,
                      static_cast<int>(panels.to) * 16,
                      m_wide.data() + sequence * rows.span * width, m_keys.data() + cache,
                      m_values.data() + cache);
    }
  }

  // Groups of rows of one sequence and head are what the members share out.
  void attend(int layer, const Rows& rows, const Team& team) {
    const int c = m_config.width, heads = m_config.heads();
    const std::size_t one = static_cast<std::size_t>(m_capacity) * m_config.headWidth;
    const int groups = (rows.span + kAttentionRows - 1) / kAttentionRows;
    float* scores = m_scores.data() + std::size_t(team.index()) * kAttentionRows * m_capacity;
    const Share jobs = team.share(std::int64_t{m_branches} * rows.count() * heads * groups);
    for (std::int64_t job = jobs.from; job < jobs.to; ++job) {
      const int group = static_cast<int>(job % groups);
      const int head = static_cast<int>(job / groups % heads);
      const std::int64_t sequence = job / groups / heads;
      const int branch = static_cast<int>(sequence / rows.count());
      const int image = rows.images[sequence % rows.count()];
      const std::size_t cache = cacheOf(layer, branch, image) + head * one;
      m_kernels.attention(shape(rows, branch), head, group * kAttentionRows,
                          std::min(rows.span, (group + 1) * kAttentionRows),
                          m_wide.data() + sequence * rows.span * 3 * c, m_keys.data() + cache,
                          m_values.data() + cache, m_mixed.data() + sequence * rows.span * c,
                          scores);
    }
  }

  const CpuBlock& m_block;
  const TarFlowConfig& m_config;
  TeamSize& m_teamSize;
  const CpuKernels& m_kernels;
  const int m_batch, m_branches, m_capacity;
  std::vector<float> m_label;          // [branches * B, C]
  std::vector<float> m_keys, m_values;  // [layer][branch][image][head] of one cache each
  std::vector<float> m_in, m_h, m_normed, m_mixed, m_wide, m_out, m_scores;
};

class CpuFlow : public PreparedFlow {
 public:
  explicit CpuFlow(const TarFlow& model) : m_config(model.config) {
    for (const FlowBlock& block : model.blocks) m_blocks.push_back(packBlock(block));
  }

  std::unique_ptr<BlockPass> begin(int block, const Tensor& labels, bool guided) override {
    return std::make_unique<CpuPass>(m_blocks[block], m_config, m_teamSize, labels, guided);
  }

 private:
  const TarFlowConfig& m_config;
  TeamSize m_teamSize;
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
