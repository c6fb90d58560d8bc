#include "engine/tarflow/stage_solver.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace jacobiscope {

namespace {

// Iterating in low precision stops here: bfloat16 keeps about three digits.
constexpr double kLowPrecisionTolerance = 3e-2;

// One token from settled tokens: there is no residual to speak of.
void noResidual(Sweep& sweep) {
  sweep.residual = std::numeric_limits<double>::quiet_NaN();
  sweep.residualUnit.clear();
}

}  // namespace

PassKnobs passKnobs(const KnobValues& knobs) {
  return {readGuidance(knobs), numberAt(knobs, "tolerance"),
          static_cast<float>(numberAt(knobs, "clamp")), toggleAt(knobs, "remedy")};
}

StageSolver::StageSolver(PreparedFlow& flow, PreparedFlow* low, int block, int stage,
                         BlockSchedule schedule, Tensor z, Tensor x, Tensor labels,
                         const PassKnobs& knobs)
    : m_flow(flow), m_low(schedule.method == Method::Sequential ? nullptr : low), m_block(block),
      m_stage(stage), m_schedule(schedule),
      m_windows(stageWindows(schedule, stage, static_cast<int>(z.size(1)))), m_z(std::move(z)),
      m_x(std::move(x)), m_labels(std::move(labels)), m_knobs(knobs) {
  m_x.select(1, 0).copy_(m_z.select(1, 0));
  if (m_knobs.clamp > 0 && m_schedule.method == Method::Jacobi) {
    m_x.select(1, 0).clamp_(-m_knobs.clamp, m_knobs.clamp);  // as the published code does
  }
  openPass();
}

void StageSolver::openPass() {
  m_guided = m_knobs.guidance.on();
  m_pass = (m_low ? *m_low : m_flow).begin(m_block, m_labels, m_guided);
}

// Guidance was switched on or off: the settled prefix is read again by all branches.
Sweep StageSolver::rebuildCache() {
  m_active.clear();
  openPass();
  m_pass->rebuild(m_x, m_frontier - 1, m_knobs.guidance);
  Sweep sweep;
  sweep.kind = SweepKind::Prefill;
  sweep.window = {m_stage, 0, m_frontier, 0};
  sweep.iteration = m_iteration;
  sweep.frontier = m_low ? 1 : m_frontier;
  sweep.residual = std::numeric_limits<double>::quiet_NaN();
  sweep.calls = 1;
  sweep.note = m_guided ? "guidance on: keys and values computed for both branches"
                        : "guidance off: keys and values computed for one branch";
  return sweep;
}

Window StageSolver::nextWindow() const {
  const int n = m_frontier;
  int end = n + 1;
  if (m_schedule.method == Method::Sliding) end = n + m_schedule.width;
  if (m_schedule.method == Method::Jacobi) end = tokens();
  if (m_schedule.method == Method::Segments) end = m_windows[m_segment].end;
  if (m_widthLimit > 0 && m_schedule.method != Method::Segments) {
    end = std::min(end, n + m_widthLimit);
  }
  end = std::min(end, tokens());
  return {m_stage, n, end, m_schedule.method == Method::Sliding ? 0 : m_windows[m_segment].cap};
}

Sweep StageSolver::sweep() {
  if (m_guided != m_knobs.guidance.on()) return rebuildCache();
  const Window window = nextWindow();
  const PassResult result = m_pass->run(m_x, m_z, window.begin, window.end, m_knobs.guidance,
                                        iterative() ? m_knobs.clamp : 0.0f, m_active);
  Sweep sweep;
  sweep.window = window;
  sweep.iteration = ++m_iteration;
  sweep.calls = 1;
  sweep.residualUnit = "max |dx|";
  ++m_passes;
  if (!result.finite) mend(sweep, result, window);
  judge(sweep, result, window);
  return sweep;
}

// Per position, the largest over the images that still take part.
std::vector<float> StageSolver::largestChanges(const PassResult& result, int span) const {
  std::vector<float> largest(span, 0.0f);
  const int batch = static_cast<int>(m_z.size(0));
  for (int image = 0; image < batch; ++image) {
    for (int w = 0; w < span; ++w) {
      const float change = result.at(image, w, span);
      // NaN counts as infinite, and nothing is larger.
      largest[w] = std::max(largest[w], std::isnan(change) ? INFINITY : change);
    }
  }
  return largest;
}

void StageSolver::setKnobs(const PassKnobs& knobs) {
  // Images that had finished move again under another guidance.
  const Guidance &a = m_knobs.guidance, &b = knobs.guidance;
  if (a.weight != b.weight || a.annealed != b.annealed || a.onA != b.onA || a.onC != b.onC ||
      m_knobs.clamp != knobs.clamp) {
    m_active.clear();
  }
  m_knobs = knobs;
}

// How many positions of the window are settled, and which images still move.
int StageSolver::settledPrefix(const PassResult& result, const Window& window) {
  const int span = window.end - window.begin;
  const int batch = static_cast<int>(m_z.size(0));
  std::vector<int> moving;
  int least = span;
  const double tolerance =
      m_low ? std::max(kLowPrecisionTolerance, m_knobs.tolerance) : m_knobs.tolerance;
  const auto settled = [&](int image) {
    int count = 0;
    while (count < span && result.at(image, count, span) <= tolerance) ++count;
    // One more: however far it moved itself, it was computed from inputs that stay. Unless it
    // overflowed: inputs within the tolerance may still mend that. The first is exact anyway.
    const bool oneMore = count < span && std::isfinite(result.at(image, count, span));
    return std::max(count + (oneMore ? 1 : 0), 1);
  };
  for (int i = 0; i < (m_active.empty() ? batch : static_cast<int>(m_active.size())); ++i) {
    const int image = m_active.empty() ? i : m_active[i];
    const int count = settled(image);
    least = std::min(least, count);
    if (count < span) moving.push_back(image);
  }
  // Finished images leave, unless the window is still to be refilled for them.
  const bool lastFill = m_schedule.method != Method::Sliding || window.end == tokens();
  if (lastFill && m_widthLimit == 0 && !moving.empty() &&
      static_cast<int>(moving.size()) < batch) {
    m_active = moving;
  }
  return least;
}

void StageSolver::judge(Sweep& sweep, const PassResult& result, const Window& window) {
  const int span = window.end - window.begin;
  const std::vector<float> change = largestChanges(result, span);
  const bool overflow = sweep.verdict == Verdict::Diverged;
  if (!iterative()) {
    noResidual(sweep);
    m_frontier = window.end;
  } else {
    m_frontier = window.begin + settledPrefix(result, window);
    // The last token of a settled window is computed from settled inputs, and nothing in the
    // window depends on it: its own move says nothing.
    const int counted = m_frontier < window.end ? span : span - 1;
    if (counted > 0) {
      sweep.residual = *std::max_element(change.begin(), change.begin() + counted);
    } else {
      noResidual(sweep);
    }
    sweep.facts.push_back({"change", "", window.begin, change});
  }
  const bool settled = m_frontier >= window.end;
  const bool capped = !settled && window.cap > 0 && m_passes >= window.cap &&
                      m_schedule.method != Method::Sequential;
  if (capped) m_frontier = window.end;
  const bool windowDone = m_frontier >= m_windows[m_segment].end;
  if (!overflow) {
    sweep.verdict = capped ? Verdict::Capped
                    : windowDone ? Verdict::Settled
                    : m_frontier > window.begin ? Verdict::Accepted
                                                : Verdict::Working;
  }
  if (windowDone && m_segment + 1 < m_windows.size()) ++m_segment;
  if (windowDone || m_frontier >= window.end) {
    m_passes = 0;
    m_active.clear();
  }
  sweep.frontier = m_frontier;
  if (m_low) {
    if (done()) finishLowPrecision(sweep);
    else sweep.frontier = 1;  // nothing is final before float32 has seen it
  }
}

// The float32 fixed point starts from what low precision found.
void StageSolver::finishLowPrecision(Sweep& sweep) {
  m_low = nullptr;
  m_frontier = 1;
  m_segment = 0;
  m_passes = 0;
  m_widthLimit = m_overflows = 0;
  m_active.clear();
  openPass();
  sweep.frontier = 1;
  sweep.verdict = Verdict::Working;
  sweep.note = "float32 from here";
}

// A value overflowed. Causality keeps the harm behind it; starting again from zero there
// leads to the same fixed point.
void StageSolver::mend(Sweep& sweep, const PassResult& result, const Window& window) {
  sweep.verdict = Verdict::Diverged;
  const int span = window.end - window.begin;
  const std::vector<float> change = largestChanges(result, span);
  int first = 0;
  while (first < span && std::isfinite(change[first])) ++first;
  sweep.note = "overflow at token " + std::to_string(window.begin + first);
  if (!m_knobs.remedy) return;
  Tensor values = m_x.slice(1, window.begin, window.end);
  values.nan_to_num_(0, 0, 0);
  if (first == 0) {
    // Its inputs are settled, so the sequential sample overflows there as well.
    sweep.note += ": the exact value does, zero was put there";
  } else if (++m_overflows >= 2 && m_schedule.method != Method::Segments && span > 2) {
    m_widthLimit = std::max(1, span / 2);
    sweep.note += ": window narrowed to " + std::to_string(m_widthLimit);
  } else {
    sweep.note += ": started again from zero";
  }
}

}  // namespace jacobiscope
