// What the parts of the comparison share while a frame is drawn.
#pragma once

#include "ui/views/compare_layout.h"
#include "ui/views/stage_drawing.h"

namespace jacobiscope {

// A and B are told by letter as well as by colour.
struct SideLook {
  const char* letter;
  Rgba colour;
};
inline SideLook lookOfA(const Look& look) { return {"A", look.colours.accent}; }
inline SideLook lookOfB(const Look& look) {
  return {"B", look.dark ? rgba(240, 140, 46) : rgba(196, 92, 0)};
}

// The letter on its colour, `side` pixels wide and high.
void drawBadge(const Look& look, glm::vec2 corner, float side, const SideLook& of);
float badgeSide(const Look& look);

// Which runs, how they are aligned and looked at. Returns its height.
float drawCompareBar(const StageDrawing& d, const Rect& area);

// Both pictures within `area`, with what is under the pointer.
void drawComparePictures(const StageDrawing& d, const Rect& area);
// Both scenes of robots with the ways of both tools.
void drawCompareScenes(const StageDrawing& d, const Rect& area);

// The pixel, and the token, at a point of the pictures (0 to 1) on both sides, as a tooltip.
void drawProbe(const StageDrawing& d, glm::vec2 at);

// A line with a handle that the pointer and, once touched, the arrow keys move. Its item comes
// before those beneath it, which gives it their clicks.
void handleDivider(const StageDrawing& d, const Rect& seen);
void drawDivider(const StageDrawing& d, const Rect& seen);

// `a` left of the divider, `b` right of it, both over the whole of `rect`; a missing one leaves
// its side to the other.
struct SplitTextures {
  ImTextureID a = nullptr, b = nullptr;
  bool upright = true;  // else the first row of the texture is the lowest
};
void drawSplitTextures(const SplitTextures& textures, const Rect& rect, const Rect& clip, float x);

// "A #2 · window · sample at block 3, iteration 6 of 10", at the left or right end of a line.
std::string momentOf(const StageDrawing& d, bool ofB);

}  // namespace jacobiscope
