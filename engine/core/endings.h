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
  // How far a position moved at most in the sweep that froze it, of those that others were
  // computed from in the same sweep: what the tolerance bounds. Infinite where an overflow was
  // frozen; NaN where there is none (one token at a time).
  double maxResidual() const;

 private:
  struct Frozen {
    bool unsettled = false;
    double residual;  // NaN: none
  };

  std::map<int, std::vector<Frozen>> m_stages;  // per stage, the positions behind the frontier
};

}  // namespace jacobiscope
