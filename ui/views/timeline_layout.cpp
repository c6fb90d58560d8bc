#include "ui/views/timeline_layout.h"

namespace jacobiscope {

namespace {

TimelineView kept(TimelineView view, double total) {
  total = std::max(total, kFewestColumns);
  view.span = std::clamp(view.span, kFewestColumns, total);
  view.first = std::clamp(view.first, 0.0, total - view.span);
  return view;
}

double columnsPerPixel(const TimelineFrame& frame) {
  return frame.view.span / std::max(1.0f, frame.area.width());
}

}  // namespace

float columnX(const TimelineFrame& frame, double column) {
  return frame.area.min.x +
         static_cast<float>((column - frame.view.first) / columnsPerPixel(frame));
}

float columnWidth(const TimelineFrame& frame) {
  return static_cast<float>(1 / columnsPerPixel(frame));
}

std::int64_t columnAt(const TimelineFrame& frame, float x) {
  return static_cast<std::int64_t>(
      std::floor(frame.view.first + (x - frame.area.min.x) * columnsPerPixel(frame)));
}

std::int64_t sweepAt(const TimelineFrame& frame, float x, std::int64_t sweeps) {
  return std::clamp<std::int64_t>(columnAt(frame, x), -1, sweeps - 1);
}

Rect rowRect(const TimelineFrame& frame, int row) {
  const float height = frame.area.height() / static_cast<float>(std::max(1, frame.rows));
  return {{frame.area.min.x, frame.area.min.y + height * static_cast<float>(row)},
          {frame.area.max.x, frame.area.min.y + height * static_cast<float>(row + 1)}};
}

int rowAt(const TimelineFrame& frame, float y) {
  if (frame.rows <= 0 || y < frame.area.min.y || y >= frame.area.max.y) return -1;
  const int row = static_cast<int>((y - frame.area.min.y) / frame.area.height() * frame.rows);
  return std::min(row, frame.rows - 1);
}

TimelineView zoomed(const TimelineFrame& frame, float x, double factor, double total) {
  const double share = (x - frame.area.min.x) / std::max(1.0f, frame.area.width());
  const double anchor = frame.view.first + share * frame.view.span;
  const double limit = std::max(total, kFewestColumns);
  TimelineView view = frame.view;
  view.span = std::clamp(view.span / factor, kFewestColumns, limit);
  view.first = anchor - share * view.span;
  view.fitted = view.span >= limit;
  return kept(view, total);
}

TimelineView panned(const TimelineFrame& frame, float dx, double total) {
  TimelineView view = frame.view;
  view.first -= dx * columnsPerPixel(frame);
  view = kept(view, total);
  view.fitted = frame.view.fitted && view.first == frame.view.first;
  return view;
}

TimelineView revealing(const TimelineView& view, double column, double total) {
  TimelineView moved = view;
  if (column < view.first) moved.first = column;
  if (column + 1 > view.first + view.span) moved.first = column + 1 - view.span;
  return moved == view ? view : kept(moved, total);
}

TimelineView fittedView(std::int64_t done, std::int64_t planned, bool ended) {
  TimelineView view;
  const double all = static_cast<double>(done + (ended ? 0 : planned));
  view.span = std::max(kFewestColumns, static_cast<double>(done));
  if (ended) return view;
  const double wanted = std::min(all, std::max(96.0, 2.0 * static_cast<double>(done)));
  double step = 16;
  while (step < wanted) step = step * 1.5 >= wanted ? step * 1.5 : step * 2;
  view.span = step;
  return view;
}

}  // namespace jacobiscope
