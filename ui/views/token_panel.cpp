#include "ui/views/token_panel.h"

#include <algorithm>
#include <cmath>

#include "ui/views/token_text.h"

namespace jacobiscope {

namespace {

constexpr int kHistoryRows = 7;  // that are seen at once

struct FactsDrawing {
  const Look& look;
  TextureCache& textures;
  const TokenPictures& pictures;
  const ModelInfo& model;
  int position;
  const std::vector<TokenCall>& calls;

  bool hasCodebook() const {
    return pictures.codebook && pictures.codebook->width >= kCodebookColumns;
  }
};

void drawPatch(const FactsDrawing& d, int token, bool here, const Rect& rect) {
  const Image* image = d.hasCodebook() && token >= 0 ? d.pictures.codebook
                       : here                        ? d.pictures.sample
                                                     : nullptr;
  const bool codebook = image && image == d.pictures.codebook;
  const ImTextureID texture =
      image ? d.textures.show(codebook ? "codebook" : "tokens/sample", *image) : nullptr;
  if (!texture) return outlineRect(rect, d.look.colours.line, 1);
  const Rect part = codebook ? codebookPatch(*image, token) : samplePatch(d.model, d.position);
  ImGui::GetWindowDrawList()->AddImage(texture, im(rect.min), im(rect.max), im(part.min),
                                       im(part.max));
  outlineRect(rect, d.look.colours.line, 1);
}

void smallText(const Look& look, Rgba colour, const std::string& text) {
  ImGui::PushFont(look.fonts.small);
  ImGui::PushStyleColor(ImGuiCol_Text, colour);
  ImGui::TextUnformatted(
      wrapped(look.fonts.small, text, ImGui::GetContentRegionAvail().x).c_str());
  ImGui::PopStyleColor();
  ImGui::PopFont();
}

void drawTitle(const FactsDrawing& d, const TokenCall* call) {
  const Look& look = d.look;
  const glm::vec2 at = gl(ImGui::GetCursorScreenPos());
  const float side = std::round(look.px(40)), left = at.x + side + look.px(10);
  drawPatch(d, call ? call->token : -1, true, {at, at + glm::vec2(side)});
  drawText(look.fonts.body, {left, at.y + look.px(1)}, look.colours.text,
           "token " + std::to_string(d.position) + " · " +
               (call ? stateName(call->state) : "not reached yet"));
  drawText(look.fonts.small, {left, at.y + look.px(21)}, look.colours.muted,
           tokenPlace(d.model, d.position, call ? call->token : -1));
  ImGui::Dummy({ImGui::GetContentRegionAvail().x, side + look.px(2)});
}

// The number drawn on the scale from 0 to 1, and up to where it lets the draft pass.
void drawTest(const Look& look, const TokenCall& call, float width) {
  const double ratio = call.draftP > 0 ? std::min(1.0, double(call.targetP) / call.draftP) : 1.0;
  const glm::vec2 at = gl(ImGui::GetCursorScreenPos());
  const float top = at.y + look.px(4), height = look.px(7);
  const Rect bar{{at.x, top}, {at.x + width, top + height}};
  fillRect(bar, look.colours.well, look.px(2));
  fillRect({bar.min, {bar.min.x + width * float(ratio), bar.max.y}}, look.colours.accentDim,
           look.px(2));
  const float x = std::round(bar.min.x + width * std::clamp(call.draw, 0.0f, 1.0f));
  fillRect({{x - look.px(1), bar.min.y - look.px(3)}, {x + look.px(1), bar.max.y + look.px(3)}},
           call.draw < ratio ? look.colours.text : look.colours.problem);
  ImGui::Dummy({width, height + look.px(9)});
}

void drawProbabilities(const Look& look, const TokenCall& call) {
  const double ratio =
      call.draftP > 0 ? double(call.targetP) / call.draftP : std::nan("");
  const std::pair<const char*, double> numbers[] = {{"draft q", call.draftP},
                                                    {"target p", call.targetP},
                                                    {"p / q", ratio},
                                                    {"drawn", call.draw}};
  const glm::vec2 at = gl(ImGui::GetCursorScreenPos());
  const float width = ImGui::GetContentRegionAvail().x - look.px(4);
  const float small = look.fonts.small->FontSize, body = look.fonts.body->FontSize;
  for (int i = 0; i < 4; ++i) {
    const float x = at.x + width * float(i) / 4;
    drawText(look.fonts.small, {x, at.y}, look.colours.muted, numbers[i].first);
    drawText(look.fonts.body, {x, at.y + small}, look.colours.text, shareText(numbers[i].second));
  }
  ImGui::Dummy({width, small + body + look.px(2)});
  if (!std::isnan(call.draw) && !std::isnan(ratio)) drawTest(look, call, width);
}

void drawTop(const FactsDrawing& d, const TokenCall& call) {
  if (call.top[0] < 0) return;
  const Look& look = d.look;
  smallText(look, look.colours.muted, topHeading(call));
  const float width = ImGui::GetContentRegionAvail().x - look.px(4);
  const float line = std::round(look.fonts.small->FontSize + look.px(4));
  for (int k = 0; k < kTopTokens; ++k) {
    if (call.top[k] < 0) break;
    const glm::vec2 at = gl(ImGui::GetCursorScreenPos());
    const float side = line - look.px(3);
    float x = at.x;
    if (d.hasCodebook()) {
      drawPatch(d, call.top[k], false, {at, at + glm::vec2(side)});
      x += side + look.px(7);
    }
    const Rgba ink = call.top[k] == call.token ? look.colours.text : look.colours.muted;
    drawText(look.fonts.small, {x, at.y}, ink, std::to_string(call.top[k]));
    const float left = x + look.px(46), right = at.x + width - look.px(44);
    const float middle = at.y + side / 2, half = look.px(3.5f);
    fillRect({{left, middle - half}, {right, middle + half}}, look.colours.well, look.px(2));
    const float share = std::clamp(call.topP[k], 0.0f, 1.0f);
    if (share > 0)
      fillRect({{left, middle - half},
                {std::max(left + 1, left + (right - left) * share), middle + half}},
               call.top[k] == call.token ? look.colours.accent : look.colours.accentDim,
               look.px(2));
    drawText(look.fonts.small, {at.x + width, at.y}, ink, shareText(call.topP[k]), Align::Right);
    ImGui::Dummy({width, line});
  }
}

void drawHistory(const Look& look, const std::vector<TokenCall>& calls) {
  smallText(look, look.colours.muted, "calls that touched it");
  ImGui::PushFont(look.fonts.small);
  ImGui::PushStyleVar(ImGuiStyleVar_CellPadding, {look.px(2), look.px(1)});
  const float line = look.fonts.small->FontSize + look.px(2);
  const int rows = std::min(kHistoryRows, static_cast<int>(calls.size())) + 1;
  const ImGuiTableFlags flags = ImGuiTableFlags_ScrollY | ImGuiTableFlags_SizingStretchProp;
  if (ImGui::BeginTable("history", 6, flags, {-look.px(2), line * float(rows) + look.px(4)})) {
    const std::pair<const char*, float> columns[] = {{"call", 0.8f}, {"draft", 0.95f},
                                                     {"q", 0.8f},    {"p", 0.8f},
                                                     {"drawn", 0.9f}, {"", 1.6f}};
    ImGui::TableSetupScrollFreeze(0, 1);
    for (const auto& [name, weight] : columns) ImGui::TableSetupColumn(name, 0, weight);
    const auto cell = [&](int column, Rgba ink, const std::string& text) {
      ImGui::TableSetColumnIndex(column);
      ImGui::PushStyleColor(ImGuiCol_Text, ink);
      ImGui::TextUnformatted(text.c_str());
      ImGui::PopStyleColor();
    };
    ImGui::TableNextRow(0, line);
    for (int i = 0; i < 6; ++i) cell(i, look.colours.muted, columns[i].first);
    for (const TokenCall& call : calls) {
      ImGui::TableNextRow(0, line);
      const bool failed =
          call.state == TokenState::Resampled ||
          (call.state == TokenState::Redrawn && call.draft >= 0 && call.draft != call.token);
      cell(0, look.colours.muted, std::to_string(call.sweep + 1));
      cell(1, look.colours.text, std::to_string(call.draft >= 0 ? call.draft : call.token));
      cell(2, look.colours.text, shareText(call.draftP));
      cell(3, look.colours.text, shareText(call.targetP));
      cell(4, look.colours.text, shareText(call.draw));
      cell(5, failed ? look.colours.problem : look.colours.text, stateName(call.state));
    }
    // The latest call stays in sight until somebody scrolls back.
    if (ImGui::GetScrollY() >= ImGui::GetScrollMaxY() - 1) ImGui::SetScrollHereY(1);
    ImGui::EndTable();
  }
  ImGui::PopStyleVar();
  ImGui::PopFont();
}

}  // namespace

Rect codebookPatch(const Image& codebook, int token) {
  const float side = float(codebook.width) / kCodebookColumns;
  const float across = 1.0f / kCodebookColumns, down = side / float(std::max(1, codebook.height));
  const glm::vec2 corner{float(token % kCodebookColumns) * across,
                         float(token / kCodebookColumns) * down};
  return {corner, corner + glm::vec2(across, down)};
}

Rect samplePatch(const ModelInfo& model, int position) {
  return CellGrid{{{0, 0}, {1, 1}}, model.gridRows, model.gridColumns}.cell(position);
}

void drawTokenFacts(const Look& look, TextureCache& textures, const TokenPictures& pictures,
                    const ModelInfo& model, int position, const std::vector<TokenCall>& calls,
                    bool history) {
  const FactsDrawing d{look, textures, pictures, model, position, calls};
  const TokenCall* last = calls.empty() ? nullptr : &calls.back();
  drawTitle(d, last);
  if (!last) return;
  if (last->state != TokenState::Drafted) drawProbabilities(look, *last);
  smallText(look, look.colours.text, verdictText(calls));
  ImGui::Dummy({0, look.px(1)});
  drawTop(d, *last);
  if (history) drawHistory(look, calls);
}

void drawNumbers(const Look& look, const std::vector<std::pair<std::string, std::string>>& rows) {
  const float width = ImGui::GetContentRegionAvail().x - look.px(6);
  for (const auto& [name, value] : rows) {
    const glm::vec2 at = gl(ImGui::GetCursorScreenPos());
    drawText(look.fonts.body, at, look.colours.text, name);
    drawText(look.fonts.body, {at.x + width, at.y}, look.colours.text, value, Align::Right);
    ImGui::Dummy({width, look.fonts.body->FontSize + look.px(1)});
  }
}

}  // namespace jacobiscope
