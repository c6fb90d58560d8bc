// What the parts of the convergence map share while it is drawn.
#pragma once

#include "ui/views/convergence_map.h"

#include "ui/views/schedule_lanes.h"

namespace jacobiscope {

struct MapDrawing {
  ViewState& state;
  const Look& look;
  const RunRecord* run;
  const RunDigest& digest;
  const TokenTimeline& tokens;
  const ActionTimeline& actions;
  const ErrorTimeline& errors;
  ConvergenceMapState& map;
  const std::vector<std::string>& stages;
  TimelineFrame frame;
  std::int64_t total = 0;  // columns done and planned
  // Of every row while the schedule is edited: how it is cut, and its positions. Else empty.
  std::vector<LaneCut> cuts{};
  std::vector<int> positions{};

  // Whether errors are shown in place of residuals.
  bool ofErrors() const { return state.mapOfError && !errors.empty(); }
  bool ofTokens() const { return tokens.rows() > 0; }
  bool ofActions() const { return actions.rows() > 0; }
  // Rows are parts of what every sweep decodes, not stages of their own.
  bool ofRows() const { return ofTokens() || ofActions(); }
  float rowGap() const { return rowRect(frame, 0).height() >= look.px(7) ? look.px(2) : 0; }
  // Where the sweeps of a row are drawn; the lane of its positions lies below while it is edited.
  Rect row(int stage) const {
    Rect rect = rowRect(frame, stage);
    rect.max.y = cuts.empty() ? rect.max.y - rowGap() : lane(stage).min.y - look.px(1);
    return rect;
  }
  Rect lane(int stage) const {
    Rect rect = rowRect(frame, stage);
    rect.min.y = std::round(rect.min.y + rect.height() * 0.42f);
    rect.max.y -= std::max(rowGap(), look.px(3));
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
// The line behind which all is settled, and the one behind which all is exact.
void drawFrontiers(const MapDrawing& m);
// Samples of these two for a legend, around `middle`.
void drawFrontierSample(const Look& look, glm::vec2 middle, float half, bool exact);

// The relatives of a run, where it has any, as they stand above the map.
std::vector<int> shownRelatives(const ViewState& state, const RunRecord* run);
float familyHeight(const Look& look, std::size_t runs);
// Their bars; a click shows another one.
void drawFamily(const MapDrawing& m, const std::vector<int>& runs, const Rect& area);
// What the run has in common with the one it branched off, and where others branched off it.
void drawSharedPart(const MapDrawing& m);
// What a tooltip adds about that; empty for nothing. Pure.
std::string sharedText(const Recording& recording, const RunRecord& run, std::int64_t sweep);

// The schedule as the knobs say it, below the sweeps of every row, and the hand that drags it.
void drawLanes(const MapDrawing& m);
void drawLaneMenu(const MapDrawing& m);
// Fills in what drawLanes() needs, where the schedule is to be edited and can be.
void prepareLanes(MapDrawing& m);
// The switch between looking and editing, at the right end of the head. Returns where it begins.
float drawEditSwitch(const MapDrawing& m, const Rect& head);
void drawTicks(const MapDrawing& m);
// Where the run that this one is compared with is, if it has the same axis.
void drawOther(const MapDrawing& m);
void drawCursor(const MapDrawing& m);
// What the shapes mean, and the way back to the running decode.
void drawHead(const MapDrawing& m, const Rect& head);

}  // namespace jacobiscope
