// Dynamic programming over the blocks of a flow: which method for each, so that the whole is the
// fastest at its error.
#pragma once

#include <cstddef>
#include <vector>

namespace jacobiscope {

struct StageOption {
  double seconds = 0;
  double error = 0;  // what it adds to the error of the picture
};

struct SchedulePick {
  std::vector<int> options;  // per stage, index of the option
  double seconds = 0, error = 0;  // sums
};

// Every choice than which no other is both at least as fast and at least as exact, up to the error
// `bound`, the fastest first. Errors add up: each is what is left of it at the picture, so that
// later blocks are accounted for. Stage by stage, the partial choices that may still be best are
// kept; where these become more than `most`, the errors are counted in steps of a thirtieth of a
// decade and the fastest of each step is kept. A stage without options: nothing.
std::vector<SchedulePick> scheduleFront(const std::vector<std::vector<StageOption>>& stages,
                                        double bound, std::size_t most = 4096);

}  // namespace jacobiscope
