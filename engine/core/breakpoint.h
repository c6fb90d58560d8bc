// Numerical breakpoints: what in the sweeps of a run is a reason to hold it, as plain values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace jacobiscope {

enum class BreakpointKind {
  Rise,       // the residual rose in each of the last iterations
  Overflow,   // a value overflowed, or the simulator's state did
  Stall,      // the iterations settle no more than one position each, the residual hardly falls
  Acceptance  // few of the drafts that were decided on were accepted
};

struct Breakpoint {
  BreakpointKind kind = BreakpointKind::Overflow;
  bool on = false;
  int over = 0;          // Rise and Stall: iterations; Acceptance: calls
  double threshold = 0;  // Stall: the residual falls by less than this factor; Acceptance: the
                         // share, 0 to 1, that fewer drafts are accepted than

  bool operator==(const Breakpoint&) const = default;
};

// What a breakpoint can be set to.
struct BreakpointLimits {
  std::string name;  // on the command line and in settings
  int fewest = 0, most = 0;         // of `over`; 0 and 0: it has none
  double lowest = 0, highest = 0;   // of `threshold`; likewise
  Breakpoint initial;               // off, with its defaults
};
// One entry per kind, in their order.
const std::vector<BreakpointLimits>& breakpointLimits();
const BreakpointLimits& limitsOf(BreakpointKind kind);

// All of them, off, with their defaults.
std::vector<Breakpoint> initialBreakpoints();

// Throws UsageError that names the breakpoint and what is allowed.
void checkBreakpoint(const Breakpoint& breakpoint);

// "rise=4,overflow,stall=20:2,acceptance=0.5:16": the named ones, on; numbers that are left out
// are the defaults. Throws UsageError for an unknown or repeated name and for numbers out of range.
std::vector<Breakpoint> parseBreakpoints(std::string_view text);

// Why a run is held.
struct BreakpointHit {
  BreakpointKind kind = BreakpointKind::Overflow;
  std::string reason;          // one sentence with numbers
  std::int64_t sweep = 0;      // index of the sweep that met the breakpoint
  std::int64_t lastGood = -1;  // of the last one before things went wrong; -1: before the first
};

}  // namespace jacobiscope
