// The frontiers over the map of a figure.
#include <algorithm>

#include "engine/export/figure_map.h"
#include "engine/record/frontier_line.h"

namespace jacobiscope {

namespace {

// In the row of the stage, or over the whole map where its rows are parts of every sweep.
std::vector<Point> staircase(const FigureDrawing& f, const MapPlot& plot,
                             const FrontierPiece& piece, const std::vector<FrontierPoint>& points,
                             std::int64_t end) {
  Box box = plot.area;
  if (!f.ofTokens() && !f.ofActions()) box = plot.cells(piece.stage, 0, plot.columns);
  std::vector<Point> line;
  for (const FrontierPoint& point : points) {
    const double y = box.top + box.height() * point.positions / piece.positions;
    if (!line.empty()) line.push_back({plot.x(double(point.column)), line.back().y});
    line.push_back({plot.x(double(point.column)), std::min(y, box.bottom)});
  }
  if (!line.empty()) line.push_back({plot.x(double(end)), line.back().y});
  return line;
}

}  // namespace

void drawFrontiers(FigureDrawing& f, const MapPlot& plot) {
  if (!hasExactFrontier(f.run)) return;
  for (const FrontierPiece& piece : frontierPieces(f.run, 0, f.sweeps())) {
    if (!f.ofTokens() && !f.ofActions() && piece.stage >= std::ssize(f.rows)) continue;
    const std::vector<Point> settled = staircase(f, plot, piece, piece.settled, piece.end);
    f.line(settled, 2, FigureInk::text);
    f.line(settled, 0.9, FigureInk::paper);
    if (piece.exact.empty()) continue;
    f.dashed(staircase(f, plot, piece, piece.exact, piece.exactEnd), 1.3, FigureInk::exact);
  }
}

}  // namespace jacobiscope
