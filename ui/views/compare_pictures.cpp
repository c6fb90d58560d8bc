// Two pictures looked at together: one enlargement, one pointer.
#include <algorithm>
#include <cmath>

#include "ui/views/compare_drawing.h"
#include "ui/views/stage_layout.h"
#include "ui/views/token_grid.h"

namespace jacobiscope {

namespace {

float aspectOf(const CompareDigest& digest) {
  const Image* image = digest.a.image ? digest.a.image : digest.b.image;
  return image && image->height > 0 ? float(image->width) / float(image->height) : 1;
}

ImTextureID textureOf(const StageDrawing& d, const char* place, const Image* image) {
  return image ? d.views.textures.show(place, *image) : nullptr;
}

// The wheel enlarges, a drag moves; a double click fits the picture again.
void handleView(const StageDrawing& d, const char* id, const Rect& frame, bool split) {
  const ImGuiIO& io = ImGui::GetIO();
  CompareState& state = d.state.compare;
  const float aspect = aspectOf(d.views.compare.digest);
  ImGui::SetCursorScreenPos(im(frame.min));
  pressArea(id, im(frame.size()),
            ImGuiButtonFlags_MouseButtonLeft | ImGuiButtonFlags_MouseButtonMiddle);
  const Rect seen = common(frame, pictureRect(state, frame, aspect));
  // What is not enlarged cannot be moved: there a press takes the divider.
  if (ImGui::IsItemActive() && split && state.zoom <= 1 && ImGui::IsMouseDown(0)) {
    state.divider = dividerAt(io.MousePos.x, seen);
    state.holdsArrows = true;
  } else if (ImGui::IsItemActive() && (io.MouseDelta.x != 0 || io.MouseDelta.y != 0)) {
    pan(state, frame, aspect, gl(io.MouseDelta));
  }
  if (!ImGui::IsItemHovered()) return;
  if (io.MouseWheel != 0)
    zoomAt(state, frame, aspect, gl(io.MousePos), std::pow(1.25f, io.MouseWheel));
  if (ImGui::IsMouseDoubleClicked(0) && state.zoom > 1) resetZoom(state);
}

void outlineTokens(const StageDrawing& d, const CellGrid& grid) {
  const auto& tokens = d.views.compare.digest.tokens;
  if (!tokens) return;
  const int count = std::min(grid.rows * grid.columns, int(std::ssize(tokens->positions)));
  for (int p = 0; p < count; ++p)
    if (tokens->positions[p] == TokenMatch::Different)
      outlineRect(grid.cell(p), d.look.colours.problem, std::max(1.0f, d.look.px(1.5f)));
}

// What is drawn over a picture: tokens that differ, the pixel under the pointer.
void drawOverPicture(const StageDrawing& d, const Rect& rect, const Rect& frame,
                     std::optional<glm::vec2> pointed, bool marksTokens) {
  ImDrawList* draw = ImGui::GetWindowDrawList();
  draw->PushClipRect(im(frame.min), im(frame.max), true);
  const CompareDigest& digest = d.views.compare.digest;
  const ModelInfo& model = d.run->start.model;
  if (marksTokens && d.state.picture == 0 && digest.tokens)
    outlineTokens(d, {rect, model.gridRows, model.gridColumns});
  if (pointed && digest.a.image) {
    const CellGrid grid{{{0, 0}, {1, 1}}, digest.a.image->height, digest.a.image->width};
    const auto cell = grid.cellAt(*pointed);
    const Rect pixel =
        cell ? CellGrid{rect, grid.rows, grid.columns}.cell(cell->row, cell->column) : Rect{};
    if (pixel.width() >= d.look.px(4)) {
      outlineRect(pixel.inset(-d.look.px(1)), rgba(0, 0, 0, 160), d.look.px(1));
      outlineRect(pixel, rgba(255, 255, 255), std::max(1.0f, d.look.px(1.25f)));
    }
  }
  draw->PopClipRect();
}

std::optional<glm::vec2> pointIn(const Rect& rect, const Rect& frame) {
  const glm::vec2 mouse = gl(ImGui::GetIO().MousePos);
  if (!common(rect, frame).contains(mouse)) return std::nullopt;
  return (mouse - rect.min) / rect.size();
}

void captionOf(const StageDrawing& d, bool ofB, float left, float right, float y, bool toTheRight) {
  const Look& look = d.look;
  const float badge = badgeSide(look), gap = look.px(7);
  const std::string words =
      shortened(look.fonts.small, momentOf(d, ofB), right - left - badge - gap);
  const float width = badge + gap + textSize(look.fonts.small, words).x;
  const float x = toTheRight ? std::max(left, right - width) : left;
  drawBadge(look, {x, y}, badge, ofB ? lookOfB(look) : lookOfA(look));
  drawText(look.fonts.small, {x + badge + gap, y + (badge - look.fonts.small->FontSize) / 2},
           look.colours.muted, words);
}

// One frame with both pictures under a divider.
std::optional<glm::vec2> drawSplitFrame(const StageDrawing& d, const Rect& frame) {
  CompareViewState& views = d.views.compare;
  const CompareDigest& digest = views.digest;
  const Rect rect = pictureRect(d.state.compare, frame, aspectOf(digest));
  const Rect seen = common(rect, frame);
  views.places["A"] = views.places["B"] = rect;
  handleDivider(d, seen);
  handleView(d, "##pictures", frame, true);
  const bool hovered = ImGui::IsItemHovered();
  drawSplitTextures({textureOf(d, "compare/A", digest.a.image),
                     textureOf(d, "compare/B", digest.b.image)},
                    rect, frame, dividerX(d.state.compare, seen));
  const auto pointed = hovered ? pointIn(rect, frame) : std::nullopt;
  drawOverPicture(d, rect, frame, pointed, true);
  drawDivider(d, seen);
  return pointed;
}

std::optional<glm::vec2> drawMapFrame(const StageDrawing& d, const Rect& frame) {
  CompareViewState& views = d.views.compare;
  const Rect rect = pictureRect(d.state.compare, frame, aspectOf(views.digest));
  views.places["map"] = rect;
  handleView(d, "##difference", frame, false);
  const bool hovered = ImGui::IsItemHovered();
  if (const ImTextureID map = textureOf(d, "compare/map", &views.digest.map)) {
    ImGui::GetWindowDrawList()->PushClipRect(im(frame.min), im(frame.max), true);
    ImGui::GetWindowDrawList()->AddImage(map, im(rect.min), im(rect.max));
    ImGui::GetWindowDrawList()->PopClipRect();
  } else {
    outlineRect(rect, d.look.colours.line, std::max(1.0f, d.look.px(1)));
  }
  const auto pointed = hovered ? pointIn(rect, frame) : std::nullopt;
  drawOverPicture(d, rect, frame, pointed, true);
  return pointed;
}

std::optional<glm::vec2> drawOneSide(const StageDrawing& d, const Rect& frame, bool ofB,
                                     std::optional<glm::vec2> linked) {
  CompareViewState& views = d.views.compare;
  const CompareSide& side = ofB ? views.digest.b : views.digest.a;
  const char* place = ofB ? "compare/B" : "compare/A";
  const Rect rect = pictureRect(d.state.compare, frame, aspectOf(views.digest));
  views.places[ofB ? "B" : "A"] = rect;
  handleView(d, ofB ? "##picture B" : "##picture A", frame, false);
  const auto pointed = ImGui::IsItemHovered() ? pointIn(rect, frame) : std::nullopt;
  ImDrawList* draw = ImGui::GetWindowDrawList();
  draw->PushClipRect(im(frame.min), im(frame.max), true);
  if (const ImTextureID texture = textureOf(d, place, side.image))
    draw->AddImage(texture, im(rect.min), im(rect.max));
  else outlineRect(rect, d.look.colours.line, std::max(1.0f, d.look.px(1)));
  draw->PopClipRect();
  drawOverPicture(d, rect, frame, pointed ? pointed : linked, false);
  return pointed;
}

// From equal to as different as can be.
void drawMapLegend(const StageDrawing& d, const Rect& frame, float y) {
  const Look& look = d.look;
  const CompareDigest& digest = d.views.compare.digest;
  if (!digest.errors) return;
  ImFont* font = look.fonts.small;
  const std::string words = digest.colours.logarithmic
                                ? "largest |Δ| of a channel, log scale"
                                : "largest |Δ| of a channel";
  const std::string low = "equal", high = numberText(digest.errors->range);
  const float bar = look.px(110), gap = look.px(7);
  const float width = textSize(font, words).x + textSize(font, low).x + textSize(font, high).x +
                      bar + gap * 4;
  float x = std::max(frame.min.x, frame.centre().x - width / 2);
  for (const std::string& text : {words, low}) {
    drawText(font, {x, y}, look.colours.muted, text);
    x += textSize(font, text).x + gap;
  }
  drawColourBar(look, {{x, y + font->FontSize * 0.28f}, {x + bar, y + font->FontSize * 0.78f}});
  drawText(font, {x + bar + gap, y}, look.colours.muted, high);
}

// A grid of tokens with those that differ crossed and outlined.
std::optional<glm::vec2> drawGrid(const StageDrawing& d, const Rect& frame, bool ofB) {
  const CompareDigest& digest = d.views.compare.digest;
  const CompareSide& side = ofB ? digest.b : digest.a;
  TokenGridStyle style;
  const TokenField& field = ofB ? digest.tokensB : d.views.tokens;
  style.calls = double(std::max<std::int64_t>(1, std::ssize(side.run->snapshots)));
  ImGui::PushID(ofB ? "tokens of B" : "tokens of A");
  const TokenGridDrawn drawn =
      drawTokenGrid(d.look, field, side.run->start.model, style, frame);
  ImGui::PopID();
  const ModelInfo& model = side.run->start.model;
  outlineTokens(d, {drawn.area, model.gridRows, model.gridColumns});
  drawText(d.look.fonts.small, {frame.centre().x, drawn.area.max.y + d.look.px(7)},
           d.look.colours.muted,
           std::string("tokens of ") + (ofB ? "B" : "A") + ", outlined where the other's differ",
           Align::Centre);
  if (drawn.pointed.hovered < 0) return std::nullopt;
  const CellGrid unit{{{0, 0}, {1, 1}}, model.gridRows, model.gridColumns};
  return unit.cell(drawn.pointed.hovered).centre();
}

}  // namespace

void drawComparePictures(const StageDrawing& d, const Rect& area) {
  const Look& look = d.look;
  const CompareDigest& digest = d.views.compare.digest;
  const CompareMode mode = d.state.compare.mode;
  const bool pair = mode == CompareMode::SideBySide;
  const int grids = !digest.tokens || !d.state.showResidual ? 0 : pair ? 2 : 1;
  const float words = badgeSide(look) + look.px(10);
  const Rect inner = {{area.min.x + look.px(16), area.min.y},
                      {area.max.x - look.px(16), area.max.y}};
  const int count = (pair ? 2 : 1) + grids;
  const std::vector<Rect> boxes =
      count == 1 ? std::vector<Rect>{{inner.min, {inner.max.x, inner.max.y - words}}}
                 : tiles(inner, count, look.px(22), words);
  std::optional<glm::vec2> pointed;
  const auto see = [&](std::optional<glm::vec2> at) { pointed = pointed ? pointed : at; };
  for (int i = 0; i < grids; ++i) see(drawGrid(d, boxes[count - grids + i], i == 1));
  if (mode == CompareMode::Split) see(drawSplitFrame(d, boxes[0]));
  if (mode == CompareMode::Difference) see(drawMapFrame(d, boxes[0]));
  if (pair) {
    const auto mouse = [&](int box) {
      return pointIn(pictureRect(d.state.compare, boxes[box], aspectOf(digest)), boxes[box]);
    };
    see(drawOneSide(d, boxes[0], false, mouse(1)));
    see(drawOneSide(d, boxes[1], true, mouse(0)));
  }
  for (int i = 0; i < (pair ? 2 : 1); ++i) {
    const Rect rect = pictureRect(d.state.compare, boxes[i], aspectOf(digest));
    const Rect seen = common(rect, boxes[i]);
    const float y = seen.max.y + look.px(6);
    const Rect& box = boxes[i];
    if (pair) captionOf(d, i == 1, seen.min.x, box.max.x, y, false);
    else if (mode == CompareMode::Difference) drawMapLegend(d, box, y);
    else {
      // Both captions share the line; they may be wider than the picture.
      const float wide = std::max(seen.width(), std::min(box.width(), look.px(620)));
      const float left = box.centre().x - wide / 2, right = box.centre().x + wide / 2;
      captionOf(d, false, left, box.centre().x - look.px(6), y, false);
      captionOf(d, true, box.centre().x + look.px(6), right, y, true);
    }
  }
  if (pointed && !ImGui::IsMouseDown(0)) drawProbe(d, *pointed);
}

}  // namespace jacobiscope
