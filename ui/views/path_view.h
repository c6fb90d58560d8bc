// The ways of the tool, drawn over a scene: what the episode has carried out, one ghost for every
// iteration of the chunk in the iteration's colour, and where an early stop would have led.
#pragma once

#include "ui/views/chunk_digest.h"
#include "ui/views/drawing.h"
#include "ui/views/orbit_camera.h"

namespace jacobiscope {

struct PathStyle {
  int iterations = 1;   // that the colours span
  bool ghosts = true;   // else the last iteration only
  int hovered = -1;     // iteration that is looked at, -1: none
  int step = -1;        // marked step of the chunk
};

// The colour of an iteration of `iterations`.
Rgba iterationColour(const Look& look, int iteration, int iterations);

void drawPaths(const Look& look, const SceneView& view, const ChunkField& field,
               const PathStyle& style);

// What the episode has carried out and the iteration at the cursor, all in one colour.
void drawChunkWay(const Look& look, const SceneView& view, const ChunkField& field, Rgba colour);

struct PointedIteration {
  int hovered = -1, clicked = -1;
  Rect area;  // of the legend as it was drawn
};
// "iteration 0 ■■■■ 5", to the right end of `area`.
PointedIteration drawIterationLegend(const Look& look, const ChunkField& field, int iterations,
                                     const Rect& area, int hovered);

}  // namespace jacobiscope
