// Where sweeps and rows lie in the convergence map of a figure.
#pragma once

#include <algorithm>

#include "engine/export/figure_parts.h"

namespace jacobiscope {

struct MapPlot {
  Box area;
  double columns = 1;  // sweeps from edge to edge
  double rowHeight = 1;

  double x(double sweep) const { return area.left + area.width() * sweep / columns; }
  double gap() const { return rowHeight >= 6 ? 1 : 0; }
  Box cells(int row, double first, double end) const {
    const double top = area.top + row * rowHeight;
    return {x(first), top, std::min(x(end), area.right), top + rowHeight - gap()};
  }
};

// Where the run was judged: behind which positions are settled, and are exact.
void drawFrontiers(FigureDrawing& f, const MapPlot& plot);

}  // namespace jacobiscope
