// Pictures of the toy family: N numbers as a nearly square grid in raster order.
#pragma once

#include <vector>

#include "engine/core/panel.h"

namespace jacobiscope {

struct Grid {
  int rows = 0, columns = 0;
};
Grid toyGrid(int positions);

// x [N] as gray, -3 black and 3 white; cells past the last position are transparent.
Image toyImage(const std::vector<float>& x);
// |dx| [N], NaN where nothing is known yet.
Heatmap toyHeatmap(const std::vector<float>& change);
// Noise and finished stages, `boundaries`, then the present x of a stage that is not done.
Strip toyStrip(const std::vector<std::vector<float>>& boundaries, const std::vector<float>& x,
               int stages);

}  // namespace jacobiscope
