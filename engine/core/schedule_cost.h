// What decoding by a schedule costs on this machine: times and errors that a search measured,
// and what follows from them for a schedule that nobody has run yet.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/core/block_schedule.h"

namespace jacobiscope {

// One parallel pass of one block over `width` positions behind `prefix` settled ones.
struct PassTime {
  int prefix = 0;
  int width = 1;
  double seconds = 0;  // median
  bool operator==(const PassTime&) const = default;
};

// One block solved by one method, from the input that it has in sequential decoding.
struct StageTrial {
  int stage = 0;
  BlockSchedule schedule;
  double tolerance = 0;
  bool refine = false;      // low precision first
  std::int64_t passes = 0;
  double seconds = 0;       // of all its passes, median
  double error = 0;         // max |dx| of the block's output from the sequential one
  bool operator==(const StageTrial&) const = default;
};

struct ScheduleCosts {
  int batch = 0;           // pictures that were decoded together; 0: nothing was measured
  KnobValues conditions;   // knobs that must be the same for the figures to hold: guidance, ...
  std::vector<PassTime> passes;
  std::vector<StageTrial> trials;
  // Per stage: by how much an error of its output grows until the picture, measured with a
  // random one. Empty: not known yet.
  std::vector<double> amplification;
  // Per stage: max |x - sequential| after the 1st, 2nd, ... pass of plain Jacobi at tolerance
  // 0 from the guess that its trial names. Empty: not measured.
  std::vector<std::vector<double>> decay;
  bool operator==(const ScheduleCosts&) const = default;
};

struct StageEstimate {
  double seconds = 0;
  std::int64_t passes = 0;
  std::optional<double> error;  // of the block's output
  bool measured = false;        // else predicted
};

struct ScheduleEstimate {
  double seconds = 0;  // of the blocks' passes; a final denoising is not among them
  std::int64_t calls = 0;
  std::optional<double> error;  // of the picture: sum over stages of error times amplification
  std::vector<StageEstimate> stages;
};

// Seconds of a pass, linear between the measured widths and prefixes and level or, in width,
// straight on beyond them. Nothing where no pass was measured.
std::optional<double> passSeconds(const std::vector<PassTime>& passes, int prefix, double width);

// One stage: what was measured of this very method, else predicted.
// - Sequential: N - 1 passes of one position.
// - Segments of S positions: a segment settles after p(S) passes, read off the stage's trials of
//   segments, plain Jacobi (S = N) and sequential (S = 1) and interpolated in log S; its cap is
//   obeyed; the window shrinks evenly from S to nothing while its prefix freezes.
// - Sliding window of w: T(w) passes, interpolated in log T over log w between trials of windows
//   (1: N - 1 passes; N: plain Jacobi's); the prefix grows evenly.
// Trials at another tolerance do not count. Its error is the larger one of the two trials that it
// lies between, and unknown under a cap that ends segments early; of Jacobi it is the decay's.
// Nothing where there are no trials on both sides.
std::optional<StageEstimate> estimateStage(const ScheduleCosts& costs, int stage,
                                           const BlockSchedule& schedule, double tolerance,
                                           bool refine, int positions);

// A whole schedule as complete `knobs` say it. Nothing where a stage cannot be told or one of
// the conditions is another. Throws UsageError as readSchedule() does.
std::optional<ScheduleEstimate> estimate(const ScheduleCosts& costs, int stages, int positions,
                                         const KnobValues& knobs);

}  // namespace jacobiscope
