#include "ui/views/look.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace jacobiscope {

namespace {

constexpr Rgba hex(int rgb, int alpha = 255) {
  return rgba(rgb >> 16 & 255, rgb >> 8 & 255, rgb & 255, alpha);
}

ImVec4 vec(Rgba colour) { return ImGui::ColorConvertU32ToFloat4(colour); }

}  // namespace

const Palette& paletteOf(bool dark) {
  static const Palette night{
      hex(0x111216), hex(0x1c1f26), hex(0x15171c), hex(0x1e2128), hex(0x282c35),
      hex(0x343945), hex(0x30343f), hex(0xe6e8ee), hex(0x9299a6), hex(0x2f6df6),
      hex(0x3d6fd6), hex(0x30353f), hex(0x55607a), hex(0xf0b429), hex(0xf2635a)};
  static const Palette day{
      hex(0xffffff), hex(0xf3f4f7), hex(0xf9fafb), hex(0xebedf2), hex(0xffffff),
      hex(0xe9ecf2), hex(0xd5d9e1), hex(0x1b1e25), hex(0x5d6675), hex(0x2f6df6),
      hex(0x5b8bf7), hex(0xd3d8e2), hex(0x9aa5bb), hex(0xb26a00), hex(0xc8322a)};
  return dark ? night : day;
}

Rgba Look::stageColour(int stage, int stages) const {
  const float place = stages > 1 ? float(stage) / float(stages - 1) : 0.5f;
  return mapColour(dark ? 0.25f + 0.75f * place : 0.82f * place, cividis);
}

Look lookOf(const Theme& theme, const Fonts& fonts) {
  return {paletteOf(theme.dark), fonts, theme.scale, theme.dark, theme.cividis};
}

void applyStyle(const Look& look, ImGuiStyle& style) {
  const Palette& c = look.colours;
  style = ImGuiStyle();
  style.WindowPadding = {8, 6};
  style.WindowBorderSize = 0;
  style.ChildBorderSize = 0;
  style.FramePadding = {7, 2};
  style.ItemSpacing = {8, 3};
  style.ItemInnerSpacing = {6, 4};
  style.CellPadding = {3, 1};
  style.FrameRounding = 5;
  style.PopupRounding = 6;
  style.ScrollbarSize = 10;
  style.ScrollbarRounding = 5;
  style.GrabRounding = 3;
  style.GrabMinSize = 4;
  style.FrameBorderSize = 1;
  style.PopupBorderSize = 1;
  style.ScaleAllSizes(look.scale);
  style.FrameBorderSize = style.PopupBorderSize = std::max(1.0f, std::floor(look.scale));
  const std::pair<ImGuiCol_, Rgba> colours[] = {
      {ImGuiCol_Text, c.text},
      {ImGuiCol_TextDisabled, c.muted},
      {ImGuiCol_WindowBg, c.base},
      {ImGuiCol_ChildBg, 0},
      {ImGuiCol_PopupBg, c.panel},
      {ImGuiCol_Border, c.line},
      {ImGuiCol_FrameBg, c.raised},
      {ImGuiCol_FrameBgHovered, c.hover},
      {ImGuiCol_FrameBgActive, c.hover},
      {ImGuiCol_ScrollbarBg, 0},
      {ImGuiCol_ScrollbarGrab, c.line},
      {ImGuiCol_ScrollbarGrabHovered, c.hover},
      {ImGuiCol_ScrollbarGrabActive, c.muted},
      {ImGuiCol_CheckMark, c.accent},
      {ImGuiCol_SliderGrab, c.accent},
      {ImGuiCol_SliderGrabActive, c.accent},
      {ImGuiCol_Button, c.raised},
      {ImGuiCol_ButtonHovered, c.hover},
      {ImGuiCol_ButtonActive, c.hover},
      {ImGuiCol_Header, c.hover},
      {ImGuiCol_HeaderHovered, c.hover},
      {ImGuiCol_HeaderActive, c.hover},
      {ImGuiCol_TableRowBg, 0},
      {ImGuiCol_TableRowBgAlt, 0},
      {ImGuiCol_PlotHistogram, c.accent},
      {ImGuiCol_TextSelectedBg, withAlpha(c.accent, 0.4f)},
  };
  for (const auto& [which, colour] : colours) style.Colors[which] = vec(colour);
}

const ImWchar* glyphRanges() {
  static const ImWchar ranges[] = {0x0020, 0x017F, 0x0370, 0x03FF, 0x2010, 0x203A,
                                   0x2070, 0x2094, 0x2190, 0x21FF, 0x2200, 0x22FF,
                                   0x25A0, 0x25FF, 0x2713, 0x2717, 0};
  return ranges;
}

const ImWchar* titleRanges() {
  static const ImWchar ranges[] = {0x0020, 0x00FF, 0x2010, 0x2026, 0};
  return ranges;
}

}  // namespace jacobiscope
