// The timeline: a row per stage, a column per sweep, colour by log10 of the residual; where
// tokens are decoded a row per row of their grid, colour by the probability of a rejection; where
// a robot moves a row per action step, colour by log10 of the change in bins.
// Where a run is a branch or has some, they stand above it as bars on the same axis.
// Clicking or dragging moves the cursor, the wheel zooms, the middle button pans. While the
// schedule is edited, every row has a lane with handles below its sweeps.
#pragma once

#include <map>
#include <string>

#include "ui/views/drawing.h"
#include "ui/views/map_texture.h"
#include "ui/views/schedule_lanes.h"
#include "ui/views/timeline_layout.h"

namespace jacobiscope {

// What a hand holds of the schedule while it drags.
struct LaneHand {
  int stage = -1;     // -1: nothing
  int boundary = 0;   // the handle; 0: the cap
  float grabbed = 0;  // x at which it took hold
  LaneCut from, now;  // as it was, and as it would be if the hand let go

  bool holds() const { return stage >= 0; }
};

// Kept by the caller between frames.
struct ConvergenceMapState {
  TimelineView view;
  MapTexture texture, errors;
  int run = 0;  // the one the view was made for
  Cursor shown;  // the cursor of the last frame: one that moved is scrolled to
  TimelineFrame frame;  // where the map lay in the last frame
  std::int64_t other = -1;  // sweep at which the run it is compared with is; -1: another axis
  std::int64_t hovered = -1;  // sweep under the pointer in that frame; -1: none
  std::map<int, Rect> branches;  // by run: its bar above the map in that frame
  LaneHand hand;
  bool overHandle = false;  // the pointer is on something that a hand can take, in that frame
  int menu = 0;  // the row whose menu is open
  // Where the lanes of the schedule and their caps lay in that frame, by row; empty: not shown.
  std::vector<LaneFrame> lanes;
  std::vector<Rect> caps;
};

// What the tooltip of a column says. Pure.
std::string sweepText(const RunRecord& run, std::int64_t sweep);

// What is added to it where a breakpoint held the run: a line for each. Pure.
std::string breakText(const RunRecord& run, std::int64_t sweep);

// What is known of the run: each but the first is empty for a run of another kind.
struct MapDigests {
  const RunDigest& digest;
  const TokenTimeline& tokens;
  const ActionTimeline& actions;
  const ErrorTimeline& errors;  // empty: nothing was judged
};
void drawConvergenceMap(ViewState& state, const Look& look, const RunRecord* run,
                        const MapDigests& digests, ConvergenceMapState& map, const Rect& area);

}  // namespace jacobiscope
