// What the timeline and the curves draw of a run, kept up to date by looking only at
// sweeps that are new. Pure data: no drawing.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/record/followed_record.h"
#include "engine/record/recording.h"

namespace jacobiscope {

// One column of the map.
struct SweepMark {
  int stage = 0;
  int inStage = 0;      // how many sweeps the stage had with this one, from 1
  int inPiece = 0;      // the same of the piece it belongs to
  float residual = 0;   // NaN where the decoder has none
  Verdict verdict = Verdict::Working;
  SweepKind kind = SweepKind::Iterate;
};

// A piece of a stage: sweeps [first, last] whose windows overlap, one after the other. A
// segment of GS-Jacobi is a piece, a window that slides is one, and one position solved
// on its own is one.
struct PieceSpan {
  int stage = 0, begin = 0, end = 0;  // positions touched
  std::int64_t first = 0, last = 0;
  Verdict verdict = Verdict::Working;  // after the last of them

  std::int64_t sweeps() const { return last - first + 1; }
};

struct StageSpan {
  std::int64_t first = -1, last = -1;  // -1: not begun
  int sweeps = 0;
  Verdict verdict = Verdict::Working;
  bool ended = false;  // a later stage began, or the run finished
};

class RunDigest {
 public:
  // Looks at what was added since the last call; starts over for another run.
  void update(const RunRecord* record);

  int run() const { return m_followed.run(); }
  bool ended() const { return m_ended; }
  std::int64_t size() const { return static_cast<std::int64_t>(m_sweeps.size()); }
  const std::vector<SweepMark>& sweeps() const { return m_sweeps; }
  const std::vector<PieceSpan>& pieces() const { return m_pieces; }
  const std::vector<StageSpan>& stages() const { return m_stages; }
  // Positions of the last sweep's stage that were settled after it.
  int frontier() const { return m_frontier; }
  // Sweeps that decoded in parallel and had a measured residual.
  bool hasResiduals() const { return m_residuals > 0; }

 private:
  void append(const Sweep& sweep);

  FollowedRecord m_followed;
  bool m_ended = false;
  std::int64_t m_residuals = 0;
  std::vector<SweepMark> m_sweeps;
  std::vector<PieceSpan> m_pieces;
  int m_frontier = 0;
  std::vector<StageSpan> m_stages;
};

// A window of the plan that has not run yet, or what is left of the running one.
struct PlannedSpan {
  int stage = 0;
  std::int64_t first = 0;    // column at which it would begin
  std::int64_t columns = 0;  // most sweeps it can take: its cap, or one per position
};

// What the plan still holds after the sweeps of the digest; nothing once the run ended.
std::vector<PlannedSpan> plannedAhead(const Plan& plan, const RunDigest& digest);

}  // namespace jacobiscope
