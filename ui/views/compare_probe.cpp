// What is under the pointer on both sides of a comparison.
#include <algorithm>
#include <array>

#include "engine/core/scales.h"
#include "ui/views/compare_drawing.h"
#include "ui/views/token_text.h"

namespace jacobiscope {

namespace {

std::string channels(const Image& image, glm::vec2 at, std::array<int, 3>& rgb) {
  const int x = std::clamp(int(at.x * float(image.width)), 0, image.width - 1);
  const int y = std::clamp(int(at.y * float(image.height)), 0, image.height - 1);
  const std::size_t first = (std::size_t(y) * image.width + x) * 4;
  if (image.rgba.size() < first + 4) return {};
  for (int c = 0; c < 3; ++c) rgb[c] = image.rgba[first + c];
  if (image.rgba[first + 3] == 0) return "nothing here";
  return std::to_string(rgb[0]) + ", " + std::to_string(rgb[1]) + ", " + std::to_string(rgb[2]);
}

std::string tokenWords(const TokenField& field, int position) {
  if (position < 0 || position >= std::ssize(field.cells)) return {};
  const TokenCell& cell = field.cells[position];
  if (cell.token < 0) return "no token yet";
  const std::string text = "token " + std::to_string(cell.token) + ", " + stateName(cell.state);
  return cell.settled < 0 ? text : text + " at call " + std::to_string(cell.settled + 1);
}

// The position of the token grid at a point of the picture; -1: tokens are not compared.
int positionAt(const StageDrawing& d, glm::vec2 at) {
  if (!d.views.compare.digest.tokens || d.state.picture != 0) return -1;
  const ModelInfo& model = d.run->start.model;
  const CellGrid grid{{{0, 0}, {1, 1}}, model.gridRows, model.gridColumns};
  return grid.indexAt(at).value_or(-1);
}

// A line of the tooltip: letter, colour, words.
void probeLine(const Look& look, const SideLook& side, std::optional<Rgba> swatch,
               const std::string& words) {
  const float height = badgeSide(look);
  const glm::vec2 at = gl(ImGui::GetCursorScreenPos());
  drawBadge(look, at, height, side);
  float x = at.x + height + look.px(8);
  if (swatch) {
    const Rect box{{x, at.y}, {x + height, at.y + height}};
    fillRect(box, *swatch, look.px(3));
    outlineRect(box, look.colours.line, std::max(1.0f, look.px(1)), look.px(3));
    x = box.max.x + look.px(8);
  }
  drawText(look.fonts.body, {x, at.y + (height - look.fonts.body->FontSize) / 2},
           look.colours.text, words);
  ImGui::Dummy({x - at.x + textSize(look.fonts.body, words).x, height + look.px(2)});
}

// Which pixel, and b - a of its channels in the unit of the errors.
struct Difference {
  std::string pixel, delta;
};
Difference differenceAt(const CompareDigest& digest, glm::vec2 at) {
  const PictureValues &a = digest.valuesA, &b = digest.valuesB;
  const int x = std::clamp(int(at.x * float(a.width)), 0, a.width - 1);
  const int y = std::clamp(int(at.y * float(a.height)), 0, a.height - 1);
  const std::size_t plane = std::size_t(a.width) * a.height;
  std::string delta = "Δ ";
  for (int c = 0; c < a.channels; ++c) {
    const std::size_t i = c * plane + std::size_t(y) * a.width + x;
    delta += (c ? ", " : "") + numberText(b.values[i] - a.values[i], 2);
  }
  return {"x " + std::to_string(x) + ", y " + std::to_string(y), delta + " " + a.unit};
}

}  // namespace

void drawProbe(const StageDrawing& d, glm::vec2 at) {
  const int position = positionAt(d, at);
  const Look& look = d.look;
  const CompareDigest& digest = d.views.compare.digest;
  std::array<int, 3> a{}, b{};
  const std::string wordsA = digest.a.image ? channels(*digest.a.image, at, a) : "no picture";
  const std::string wordsB = digest.b.image ? channels(*digest.b.image, at, b) : "no picture";
  const auto [head, delta] = digest.errors ? differenceAt(digest, at) : Difference{};
  d.views.compare.probed = head + "\nA " + wordsA + "\nB " + wordsB + "\n" + delta;
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {look.px(12), look.px(10)});
  ImGui::BeginTooltip();
  if (!head.empty()) ImGui::TextUnformatted(head.c_str());
  probeLine(look, lookOfA(look), rgba(a[0], a[1], a[2]), wordsA);
  probeLine(look, lookOfB(look), rgba(b[0], b[1], b[2]), wordsB);
  if (!delta.empty()) ImGui::TextUnformatted(delta.c_str());
  if (position >= 0) {
    ImGui::Separator();
    const std::string tokenA = tokenWords(d.views.tokens, position);
    const std::string tokenB = tokenWords(digest.tokensB, position);
    d.views.compare.probed += "\nA " + tokenA + "\nB " + tokenB;
    probeLine(look, lookOfA(look), std::nullopt, tokenA);
    probeLine(look, lookOfB(look), std::nullopt, tokenB);
  }
  ImGui::EndTooltip();
  ImGui::PopStyleVar();
}

}  // namespace jacobiscope
