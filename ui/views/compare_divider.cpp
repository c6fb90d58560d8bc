// The line between two pictures, and the letters that tell them apart.
#include <algorithm>

#include "ui/views/compare_drawing.h"

namespace jacobiscope {

namespace {

constexpr float kArrowStep = 0.01f;  // of the picture, by which an arrow key moves the divider

}  // namespace

float badgeSide(const Look& look) { return std::round(look.fonts.small->FontSize + look.px(5)); }

void drawBadge(const Look& look, glm::vec2 corner, float side, const SideLook& of) {
  fillRect({corner, corner + glm::vec2(side)}, of.colour, look.px(4));
  ImFont* font = look.fonts.small;
  drawText(font, {corner.x + side / 2, corner.y + (side - font->FontSize) / 2},
           rgba(255, 255, 255), of.letter, Align::Centre);
}

void handleDivider(const StageDrawing& d, const Rect& seen) {
  CompareState& state = d.state.compare;
  if (seen.empty() || state.mode != CompareMode::Split) return;
  const float x = dividerX(state, seen), half = d.look.px(9);
  const Rect grip{{x - half, seen.min.y}, {x + half, seen.max.y}};
  d.views.compare.places["divider"] = grip;
  ImGui::SetCursorScreenPos(im(grip.min));
  pressArea("##divider", im(grip.size()));
  if (ImGui::IsItemHovered() || ImGui::IsItemActive())
    ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeEW);
  // A press anywhere else on the stage, the timeline's above all, gives the arrows back.
  if (ImGui::IsMouseClicked(0)) state.holdsArrows = ImGui::IsItemActivated();
  if (ImGui::IsItemActive()) state.divider = dividerAt(ImGui::GetIO().MousePos.x, seen);
  if (!state.holdsArrows) return;
  const auto pressed = [](ImGuiKey key) { return ImGui::IsKeyPressed(ImGui::GetKeyIndex(key)); };
  if (pressed(ImGuiKey_LeftArrow)) state.divider = std::max(0.0f, state.divider - kArrowStep);
  if (pressed(ImGuiKey_RightArrow)) state.divider = std::min(1.0f, state.divider + kArrowStep);
}

void drawDivider(const StageDrawing& d, const Rect& seen) {
  if (seen.empty()) return;
  const Look& look = d.look;
  ImDrawList* draw = ImGui::GetWindowDrawList();
  const float x = dividerX(d.state.compare, seen), line = std::max(1.0f, look.px(2));
  fillRect({{x - line, seen.min.y}, {x + line, seen.max.y}}, rgba(0, 0, 0, 110));
  fillRect({{x - line / 2, seen.min.y}, {x + line / 2, seen.max.y}}, rgba(255, 255, 255));
  const glm::vec2 grip{x, seen.centre().y};
  const float radius = look.px(13), arrow = look.px(4);
  draw->AddCircleFilled(im(grip), radius + look.px(1), rgba(0, 0, 0, 90), 32);
  draw->AddCircleFilled(im(grip), radius, rgba(255, 255, 255), 32);
  if (d.state.compare.holdsArrows)
    draw->AddCircle(im(grip), radius + look.px(3), look.colours.accent, 32, look.px(2));
  for (const float way : {-1.0f, 1.0f})
    draw->AddTriangleFilled({grip.x + way * (arrow * 2.1f), grip.y},
                            {grip.x + way * arrow * 0.8f, grip.y - arrow},
                            {grip.x + way * arrow * 0.8f, grip.y + arrow}, rgba(40, 44, 52));
  const float side = badgeSide(look), inset = look.px(8);
  if (x - seen.min.x > side + inset * 2)
    drawBadge(look, seen.min + glm::vec2(inset), side, lookOfA(look));
  if (seen.max.x - x > side + inset * 2)
    drawBadge(look, {seen.max.x - inset - side, seen.min.y + inset}, side, lookOfB(look));
}

void drawSplitTextures(const SplitTextures& textures, const Rect& rect, const Rect& clip,
                       float x) {
  ImDrawList* draw = ImGui::GetWindowDrawList();
  const float top = textures.upright ? 0.0f : 1.0f;
  const auto show = [&](ImTextureID texture, const Rect& part) {
    const Rect seen = common(part, clip);
    if (!texture || seen.empty()) return;
    draw->PushClipRect(im(seen.min), im(seen.max), true);
    draw->AddImage(texture, im(rect.min), im(rect.max), {0, top}, {1, 1 - top});
    draw->PopClipRect();
  };
  show(textures.a, textures.b ? Rect{rect.min, {x, rect.max.y}} : rect);
  show(textures.b, textures.a ? Rect{{x, rect.min.y}, rect.max} : rect);
}

}  // namespace jacobiscope
