// Whole schedules that follow from what was measured of single blocks.
#pragma once

#include <string>
#include <vector>

#include "engine/core/schedule_cost.h"

namespace jacobiscope {

// A method for every block; tolerance and precision hold for all blocks.
struct ScheduleChoice {
  std::vector<BlockSchedule> schedule;
  double tolerance = 0;
  bool refine = false;
  double seconds = 0, error = 0;  // predicted, of the picture

  bool operator==(const ScheduleChoice&) const = default;
};

// For every tolerance and precision the choices of scheduleFront() among the stages' trials with
// errors up to `bound`, all of them by predicted seconds. Sequential goes with each.
std::vector<ScheduleChoice> chooseSchedules(const ScheduleCosts& costs, int stages, double bound);

// Those of them that are worth decoding by, the fastest first: for several shares of the error
// bound, from three times to a twentieth, since what is predicted may promise too much or too
// little.
std::vector<ScheduleChoice> schedulesToVerify(const ScheduleCosts& costs, int stages,
                                              double bound);

// "w16 w8 seq 4seg, tolerance 0.0003".
std::string nameOf(const ScheduleChoice& choice);

}  // namespace jacobiscope
