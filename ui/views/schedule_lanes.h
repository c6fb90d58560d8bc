// The schedule as lanes: a row for each stage in which its positions lie from left to right, cut
// as the knobs say. Where a hand can take hold of a lane, and what a drag makes of it. Pure: no
// drawing.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/core/family.h"
#include "ui/views/geometry.h"

namespace jacobiscope {

// How the positions of a stage are solved.
struct LaneCut {
  enum class Way { Sequential, Segments, Window };
  Way way = Way::Segments;
  int count = 1;  // segments; 1 is plain Jacobi
  int width = 1;  // of the window
  int cap = 0;    // most sweeps of a segment, as the knob says; 0: the model has no such knob

  bool operator==(const LaneCut&) const = default;
};

// Of every stage, `positions` of them in each. Empty: the model has no segments to set.
std::vector<LaneCut> laneCuts(const ModelInfo& model, const KnobValues& knobs,
                              const std::vector<int>& positions);

// The knobs that change so that a stage is cut like that while the others stay as they are.
// Empty: nothing changes.
KnobValues cutEdit(const ModelInfo& model, const KnobValues& knobs,
                   const std::vector<int>& positions, int stage, const LaneCut& cut);

// Where a lane lies, in pixels.
struct LaneFrame {
  Rect area;
  int positions = 1;

  float x(double position) const {
    return area.min.x + area.width() * static_cast<float>(position / positions);
  }
};

// The position before which segment `boundary` begins, of `count` equal ones: floor(bN / G).
int boundaryAt(int boundary, int count, int positions);

// The ends of the lane's pieces, in pixels: what a hand can take hold of. Those closer together
// than `apart` are left out; the first and the last are always there.
struct LaneHandle {
  int boundary = 1;  // counted from 1; the last one is the end of the lane
  float x = 0;
};
std::vector<LaneHandle> laneHandles(const LaneCut& cut, const LaneFrame& frame, float apart);

// The one that is nearest to x and no further away than `reach`.
std::optional<LaneHandle> handleAt(const LaneCut& cut, const LaneFrame& frame, float x,
                                   float reach);

// What it becomes when that handle is dragged to x: as many equal segments as bring the boundary
// there. Numbers that divide the positions attract from `snap` pixels. The left end is sequential,
// the right one plain Jacobi.
LaneCut draggedCut(const LaneCut& from, int boundary, const LaneFrame& frame, float x, float snap);

// The longest of its pieces.
int pieceLength(const LaneCut& cut, int positions);
// Whether the cap can act: a segment of S positions is exact after S sweeps.
bool capActs(const LaneCut& cut, int positions);
// With another cap: `steps` notches of a wheel up or down. Beyond what can act it is `most`.
LaneCut steppedCap(LaneCut cut, int steps, int positions, int most);

// "4 × 64", "Jacobi", "sequential", "window 16".
std::string cutText(const LaneCut& cut, int positions);
// "cap 10", "no cap"; empty where a cap means nothing.
std::string capText(const LaneCut& cut, int positions);
// "block 5: 4 segments of 64, cap 10".
std::string laneText(const std::string& stage, const LaneCut& cut, int positions);

}  // namespace jacobiscope
