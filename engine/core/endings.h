// How a run ended, told from its sweeps: whether every position holds a settled value.
#pragma once

#include <map>
#include <vector>

#include "engine/core/sweep.h"

namespace jacobiscope {

// A position is judged by the sweep that froze it. An overflow that was mended, solved anew
// and settled is no fault of the result; a cap that was reached is, and so is a value that
// was frozen although it overflowed, whatever became of the positions behind it.
class Endings {
 public:
  // Sweeps in the order of the run. One that takes the frontier of its stage back (low
  // precision gives way to float32) takes back what was said of the positions behind it.
  void add(const Sweep& sweep);

  // No position was frozen by a cap or by an overflow.
  bool settled() const;
  // The largest residual of a window's ending, infinite where an overflow was frozen; NaN
  // where no ending has one.
  double maxResidual() const;

 private:
  struct Frozen {
    bool unsettled = false;
    double residual;  // NaN: none
  };

  std::map<int, std::vector<Frozen>> m_stages;  // per stage, the positions behind the frontier
};

}  // namespace jacobiscope
