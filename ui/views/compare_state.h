// How the stage compares two runs. A is the run under the cursor; what is here chooses B, the
// moment of it, and how both are looked at.
#pragma once

#include <cstdint>
#include <optional>

#include "engine/record/compare_align.h"

namespace jacobiscope {

enum class CompareMode { Split, SideBySide, Difference };

struct CompareState {
  bool on = false;
  int b = 0;  // run; 0: the sequential reference of A, else the run before it
  Alignment alignment = Alignment::Stage;
  std::optional<std::int64_t> pinned;  // B's sweep; nothing: it follows A's
  CompareMode mode = CompareMode::Split;
  float divider = 0.5f;      // of the split, 0: all of B, 1: all of A
  bool logarithmic = true;   // colours of the difference map
  bool allRows = false;      // of the table, else only those that differ
  // What is enlarged: `zoom` times as large as fits, this point of the picture (0 to 1) in the
  // middle.
  float zoom = 1, x = 0.5f, y = 0.5f;
  bool holdsArrows = false;  // the divider was touched: the arrow keys move it

  bool operator==(const CompareState&) const = default;
};

}  // namespace jacobiscope
