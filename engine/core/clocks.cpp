#include "engine/core/clocks.h"

#include <algorithm>
#include <cmath>

namespace jacobiscope {
namespace {

// Of the time between two pictures to the time one takes: looking costs at most 1/20.
constexpr int kRest = 19;
constexpr auto kMoment = std::chrono::milliseconds(100);

// Zero for zero and for what is no rate.
Clock::duration intervalOf(double perSecond) {
  if (!(perSecond > 0)) return {};
  const std::chrono::duration<double> longest = Pacer::kForever;
  const double wanted = std::min(1 / perSecond, longest.count());
  return std::chrono::ceil<Clock::duration>(std::chrono::duration<double>(wanted));
}

}  // namespace

void Pacer::begin(bool paused) {
  m_paused = paused;
  m_steps = 0;
  m_untilStageEnd = false;
  m_lastStart = {};
}

void Pacer::pause() { begin(true); }

void Pacer::resume() { begin(false); }

void Pacer::step(int sweeps) {
  if (sweeps <= 0) return;
  m_paused = false;
  m_steps += std::min(sweeps, 1'000'000'000 - m_steps);
}

void Pacer::stepStage() {
  m_paused = false;
  m_untilStageEnd = true;
}

void Pacer::setPace(double sweepsPerSecond) { m_interval = intervalOf(sweepsPerSecond); }

void Pacer::swept(Clock::time_point start, bool stageEnded) {
  m_lastStart = start;
  const bool lastStep = m_steps > 0 && --m_steps == 0 && !m_untilStageEnd;
  if (lastStep || (m_untilStageEnd && stageEnded)) pause();
}

Clock::duration Pacer::wait(Clock::time_point now) const {
  if (m_paused) return kForever;
  if (!paced() || m_lastStart == Clock::time_point{}) return {};
  return std::max(Clock::duration::zero(), m_lastStart + m_interval - now);
}

PictureClock::PictureClock(double picturesPerSecond)
    : m_on(picturesPerSecond > 0), m_interval(intervalOf(picturesPerSecond)) {}

void PictureClock::waitAMoment(Clock::time_point begin) {
  m_waits = true;
  m_lastEnd = begin;
}

bool PictureClock::due(Clock::time_point now, bool paced) const {
  if (!m_on) return false;
  const Clock::duration since = now - m_lastEnd;
  if (!m_tookOne) return paced || !m_waits || since >= kMoment;
  return since >= m_interval && (paced || since >= kRest * m_lastCost);
}

void PictureClock::took(Clock::time_point start, Clock::time_point end) {
  m_tookOne = true;
  m_lastCost = end - start;
  m_lastEnd = end;
}

}  // namespace jacobiscope
