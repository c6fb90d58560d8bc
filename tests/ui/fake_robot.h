// A family that moves a robot without a network or a simulator: a known way to put a cube into a
// bowl, decoded in chunks by made-up iterations that come nearer to it. For the tests of the
// robot's views and of the window.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <numbers>
#include <thread>

#include "engine/core/error.h"
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
    m_frontier < kPositions || m_acted < 0 ? decode(sweep) : act(sweep);
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

  void decode(Sweep& sweep) {
    const bool first = m_iteration == 1;
    if (first) {
      plan(m_answer);
      m_tokens = m_guess;
      m_frontier = 0;
      m_acted = -1;
    }
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
    if (settled == kPositions) m_acted = 0;
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
    const int begin = m_acted * kDimensions;
    sweep.kind = SweepKind::World;
    sweep.window.begin = begin;
    sweep.window.end = begin + kDimensions;
    sweep.frontier = kPositions;
    sweep.residual = std::nan("");
    EpisodeState outcome = EpisodeState::Running;
    if (m_table.succeeded()) outcome = EpisodeState::Succeeded;
    else if (m_stepsOfEpisode == kMostSteps) outcome = EpisodeState::TimedOut;
    const auto& tool = m_table.tool.numbers;
    sweep.facts = {{"path", "", begin, std::vector<float>(tool.begin(), tool.end())},
                   {"outcome", "", begin, std::vector<std::int32_t>{int(outcome)}},
                   {"episode", "", begin, std::vector<std::int32_t>{m_episode}}};
    const bool over = outcome != EpisodeState::Running;
    const bool last = ++m_acted == kSteps || over;
    sweep.verdict = last ? Verdict::Settled : Verdict::Working;
    if (!last) return;
    m_said.insert(m_said.end(), m_tokens.begin(), m_tokens.end());
    m_guess = m_tokens;
    m_iteration = m_frontier = 0;
    m_acted = -1;
    ++m_chunk;
    if (!over) return;
    ++m_episode;
    m_chunk = m_stepsOfEpisode = 0;
    if (m_episode < m_input.count) m_table = FakeTable(fakeLayout(m_input.seed + m_episode));
  }

  Input m_input;
  FakeTable m_table;
  bool m_sequential = false;
  int m_delay = 0;
  int m_episode = 0, m_chunk = 0, m_iteration = 0, m_frontier = 0, m_acted = -1;
  int m_stepsOfEpisode = 0;
  Tokens m_tokens{}, m_answer{}, m_guess{};
  std::vector<std::int64_t> m_said;
};

class FakeRobot : public Family {
 public:
  FakeRobot() {
    m_info.family = "fake-robot";
    m_info.name = m_info.path = "robot";
    m_info.title = "Fake robot";
    m_info.hash = "fake-robot-1";
    m_info.device = "CPU";
    m_info.dtype = "float32";
    m_info.threads = 1;
    m_info.positions = FakeRobotDecoder::kPositions;
    m_info.vocabulary = FakeRobotDecoder::kBins;
    m_info.gridRows = FakeRobotDecoder::kSteps;
    m_info.gridColumns = FakeRobotDecoder::kDimensions;
    m_info.chunk = FakeRobotDecoder::kSteps;
    m_info.stepSeconds = 0.2;
    for (const char* name : {"x", "y", "z"})
      m_info.action.push_back({name, "mm", FakeRobotDecoder::kMove});
    for (const char* name : {"roll", "pitch", "yaw"})
      m_info.action.push_back({name, "°", FakeRobotDecoder::kTurn});
    m_info.action.push_back({"gripper", "", 1.0 / 255});
    m_info.prompted = true;
    m_info.words = {"blue", "bowl", "cube", "green", "in", "put", "red", "the", "yellow"};
    m_info.prompts = {"put the red cube in the bowl", "put the blue cube in the bowl"};
    Knob decoder{"decoder", "decoder", "How action tokens are decided.", "Decoder",
                 KnobKind::Choice, KnobScope::NextRun, std::string("bounded")};
    decoder.choices = {"autoregressive", "jacobi", "bounded"};
    m_info.knobs = {decoder,
                    {"exit.bins", "exit bound", "Bins a token may still move.", "Decoder",
                     KnobKind::Integer, KnobScope::Live, std::int64_t{4}, 0, 64},
                    {"delay", "delay", "Milliseconds every sweep takes longer.", "Decoder",
                     KnobKind::Integer, KnobScope::Live, std::int64_t{0}, 0, 1000}};
    m_info.presets = {{"bounded", "4 bins", {{"decoder", std::string("bounded")}}}};
  }
  static FamilyEntry entry() {
    return {"fake-robot", [](const LoadRequest& request) { return request.path == "robot"; },
            [](const LoadRequest&) { return std::make_unique<FakeRobot>(); }};
  }
  const ModelInfo& info() const override { return m_info; }
  std::unique_ptr<Decoder> begin(const KnobValues& knobs, const Input& input,
                                 std::unique_ptr<Decoder>) override {
    return std::make_unique<FakeRobotDecoder>(knobs, input, layoutOf(input));
  }
  Preview preview(const Input& input) override {
    Preview preview;
    const Array layout = layoutOf(input);
    preview.panels = FakeTable(layout).panels();
    preview.arrays["layout"] = layout;
    if (input.prompt.find("zebra") != std::string::npos)
      preview.note = "The word \"zebra\" means nothing to the model.";
    return preview;
  }

 private:
  static Array layoutOf(const Input& input) {
    const auto given = input.arrays.find("layout");
    if (given == input.arrays.end()) return fakeLayout(input.seed);
    const auto& places = std::get<std::vector<float>>(given->second.values);
    for (std::size_t i = 0; i + 2 < places.size(); i += 3)
      if (places[i] < 0.24f || places[i] > 0.66f || std::abs(places[i + 1]) > 0.29f)
        throw UsageError("A thing cannot lie there: the arm does not reach it.",
                         "Put it nearer to the middle of the table.");
    return given->second;
  }

  ModelInfo m_info;
};

}  // namespace jacobiscope
