// Solves the triangular system of one block: x_0 = z_0, x_p = z_p exp(a(x_<p)) + c(x_<p).
#pragma once

#include <memory>

#include "engine/tarflow/schedule.h"

namespace jacobiscope {

// What may change between two passes.
struct PassKnobs {
  Guidance guidance;
  double tolerance = 1e-4;
  float clamp = 0;
  bool remedy = true;
};

PassKnobs passKnobs(const KnobValues& knobs);

// The frontier n: positions [0, n) are settled. A pass freezes the positions from n on that
// did not move by more than the tolerance, and one more: that was computed from inputs which
// stay, however far it moved itself. So every pass makes at least one more exact. Keys and
// values of a frozen position are those of the pass that froze it, or, for the last one, of the
// pass after, whose first input it is: exact at tolerance 0.
class StageSolver {
 public:
  // z: the block's input [B, N, D] in its own order; x: initial guess, x_0 is set to z_0.
  // `low`: a second, low-precision preparation to iterate with first, or nullptr.
  StageSolver(PreparedFlow& flow, PreparedFlow* low, int block, int stage, BlockSchedule schedule,
              Tensor z, Tensor x, Tensor labels, const PassKnobs& knobs);

  bool done() const { return m_frontier >= tokens(); }
  // One pass; everything but index and seconds is filled in.
  Sweep sweep();
  // Takes effect at the next pass.
  void setKnobs(const PassKnobs& knobs);

  const Tensor& x() const { return m_x; }
  const BlockSchedule& schedule() const { return m_schedule; }

 private:
  int tokens() const { return static_cast<int>(m_z.size(1)); }
  bool iterative() const { return m_schedule.method != Method::Sequential; }
  void openPass();
  Sweep rebuildCache();
  Window nextWindow() const;
  int settledPrefix(const PassResult& result, const Window& window);
  void judge(Sweep& sweep, const PassResult& result, const Window& window);
  void finishLowPrecision(Sweep& sweep);
  void mend(Sweep& sweep, const PassResult& result, const Window& window);
  std::vector<float> largestChanges(const PassResult& result, int span) const;

  PreparedFlow& m_flow;
  PreparedFlow* m_low;
  const int m_block, m_stage;
  const BlockSchedule m_schedule;
  std::vector<Window> m_windows;  // planned
  Tensor m_z, m_x, m_labels;
  PassKnobs m_knobs;
  std::unique_ptr<BlockPass> m_pass;
  bool m_guided = false;

  int m_frontier = 1;
  std::size_t m_segment = 0;  // of m_windows
  int m_passes = 0;           // in this segment
  int m_iteration = 0;
  int m_widthLimit = 0;       // after overflows; 0: none
  int m_overflows = 0;
  std::vector<int> m_active;  // images still moving in this window; empty: all
};

}  // namespace jacobiscope
