// The few shapes and words that several views draw.
#pragma once

#include <glm/vec2.hpp>
#include <string>

#include "engine/core/sweep.h"
#include "ui/views/geometry.h"
#include "ui/views/look.h"

namespace jacobiscope {

inline ImVec2 im(glm::vec2 v) { return {v.x, v.y}; }
inline glm::vec2 gl(ImVec2 v) { return {v.x, v.y}; }

enum class Align { Left, Centre, Right };

glm::vec2 textSize(ImFont* font, const std::string& text);
// `at` is the left, middle or right end of the text's upper edge, snapped to pixels.
void drawText(ImFont* font, glm::vec2 at, Rgba colour, const std::string& text,
              Align align = Align::Left);
// The text, with an ellipsis where it is wider than `width`.
std::string shortened(ImFont* font, const std::string& text, float width);

// The text with its lines broken at spaces so that none is wider than `width`, where a word
// is not. ImGui itself would also break within "0.74".
std::string wrapped(ImFont* font, const std::string& text, float width);

void fillRect(const Rect& rect, Rgba colour, float rounding = 0);
void outlineRect(const Rect& rect, Rgba colour, float thickness, float rounding = 0);

// A muted heading in capitals. Returns its height.
float drawHeading(const Look& look, glm::vec2 at, const std::string& text);
// The same as an item of the present ImGui window.
void headingItem(const Look& look, const std::string& text);
std::string capitals(const std::string& text);  // letters a to z only

// A tick (settled), a bar (capped), a cross (diverged) of that half size; nothing for
// the other verdicts.
void drawVerdict(glm::vec2 centre, float half, Verdict verdict, Rgba colour, float thickness);
const char* verdictName(Verdict verdict);

// The colours of the maps from low to high.
void drawColourBar(const Look& look, const Rect& rect);

// A tooltip for the item or place under the mouse, wrapped at a comfortable width.
void tooltip(const Look& look, const std::string& text);

// An invisible button that a window squeezed to nothing cannot break: ImGui refuses an
// empty one.
bool pressArea(const char* id, const ImVec2& size, int flags = 0);

// A sensitive area that is not an ImGui widget of its own; true while the mouse is over it
// and no other item is being used.
bool hoverArea(const char* id, const Rect& rect);

}  // namespace jacobiscope
