// Watches the sweeps of a run for what its breakpoints name. Looks at nothing but sweeps, so it
// serves every family.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "engine/core/breakpoint.h"
#include "engine/core/sweep.h"

namespace jacobiscope {

// Looks at the sweeps of one run, in order. Iterations are compared only within a piece: sweeps
// of one stage whose windows overlap and do not go back. Sweeps in which a simulator acts are none.
class BreakpointWatch {
 public:
  // Replaces what is watched for; what was seen stays.
  void set(std::vector<Breakpoint> breakpoints) { m_breakpoints = std::move(breakpoints); }
  // A run begins.
  void begin();
  // `sweep` bears its index. The first breakpoint that it meets; each of those met has to be met
  // anew, from here on, to be told again.
  std::optional<BreakpointHit> look(const Plan& plan, const Sweep& sweep);

 private:
  // An iteration of the present piece.
  struct Point {
    std::int64_t sweep = 0;
    int end = 0, frontier = 0;
    double residual = 0;  // NaN: there is none that falls as the piece settles
  };
  // A call that decided on drafts.
  struct Decided {
    std::int64_t sweep = 0;
    int accepted = 0, all = 0;
  };

  void follow(const Sweep& sweep);
  void countDrafts(const Sweep& sweep);
  std::optional<BreakpointHit> meets(const Breakpoint& breakpoint, const std::string& stage,
                                     const Sweep& sweep);
  std::optional<BreakpointHit> rises(const Breakpoint& breakpoint, const std::string& stage);
  std::optional<BreakpointHit> overflows(const std::string& stage, const Sweep& sweep);
  std::optional<BreakpointHit> stalls(const Breakpoint& breakpoint, const std::string& stage);
  std::optional<BreakpointHit> rejects(const Breakpoint& breakpoint, const Sweep& sweep);

  std::vector<Breakpoint> m_breakpoints;
  Window m_window;             // of the last sweep
  std::vector<Point> m_piece;  // its iterations so far
  std::size_t m_riseFrom = 0, m_stallFrom = 0;  // the points before were told
  bool m_overflowed = false;   // in the last sweep
  std::deque<Decided> m_calls;
  int m_stage = -1, m_decided = 0;  // positions of the stage whose drafts were counted
};

}  // namespace jacobiscope
