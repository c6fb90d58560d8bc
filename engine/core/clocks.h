// When the next sweep may begin, and when the next picture is due. Pure arithmetic on
// time points that are given, so that tests need not wait.
#pragma once

#include <chrono>

namespace jacobiscope {

using Clock = std::chrono::steady_clock;

inline double seconds(Clock::duration duration) {
  return std::chrono::duration<double>(duration).count();
}

// Pause, steps and pace.
class Pacer {
 public:
  // A run begins, held before its first sweep or not; and ends.
  void begin(bool paused);
  void end() { begin(false); }

  void pause();
  void resume();
  // So many sweeps more, then pause; several commands add up.
  void step(int sweeps);
  // Up to the end of the running stage, then pause.
  void stepStage();
  void setPace(double sweepsPerSecond);  // 0: as fast as it goes

  bool paused() const { return m_paused; }
  bool paced() const { return m_interval > Clock::duration::zero(); }

  // A sweep began at `start` and has been done.
  void swept(Clock::time_point start, bool stageEnded);
  // How long the next sweep has to wait; zero: not at all. While paused: kForever.
  Clock::duration wait(Clock::time_point now) const;

  static constexpr Clock::duration kForever = std::chrono::hours(1);

 private:
  bool m_paused = false;
  int m_steps = 0;  // left before the pause; 0: not stepping
  bool m_untilStageEnd = false;
  Clock::duration m_interval{};
  Clock::time_point m_lastStart{};
};

// Pictures by the clock. Looking takes at most about a twentieth of the time: after a
// slow picture the next one comes later, unless the pace leaves time anyway.
class PictureClock {
 public:
  explicit PictureClock(double picturesPerSecond);

  // For a run that begins now and whose pictures can be made afterwards: one that is over in a
  // moment is not stopped for a picture that nobody sees; at full speed the first one waits.
  void waitAMoment(Clock::time_point begin);

  bool on() const { return m_on; }
  bool due(Clock::time_point now, bool paced) const;
  void took(Clock::time_point start, Clock::time_point end);

 private:
  bool m_on = false, m_tookOne = false, m_waits = false;
  Clock::duration m_interval{};
  Clock::duration m_lastCost{};
  Clock::time_point m_lastEnd{};  // of the last picture; of nothing: the run's begin
};

}  // namespace jacobiscope
