#include "app/bench_robot.h"

#include <algorithm>

#include "app/bench.h"
#include "app/interrupt.h"
#include "engine/core/error.h"
#include "engine/core/median.h"
#include "engine/train/chunk_run.h"
#include "engine/vla/sim/instructions.h"

#ifdef JACOBISCOPE_WITH_TORCH

namespace jacobiscope {

struct RobotBench::Candidate {
  RobotBenchResult result;
  std::vector<double> all, prefill, iterate;  // seconds of every chunk
  std::vector<std::vector<std::int32_t>> tokens;  // of the observations, once
  std::int64_t calls = 0;

  void add(const ChunkRun& run) {
    all.push_back(run.seconds());
    prefill.push_back(run.prefillSeconds);
    iterate.push_back(run.iterateSeconds);
    calls += run.calls;
  }
};

namespace {

std::int64_t different(const std::vector<std::vector<std::int32_t>>& a,
                       const std::vector<std::vector<std::int32_t>>& b) {
  std::int64_t count = 0;
  for (std::size_t chunk = 0; chunk < a.size(); ++chunk) {
    for (std::size_t i = 0; i < a[chunk].size(); ++i) count += a[chunk][i] != b[chunk][i];
  }
  return count;
}

}  // namespace

RobotBench::RobotBench(Family& model, Input input, RobotBenchPlan plan,
                       std::function<void(const std::string&)> say)
    : m_model(model), m_input(std::move(input)), m_plan(plan), m_say(std::move(say)),
      m_begin(Clock::now()) {}

RobotBench::Scene RobotBench::sceneOf(int episode, const DecoderChoice& driver) {
  Scene scene;
  scene.input = m_input;
  scene.input.count = 1;
  scene.input.seed += static_cast<std::uint64_t>(episode);
  const std::uint64_t seed = scene.input.seed;
  if (m_input.prompt.empty()) {
    scene.input.prompt = instruction(randomTask(seed), randomWording(seed));
  }
  const auto decoder = m_model.begin(driver.knobs, scene.input);
  for (int chunk = 0; chunk < m_plan.chunksPerEpisode; ++chunk) {
    scene.states.push_back(decoder->state());
    const auto run = runChunk(*decoder, RunUntil::Done, &interrupted());
    throwIfInterrupted();
    if (!run || run->outcome != EpisodeState::Running) break;
  }
  return scene;
}

void RobotBench::decode(const Scene& scene, Candidate& candidate, bool warmUp) {
  const auto decoder = m_model.begin(candidate.result.choice.knobs, scene.input);
  for (const auto& state : scene.states) {
    decoder->restore(*state);
    const auto run = runChunk(*decoder, RunUntil::Decoded, &interrupted());
    throwIfInterrupted();
    if (!run) throw Error("A chunk that was decoded before is not decoded again.");
    warmUp ? candidate.tokens.push_back(run->tokens) : candidate.add(*run);
  }
}

std::vector<RobotBenchResult> RobotBench::measure(const std::vector<DecoderChoice>& choices) {
  std::vector<Scene> scenes;
  for (int episode = 0; episode < m_plan.episodes; ++episode) {
    m_say("observations of episode " + std::to_string(episode + 1));
    scenes.push_back(sceneOf(episode, choices.front()));
  }
  std::vector<Candidate> candidates;
  for (const DecoderChoice& choice : choices) {
    m_say("warming up " + choice.policy + " " + choice.decoder);
    Candidate& candidate = candidates.emplace_back();
    candidate.result.choice = choice;
    for (const Scene& scene : scenes) decode(scene, candidate, true);
  }
  double longest = 0;  // of a round
  for (int round = 0; round < m_plan.repetitions; ++round) {
    if (round > 0 && seconds(Clock::now() - m_begin) + longest > m_plan.budget) break;
    m_say("turn " + std::to_string(round + 1) + " of " + std::to_string(m_plan.repetitions));
    const auto begin = Clock::now();
    for (const Scene& scene : scenes) {
      for (Candidate& candidate : candidates) decode(scene, candidate, false);
    }
    longest = std::max(longest, seconds(Clock::now() - begin));
    for (Candidate& candidate : candidates) ++candidate.result.repetitions;
  }
  return summaries(candidates);
}

std::vector<RobotBenchResult> RobotBench::summaries(
    const std::vector<Candidate>& candidates) const {
  std::vector<RobotBenchResult> results;
  for (const Candidate& candidate : candidates) {
    RobotBenchResult result = candidate.result;
    result.chunks = std::ssize(candidate.tokens);
    result.calls = static_cast<double>(candidate.calls) / static_cast<double>(candidate.all.size());
    result.seconds = medianOf(candidate.all);
    result.prefillSeconds = medianOf(candidate.prefill);
    result.iterateSeconds = medianOf(candidate.iterate);
    result.tokens = static_cast<double>(candidate.tokens.front().size());
    result.steps = result.tokens / static_cast<double>(m_model.info().action.size());
    result.speedup = medianOf(candidates.front().all) / result.seconds;
    const auto base = std::ranges::find_if(candidates, [&](const Candidate& other) {
      const DecoderChoice& choice = other.result.choice;
      return choice.policy == result.choice.policy &&
             textAt(choice.knobs, "decoder") == "autoregressive" &&
             choice.knobs.at("chunk") == result.choice.knobs.at("chunk");
    });
    if (base != candidates.end()) result.tokensDiffer = different(base->tokens, candidate.tokens);
    results.push_back(std::move(result));
  }
  return results;
}

}  // namespace jacobiscope

#endif
