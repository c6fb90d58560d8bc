// The grid of tokens by state: what is settled in the colour of the call that settled it, the
// drafts of the window hollow, what no call has touched dark. States are told by shape:
// accepted plain, resampled with an outline and a corner, drawn without a draft with a dot;
// of the drafts, kept ones have a whole outline, redrawn ones a dashed one, fresh ones corners.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "ui/views/drawing.h"
#include "ui/views/token_digest.h"

namespace jacobiscope {

struct TokenGridStyle {
  double calls = 1;  // that the colours span
  int pinned = -1;   // position with the details, -1: none
  // Which tokens are not the sequential decode's; empty: nothing is compared.
  std::vector<bool> differs;
};

// Positions under the mouse, -1: none.
struct PointedToken {
  int hovered = -1, clicked = -1;
};

// Finds the one of the first `count` cells that the mouse is on. `outline` is called for the
// pinned position (-1: none) and, unless it is the same, for the hovered one.
PointedToken pointedToken(const char* id, const CellGrid& grid, int count, int pinned,
                          const std::function<void(int position, bool isPinned)>& outline);

struct TokenGridDrawn {
  Rect area;
  PointedToken pointed;
};

// Draws the cells as large as fits into `box`.
TokenGridDrawn drawTokenGrid(const Look& look, const TokenField& field, const ModelInfo& model,
                             const TokenGridStyle& style, const Rect& box);

// The colour of a token that was settled in that sweep.
Rgba callColour(const Look& look, std::int64_t sweep, double calls);

// "token grid — colour: the call that settled it 1 ▬▬▬ 118" around the point `middle` of its
// upper edge, at most that wide; of a batch the grid is the first picture's.
void drawCallLegend(const Look& look, double calls, bool ofBatch, glm::vec2 middle, float width);

// What the shapes mean, as items of the present ImGui window.
void drawTokenLegend(const Look& look, bool compared);

}  // namespace jacobiscope
