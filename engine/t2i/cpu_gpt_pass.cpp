// The pass on the CPU in float32, with weights packed once and no Torch operation inside.
#include <algorithm>
#include <chrono>
#include <cmath>

#include "engine/nn/cpu_kernels.h"
#include "engine/nn/team.h"
#include "engine/t2i/gpt_pass.h"

namespace jacobiscope {

namespace {

std::vector<float> floats(const Tensor& tensor) {
  const Tensor flat = tensor.to(torch::kFloat32).contiguous();
  return {flat.data_ptr<float>(), flat.data_ptr<float>() + flat.numel()};
}

PackedWeight pack(const Tensor& weight) {
  return packWeight(floats(weight).data(), nullptr, static_cast<int>(weight.size(0)),
                    static_cast<int>(weight.size(1)));
}

struct CpuGptLayer {
  std::vector<float> attentionNorm, ffnNorm;
  PackedWeight qkv, wo;
  PackedWeight gateUp;  // panels of w1 and w3 by turns, so that one member has both at hand
  PackedWeight w2;
};

// Hidden features in whole panels; what is added is zero and stays zero through silu.
CpuGptLayer packLayer(const GptLayer& layer, int hidden) {
  const Tensor w1 = torch::constant_pad_nd(layer.w1, {0, 0, 0, hidden - layer.w1.size(0)});
  const Tensor w3 = torch::constant_pad_nd(layer.w3, {0, 0, 0, hidden - layer.w3.size(0)});
  const Tensor w2 = torch::constant_pad_nd(layer.w2, {0, hidden - layer.w2.size(1)});
  const auto width = w1.size(1);
  const Tensor both = torch::stack({w1.view({-1, 16, width}), w3.view({-1, 16, width})}, 1);
  return {floats(layer.attentionNorm), floats(layer.ffnNorm), pack(layer.wqkv), pack(layer.wo),
          pack(both.reshape({-1, width})), pack(w2)};
}

struct PackedGpt {
  GptConfig config;
  int hidden = 0;  // in whole panels
  std::vector<float> tokenEmbedding, norm, turns;  // turns [N, headWidth]: cos, sin by pairs
  std::vector<CpuGptLayer> layers;
  PackedWeight output;
};

// Below this many multiply-adds a second thread costs more than it brings.
constexpr double kWorthSharing = 1e5;
// Up to this many rows every thread normalises all of them for itself: a barrier costs more.
constexpr int kNormaliseAlone = 8;

class CpuGptPass : public GptPass {
 public:
  CpuGptPass(const PackedGpt& gpt, TeamSize& teamSize, const Prompt& prompt, int batch)
      : m_gpt(gpt), m_config(gpt.config), m_teamSize(teamSize), m_kernels(cpuKernels()),
        m_batch(batch), m_textRows(static_cast<int>(prompt.rows.size(0))),
        m_capacity((m_textRows + m_config.tokens() + kWidestWindow + 15) / 16 * 16) {
    m_text[0] = floats(prompt.rows);
    m_text[1] = floats(prompt.nullRows);
    const std::size_t cache =
        std::size_t{2} * m_config.layers * batch * m_capacity * m_config.width;
    m_keys.assign(cache, 0.0f);
    m_values.assign(cache, 0.0f);
  }

  Tensor prefill(Branches branches) override {
    // Computed once per branch and copied to the caches of all pictures.
    Rows rows;
    rows.span = m_textRows;
    for (int b = branches.begin; b < branches.end; ++b) rows.sequences.push_back({b, 0, 0, -1});
    begin(rows);
    for (int i = 0; i < branches.count(); ++i) {
      std::copy(m_text[branches.begin + i].begin(), m_text[branches.begin + i].end(),
                m_h.begin() + static_cast<std::size_t>(i) * m_textRows * m_config.width);
    }
    network(rows);
    for (int b = branches.begin; b < branches.end; ++b) shareText(b);
    return m_logits.view({branches.count(), m_textRows, -1}).select(1, m_textRows - 1);
  }

  Tensor run(const std::vector<PassWindow>& windows, int width, Branches branches) override {
    Rows rows;
    rows.span = width;
    for (int b = branches.begin; b < branches.end; ++b) {
      for (const PassWindow& window : windows) {
        rows.sequences.push_back(
            {b, window.image, m_textRows + window.first - 1, window.first - 1});
      }
    }
    begin(rows);
    const std::size_t c = m_config.width;
    for (std::size_t s = 0; s < rows.sequences.size(); ++s) {
      const auto& inputs = windows[s % windows.size()].inputs;
      for (int i = 0; i < width; ++i) {
        const std::size_t token = i < std::ssize(inputs) ? inputs[i] : 0;
        std::copy_n(m_gpt.tokenEmbedding.data() + token * c, c,
                    m_h.data() + (s * width + i) * c);
      }
    }
    network(rows);
    return m_logits.view({branches.count(), std::ssize(windows), width, -1});
  }

 private:
  struct Sequence {
    int branch, image;
    int begin;  // position of row 0
    int token;  // that row 0 holds; -1: rows of text, which do not turn
  };

  // One pass: `span` rows of every sequence.
  struct Rows {
    std::vector<Sequence> sequences;
    int span = 0;
    int total() const { return static_cast<int>(sequences.size()) * span; }
  };

  void begin(const Rows& rows) {
    const std::size_t total = rows.total(), c = m_config.width;
    m_h.resize(total * c);
    m_mixed.resize(total * c);
    m_wide.resize(total * std::max<std::size_t>(3 * c, 2 * m_gpt.hidden));
    m_gate.resize(total * m_gpt.hidden);
  }

  // m_h [rows, C] in place, and the last norm's rows in m_mixed.
  void network(const Rows& rows) {
    const int total = rows.total(), c = m_config.width;
    double seen = 0;
    for (const Sequence& s : rows.sequences) seen += s.begin + rows.span;
    const double perRow = 4.0 * c + 3.0 * m_gpt.hidden;
    const double work =
        m_config.layers * (perRow * c * total + 2.0 * c * seen * rows.span) +
        double{1} * c * m_config.vocabulary * total;
    const int threads = work > kWorthSharing ? m_teamSize.members(at::get_num_threads()) : 1;
    m_normed.resize(static_cast<std::size_t>(total <= kNormaliseAlone ? threads : 1) * total * c);
    m_scores.resize(static_cast<std::size_t>(threads) * kAttentionRows * m_capacity);
    m_logits = torch::empty({total, m_config.vocabulary});
    const auto started = std::chrono::steady_clock::now();
    withTeam(threads, [&](const Team& team) { network(rows, team); });
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - started;
    m_teamSize.took(total, work, threads, seconds.count());
  }

  void network(const Rows& rows, const Team& team) {
    const int total = rows.total(), c = m_config.width;
    for (std::size_t l = 0; l < m_gpt.layers.size(); ++l) {
      const CpuGptLayer& layer = m_gpt.layers[l];
      const float* normed = norm(total, layer.attentionNorm, team);
      linear(layer.qkv, normed, total, m_wide.data(), Epilogue::Store, team.share(3 * c / 16));
      turnAndCache(static_cast<int>(l), rows, team);
      team.wait();
      attend(static_cast<int>(l), rows, team);
      team.wait();
      linear(layer.wo, m_mixed.data(), total, m_h.data(), Epilogue::Add, team.share(c / 16));
      team.wait();
      normed = norm(total, layer.ffnNorm, team);
      const Share pairs = team.share(m_gpt.hidden / 16);
      linear(layer.gateUp, normed, total, m_wide.data(), Epilogue::Store,
             {2 * pairs.from, 2 * pairs.to});
      m_kernels.swiglu(m_wide.data(), total, 2 * m_gpt.hidden, m_gate.data(), m_gpt.hidden,
                       static_cast<int>(pairs.from), static_cast<int>(pairs.to));
      team.wait();
      linear(layer.w2, m_gate.data(), total, m_h.data(), Epilogue::Add, team.share(c / 16));
      team.wait();
    }
    const float* normed = norm(total, m_gpt.norm, team);
    linear(m_gpt.output, normed, total, m_logits.data_ptr<float>(), Epilogue::Store,
           team.share(m_gpt.output.panelCount()));
  }

  void linear(const PackedWeight& w, const float* x, int rows, float* y, Epilogue epilogue,
              Share panels) {
    m_kernels.linear(w, x, rows, w.inputs, y, w.outputs, static_cast<int>(panels.from),
                     static_cast<int>(panels.to), epilogue);
  }

  // The normalised rows of m_h, for this member or for all.
  const float* norm(int rows, const std::vector<float>& weight, const Team& team) {
    const int c = m_config.width;
    const bool alone = rows <= kNormaliseAlone;
    float* normed = m_normed.data() + (alone ? std::size_t(team.index()) * rows * c : 0);
    const Share share = alone ? Share{0, rows} : team.share(rows);
    m_kernels.rmsNorm(m_h.data() + share.from * c, static_cast<int>(share.size()), c,
                      weight.data(), normed + share.from * c);
    if (!alone) team.wait();
    return normed;
  }

  AttentionShape shape(const Sequence& sequence) const {
    const int d = m_config.headWidth();
    return {m_config.heads, d, m_capacity, sequence.begin,
            static_cast<float>(1 / std::sqrt(static_cast<double>(d)))};
  }

  // Where the caches of a sequence's first head begin.
  std::size_t cacheOf(int layer, int branch, int image) const {
    const std::size_t sequence =
        (static_cast<std::size_t>(layer) * 2 + branch) * m_batch + image;
    return sequence * m_capacity * m_config.width;
  }

  // The columns that this member has just computed: queries and keys are turned by their place
  // in the grid, keys and values staged.
  void turnAndCache(int layer, const Rows& rows, const Team& team) {
    const int c = m_config.width, d = m_config.headWidth();
    const Share panels = team.share(3 * c / 16);
    const int from = static_cast<int>(panels.from) * 16, to = static_cast<int>(panels.to) * 16;
    for (std::size_t s = 0; s < rows.sequences.size(); ++s) {
      const Sequence& sequence = rows.sequences[s];
      float* qkv = m_wide.data() + s * rows.span * 3 * c;
      for (int i = 0; i < rows.span; ++i) {
        float* row = qkv + static_cast<std::size_t>(i) * 3 * c;
        const int last = std::min(to, 2 * c);
        if (sequence.token < 0) {
          // The published table has zeros there: no query or key of the text says anything.
          if (from < last) std::fill(row + from, row + last, 0.0f);
        } else {
          const int token = std::min(sequence.token + i, m_config.tokens() - 1);
          rotateRow(row, from, last, d, m_gpt.turns.data() + static_cast<std::size_t>(token) * d);
        }
      }
      const std::size_t cache = cacheOf(layer, sequence.branch, sequence.image);
      storeKeysValues(shape(sequence), rows.span, from, to, qkv, m_keys.data() + cache,
                      m_values.data() + cache);
    }
  }

  // Groups of rows of one sequence and head are what the members share out.
  void attend(int layer, const Rows& rows, const Team& team) {
    const int c = m_config.width, heads = m_config.heads;
    const std::size_t one = static_cast<std::size_t>(m_capacity) * m_config.headWidth();
    const int groups = (rows.span + kAttentionRows - 1) / kAttentionRows;
    float* scores = m_scores.data() + std::size_t(team.index()) * kAttentionRows * m_capacity;
    const Share jobs = team.share(std::ssize(rows.sequences) * heads * groups);
    for (std::int64_t job = jobs.from; job < jobs.to; ++job) {
      const int group = static_cast<int>(job % groups);
      const int head = static_cast<int>(job / groups % heads);
      const std::size_t s = job / groups / heads;
      const Sequence& sequence = rows.sequences[s];
      const std::size_t cache = cacheOf(layer, sequence.branch, sequence.image) + head * one;
      m_kernels.attention(shape(sequence), head, group * kAttentionRows,
                          std::min(rows.span, (group + 1) * kAttentionRows),
                          m_wide.data() + s * rows.span * 3 * c, m_keys.data() + cache,
                          m_values.data() + cache, m_mixed.data() + s * rows.span * c, scores);
    }
  }

  void shareText(int branch) {
    const std::size_t size = static_cast<std::size_t>(m_capacity) * m_config.width;
    for (int l = 0; l < m_config.layers; ++l) {
      for (int image = 1; image < m_batch; ++image) {
        for (auto* cache : {&m_keys, &m_values}) {
          std::copy_n(cache->begin() + cacheOf(l, branch, 0), size,
                      cache->begin() + cacheOf(l, branch, image));
        }
      }
    }
  }

  const PackedGpt& m_gpt;
  const GptConfig& m_config;
  TeamSize& m_teamSize;
  const CpuKernels& m_kernels;
  const int m_batch, m_textRows, m_capacity;
  std::vector<float> m_text[2];         // [text rows, C] per branch
  std::vector<float> m_keys, m_values;  // [layer][branch][image][head] of one cache each
  std::vector<float> m_h, m_normed, m_mixed, m_wide, m_gate, m_scores;
  Tensor m_logits;  // [rows, V]
};

class CpuGpt : public PreparedGpt {
 public:
  explicit CpuGpt(const Gpt& gpt) {
    m_gpt.config = gpt.config;
    m_gpt.hidden = (gpt.config.hidden + 15) / 16 * 16;
    m_gpt.tokenEmbedding = floats(gpt.tokenEmbedding);
    m_gpt.norm = floats(gpt.norm);
    m_gpt.turns = floats(rotaryTable(gpt.config).slice(0, gpt.config.prefix));
    for (const GptLayer& layer : gpt.layers) {
      m_gpt.layers.push_back(packLayer(layer, m_gpt.hidden));
    }
    m_gpt.output = pack(gpt.output);
  }

  std::unique_ptr<GptPass> begin(const Prompt& prompt, int batch) override {
    return std::make_unique<CpuGptPass>(m_gpt, m_teamSize, prompt, batch);
  }

 private:
  TeamSize m_teamSize;
  PackedGpt m_gpt;
};

}  // namespace

std::unique_ptr<PreparedGpt> prepareCpuGpt(const Gpt& gpt) {
  return std::make_unique<CpuGpt>(gpt);
}

std::unique_ptr<PreparedGpt> prepareGpt(const Gpt& gpt, torch::Device device,
                                        torch::ScalarType dtype) {
  // Kernels take widths and heads of whole panels.
  const bool packed = device.is_cpu() && dtype == torch::kFloat32 &&
                      gpt.config.headWidth() % 16 == 0 && gpt.config.width % 16 == 0;
  return packed ? prepareCpuGpt(gpt) : prepareTorchGpt(gpt, dtype);
}

}  // namespace jacobiscope
