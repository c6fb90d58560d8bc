// Where the columns and rows of the convergence map lie. A column is a sweep, a row a
// stage; the view is the part of the columns that is shown. Pure functions.
#pragma once

#include <cstdint>

#include "ui/views/geometry.h"

namespace jacobiscope {

struct TimelineView {
  double first = 0;    // column at the left edge, may be a fraction
  double span = 32;    // columns from edge to edge
  bool fitted = true;  // keeps showing everything until the user zooms or pans

  bool operator==(const TimelineView&) const = default;
};

struct TimelineFrame {
  Rect area;
  TimelineView view;
  int rows = 0;
};

inline constexpr double kFewestColumns = 8;

// x of a column's left edge; a column's right edge is the next one's left.
float columnX(const TimelineFrame& frame, double column);
float columnWidth(const TimelineFrame& frame);
// The column under x; may lie outside what was run.
std::int64_t columnAt(const TimelineFrame& frame, float x);
// The sweep that a press or drag at x means: -1 left of the first, the last right of it.
std::int64_t sweepAt(const TimelineFrame& frame, float x, std::int64_t sweeps);

Rect rowRect(const TimelineFrame& frame, int row);
int rowAt(const TimelineFrame& frame, float y);  // -1 outside

// The view zoomed by `factor` (above 1: closer) with the column under x staying there,
// kept within [0, total].
TimelineView zoomed(const TimelineFrame& frame, float x, double factor, double total);
// Moved by a distance in pixels, kept within [0, total].
TimelineView panned(const TimelineFrame& frame, float dx, double total);
// Moved as little as needed to show the column.
TimelineView revealing(const TimelineView& view, double column, double total);
// Everything: exactly the sweeps of a run that ended; while it runs also what is planned,
// to at most twice what was done, in steps so that the picture does not swim.
TimelineView fittedView(std::int64_t done, std::int64_t planned, bool ended);

}  // namespace jacobiscope
