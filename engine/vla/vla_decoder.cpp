#include "engine/vla/vla_decoder.h"

#include <algorithm>
#include <limits>
#include <span>
#include <utility>

#include "engine/core/error.h"
#include "engine/vla/sim/observation.h"
#include "engine/vla/vla_input.h"

namespace jacobiscope {

struct VlaDecoder::Boundary : Decoder::State {
  WorldState world;
  Now now;
  RunStages stages;  // with what was planned for those that are over

  Boundary(WorldState world, Now now, RunStages stages)
      : world(std::move(world)), now(std::move(now)), stages(std::move(stages)) {}
  std::size_t bytes() const override;
};

VlaDecoder::VlaDecoder(LoadedVla& model, Camera& camera, const KnobValues& knobs,
                       VlaRequest request)
    : m_model(model), m_camera(camera), m_request(std::move(request)),
      m_settings(readVlaSettings(knobs)), m_brain(model.brain(m_settings.policy)),
      m_stages(m_request.episodes, m_settings) {
  beginEpisode(0);
}

VlaDecoder::~VlaDecoder() = default;

void VlaDecoder::beginEpisode(int number) {
  const std::uint64_t seed = m_request.seed + static_cast<std::uint64_t>(number);
  const bool given = number == 0 && m_request.layout;
  m_world.reset(given ? *m_request.layout : startOf(m_request.task, seed));
  m_now.episode = number;
  m_now.chunk = 0;
  m_now.over = false;
  m_now.last = {};
  m_now.log.episodes.push_back(
      {seed, m_now.log.steps(), 0, EpisodeState::Running, m_request.task.has_value()});
}

std::optional<Sweep> VlaDecoder::sweep() {
  const torch::NoGradGuard noGrad;
  if (finished()) return {};
  Sweep sweep = !m_solver ? look() : m_solver->done() ? act() : decode();
  if (!m_request.notes.empty()) sweep.note = std::exchange(m_request.notes, {});
  return sweep;
}

Sweep VlaDecoder::look() {
  if (m_now.over) beginEpisode(m_now.episode + 1);
  const CameraPicture picture = m_camera.look(m_world);
  m_now.seen = imageOf(picture);
  m_past.look(m_now.stage, m_now.seen, m_world.shapes());
  m_begin = m_world.save();
  m_solver = startChunk(m_model, m_brain, m_settings, picture, proprioceptionOf(m_world),
                        m_request.text,
                        chunkGuess(m_model, m_settings, m_now.last,
                                   m_now.log.episodes.back().seed, m_now.chunk));
  m_iteration = 1;
  m_acted = 0;
  m_toAct = std::min(m_settings.execute, m_settings.steps - episode().steps);

  Sweep sweep;
  sweep.kind = SweepKind::World;
  sweep.window = {m_now.stage, 0, 0, 0};
  sweep.iteration = m_iteration;
  sweep.residual = std::numeric_limits<double>::quiet_NaN();
  sweep.residualUnit = "bins";
  addPlaceFacts(sweep, m_world.tool(), m_world.opening() / kWidestOpening, EpisodeState::Running,
                m_now.episode);
  return sweep;
}

Sweep VlaDecoder::decode() {
  const int before = m_solver->frontier();
  const bool first = m_solver->calls() == 0;
  const bool one = m_settings.solver.rule == ChunkRule::Autoregressive;
  const ChunkPass pass = m_solver->step();

  Sweep sweep;
  sweep.kind = first ? SweepKind::Prefill : SweepKind::Iterate;
  const int end = pass.begin + static_cast<int>(pass.moved.size());
  sweep.window = {m_now.stage, pass.begin, end, 0};
  sweep.iteration = ++m_iteration;
  sweep.frontier = pass.frontier;
  sweep.verdict = pass.early               ? Verdict::Capped
                  : pass.done              ? Verdict::Settled
                  : pass.frontier > before ? Verdict::Accepted
                                           : Verdict::Working;
  sweep.calls = 1;
  addChunkFacts(sweep, *m_model.codec, afterPass(*m_solver, pass, one, m_begin.target));
  return sweep;
}

Sweep VlaDecoder::act() {
  const int begin = m_acted * kActionSize;
  const auto values = m_model.codec->values(
      std::span(m_solver->tokens()).subspan(static_cast<std::size_t>(begin), kActionSize));
  Action action{};
  std::ranges::copy(values, action.begin());
  m_now.log.addStep(proprioceptionOf(m_world), action);
  m_world.step(action);
  ++m_acted;
  ++episode().steps;
  episode().state = judge();
  m_now.over = episode().state != EpisodeState::Running;
  m_past.act(m_now.stage, ++m_iteration, m_world.shapes());

  Sweep sweep;
  sweep.kind = SweepKind::World;
  sweep.window = {m_now.stage, begin, begin + kActionSize, 0};
  sweep.iteration = m_iteration;
  sweep.frontier = m_solver->frontier();
  sweep.residual = std::numeric_limits<double>::quiet_NaN();
  sweep.residualUnit = "bins";
  sweep.note = m_world.problem();
  addPlaceFacts(sweep, m_world.tool(), m_world.opening() / kWidestOpening, episode().state,
               m_now.episode);
  if (m_now.over || m_acted == m_toAct) {
    sweep.verdict = Verdict::Settled;
    endChunk();
  }
  return sweep;
}

EpisodeState VlaDecoder::judge() const {
  const Condition condition = m_world.condition();
  if (condition == Condition::Diverged) return EpisodeState::Diverged;
  if (m_request.task && succeeded(m_world, *m_request.task)) return EpisodeState::Succeeded;
  if (condition == Condition::Fell) return EpisodeState::Fell;
  return m_now.log.episodes.back().steps < m_settings.steps ? EpisodeState::Running
                                                            : EpisodeState::TimedOut;
}

void VlaDecoder::endChunk() {
  m_now.log.chunks.push_back({m_solver->tokens(), m_solver->calls()});
  m_now.last = {m_solver->tokens(), m_acted};
  ++m_now.chunk;
  ++m_now.stage;
  if (m_now.over) m_now.stage = m_stages.beginOf(m_now.episode + 1, m_now.stage);
  m_solver.reset();
}

std::vector<Panel> VlaDecoder::panels() const { return robotPanels(m_world.shapes(), m_now.seen); }

std::vector<Panel> VlaDecoder::panelsAfter(const Sweep& sweep) const {
  return m_past.panels(sweep.window.stage, sweep.iteration);
}

Arrays VlaDecoder::result() const {
  Arrays arrays = m_now.log.arrays();
  if (finished()) arrays["image"] = imageArray(m_camera.look(m_world));
  return arrays;
}

KnobEffect VlaDecoder::setKnobs(const KnobValues& values) {
  VlaSettings wanted = readVlaSettings(values);
  wanted.policy = m_settings.policy;
  wanted.binsOnly = m_settings.binsOnly;
  wanted.steps = m_settings.steps;
  const bool other = wanted.chunk != m_settings.chunk || wanted.execute != m_settings.execute;
  m_settings = std::move(wanted);
  if (m_solver) m_solver->set(m_settings.solver);
  if (other) replan();
  return KnobEffect::None;
}

// A chunk that has begun stays as it is.
void VlaDecoder::replan() {
  if (m_now.over) {
    m_stages.replan(m_settings, m_now.stage, m_now.episode + 1, 0, 0);
    return;
  }
  const int running = m_solver ? 1 : 0;
  const int ahead = m_solver ? m_toAct - m_acted : 0;
  m_stages.replan(m_settings, m_now.stage + running, m_now.episode, m_now.chunk + running,
                  episode().steps + ahead);
}

std::size_t VlaDecoder::Boundary::bytes() const {
  const std::size_t numbers = world.positions.size() + world.velocities.size() +
                              world.warmStart.size() + world.controls.size() +
                              world.fixedPositions.size() + world.fixedTurns.size();
  return numbers * sizeof(double) + now.log.bytes() + now.seen.rgba.size() + stages.bytes();
}

Array VlaDecoder::iterate() const {
  const auto& tokens = m_solver ? m_solver->tokens() : m_now.last.tokens;
  return {{std::ssize(tokens)}, tokens};
}

std::shared_ptr<const Decoder::State> VlaDecoder::state() const {
  auto boundary = std::make_shared<Boundary>(m_solver ? m_begin : m_world.save(), m_now, m_stages);
  if (m_solver) boundary->now.log.dropSteps(m_acted);
  return boundary;
}

void VlaDecoder::restore(const State& state) {
  const auto* boundary = dynamic_cast<const Boundary*>(&state);
  if (!boundary) throw Error("The state to restore belongs to another decoder.");
  m_solver.reset();
  m_world.restore(boundary->world);
  m_now = boundary->now;
  m_stages = boundary->stages;
  m_past.forget(m_now.stage);  // it led elsewhere
  replan();
}

}  // namespace jacobiscope
