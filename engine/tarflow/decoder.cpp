#include "engine/tarflow/decoder.h"

#include "engine/core/error.h"
#include "engine/nn/load_tensor.h"
#include "engine/tarflow/forward.h"
#include "engine/tarflow/memory.h"
#include "engine/tarflow/prepared.h"

namespace jacobiscope {

PreparedFlow* LoadedFlow::lowPrecision() {
  if (!low) low = prepareTorchFlow(model, torch::kBFloat16);
  return low.get();
}

struct TarFlowDecoder::Boundary : Decoder::State {
  int stage = 0;
  Tensor tokens;
  std::vector<Tensor> solutions;
  std::vector<Image> strip;
  std::vector<BlockSchedule> schedule;

  // States of a run share all solutions but the last, and none of the tokens.
  std::size_t bytes() const override {
    std::size_t sum = 2 * tokens.nbytes();
    for (const Image& image : strip) sum += image.rgba.size();
    return sum;
  }
};

namespace {

std::string blockName(int block) { return "block " + std::to_string(block); }

}  // namespace

TarFlowDecoder::TarFlowDecoder(LoadedFlow& flow, const KnobValues& knobs, Tensor noise,
                               Tensor labels, std::vector<Tensor> guesses)
    : m_flow(flow), m_knobs(knobs),
      m_schedule(readSchedule(knobs, flow.model.config.blocks, flow.model.config.tokens())),
      m_labels(std::move(labels)), m_tokens(noise * flow.model.var.sqrt()),
      m_solutions(std::move(guesses)) {
  m_solutions.resize(blocks());
  m_strip.push_back(toImage(unpatchify(m_tokens.slice(0, 0, 1), flow.model.config)[0]));
}

int TarFlowDecoder::stageCount() const {
  return blocks() + (m_denoised || numberAt(m_knobs, "denoise") > 0 ? 1 : 0);
}

Plan TarFlowDecoder::plan() const {
  Plan plan;
  const int n = m_flow.model.config.tokens();
  for (int s = 0; s < blocks(); ++s) {
    plan.stages.push_back(blockName(blocks() - 1 - s));
    plan.positions.push_back(n);
    for (const Window& window : stageWindows(m_schedule[s], s, n)) plan.windows.push_back(window);
  }
  if (stageCount() > blocks()) {
    plan.stages.push_back("denoise");
    plan.positions.push_back(n);
    plan.windows.push_back({blocks(), 0, n, 1});
  }
  return plan;
}

void TarFlowDecoder::beginStage() {
  const int block = blocks() - 1 - m_stage;
  const bool flipped = m_flow.model.blocks[block].flipped;
  const Tensor z = (flipped ? m_tokens.flip(1) : m_tokens).contiguous();
  Tensor x;
  const Tensor& guess = m_solutions[m_stage];
  if (guess.defined() && guess.sizes() == z.sizes()) {
    x = guess.clone();
  } else {
    x = m_schedule[m_stage].zeroGuess ? torch::zeros_like(z) : z.clone();
  }
  const bool refine = toggleAt(m_knobs, "refine") && m_flow.lowPrecisionPays;
  PreparedFlow* low = refine ? m_flow.lowPrecision() : nullptr;
  m_solver = std::make_unique<StageSolver>(*m_flow.prepared, low, block, m_stage,
                                           m_schedule[m_stage], z, x, m_labels,
                                           passKnobs(m_knobs));
}

void TarFlowDecoder::endStage() {
  m_tokens = present();
  m_solutions[m_stage] = m_solver->x();
  m_solver.reset();
  m_strip.push_back(toImage(unpatchify(m_tokens.slice(0, 0, 1), m_flow.model.config)[0]));
  ++m_stage;
}

std::optional<Sweep> TarFlowDecoder::sweep() {
  const torch::NoGradGuard noGrad;
  if (m_stage >= stageCount()) return {};
  if (m_stage == blocks()) return denoise();
  if (!m_solver) beginStage();
  m_solver->setKnobs(passKnobs(m_knobs));
  Sweep sweep = m_solver->sweep();
  if (m_stage == 0 && sweep.iteration == 1 && toggleAt(m_knobs, "refine") &&
      !m_flow.lowPrecisionPays && sweep.note.empty()) {
    sweep.note = "low precision first is without effect here";
  }
  if (m_solver->done()) endStage();
  return sweep;
}

// x + s sigma^2 grad log p(x), arXiv 2412.06329, section 2.5: the loss is a mean over
// B N D values, so its gradient is multiplied back.
Sweep TarFlowDecoder::denoise() {
  const TarFlowConfig& config = m_flow.model.config;
  const double strength = numberAt(m_knobs, "denoise");
  requireDenoiseMemory(config, m_flow.device);  // it may have been asked for during the run
  Tensor image = unpatchify(m_tokens, config).contiguous().clone();
  // One picture at a time: the graph of the whole network is kept for each.
  for (std::int64_t i = 0; i < image.size(0); ++i) {
    const torch::AutoGradMode grad(true);
    const Tensor variable = image.slice(0, i, i + 1).clone().set_requires_grad(true);
    const Tensor loss = flowLoss(encode(m_flow.model, variable, m_labels.slice(0, i, i + 1)));
    const Tensor gradient = torch::autograd::grad({loss}, {variable})[0];
    const torch::NoGradGuard noGrad;
    image.slice(0, i, i + 1)
        .sub_(gradient, strength * variable.numel() * config.sigma * config.sigma);
  }
  m_tokens = patchify(image.clamp(-1, 1), config);
  m_denoised = true;
  m_strip.push_back(toImage(image[0]));
  Sweep sweep;
  sweep.kind = SweepKind::Iterate;
  sweep.window = {m_stage, 0, config.tokens(), 1};
  sweep.iteration = 1;
  sweep.frontier = config.tokens();
  sweep.verdict = Verdict::Settled;
  sweep.residual = std::numeric_limits<double>::quiet_NaN();
  sweep.calls = blocks();
  ++m_stage;
  return sweep;
}

Tensor TarFlowDecoder::present() const {
  if (!m_solver) return m_tokens;
  const bool flipped = m_flow.model.blocks[blocks() - 1 - m_stage].flipped;
  return flipped ? m_solver->x().flip(1) : m_solver->x().clone();
}

KnobEffect TarFlowDecoder::setKnobs(const KnobValues& values) {
  const auto wanted = readSchedule(values, blocks(), m_flow.model.config.tokens());
  // A stage that began keeps its method.
  const int first = m_stage + (m_solver ? 1 : 0);
  for (int s = first; s < blocks(); ++s) m_schedule[s] = wanted[s];
  m_knobs = values;
  return KnobEffect::None;
}

Arrays TarFlowDecoder::result() const {
  return {{"image", toArray(unpatchify(m_tokens, m_flow.model.config))}};
}

Array TarFlowDecoder::iterate() const {
  if (m_solver) return toArray(m_solver->x()[0]);
  // Between blocks; at the beginning the noise, and after denoising what came of it.
  const bool solved = m_stage > 0 && m_stage <= blocks();
  return toArray(solved ? m_solutions[m_stage - 1][0] : m_tokens[0]);
}

std::shared_ptr<const Decoder::State> TarFlowDecoder::state() const {
  auto boundary = std::make_shared<Boundary>();
  boundary->stage = m_stage;
  boundary->tokens = m_tokens;
  boundary->solutions = m_solutions;
  boundary->strip = m_strip;
  boundary->schedule = m_schedule;
  return boundary;
}

void TarFlowDecoder::restore(const State& state) {
  const auto* boundary = dynamic_cast<const Boundary*>(&state);
  if (!boundary) throw Error("The state to restore belongs to another decoder.");
  m_stage = boundary->stage;
  m_tokens = boundary->tokens;
  m_solutions = boundary->solutions;
  m_strip = boundary->strip;
  m_schedule = boundary->schedule;
  m_denoised = m_stage > blocks();
  m_solver.reset();
}

}  // namespace jacobiscope
