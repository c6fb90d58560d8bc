// A value per cell of the picture's grid, coloured on a logarithmic scale, with what is
// settled told by a dot; settled without a measured value is drawn in a neutral colour.
#pragma once

#include <string>
#include <vector>

#include "engine/core/scales.h"
#include "ui/views/drawing.h"
#include "ui/views/residual_field.h"

namespace jacobiscope {

// Cells row by row from the top left.
struct HeatCells {
  int rows = 0, columns = 0;
  std::vector<float> values;    // NaN: nothing known there
  std::vector<bool> settled;    // empty: not told
  LogScale scale;
};

// The residual of a stage's positions as cells of its picture; nearly square where the
// model does not say how positions lie. Pure.
HeatCells residualCells(const ResidualField& field, const ModelInfo& model);

// What the tooltip of a cell of residualCells says. Pure.
std::string residualText(const ResidualField& field, const ModelInfo& model, int cell);

// The largest difference of a channel within every patch between two pictures of the same
// size, of 1 for the whole range; cells without a value where they differ in size. Pure.
HeatCells differenceCells(const Image& a, const Image& b, int rows, int columns);

// Draws the cells as large as fits into `box`; returns the cell under the mouse, -1: none.
int drawHeatmap(const Look& look, const char* id, const HeatCells& cells, const Rect& box);

// "caption 10⁻⁵ ▬▬▬ 10⁰" around the point `middle` of its upper edge, at most that wide.
void drawHeatLegend(const Look& look, const std::string& caption, const LogScale& scale,
                    glm::vec2 middle, float width);

}  // namespace jacobiscope
