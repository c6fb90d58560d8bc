#include "engine/toy/toy_decoder.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <thread>

#include "engine/core/error.h"
#include "engine/core/random.h"
#include "engine/toy/toy_picture.h"

namespace jacobiscope {
namespace {

constexpr std::uint64_t kWeightSeed = 1;
constexpr float kUnknown = std::numeric_limits<float>::quiet_NaN();

std::vector<float> makeWeights(int size) {
  const auto n = static_cast<std::size_t>(size);
  std::vector<float> weights = normals(kWeightSeed, Purpose::Data, 0, n * n);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < i; ++j) weights[i * n + j] /= static_cast<float>(i - j);
  }
  return weights;
}

}  // namespace

// At a stage boundary nothing else matters: no iterate, no window.
struct ToyDecoder::Boundary : Decoder::State {
  std::vector<std::vector<float>> boundaries, guesses;
  std::int64_t sweeps = 0;

  std::size_t bytes() const override {
    std::size_t numbers = 0;
    for (const auto& x : boundaries) numbers += x.size();
    for (const auto& x : guesses) numbers += x.size();
    return numbers * sizeof(float);
  }
};

ToyDecoder::ToyDecoder(const KnobValues& knobs, const Input& input,
                       std::unique_ptr<Decoder> previous)
    : m_size(static_cast<int>(integerAt(knobs, "size"))),
      m_stages(static_cast<int>(integerAt(knobs, "stages"))),
      m_weights(makeWeights(m_size)),
      m_setting(read(knobs)),
      m_swept(m_setting) {
  if (input.count != 1) {
    throw UsageError("The toy model decodes one picture at a time.", "Set count to 1.");
  }
  const auto n = static_cast<std::size_t>(m_size);
  m_boundaries.push_back(normals(input.seed, Purpose::Noise, 0, n));
  m_guesses.resize(static_cast<std::size_t>(m_stages));
  if (const auto* older = dynamic_cast<const ToyDecoder*>(previous.get());
      older && older->m_size == m_size && older->m_stages == m_stages) {
    m_guesses = older->m_guesses;
  }
  beginStage(0);
}

ToyDecoder::Setting ToyDecoder::read(const KnobValues& values) const {
  Setting setting;
  setting.mode = textAt(values, "mode");
  setting.coupling = numberAt(values, "coupling");
  setting.tolerance = numberAt(values, "tolerance");
  setting.window = integerAt(values, "window");
  setting.cap = integerAt(values, "cap");
  setting.delay = integerAt(values, "delay");
  setting.failAt = integerAt(values, "fail_at");
  for (const std::string& entry : listAt(values, "segments", m_stages)) {
    setting.segments.push_back(std::min(std::stoi(entry), m_size));
  }
  return setting;
}

// ---- Windows ----------------------------------------------------------------------------

// gs-jacobi: segments of nearly equal length, whether their number divides N or not. The
// other modes: the whole stage, of which sequential and window take a piece at a time.
std::vector<Window> ToyDecoder::stageWindows(int stage) const {
  const bool segmented = m_setting.mode == "gs-jacobi";
  const int count = segmented ? m_setting.segments[static_cast<std::size_t>(stage)] : 1;
  const bool capped = segmented || m_setting.mode == "jacobi";
  std::vector<Window> windows;
  for (int k = 0; k < count; ++k) {
    windows.push_back({stage, k * m_size / count, (k + 1) * m_size / count,
                       capped ? static_cast<int>(m_setting.cap) : 0});
  }
  return windows;
}

Plan ToyDecoder::plan() const {
  Plan plan;
  for (int stage = 0; stage < m_stages; ++stage) {
    plan.stages.push_back("stage " + std::to_string(stage + 1));
    plan.positions.push_back(m_size);
    const auto windows = stageWindows(stage);
    plan.windows.insert(plan.windows.end(), windows.begin(), windows.end());
  }
  return plan;
}

void ToyDecoder::beginStage(int stage) {
  m_stage = stage;
  m_iteration = 0;
  m_input = m_boundaries.back();
  m_change.assign(m_input.size(), kUnknown);
  m_x = m_input;
  if (stage == m_stages) return;
  const auto& guess = m_guesses[static_cast<std::size_t>(stage)];
  if (!guess.empty()) m_x = guess;
  beginWindow(0);
}

// The window that starts at the settled position `begin`.
void ToyDecoder::beginWindow(int begin) {
  m_frontier = begin;
  m_windowIteration = 0;
  if (m_setting.mode == "sequential") {
    m_window = {m_stage, begin, begin + 1, 0};
  } else if (m_setting.mode == "window") {
    m_window = {m_stage, begin, std::min(begin + static_cast<int>(m_setting.window), m_size), 0};
  } else {
    for (const Window& window : stageWindows(m_stage)) {
      if (window.begin <= begin && begin < window.end) m_window = window;
    }
    m_window.begin = begin;  // later than planned after a change of mode in mid-stage
  }
}

void ToyDecoder::endStage() {
  m_guesses[static_cast<std::size_t>(m_stage)] = m_x;
  m_boundaries.push_back(m_x);
  beginStage(m_stage + 1);
}

// ---- Sweeps -----------------------------------------------------------------------------

float ToyDecoder::value(int position) const {
  const auto i = static_cast<std::size_t>(position);
  const float* row = &m_weights[i * static_cast<std::size_t>(m_size)];
  double sum = 0;  // always in the order of j: the reason why all modes agree bit for bit
  for (std::size_t j = 0; j < i; ++j) sum += row[j] * std::tanh(m_x[j]);
  return static_cast<float>(m_input[i] + m_setting.coupling * sum);
}

std::optional<Sweep> ToyDecoder::sweep() {
  if (m_stage == m_stages) return std::nullopt;
  takeUp();
  if (m_sweeps == m_setting.failAt) {
    throw Error("The toy failed at the sweep it was told to.", "Set fail_at to -1.");
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(m_setting.delay));

  std::vector<float> next, change;
  for (int i = m_window.begin; i < m_window.end; ++i) {
    next.push_back(value(i));
    change.push_back(std::abs(next.back() - m_x[static_cast<std::size_t>(i)]));
  }
  std::ranges::copy(next, m_x.begin() + m_window.begin);
  std::ranges::copy(change, m_change.begin() + m_window.begin);
  ++m_sweeps;
  ++m_iteration;
  ++m_windowIteration;

  Sweep sweep;
  sweep.window = m_window;
  sweep.iteration = m_iteration;
  sweep.residual = m_setting.mode == "sequential" ? kUnknown : std::ranges::max(change);
  sweep.residualUnit = "max |dx|";
  sweep.calls = 1;
  sweep.verdict = judge(change);
  sweep.frontier = m_frontier;
  sweep.facts.push_back({"change", "|dx|", m_window.begin, std::move(change)});
  if (m_frontier == m_size) {
    endStage();
  } else if (sweep.verdict != Verdict::Working) {
    beginWindow(m_frontier);
  }
  return sweep;
}

// Moves the frontier and says what became of the window.
Verdict ToyDecoder::judge(const std::vector<float>& change) {
  const auto moved = [this](float dx) { return !(dx <= m_setting.tolerance); };
  if (m_setting.mode == "window" || m_setting.mode == "sequential") {
    // A position is settled when all before it are and did not move: then it was computed
    // from what they are now. So the first that moved is settled too.
    const auto first = std::ranges::find_if(change, moved);
    const auto settled = std::min<std::ptrdiff_t>(first - change.begin() + 1, std::ssize(change));
    m_frontier += static_cast<int>(settled);
    return m_frontier == m_window.end ? Verdict::Settled : Verdict::Accepted;
  }
  // After k sweeps of a window its first k positions are exact, whatever the guess was.
  const bool exact = m_windowIteration >= m_window.end - m_window.begin;
  if (exact || std::ranges::none_of(change, moved)) {
    m_frontier = m_window.end;
    return Verdict::Settled;
  }
  if (m_windowIteration >= m_window.cap) {
    m_frontier = m_window.end;  // as published: what comes next takes it as it is
    return Verdict::Capped;
  }
  m_frontier = m_window.begin + m_windowIteration;
  return Verdict::Working;
}

// ---- Knobs, pictures, states ------------------------------------------------------------

KnobEffect ToyDecoder::setKnobs(const KnobValues& values) {
  m_setting = read(values);
  const bool restarts = m_stage < m_stages && m_swept.coupling != m_setting.coupling;
  return restarts ? KnobEffect::StageRestarts : KnobEffect::None;
}

void ToyDecoder::takeUp() {
  const Setting before = std::exchange(m_swept, m_setting);
  if (before.coupling != m_setting.coupling) {  // another map: settled positions are not
    beginWindow(0);                             // settled any more, but a good guess
  } else if (before.mode != m_setting.mode || before.segments != m_setting.segments ||
             before.window != m_setting.window || before.cap != m_setting.cap) {
    beginWindow(m_frontier);
  }
}

std::vector<Panel> ToyDecoder::panels() const {
  return {{"sample", "sample", toyImage(m_x)},
          {"residual", "change in the last sweep", toyHeatmap(m_change)},
          {"strip", "noise and stages", toyStrip(m_boundaries, m_x, m_stages)}};
}

Arrays ToyDecoder::result() const { return {{"x", {{m_size}, m_x}}}; }

Array ToyDecoder::iterate() const {
  const bool ended = m_iteration == 0 && m_boundaries.size() > 1;
  return {{m_size, 1}, ended ? m_boundaries.back() : m_x};
}

std::shared_ptr<const Decoder::State> ToyDecoder::state() const {
  auto boundary = std::make_shared<Boundary>();
  boundary->boundaries = m_boundaries;
  boundary->guesses = m_guesses;  // a warm run replays from the same guesses
  boundary->sweeps = m_sweeps;
  return boundary;
}

void ToyDecoder::restore(const State& state) {
  const auto& boundary = dynamic_cast<const Boundary&>(state);
  m_boundaries = boundary.boundaries;
  m_guesses = boundary.guesses;
  m_sweeps = boundary.sweeps;
  beginStage(static_cast<int>(m_boundaries.size()) - 1);
}

}  // namespace jacobiscope
