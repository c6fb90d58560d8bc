#include "engine/tarflow/metrics.h"

#include "engine/core/random.h"
#include "engine/tarflow/forward.h"
#include "engine/tarflow/memory.h"

namespace jacobiscope {

namespace {

Tensor nullClass(const Tensor& batch) {
  return torch::full({batch.size(0)}, -1, torch::dtype(torch::kInt64).device(batch.device()));
}

// Largest singular value of a matrix.
double spectralNorm(const Tensor& matrix) {
  return at::linalg_svdvals(matrix.to(torch::kCPU, torch::kFloat64)).max().item<double>();
}

}  // namespace

BlockMetrics blockMetrics(const TarFlow& model, int index, const Tensor& raster,
                          const Tensor& given) {
  const torch::NoGradGuard noGrad;
  const FlowBlock& block = model.blocks[index];
  const Tensor x = block.flipped ? raster.flip(1) : raster;
  const Tensor labels = given.defined() ? given : nullClass(x);
  const auto outputs = [&](const Tensor& input) {
    const Affine next = blockOutputs(block, model.config, input, labels);
    return Affine{shiftRight(next.a), shiftRight(next.c)};
  };
  const Affine truth = outputs(x);
  const Tensor z = (x - truth.c) * torch::exp(-truth.a);
  Tensor zeros = torch::zeros_like(x);
  zeros.select(1, 0).copy_(x.select(1, 0));
  const auto guessing = [&](const Tensor& guess) {
    const Affine at = outputs(guess);
    return spectralNorm((torch::exp(at.a) * z + at.c - x).mean(0));
  };
  const auto halves = block.projOutW.chunk(2, 0);
  BlockMetrics metrics;
  metrics.igmZ = guessing(z);
  metrics.igmZeros = guessing(zeros);
  metrics.expAX = spectralNorm((torch::exp(-truth.a) * x).mean(0));
  metrics.weightA = spectralNorm(halves[0]);
  metrics.weightC = spectralNorm(halves[1]);
  metrics.crm = metrics.expAX * metrics.weightA + metrics.weightC;
  return metrics;
}

namespace {

constexpr int kSamples = 16;  // drawn where no pictures are given

// Draws samples if it must, encodes the pictures keeping every block's input, then measures
// one block a step.
class Calibration : public AnalysisTask {
 public:
  Calibration(LoadedFlow& flow, const KnobValues& knobs, std::uint64_t seed, Tensor images,
              Tensor labels, std::string origin)
      : m_flow(flow), m_images(std::move(images)), m_labels(std::move(labels)),
        m_origin(std::move(origin)) {
    const TarFlowConfig& config = flow.model.config;
    // A block is measured on all pictures at once.
    requireEncodeMemory(config, flow.device, m_images.defined() ? m_images.size(0) : kSamples);
    if (m_images.defined()) return;
    requireDecodeMemory(config, flow.device, kSamples, readGuidance(knobs).on(),
                        numberAt(knobs, "denoise") > 0);
    std::vector<Tensor> noise, classes;
    for (int i = 0; i < kSamples; ++i) {
      const auto values = normals(seed, Purpose::Noise, i,
                                  std::size_t(config.tokens()) * config.features());
      noise.push_back(torch::tensor(values).view({config.tokens(), config.features()}));
      classes.push_back(torch::tensor(config.classes > 0 ? std::int64_t{i % config.classes} : -1));
    }
    m_sampler = std::make_unique<TarFlowDecoder>(flow, knobs, torch::stack(noise).to(flow.device),
                                                 torch::stack(classes).to(flow.device),
                                                 std::vector<Tensor>{});
    m_stages = static_cast<int>(m_sampler->plan().stages.size());
  }

  bool step() override {
    const torch::NoGradGuard noGrad;
    if (m_sampler) {
      if (const auto sweep = m_sampler->sweep()) {
        m_sampled = (sweep->window.stage + double(sweep->frontier) / m_flow.model.config.tokens()) / m_stages;
      } else {
        m_images = toTensorImages();
        m_sampler.reset();
      }
      return true;
    }
    const int blocks = m_flow.model.config.blocks;
    if (m_encoded < m_images.size(0)) {
      encodeSome();
      return true;
    }
    const int block = static_cast<int>(m_metrics.size());
    if (block < blocks) m_metrics.push_back(blockMetrics(m_flow.model, block, m_inputs[block], m_labels));
    return static_cast<int>(m_metrics.size()) < blocks;
  }

  double progress() const override {
    const double measured = double(m_metrics.size()) / m_flow.model.config.blocks;
    return m_sampler ? 0.8 * m_sampled : m_stages > 0 ? 0.8 + 0.2 * measured : measured;
  }

  Analysis result() const override {
    std::vector<BlockMetrics> ordered(m_metrics.rbegin(), m_metrics.rend());
    Analysis analysis;
    analysis.name = "calibrate";
    analysis.origin = m_origin;
    analysis.columns = metricColumns(ordered);
    analysis.presets = proposedSchedules(ordered, m_flow.model.config.tokens());
    return analysis;
  }

 private:
  // Thirty-two pictures a step, so that a thousand of them can be cancelled.
  void encodeSome() {
    const auto end = std::min<std::int64_t>(m_encoded + 32, m_images.size(0));
    const Tensor part = m_images.slice(0, m_encoded, end);
    const Tensor labels = m_labels.defined() ? m_labels.slice(0, m_encoded, end) : nullClass(part);
    const auto inputs = encode(m_flow.model, part, labels, true).inputs;
    m_inputs.resize(inputs.size());
    for (std::size_t b = 0; b < inputs.size(); ++b) {
      m_inputs[b] = m_encoded == 0 ? inputs[b] : torch::cat({m_inputs[b], inputs[b]});
    }
    m_encoded = end;
  }

  Tensor toTensorImages() const {
    const Arrays arrays = m_sampler->result();
    const Array& image = arrays.at("image");
    return torch::tensor(std::get<std::vector<float>>(image.values)).view(image.shape).to(m_flow.device);
  }

  LoadedFlow& m_flow;
  Tensor m_images, m_labels;  // [B, C, H, W]; [B] or undefined
  std::int64_t m_encoded = 0;
  std::string m_origin;
  std::unique_ptr<TarFlowDecoder> m_sampler;
  int m_stages = 0;
  double m_sampled = 0;
  std::vector<Tensor> m_inputs;         // per block, network order
  std::vector<BlockMetrics> m_metrics;  // network order
};

}  // namespace

std::unique_ptr<AnalysisTask> calibration(LoadedFlow& flow, const KnobValues& knobs,
                                          std::uint64_t seed, Tensor images, Tensor labels,
                                          std::string origin) {
  return std::make_unique<Calibration>(flow, knobs, seed, std::move(images), std::move(labels),
                                       std::move(origin));
}

std::vector<StageColumn> metricColumns(const std::vector<BlockMetrics>& decodeOrder) {
  std::vector<StageColumn> columns;
  const auto add = [&](std::string name, std::string help, double BlockMetrics::* field) {
    StageColumn column{std::move(name), "", std::move(help), {}};
    for (const BlockMetrics& metrics : decodeOrder) column.values.push_back(metrics.*field);
    columns.push_back(std::move(column));
  };
  add("crm", "Convergence ranking metric: how hard the block is.", &BlockMetrics::crm);
  add("igm_z", "Initial guessing metric of the guess z: smaller is nearer.", &BlockMetrics::igmZ);
  add("igm_zeros", "Initial guessing metric of the guess zeros.", &BlockMetrics::igmZeros);
  add("exp_ax", "Spectral norm of the mean of exp(-a) x.", &BlockMetrics::expAX);
  add("w_a", "Spectral norm of the output rows that give a.", &BlockMetrics::weightA);
  add("w_c", "Spectral norm of the output rows that give c.", &BlockMetrics::weightC);
  return columns;
}

std::vector<Preset> proposedSchedules(const std::vector<BlockMetrics>& blocks, int tokens) {
  // The published schedules segment a block when its share of the CRM stands out (33 to 75 %
  // in their table) and leave the others (0.7 to 11 %) to plain Jacobi.
  constexpr double kDominant = 0.2;
  double sum = 0;
  for (const BlockMetrics& m : blocks) sum += m.crm;
  std::string segments, guesses, widths;
  for (const BlockMetrics& m : blocks) {
    const char* comma = segments.empty() ? "" : ",";
    const bool hard = m.crm > kDominant * sum;
    segments += comma + std::to_string(hard ? std::min(8, tokens) : 1);
    guesses += std::string(comma) + (m.igmZeros < m.igmZ ? "zeros" : "z");
    widths += comma + std::to_string(hard ? std::min(8, tokens) : std::min(32, tokens));
  }
  return {{"automatic", "CRM and IGM of this model",
           {{"mode", std::string("gs-jacobi")}, {"segments", segments},
            {"cap", std::to_string(tokens)}, {"guess", guesses}}},
          {"automatic window", "CRM and IGM of this model",
           {{"mode", std::string("window")}, {"window", widths}, {"guess", guesses}}}};
}

}  // namespace jacobiscope
