#include "ui/views/token_view.h"

#include <algorithm>
#include <cfloat>
#include <utility>

#include "ui/views/error_view.h"
#include "ui/views/timeline_layout.h"
#include "ui/views/token_grid.h"
#include "ui/views/token_panel.h"
#include "ui/views/token_text.h"

namespace jacobiscope {

namespace {

TokenPictures picturesOf(const StageDrawing& d) {
  return {d.picture<Image>("codebook", kLatest), d.picture<Image>("sample", d.sweep())};
}

void drawTokenTip(const StageDrawing& d, int position) {
  const Look& look = d.look;
  const float width = look.px(268);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {look.px(12), look.px(10)});
  ImGui::SetNextWindowSizeConstraints({width, 0}, {width, FLT_MAX});
  ImGui::BeginTooltip();
  drawTokenFacts(look, d.views.textures, picturesOf(d), d.run->start.model, position,
                 tokenCalls(*d.run, d.sweep(), position), false);
  ImGui::EndTooltip();
  ImGui::PopStyleVar();
}

// A click pins a token, another one on it lets it go.
void answer(const StageDrawing& d, const PointedToken& pointed) {
  if (pointed.clicked >= 0)
    d.state.pinned = pointed.clicked == d.state.pinned ? -1 : pointed.clicked;
  if (pointed.hovered >= 0) drawTokenTip(d, pointed.hovered);
}

// Which tokens are not the sequential decode's: as it was measured at the cursor, else as the
// sequential run of the same input came out.
std::vector<bool> differingTokens(const StageDrawing& d) {
  if (!d.state.showError) return {};
  if (!d.views.errors.empty()) return differingAt(*d.run, d.sweep());
  const RunRecord* sequential = sequentialOf(d.state, d.run->start.run);
  if (!sequential) return {};
  const auto reference = tokensAt(*sequential, std::ssize(sequential->snapshots) - 1).cells;
  const auto& cells = d.views.tokens.cells;
  std::vector<bool> differs(std::min(reference.size(), cells.size()));
  for (std::size_t i = 0; i < differs.size(); ++i)
    differs[i] = cells[i].token != reference[i].token;
  return differs;
}

// "38 of 256" tokens at the cursor.
std::string agreementText(const StageDrawing& d) {
  const ErrorTimeline& errors = d.views.errors;
  if (d.sweep() < 0 || d.sweep() >= errors.size() || !errors.at(d.sweep()).known) return "—";
  const ErrorMark& mark = errors.at(d.sweep());
  return std::to_string(mark.equal) + " of " + std::to_string(mark.of);
}

// "token" with a cross that lets it go.
void drawPinnedHeading(const StageDrawing& d) {
  // The sliders above it may take the whole height.
  if (std::exchange(d.views.revealed, d.state.pinned) < 0) ImGui::SetScrollHereY(0);
  headingItem(d.look, "token");
  const float side = d.look.fonts.small->FontSize;
  const glm::vec2 end = gl(ImGui::GetItemRectMax());
  const float left = ImGui::GetWindowPos().x + ImGui::GetWindowContentRegionMax().x - side * 1.6f;
  const glm::vec2 back = gl(ImGui::GetCursorScreenPos());
  ImGui::SetCursorScreenPos({left, end.y - side});
  if (pressArea("unpin", {side, side})) d.state.pinned = -1;
  const bool hot = ImGui::IsItemHovered();
  drawVerdict({left + side / 2, end.y - side / 2}, d.look.px(3.5f), Verdict::Diverged,
              hot ? d.look.colours.text : d.look.colours.muted, d.look.px(1.4f));
  if (hot) tooltip(d.look, "Let this token go");
  ImGui::SetCursorScreenPos(im(back));
}

void drawPinned(const StageDrawing& d) {
  if (d.state.pinned < 0 || d.state.pinned >= d.views.timeline.positions()) {
    d.views.revealed = -1;
    headingItem(d.look, "token");
    ImGui::PushFont(d.look.fonts.small);
    ImGui::PushStyleColor(ImGuiCol_Text, d.look.colours.muted);
    ImGui::TextWrapped("Click a token of the grid to see how it was decided.");
    ImGui::PopStyleColor();
    ImGui::PopFont();
    return;
  }
  const int position = d.state.pinned;
  drawPinnedHeading(d);
  ImGui::Dummy({0, d.look.px(1)});
  drawTokenFacts(d.look, d.views.textures, picturesOf(d), d.run->start.model, position,
                 tokenCalls(*d.run, d.sweep(), position), true);
}

}  // namespace

double callSpan(const RunRecord& run, const TokenTimeline& timeline, int frontier) {
  return fittedView(timeline.size(), timeline.positions() - frontier, run.ended()).span;
}

void updateTokens(StageViewState& views, const RunRecord* run, std::int64_t sweep) {
  if (views.timeline.rows() == 0) {
    views.tokens = {};
    return;
  }
  views.tokens = tokensAt(*run, sweep, &views.tokens);
}

void drawTokens(const StageDrawing& d, const Rect& tile) {
  const RunRecord& run = *d.run;
  TokenGridStyle style;
  style.calls = callSpan(run, d.views.timeline, d.views.tokens.frontier);
  style.pinned = d.state.pinned;
  style.differs = differingTokens(d);
  const TokenGridDrawn drawn =
      drawTokenGrid(d.look, d.views.tokens, run.start.model, style, tile);
  d.views.tokenGrid = drawn.area;
  answer(d, drawn.pointed);
  drawCallLegend(d.look, style.calls, run.start.input.count > 1,
                 {tile.centre().x, drawn.area.max.y + d.look.px(7)}, tile.width());
}

void probeToken(const StageDrawing& d, const Rect& rect) {
  const ModelInfo& model = d.run->start.model;
  const int count = std::min(model.gridRows * model.gridColumns,
                             static_cast<int>(std::ssize(d.views.tokens.cells)));
  if (count == 0) return;
  d.views.tokenPicture = rect;
  const CellGrid grid{rect, model.gridRows, model.gridColumns};
  answer(d, pointedToken("##sample tokens", grid, count, d.state.pinned,
                         [&](int position, bool isPinned) {
                           outlineRect(grid.cell(position),
                                       isPinned ? d.look.colours.accent : d.look.colours.text,
                                       std::max(1.0f, d.look.px(1.5f)));
                         }));
}

void drawTokenSide(const StageDrawing& d) {
  if (!d.ofTokens()) return;
  headingItem(d.look, "this run");
  auto numbers = runNumbers(d.state, *d.run, d.views.tokens, d.views.timeline);
  if (!d.views.errors.empty()) numbers.push_back({"as sequential", agreementText(d)});
  drawNumbers(d.look, numbers);
  drawPinned(d);
  headingItem(d.look, "legend");
  drawTokenLegend(d.look, d.state.showError);
}

}  // namespace jacobiscope
