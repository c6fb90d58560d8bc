// Moves a robot without a network or a simulator: a known way to put a cube into a bowl, decoded in
// chunks by made-up iterations that come nearer to it. Its sweeps are those of the real decoder:
// the camera looks, the chunk is decoded, its steps are carried out.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <numbers>
#include <thread>

#include "engine/core/family.h"
#include "engine/core/random.h"
#include "tests/ui/fake_table.h"

namespace jacobiscope {

class FakeRobotDecoder : public Decoder {
 public:
  static constexpr int kSteps = 5, kDimensions = 7, kPositions = kSteps * kDimensions;
  static constexpr int kMostSteps = 60, kMostChunks = kMostSteps / kSteps, kBins = 256;
  static constexpr double kMove = 40.0 / 128, kTurn = 14.0 / 128;  // mm and degrees a bin

  FakeRobotDecoder(const KnobValues& knobs, const Input& input, const Array& layout)
      : m_input(input), m_table(layout) {
    setKnobs(knobs);
    m_guess.fill(kBins / 2);
  }

  Plan plan() const override {
    Plan plan;
    plan.acts = true;
    for (int i = 0; i < m_input.count * kMostChunks; ++i) {
      plan.stages.push_back("chunk " + std::to_string(i % kMostChunks + 1));
      plan.positions.push_back(kPositions);
      plan.windows.push_back({i, 0, kPositions, 0});
    }
    return plan;
  }

  std::optional<Sweep> sweep() override {
    if (m_episode == m_input.count) return std::nullopt;
    if (m_delay > 0) std::this_thread::sleep_for(std::chrono::milliseconds(m_delay));
    Sweep sweep;
    sweep.window = {m_episode * kMostChunks + m_chunk, 0, kPositions, 0};
    sweep.iteration = ++m_iteration;
    if (m_iteration == 1) look(sweep);
    else if (m_frontier < kPositions) decode(sweep);
    else act(sweep);
    return sweep;
  }

  std::vector<Panel> panels() const override { return m_table.panels(); }
  KnobEffect setKnobs(const KnobValues& values) override {
    m_sequential = textAt(values, "decoder") == "autoregressive";
    m_delay = int(integerAt(values, "delay"));
    return KnobEffect::None;
  }
  Arrays result() const override { return {{"tokens", {{std::ssize(m_said)}, m_said}}}; }
  std::shared_ptr<const State> state() const override { return std::make_shared<State>(); }
  void restore(const State&) override {}

 private:
  using Tokens = std::array<int, kPositions>;

  float uniform(int position, int what) const {
    const auto draw = std::uint32_t(m_episode * 4000 + m_chunk * 300 + m_iteration);
    return uniforms(m_input.seed + draw * 977, Purpose::Accept, std::uint32_t(position), 4)[what];
  }
  static double valueOf(int dimension, int token) {
    if (dimension == 6) return token / double(kBins - 1);
    return (token - kBins / 2) * (dimension < 3 ? kMove : kTurn);
  }
  static int tokenOf(int dimension, double value) {
    if (dimension == 6) return value > 0.5 ? kBins - 1 : 0;
    const double bins = value / (dimension < 3 ? kMove : kTurn);
    return std::clamp(int(std::lround(bins)) + kBins / 2, 0, kBins - 1);
  }
  static FakeAction actionOf(const Tokens& tokens, int step) {
    FakeAction action{};
    for (int d = 0; d < kDimensions; ++d) {
      const double value = valueOf(d, tokens[step * kDimensions + d]);
      action[d] = float(d < 3 ? value / 1000 : d < 6 ? value * std::numbers::pi / 180 : value);
    }
    return action;
  }

  // What the chunk comes to: the known way from here.
  void plan(Tokens& answer) const {
    FakeTable ahead = m_table;
    for (int step = 0; step < kSteps; ++step) {
      const FakeAction action = ahead.wanted();
      for (int d = 0; d < kDimensions; ++d) {
        const double unit = d < 3 ? 1000 : d < 6 ? 180 / std::numbers::pi : 1;
        answer[step * kDimensions + d] = tokenOf(d, action[d] * unit);
      }
      ahead.act(action);
    }
  }

  // What the real one's facts are where the simulator acted or the camera looked.
  void tellPlace(Sweep& sweep, int begin, int end, EpisodeState outcome) const {
    const auto& tool = m_table.tool.numbers;
    sweep.kind = SweepKind::World;
    sweep.window.begin = begin;
    sweep.window.end = end;
    sweep.residual = std::nan("");
    sweep.residualUnit = "bins";
    sweep.facts = {{"path", "", begin, std::vector<float>(tool.begin(), tool.end())},
                   {"outcome", "", begin, std::vector<std::int32_t>{int(outcome)}},
                   {"episode", "", begin, std::vector<std::int32_t>{m_episode}}};
  }

  void look(Sweep& sweep) {
    if (m_over) m_table = FakeTable(fakeLayout(m_input.seed + m_episode));
    m_over = false;
    plan(m_answer);
    m_tokens = m_guess;
    m_frontier = m_acted = 0;
    tellPlace(sweep, 0, 0, EpisodeState::Running);
  }

  void decode(Sweep& sweep) {
    const bool first = m_iteration == 2;
    const Tokens before = m_tokens;
    const int reach = m_sequential ? 1 : first ? 1 : 3 + int(9 * uniform(0, 0));
    const int settled = std::min(kPositions, m_frontier + reach);
    for (int p = 0; p < kPositions; ++p) {
      if (p < settled) m_tokens[p] = m_answer[p];
      else if (!first && !m_sequential) {
        const int off = m_tokens[p] - m_answer[p];
        m_tokens[p] = m_answer[p] + int(std::lround(off * (0.4 + 0.4 * uniform(p, 1))));
      } else if (first && !m_sequential) {
        // Askew to one side, so that the way of an early iteration leads astray.
        const float noise = uniform(p % kDimensions, 2) - 0.5f + 0.2f * (uniform(p, 3) - 0.5f);
        m_tokens[p] = std::clamp(m_answer[p] + int(noise * (60 + 2.5f * float(p))), 0, kBins - 1);
      }
    }
    sweep.kind = first ? SweepKind::Prefill : SweepKind::Iterate;
    sweep.calls = 1;
    sweep.residual = m_sequential || first ? std::nan("") : 0;
    sweep.residualUnit = "bins";
    std::vector<std::int32_t> tokens, states;
    std::vector<float> values, changes;
    for (int p = 0; p < kPositions; ++p) {
      const int change = std::abs(m_tokens[p] - before[p]);
      tokens.push_back(m_tokens[p]);
      values.push_back(float(valueOf(p % kDimensions, m_tokens[p])));
      changes.push_back(first ? std::nanf("") : float(change));
      if (!first && !m_sequential) sweep.residual = std::max(sweep.residual, double(change));
      const bool drawn = m_sequential || (first && p < settled);
      states.push_back(int(p < settled ? drawn ? TokenState::Drawn : TokenState::Accepted
                           : first    ? TokenState::Drafted
                           : change   ? TokenState::Redrawn
                                      : TokenState::Kept));
    }
    m_frontier = sweep.frontier = settled;
    sweep.facts = {{"token", "", 0, tokens},
                   {"value", "", 0, values},
                   {"change", "bins", 0, changes},
                   {"state", "", 0, states},
                   {"path", "", 0, pathOf(m_tokens)}};
  }

  std::vector<float> pathOf(const Tokens& tokens) const {
    std::vector<float> path;
    FakeTool tool = m_table.tool;
    for (int step = 0; step < kSteps; ++step) {
      tool.move(actionOf(tokens, step));
      path.insert(path.end(), tool.numbers.begin(), tool.numbers.end());
    }
    return path;
  }

  void act(Sweep& sweep) {
    m_table.act(actionOf(m_tokens, m_acted));
    ++m_stepsOfEpisode;
    EpisodeState outcome = EpisodeState::Running;
    if (m_table.succeeded()) outcome = EpisodeState::Succeeded;
    else if (m_stepsOfEpisode == kMostSteps) outcome = EpisodeState::TimedOut;
    const int begin = m_acted * kDimensions;
    tellPlace(sweep, begin, begin + kDimensions, outcome);
    sweep.frontier = kPositions;
    m_over = outcome != EpisodeState::Running;
    const bool last = ++m_acted == kSteps || m_over;
    sweep.verdict = last ? Verdict::Settled : Verdict::Working;
    if (!last) return;
    m_said.insert(m_said.end(), m_tokens.begin(), m_tokens.end());
    m_guess = m_tokens;
    m_iteration = 0;
    ++m_chunk;
    if (!m_over) return;
    ++m_episode;
    m_chunk = m_stepsOfEpisode = 0;
  }

  Input m_input;
  FakeTable m_table;
  bool m_sequential = false;
  int m_delay = 0;
  int m_episode = 0, m_chunk = 0, m_iteration = 0, m_frontier = 0, m_acted = 0;
  int m_stepsOfEpisode = 0;
  bool m_over = false;  // the episode, until the camera looks at the next
  Tokens m_tokens{}, m_answer{}, m_guess{};
  std::vector<std::int64_t> m_said;
};

}  // namespace jacobiscope
