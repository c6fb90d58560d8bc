// How far a run is from the sequential decode, sweep by sweep, kept up to date by looking only at
// what was judged since. Pure data: no drawing.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "engine/record/recording.h"

namespace jacobiscope {

// What was judged of a sweep; nullptr: nothing.
const Exactness* exactnessAt(const RunRecord& run, std::int64_t sweep);
// The error of every position of the sweep's stage, from position 0; NaN where none is known.
std::vector<float> errorsOf(const Exactness& exactness, int positions);

// A sweep's errors in one place.
struct ErrorMark {
  bool known = false;
  int stage = 0;
  float largest = std::numeric_limits<float>::quiet_NaN();  // NaN: the sweep decoded nothing
  int exact = -1;           // positions [0, exact) are the sequential decode's; -1: not known
  int equal = 0, of = 0;    // positions without any error, and all
};

class ErrorTimeline {
 public:
  void update(const RunRecord* record);

  int run() const { return m_run; }
  // Rows of the convergence map that hold parts of what every sweep decodes (rows of a token
  // grid, action steps); 0: its rows are stages.
  int rows() const { return m_rows; }
  bool empty() const { return m_marks.empty(); }
  // Sweeps up to the last that was judged.
  std::int64_t size() const { return std::ssize(m_marks); }
  const ErrorMark& at(std::int64_t sweep) const { return m_marks[sweep]; }
  // The share of the row's tokens that differ, or its largest error in bins; NaN: not known.
  float row(std::int64_t sweep, int row) const { return m_parts[sweep * m_rows + row]; }

 private:
  void append(const RunRecord& record, std::int64_t sweep);

  int m_run = 0, m_rows = 0, m_perRow = 0;
  bool m_tokens = false;
  std::size_t m_judged = 0;  // entries seen
  std::vector<ErrorMark> m_marks;
  std::vector<float> m_parts;  // sweep after sweep
};

// The largest error among positions [begin, end) of a sweep, all of them where not said; NaN where
// none is known.
float largestError(const Exactness& exactness, int begin = 0,
                   int end = std::numeric_limits<int>::max());

// How the run ended, by what was judged: the last sweep of every stage whose outcome counts (the
// last stage, or every chunk of a robot). Nothing where one of them was not judged.
struct JudgedEnd {
  double largest = 0;
  std::int64_t equal = 0, of = 0;  // positions
};
std::optional<JudgedEnd> judgedEnd(const RunRecord& run);

// Whether there is nothing left to judge: every sweep that decodes was.
bool judgedWhole(const RunRecord& run);

// "true error 2.1e-4, 5.3 × the residual\nfirst 12 of 64 positions exact"; empty where the sweep
// was not judged.
std::string trueErrorText(const RunRecord& run, std::int64_t sweep);

}  // namespace jacobiscope
