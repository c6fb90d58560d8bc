// The action tokens of a chunk: a row per step, a column per dimension. Colour is the value, a
// bright outline what this iteration changed, a dot what is settled; the step that was carried
// out last has an arrow.
#pragma once

#include "ui/views/chunk_digest.h"
#include "ui/views/drawing.h"

namespace jacobiscope {

// Where a value lies in its dimension's range, 0.5 being no movement. Pure.
double valueUnit(const ActionDimension& dimension, double value);

struct PointedAction {
  int hovered = -1;  // position
  int clicked = -1;  // step
};

// `step` is the marked one, -1: none. Heading and names are drawn around `cells`.
// `errors`: of every position in bins, or empty; a corner marks those that are not 0.
PointedAction drawActionMatrix(const Look& look, const ChunkField& field, const ModelInfo& model,
                               int step, const std::vector<float>& errors, const Rect& cells);

}  // namespace jacobiscope
