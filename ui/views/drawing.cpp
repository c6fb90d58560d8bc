#include <algorithm>
#include "ui/views/drawing.h"

#include <cmath>

namespace jacobiscope {

glm::vec2 textSize(ImFont* font, const std::string& text) {
  return gl(font->CalcTextSizeA(font->FontSize, FLT_MAX, 0, text.c_str()));
}

void drawText(ImFont* font, glm::vec2 at, Rgba colour, const std::string& text, Align align) {
  if (align != Align::Left) {
    const float width = textSize(font, text).x;
    at.x -= align == Align::Centre ? width / 2 : width;
  }
  ImGui::GetWindowDrawList()->AddText(font, font->FontSize,
                                      {std::round(at.x), std::round(at.y)}, colour, text.c_str());
}

std::string shortened(ImFont* font, const std::string& text, float width) {
  if (textSize(font, text).x <= width) return text;
  std::string cut = text;
  while (!cut.empty() && textSize(font, cut + "…").x > width) {
    // Whole characters: the bytes that continue one go with it.
    while (!cut.empty() && (cut.back() & 0xC0) == 0x80) cut.pop_back();
    if (!cut.empty()) cut.pop_back();
  }
  return cut + "…";
}

std::string wrapped(ImFont* font, const std::string& text, float width) {
  std::string all, line;
  std::size_t at = 0;
  while (at <= text.size()) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    const std::string word = text.substr(at, end - at);
    const std::string longer = line.empty() ? word : line + ' ' + word;
    if (!line.empty() && textSize(font, longer).x > width) {
      all += line + '\n';
      line = word;
    } else {
      line = longer;
    }
    at = end + 1;
  }
  return all + line;
}

void fillRect(const Rect& rect, Rgba colour, float rounding) {
  ImGui::GetWindowDrawList()->AddRectFilled(im(rect.min), im(rect.max), colour, rounding);
}

void outlineRect(const Rect& rect, Rgba colour, float thickness, float rounding) {
  ImGui::GetWindowDrawList()->AddRect(im(rect.min), im(rect.max), colour, rounding, 0, thickness);
}

std::string capitals(const std::string& text) {
  std::string upper = text;
  for (char& letter : upper)
    if (letter >= 'a' && letter <= 'z') letter = static_cast<char>(letter - 'a' + 'A');
  return upper;
}

float drawHeading(const Look& look, glm::vec2 at, const std::string& text) {
  drawText(look.fonts.small, at, look.colours.muted, capitals(text));
  return look.fonts.small->FontSize;
}

void headingItem(const Look& look, const std::string& text) {
  ImGui::Dummy({0, look.px(4)});
  ImGui::PushFont(look.fonts.small);
  ImGui::PushStyleColor(ImGuiCol_Text, look.colours.muted);
  ImGui::TextUnformatted(capitals(text).c_str());
  ImGui::PopStyleColor();
  ImGui::PopFont();
}

void drawVerdict(glm::vec2 centre, float half, Verdict verdict, Rgba colour, float thickness) {
  ImDrawList* draw = ImGui::GetWindowDrawList();
  const auto at = [&](float x, float y) { return im(centre + glm::vec2(x, y) * half); };
  if (verdict == Verdict::Settled) {
    const ImVec2 tick[] = {at(-1, 0), at(-0.3f, 0.75f), at(1, -0.8f)};
    draw->AddPolyline(tick, 3, colour, 0, thickness);
  } else if (verdict == Verdict::Capped) {
    draw->AddLine(at(-0.9f, -0.9f), at(0.9f, -0.9f), colour, thickness);
    draw->AddLine(at(0, -0.9f), at(0, 0.9f), colour, thickness);
  } else if (verdict == Verdict::Diverged) {
    draw->AddLine(at(-0.85f, -0.85f), at(0.85f, 0.85f), colour, thickness);
    draw->AddLine(at(-0.85f, 0.85f), at(0.85f, -0.85f), colour, thickness);
  }
}

const char* verdictName(Verdict verdict) {
  switch (verdict) {
    case Verdict::Accepted: return "some positions settled";
    case Verdict::Settled: return "settled";
    case Verdict::Capped: return "capped above its tolerance";
    case Verdict::Diverged: return "diverged";
    case Verdict::Working: break;
  }
  return "working";
}

void drawColourBar(const Look& look, const Rect& rect) {
  constexpr int kSteps = 24;
  const float step = rect.width() / kSteps;
  for (int i = 0; i < kSteps; ++i) {
    const Rgba from = look.residualColour(double(i) / kSteps);
    const Rgba to = look.residualColour(double(i + 1) / kSteps);
    ImGui::GetWindowDrawList()->AddRectFilledMultiColor(
        {rect.min.x + step * float(i), rect.min.y}, {rect.min.x + step * float(i + 1), rect.max.y},
        from, to, to, from);
  }
}

void tooltip(const Look& look, const std::string& text) {
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {look.px(10), look.px(8)});
  ImGui::BeginTooltip();
  ImGui::PushTextWrapPos(look.px(340));
  ImGui::TextUnformatted(text.c_str());
  ImGui::PopTextWrapPos();
  ImGui::EndTooltip();
  ImGui::PopStyleVar();
}

bool pressArea(const char* id, const ImVec2& size, int flags) {
  return ImGui::InvisibleButton(id, {std::max(1.0f, size.x), std::max(1.0f, size.y)}, flags);
}

bool hoverArea(const char* id, const Rect& rect) {
  if (rect.empty()) return false;
  ImGui::SetCursorScreenPos(im(rect.min));
  pressArea(id, im(rect.size()));
  return ImGui::IsItemHovered();
}

}  // namespace jacobiscope
