#include "ui/views/token_grid.h"

#include <algorithm>
#include <cmath>
#include <glm/common.hpp>

#include "engine/core/scales.h"
#include "ui/views/token_text.h"

namespace jacobiscope {

namespace {

// A dashed line along x or y.
void dashed(glm::vec2 from, glm::vec2 to, float dash, float thickness, Rgba colour) {
  const glm::vec2 way = to - from;
  const float length = std::max(std::abs(way.x), std::abs(way.y));
  const int pieces = std::max(1, static_cast<int>(std::round(length / dash / 2 + 0.5f)));
  const float step = 1.0f / (2 * float(pieces) - 1);
  for (int i = 0; i < pieces; ++i) {
    const glm::vec2 a = from + way * (2 * float(i) * step), b = a + way * step;
    const glm::vec2 half(thickness / 2);
    fillRect({glm::min(a, b) - half, glm::max(a, b) + half}, colour);
  }
}

void dashedRect(const Rect& rect, float dash, float thickness, Rgba colour) {
  const glm::vec2 a = rect.min, b{rect.max.x, rect.min.y}, c = rect.max, d{rect.min.x, rect.max.y};
  for (const auto& [from, to] : {std::pair(a, b), {b, c}, {d, c}, {a, d}})
    dashed(from, to, dash, thickness, colour);
}

void corners(const Rect& rect, float length, float thickness, Rgba colour) {
  for (const float x : {rect.min.x, rect.max.x})
    for (const float y : {rect.min.y, rect.max.y}) {
      const float dx = x == rect.min.x ? length : -length, dy = y == rect.min.y ? length : -length;
      const glm::vec2 half(thickness / 2);
      const glm::vec2 at{x, y}, right{x + dx, y}, down{x, y + dy};
      fillRect({glm::min(at, right) - half, glm::max(at, right) + half}, colour);
      fillRect({glm::min(at, down) - half, glm::max(at, down) + half}, colour);
    }
}

Rgba rejectedColour(const Look& look) { return look.colours.problem; }

void drawDraft(const Look& look, const Rect& cell, TokenState state) {
  const float line = std::max(1.0f, std::round(look.px(1)));
  const Rect ring = cell.inset(line / 2 + 0.5f);
  const Rgba ink = look.colours.muted;
  if (state == TokenState::Kept) {
    outlineRect(cell.inset(0.5f), look.colours.text, std::max(line, look.px(1.25f)));
  } else if (state == TokenState::Redrawn) {
    dashedRect(ring, std::max(2.0f, cell.width() / 7), line, ink);
  } else {
    corners(ring, cell.width() * 0.26f, line, ink);
  }
}

void drawSettled(const Look& look, const Rect& cell, TokenState state, Rgba colour) {
  fillRect(cell, colour);
  ImDrawList* draw = ImGui::GetWindowDrawList();
  const float side = cell.width();
  if (state == TokenState::Drawn) {
    draw->AddCircleFilled(im(cell.centre()), std::clamp(side * 0.11f, look.px(1), look.px(3)),
                          withAlpha(inkOn(colour), 0.75f), 10);
  } else if (state == TokenState::Resampled) {
    const float line = std::max(1.0f, look.px(side >= look.px(14) ? 1.75f : 1));
    const float corner = side * 0.38f;
    outlineRect(cell.inset(line / 2), rejectedColour(look), line);
    draw->AddTriangleFilled({cell.max.x - corner, cell.min.y}, {cell.max.x, cell.min.y},
                            {cell.max.x, cell.min.y + corner}, rejectedColour(look));
  }
}

// The id of a draft, where it can be read.
void drawId(const Look& look, const Rect& cell, int token) {
  ImFont* font = look.fonts.small;
  const float size = std::round(std::min(font->FontSize, cell.width() * 0.44f));
  if (size < look.px(8.5f)) return;
  const std::string text = std::to_string(token);
  const ImVec2 extent = font->CalcTextSizeA(size, FLT_MAX, 0, text.c_str());
  if (extent.x > cell.width() - look.px(4)) return;
  const glm::vec2 at = cell.centre() - gl(extent) * 0.5f;
  ImGui::GetWindowDrawList()->AddText(font, size, {std::round(at.x), std::round(at.y)},
                                      look.colours.text, text.c_str());
}

void drawDifference(const Look& look, const Rect& cell, Rgba ground) {
  drawVerdict(cell.centre(), cell.width() * 0.22f, Verdict::Diverged, inkOn(ground),
              std::max(1.0f, look.px(1.25f)));
}

void drawCell(const Look& look, const Rect& cell, const TokenCell& token, double calls,
              bool differs) {
  if (token.touched < 0) return fillRect(cell, look.colours.well);
  if (token.settled < 0) {
    fillRect(cell, look.colours.base);
    drawDraft(look, cell, token.state);
    return drawId(look, cell, token.token);
  }
  const Rgba colour = callColour(look, token.settled, calls);
  drawSettled(look, cell, token.state, colour);
  if (differs) drawDifference(look, cell, colour);
}

}  // namespace

Rgba callColour(const Look& look, std::int64_t sweep, double calls) {
  return mapColour(double(sweep) / std::max(1.0, calls - 1), look.cividis);
}

PointedToken pointedToken(const char* id, const CellGrid& grid, int count, int pinned,
                          const std::function<void(int position, bool isPinned)>& outline) {
  if (pinned >= 0 && pinned < count) outline(pinned, true);
  if (!hoverArea(id, grid.area)) return {};
  const int at = grid.indexAt(gl(ImGui::GetIO().MousePos)).value_or(-1);
  if (at < 0 || at >= count) return {};
  if (at != pinned) outline(at, false);
  return {at, ImGui::IsMouseClicked(0) ? at : -1};
}

TokenGridDrawn drawTokenGrid(const Look& look, const TokenField& field, const ModelInfo& model,
                             const TokenGridStyle& style, const Rect& box) {
  TokenGridDrawn drawn;
  const int rows = model.gridRows, columns = model.gridColumns;
  drawn.area = fitted(box, float(columns) / float(rows));
  if (drawn.area.empty()) return drawn;
  const CellGrid grid{drawn.area, rows, columns};
  const float side = drawn.area.width() / float(columns);
  const float gap = side >= look.px(7) ? std::max(1.0f, std::round(look.px(1.5f))) : 0;
  const auto cellRect = [&](int position) {
    const Rect cell = grid.cell(position);
    // Whole pixels, so that all gaps are equally wide.
    return Rect{glm::round(cell.min), glm::round(cell.max) - glm::vec2(gap)};
  };
  const int count = std::min(rows * columns, static_cast<int>(field.cells.size()));
  for (int p = 0; p < count; ++p)
    drawCell(look, cellRect(p), field.cells[p], style.calls,
             p < static_cast<int>(style.differs.size()) && style.differs[p]);
  drawn.pointed = pointedToken("##tokens", grid, count, style.pinned, [&](int p, bool isPinned) {
    const float line = std::max(1.0f, std::round(look.px(2)));
    if (isPinned) outlineRect(cellRect(p).inset(-line), look.colours.accent, line);
    else outlineRect(cellRect(p).inset(-1), look.colours.text, std::max(1.0f, look.px(1.5f)));
  });
  return drawn;
}

void drawCallLegend(const Look& look, double calls, bool ofBatch, glm::vec2 middle, float width) {
  ImFont* font = look.fonts.small;
  const std::string high = numberText(calls, 6);
  const float gap = look.px(6), bar = std::clamp(width * 0.2f, look.px(24), look.px(84));
  const float ends = textSize(font, "1").x + textSize(font, high).x + bar + gap * 2;
  const float room = std::max(0.0f, width - ends - gap * 2);
  const std::string grid = ofBatch ? "token grid of picture 1" : "token grid";
  std::string words = grid + " — colour: the call that settled it";
  if (textSize(font, words).x > room) words = grid + ": settled at call";
  if (textSize(font, words).x > room) words = ofBatch ? "picture 1: by call" : "settled at call";
  words = shortened(font, words, room);
  glm::vec2 at{middle.x - (textSize(font, words).x + gap * 2 + ends) / 2, middle.y};
  drawText(font, at, look.colours.muted, words);
  at.x += textSize(font, words).x + gap * 2;
  drawText(font, at, look.colours.muted, "1");
  at.x += textSize(font, "1").x + gap;
  const float top = at.y + font->FontSize * 0.3f, height = font->FontSize * 0.45f;
  drawColourBar(look, {{at.x, top}, {at.x + bar, top + height}});
  drawText(font, {at.x + bar + gap, middle.y}, look.colours.muted, high);
}

void drawTokenLegend(const Look& look, bool compared) {
  ImFont* font = look.fonts.small;
  const float side = std::round(font->FontSize * 0.95f);
  const auto entry = [&](const std::string& text, const auto& draw) {
    const glm::vec2 at = gl(ImGui::GetCursorScreenPos());
    const float top = std::round(at.y + look.px(1));
    draw(Rect{{at.x + 1, top}, {at.x + 1 + side, top + side}});
    drawText(font, {at.x + side + look.px(9), at.y}, look.colours.text, text);
    ImGui::Dummy({ImGui::GetContentRegionAvail().x, font->FontSize + look.px(1)});
  };
  const Rgba colour = mapColour(0.55, look.cividis);
  for (const TokenState state : {TokenState::Accepted, TokenState::Resampled, TokenState::Drawn})
    entry(stateMeaning(state), [&](const Rect& rect) { drawSettled(look, rect, state, colour); });
  for (const TokenState state : {TokenState::Kept, TokenState::Redrawn, TokenState::Drafted})
    entry(stateMeaning(state), [&](const Rect& rect) {
      fillRect(rect, look.colours.base);
      drawDraft(look, rect, state);
    });
  if (!compared) return;
  entry("not the sequential token", [&](const Rect& rect) {
    fillRect(rect, colour);
    drawDifference(look, rect, colour);
  });
}

}  // namespace jacobiscope
