// What the parts of the convergence map share while it is drawn.
#pragma once

#include "ui/views/convergence_map.h"

namespace jacobiscope {

struct MapDrawing {
  ViewState& state;
  const Look& look;
  const RunRecord* run;
  const RunDigest& digest;
  const TokenTimeline& tokens;
  const ActionTimeline& actions;
  ConvergenceMapState& map;
  const std::vector<std::string>& stages;
  TimelineFrame frame;
  std::int64_t total = 0;  // columns done and planned

  bool ofTokens() const { return tokens.rows() > 0; }
  bool ofActions() const { return actions.rows() > 0; }
  // Rows are parts of what every sweep decodes, not stages of their own.
  bool ofRows() const { return ofTokens() || ofActions(); }
  float rowGap() const { return rowRect(frame, 0).height() >= look.px(7) ? look.px(2) : 0; }
  Rect row(int stage) const {
    Rect rect = rowRect(frame, stage);
    rect.max.y -= rowGap();
    return rect;
  }
  // The part of a row that shows sweeps [first, end), within the visible area.
  Rect part(int stage, double first, double end) const {
    Rect rect = row(stage);
    rect.min.x = std::clamp(columnX(frame, first), frame.area.min.x, frame.area.max.x);
    rect.max.x = std::clamp(columnX(frame, end), frame.area.min.x, frame.area.max.x);
    return rect;
  }
};

// Boundaries of segments and the verdict that ended each.
void drawPieces(const MapDrawing& m);
// A tick where a row of tokens is settled.
void drawSettledRows(const MapDrawing& m);
// Where chunks of actions begin, the steps that were carried out, and how episodes ended.
void drawChunks(const MapDrawing& m);
// Where a breakpoint held the run, and since when things had gone wrong.
void drawBreaks(const MapDrawing& m);
void drawTicks(const MapDrawing& m);
// Where the run that this one is compared with is, if it has the same axis.
void drawOther(const MapDrawing& m);
void drawCursor(const MapDrawing& m);
// What the shapes mean, and the way back to the running decode.
void drawHead(const MapDrawing& m, const Rect& head);

}  // namespace jacobiscope
