#include "ui/views/drawing.h"
#include "ui/views/convergence_map.h"

#include <algorithm>
#include <cmath>

#include "ui/views/scales.h"
#include "ui/views/token_digest.h"
#include "ui/views/token_text.h"
#include "ui/views/transport.h"

namespace jacobiscope {

namespace {

// Everything the parts of the map share while it is drawn.
struct MapDrawing {
  ViewState& state;
  const Look& look;
  const RunRecord* run;
  const RunDigest& digest;
  const TokenTimeline& tokens;
  ConvergenceMapState& map;
  const std::vector<std::string>& stages;
  TimelineFrame frame;
  std::int64_t total = 0;  // columns done and planned

  bool ofTokens() const { return tokens.rows() > 0; }
  float rowGap() const { return rowRect(frame, 0).height() >= look.px(7) ? look.px(2) : 0; }
  Rect row(int stage) const {
    Rect rect = rowRect(frame, stage);
    rect.max.y -= rowGap();
    return rect;
  }
  // The part of a row that shows sweeps [first, end), within the visible area.
  Rect part(int stage, double first, double end) const {
    Rect rect = row(stage);
    rect.min.x = std::clamp(columnX(frame, first), frame.area.min.x, frame.area.max.x);
    rect.max.x = std::clamp(columnX(frame, end), frame.area.min.x, frame.area.max.x);
    return rect;
  }
};

void drawRows(const MapDrawing& m) {
  const float height = rowRect(m.frame, 0).height();
  const float label = m.look.fonts.small->FontSize;
  // Rows too low for their own name: every n-th is named.
  const int step = std::max(1, static_cast<int>(std::ceil((label + 1) / std::max(1.0f, height))));
  for (int stage = 0; stage < m.frame.rows; ++stage) {
    const Rect row = m.row(stage);
    fillRect(row, m.look.colours.well);
    if (stage % step == 0) {
      const float width = m.frame.area.min.x - m.look.px(14) - m.look.px(10);
      drawText(m.look.fonts.small,
               {m.frame.area.min.x - m.look.px(10),
                row.min.y + (row.height() - label) / 2},
               m.look.colours.muted,
               shortened(m.look.fonts.small, m.stages[stage], width), Align::Right);
    }
  }
}

void drawPlanned(const MapDrawing& m) {
  // How many calls tokens take is not known before, nor which of them a row.
  if (!m.run || m.ofTokens()) return;
  const Palette& c = m.look.colours;
  for (const PlannedSpan& span :
       plannedAhead(m.run->planAt(m.digest.size()), m.digest)) {
    if (span.stage >= m.frame.rows) continue;
    const Rect rect = m.part(span.stage, double(span.first), double(span.first + span.columns));
    if (rect.empty()) continue;
    fillRect(rect, c.planned);
    if (m.state.showSegments && rect.width() > m.look.px(4))
      fillRect({rect.min, {rect.min.x + std::max(1.0f, m.look.px(1)), rect.max.y}},
               withAlpha(c.muted, 0.7f));
  }
}

void drawSweeps(const MapDrawing& m) {
  ImDrawList* draw = ImGui::GetWindowDrawList();
  const double done = double(m.digest.size());
  const double first = std::max(0.0, std::floor(m.frame.view.first));
  const double end = std::min(done, std::ceil(m.frame.view.first + m.frame.view.span));
  if (end <= first) return;
  // One quad a row over one texture; transparent where the row had no sweep.
  const float left = columnX(m.frame, first), right = columnX(m.frame, end);
  draw->PushClipRect(im(m.frame.area.min), im(m.frame.area.max), true);
  for (int stage = 0; stage < m.frame.rows; ++stage) {
    if (!m.ofTokens()) {
      if (stage >= static_cast<int>(m.digest.stages().size())) break;
      const StageSpan& span = m.digest.stages()[stage];
      if (span.sweeps == 0 || double(span.last) < first || double(span.first) >= end) continue;
    }
    const Rect row = m.row(stage);
    const float v = (float(stage) + 0.5f) / float(m.frame.rows);
    draw->AddImage(m.map.texture.id(), {left, row.min.y}, {right, row.max.y},
                   {m.map.texture.u(first), v}, {m.map.texture.u(end), v});
  }
  if (columnWidth(m.frame) >= m.look.px(4)) {
    for (double column = first + 1; column < end; ++column) {
      const float x = std::round(columnX(m.frame, column));
      draw->AddRectFilled({x, m.frame.area.min.y}, {x + std::max(1.0f, m.look.px(0.75f)),
                                                    m.frame.area.max.y},
                          withAlpha(m.look.colours.ground, 0.8f));
    }
  }
  draw->PopClipRect();
}

void drawBoundary(const MapDrawing& m, const PieceSpan& span) {
  Rect rect = m.part(span.stage, double(span.first), double(span.last + 1));
  if (rect.min.x <= m.frame.area.min.x) return;
  rect.max.x = rect.min.x + std::max(1.0f, m.look.px(1.5f));
  fillRect(rect, m.look.colours.text);
}

// Boundaries of segments and the verdict that ended each.
void drawPieces(const MapDrawing& m) {
  const auto& pieces = m.digest.pieces();
  const double first = m.frame.view.first, end = first + m.frame.view.span;
  const auto begin = std::ranges::lower_bound(pieces, static_cast<std::int64_t>(first) - 1, {},
                                              &PieceSpan::last);
  const float height = m.row(0).height();
  for (auto span = begin; span != pieces.end() && double(span->first) < end; ++span) {
    if (span->stage >= m.frame.rows) continue;
    const Rect rect = m.part(span->stage, double(span->first), double(span->last + 1));
    const bool follows = span != pieces.begin() && std::prev(span)->stage == span->stage &&
                         m.digest.sweeps()[span->first].kind == SweepKind::Iterate;
    if (m.state.showSegments && follows && rect.width() >= m.look.px(6) &&
        height >= m.look.px(5))
      drawBoundary(m, *span);
    if (height < m.look.px(9)) continue;
    const StageSpan& stage = m.digest.stages()[span->stage];
    const bool last = stage.ended && span->last == stage.last;
    const bool bad = span->verdict == Verdict::Capped || span->verdict == Verdict::Diverged;
    const float half = std::min(m.look.px(3.5f), height * 0.28f);
    const glm::vec2 after{rect.max.x + half + m.look.px(5), rect.centre().y};
    if (last && after.x + half < m.frame.area.max.x) {
      drawVerdict(after, half, span->verdict,
                  span->verdict == Verdict::Diverged ? m.look.colours.problem
                  : span->verdict == Verdict::Capped ? m.look.colours.warning
                                                     : m.look.colours.muted,
                  m.look.px(1.5f));
    } else if (bad && columnWidth(m.frame) >= half * 2.4f) {
      const SweepMark& mark = m.digest.sweeps()[span->last];
      const Rgba ground = std::isnan(mark.residual)
                              ? m.look.colours.neutral
                              : m.look.residualColour(LogScale{}.unit(mark.residual));
      drawVerdict({rect.max.x - columnWidth(m.frame) / 2, rect.centre().y}, half, span->verdict,
                  inkOn(ground), m.look.px(1.5f));
    }
  }
}

// A tick where a row of tokens is settled.
void drawSettledRows(const MapDrawing& m) {
  const float height = m.row(0).height();
  if (height < m.look.px(6)) return;
  const float half = std::min(m.look.px(3.5f), height * 0.28f);
  const Rgba ink = withAlpha(inkOn(mapColour(0, m.look.cividis)), 0.6f);
  for (int row = 0; row < m.frame.rows; ++row) {
    const std::int64_t from = m.tokens.settledFrom(row);
    if (from < 0 || from >= m.tokens.size()) continue;
    const glm::vec2 at{columnX(m.frame, double(from)) + half + m.look.px(4), m.row(row).centre().y};
    if (at.x - half < m.frame.area.min.x || at.x + half > m.frame.area.max.x) continue;
    if (at.x + half > columnX(m.frame, double(m.tokens.size()))) continue;
    drawVerdict(at, half, Verdict::Settled, ink, m.look.px(1.5f));
  }
}

void drawTicks(const MapDrawing& m) {
  const double first = m.frame.view.first;
  const int most = std::max(2, static_cast<int>(m.frame.area.width() / m.look.px(90)));
  const float y = m.frame.area.max.y + m.look.px(3);
  const float cursor = columnX(m.frame, double(m.state.cursor.sweep) + 0.5);
  for (double count : ticks(std::max(1.0, first + 1), first + m.frame.view.span, most)) {
    const float x = columnX(m.frame, count - 0.5);
    if (x > m.frame.area.max.x || std::abs(x - cursor) < m.look.px(34)) continue;
    drawText(m.look.fonts.small, {x, y}, m.look.colours.muted, numberText(count), Align::Centre);
  }
}

void drawCursor(const MapDrawing& m) {
  if (m.digest.size() == 0) return;
  const std::int64_t sweep = m.state.cursor.sweep;
  const float x = sweep < 0 ? m.frame.area.min.x : columnX(m.frame, double(sweep) + 0.5);
  if (x < m.frame.area.min.x - 1 || x > m.frame.area.max.x + 1) return;
  const float half = std::max(0.5f, m.look.px(0.9f));
  const float bottom = m.frame.area.max.y + m.look.px(3);
  fillRect({{x - half - 1, m.frame.area.min.y - m.look.px(5)}, {x + half + 1, bottom}},
           withAlpha(m.look.colours.base, 0.6f));
  fillRect({{x - half, m.frame.area.min.y - m.look.px(5)}, {x + half, bottom}},
           m.look.colours.text);
  drawText(m.look.fonts.small, {x, bottom}, m.look.colours.text,
           sweep < 0 ? "start" : std::to_string(sweep + 1), Align::Centre);
}

void scrub(const MapDrawing& m) {
  const std::int64_t sweep =
      sweepAt(m.frame, ImGui::GetIO().MousePos.x, m.digest.size());
  m.state.cursor.run = m.digest.run();
  m.state.cursor.sweep = sweep;
  m.state.cursor.followLive = false;
  m.state.transport.playing = false;
}

void interact(const MapDrawing& m) {
  const ImGuiIO& io = ImGui::GetIO();
  ImGui::SetCursorScreenPos(im(m.frame.area.min));
  pressArea("map", im(m.frame.area.size()),
                         ImGuiButtonFlags_MouseButtonLeft | ImGuiButtonFlags_MouseButtonMiddle);
  const double total = double(m.total);
  if (ImGui::IsItemActive() && ImGui::IsMouseDown(0) && m.digest.size() > 0) scrub(m);
  if (ImGui::IsItemActive() && ImGui::IsMouseDown(2) && io.MouseDelta.x != 0)
    m.map.view = panned(m.frame, io.MouseDelta.x, total);
  if (!ImGui::IsItemHovered()) return;
  if (io.MouseWheel != 0 && !io.KeyShift)
    m.map.view = zoomed(m.frame, io.MousePos.x, std::pow(1.2, io.MouseWheel), total);
  const float sideways = io.MouseWheelH + (io.KeyShift ? io.MouseWheel : 0);
  if (sideways != 0) m.map.view = panned(m.frame, sideways * m.look.px(60), total);
  const std::int64_t column = columnAt(m.frame, io.MousePos.x);
  if (m.run && column >= 0 && column < m.digest.size() && !ImGui::IsMouseDown(0))
    tooltip(m.look, m.ofTokens() ? callText(*m.run, m.tokens, column,
                                            rowAt(m.frame, io.MousePos.y))
                                 : sweepText(*m.run, column));
}

// What the shapes mean, and the way back to the running decode.
void drawHead(const MapDrawing& m, const Rect& head) {
  const Look& look = m.look;
  float right = head.max.x;
  if (m.run && !m.state.cursor.followLive) {
    const char* text = "Follow live";
    const float width = textSize(look.fonts.body, text).x + look.px(18);
    ImGui::SetCursorScreenPos({right - width, head.min.y - look.px(4)});
    ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {look.px(9), look.px(1.5f)});
    if (ImGui::Button(text)) {
      m.state.cursor.followLive = true;
      m.state.cursor = followedCursor(*m.state.recording, m.state.cursor);
      m.state.transport.playing = false;
    }
    ImGui::PopStyleVar();
    right -= width + look.px(14);
  }
  const std::string title =
      capitals(m.ofTokens() ? "convergence — probability of rejection; click or drag to scrub"
                            : "convergence — log₁₀ residual; click or drag to scrub");
  drawHeading(look, head.min, shortened(look.fonts.small, title, right - head.min.x));
  std::vector<std::pair<Verdict, std::string>> marks{{Verdict::Settled, "settled"}};
  if (!m.ofTokens())
    marks.insert(marks.begin(), {{Verdict::Diverged, "diverged"}, {Verdict::Capped, "capped"}});
  float room = right - head.min.x - textSize(look.fonts.small, title).x;
  for (const auto& [verdict, name] : marks)
    room -= textSize(look.fonts.small, name).x + look.px(30);
  if (room < 0) return;
  for (const auto& [verdict, name] : marks) {
    const float width = textSize(look.fonts.small, name).x;
    drawText(look.fonts.small, {right, head.min.y}, look.colours.muted, name, Align::Right);
    drawVerdict({right - width - look.px(9), head.min.y + look.fonts.small->FontSize * 0.52f},
                look.px(3.2f), verdict, look.colours.muted, look.px(1.4f));
    right -= width + look.px(28);
  }
}

void updateView(MapDrawing& m) {
  const bool ended = !m.run || m.run->ended();
  std::int64_t planned = 0;
  if (m.run)
    for (const PlannedSpan& span : plannedAhead(m.run->planAt(m.digest.size()), m.digest))
      planned += span.columns;
  if (m.map.run != m.digest.run()) {
    m.map.run = m.digest.run();
    m.map.view = {};
  }
  const TimelineView whole = fittedView(m.digest.size(), planned, ended);
  m.total = static_cast<std::int64_t>(std::max(whole.span, double(m.digest.size())));
  if (m.map.view.fitted) m.map.view = whole;
  if (!m.map.view.fitted && m.state.cursor != m.map.shown && m.state.cursor.sweep >= 0)
    m.map.view = revealing(m.map.view, double(m.state.cursor.sweep), double(m.total));
  m.map.shown = m.state.cursor;
  m.frame.view = m.map.view;
  m.map.frame = m.frame;
}

}  // namespace

std::string sweepText(const RunRecord& run, std::int64_t index) {
  if (index < 0 || index >= static_cast<std::int64_t>(run.snapshots.size())) return {};
  const Sweep& sweep = run.snapshots[index]->sweep;
  const Plan& plan = run.planAt(index);
  const int stage = sweep.window.stage;
  std::string text = stage < static_cast<int>(plan.stages.size()) ? plan.stages[stage]
                                                                 : std::to_string(stage);
  text += ", iteration " + std::to_string(sweep.iteration) + "\n";
  text += "positions " + std::to_string(sweep.window.begin + 1) + " to " +
          std::to_string(sweep.window.end) + "\n";
  if (!std::isnan(sweep.residual))
    text += "residual " + numberText(sweep.residual) +
            (sweep.residualUnit.empty() ? "" : " (" + sweep.residualUnit + ")") + "\n";
  text += verdictName(sweep.verdict);
  text += ", first " + std::to_string(sweep.frontier) + " positions settled";
  if (!sweep.note.empty()) text += "\n" + sweep.note;
  return text;
}

std::vector<std::string> mapRows(const ModelInfo& model, const std::vector<std::string>& stages) {
  if (!decodesTokens(model)) return stages;
  std::vector<std::string> rows;
  for (int row = 0; row < model.gridRows; ++row) rows.push_back("row " + std::to_string(row));
  return rows;
}

void drawConvergenceMap(ViewState& state, const Look& look, const RunRecord* run,
                        const RunDigest& digest, const TokenTimeline& tokens,
                        ConvergenceMapState& map, const Rect& area) {
  const std::vector<std::string> stages =
      run           ? mapRows(run->start.model, run->planAt(digest.size()).stages)
      : state.model ? mapRows(*state.model, state.model->stages)
                    : std::vector<std::string>();
  MapDrawing m{state, look, run, digest, tokens, map, stages, {}, 0};
  float labels = 0;
  for (const std::string& name : stages)
    labels = std::max(labels, textSize(look.fonts.small, name).x);
  labels = std::min(labels, look.px(110));
  const float head = look.fonts.small->FontSize + look.px(12);
  const float feet = look.fonts.small->FontSize + look.px(8);
  m.frame.area = {{area.min.x + labels + look.px(24), area.min.y + look.px(10) + head},
                  {area.max.x - look.px(14), area.max.y - feet}};
  m.frame.rows = static_cast<int>(stages.size());
  updateView(m);
  drawHead(m, {{area.min.x + look.px(14), area.min.y + look.px(9)},
               {area.max.x - look.px(14), area.min.y + look.px(9) + head}});
  if (m.frame.rows == 0 || m.frame.area.empty()) return;
  const Palette& c = look.colours;
  const MapColours colours{look.cividis, c.neutral, c.problem, {}};
  m.ofTokens() ? map.texture.update(tokens, colours)
               : map.texture.update(digest, m.frame.rows, colours);
  drawRows(m);
  drawPlanned(m);
  drawSweeps(m);
  m.ofTokens() ? drawSettledRows(m) : drawPieces(m);
  interact(m);
  if (run) drawTicks(m);
  drawCursor(m);
}

}  // namespace jacobiscope
