// What the views draw with: colours of the theme, fonts and the size of one design pixel.
#pragma once

#include <imgui.h>

#include "engine/core/colormap.h"
#include "ui/views/view_state.h"

namespace jacobiscope {

struct Palette {
  Rgba base;      // the stage
  Rgba panel;     // sliders
  Rgba ground;    // below: map and curves
  Rgba well;      // what is empty and could be filled: rows of the map, unknown cells
  Rgba raised;    // buttons, fields
  Rgba hover;
  Rgba line;
  Rgba text;
  Rgba muted;
  Rgba accent;
  Rgba accentDim;  // the filled part of a slider
  Rgba planned;    // a window that has not run
  Rgba neutral;    // settled without a measured residual
  Rgba warning;
  Rgba problem;
};

const Palette& paletteOf(bool dark);

// The fonts an ImGui context was given; `small` is for headings and captions.
struct Fonts {
  ImFont* body = nullptr;
  ImFont* small = nullptr;
  ImFont* title = nullptr;  // Latin letters only
};

struct Look {
  Palette colours;
  Fonts fonts;
  float scale = 1;  // device pixels of one design pixel
  bool dark = true, cividis = false;

  float px(float designPixels) const { return designPixels * scale; }
  Rgba residualColour(double unit) const { return mapColour(unit, cividis); }
  // The colour of a stage's curve and of its name beside it: never as dark (on dark) or
  // as bright (on light) as the ground.
  Rgba stageColour(int stage, int stages) const;
};

Look lookOf(const Theme& theme, const Fonts& fonts);

// Colours, paddings and roundings of ImGui's own widgets.
void applyStyle(const Look& look, ImGuiStyle& style);

// Sizes in design pixels at which the fonts are made.
inline constexpr float kBodySize = 16, kSmallSize = 14.5f, kTitleSize = 27;
// The characters the views use: Latin, Greek, super- and subscripts, arrows, mathematics.
const ImWchar* glyphRanges();
const ImWchar* titleRanges();

}  // namespace jacobiscope
