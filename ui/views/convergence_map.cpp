#include "ui/views/convergence_map.h"

#include <algorithm>
#include <cmath>

#include "engine/record/true_error.h"
#include "ui/views/action_text.h"
#include "ui/views/map_drawing.h"
#include "ui/views/token_digest.h"
#include "ui/views/token_text.h"

namespace jacobiscope {

namespace {

void drawRows(const MapDrawing& m) {
  const float height = rowRect(m.frame, 0).height();
  const float label = m.look.fonts.small->FontSize;
  // Rows too low for their own name: every n-th is named.
  const int step = std::max(1, static_cast<int>(std::ceil((label + 1) / std::max(1.0f, height))));
  for (int stage = 0; stage < m.frame.rows; ++stage) {
    const Rect row = m.row(stage), whole = rowRect(m.frame, stage);
    fillRect(row, m.look.colours.well);
    if (stage % step == 0) {
      const float width = m.frame.area.min.x - m.look.px(14) - m.look.px(10);
      drawText(m.look.fonts.small,
               {m.frame.area.min.x - m.look.px(10),
                whole.min.y + (whole.height() - m.rowGap() - label) / 2},
               m.look.colours.muted,
               shortened(m.look.fonts.small, m.stages[stage], width), Align::Right);
    }
  }
}

void drawPlanned(const MapDrawing& m) {
  // How many calls tokens take is not known before, nor which of them a row.
  if (!m.run || m.ofRows()) return;
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
  const bool errors = m.ofErrors();
  const MapTexture& texture = errors ? m.map.errors : m.map.texture;
  const double done = double(errors ? m.errors.size() : m.digest.size());
  const double first = std::max(0.0, std::floor(m.frame.view.first));
  const double end = std::min(done, std::ceil(m.frame.view.first + m.frame.view.span));
  if (end <= first) return;
  // One quad a row over one texture; transparent where the row had no sweep.
  const float left = columnX(m.frame, first), right = columnX(m.frame, end);
  draw->PushClipRect(im(m.frame.area.min), im(m.frame.area.max), true);
  for (int stage = 0; stage < m.frame.rows; ++stage) {
    if (!m.ofRows()) {
      if (stage >= static_cast<int>(m.digest.stages().size())) break;
      const StageSpan& span = m.digest.stages()[stage];
      if (span.sweeps == 0 || double(span.last) < first || double(span.first) >= end) continue;
    }
    const Rect row = m.row(stage);
    const float v = (float(stage) + 0.5f) / float(m.frame.rows);
    draw->AddImage(texture.id(), {left, row.min.y}, {right, row.max.y}, {texture.u(first), v},
                   {texture.u(end), v});
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

void scrub(const MapDrawing& m) {
  const std::int64_t sweep =
      sweepAt(m.frame, ImGui::GetIO().MousePos.x, m.digest.size());
  m.state.cursor.run = m.digest.run();
  m.state.cursor.sweep = sweep;
  m.state.cursor.followLive = false;
  m.state.transport.playing = false;
  if (m.state.before) m.state.before->shown = false;
}

void interact(const MapDrawing& m) {
  const ImGuiIO& io = ImGui::GetIO();
  m.map.hovered = -1;
  ImGui::SetCursorScreenPos(im(m.frame.area.min));
  pressArea("map", im(m.frame.area.size()),
                         ImGuiButtonFlags_MouseButtonLeft | ImGuiButtonFlags_MouseButtonMiddle);
  const double total = double(m.total);
  if (ImGui::IsItemActive() && ImGui::IsMouseDown(0) && m.digest.size() > 0) scrub(m);
  if (ImGui::IsItemActive() && ImGui::IsMouseDown(2) && io.MouseDelta.x != 0)
    m.map.view = panned(m.frame, io.MouseDelta.x, total);
  if (!ImGui::IsItemHovered()) return;
  const bool setsCap = io.KeyCtrl && !m.cuts.empty();
  if (io.MouseWheel != 0 && !io.KeyShift && !setsCap)
    m.map.view = zoomed(m.frame, io.MousePos.x, std::pow(1.2, io.MouseWheel), total);
  const float sideways = io.MouseWheelH + (io.KeyShift ? io.MouseWheel : 0);
  if (sideways != 0) m.map.view = panned(m.frame, sideways * m.look.px(60), total);
  const std::int64_t column = columnAt(m.frame, io.MousePos.x);
  if (!m.run || column < 0 || column >= m.digest.size() || ImGui::IsMouseDown(0)) return;
  if (m.map.overHandle) return;
  m.map.hovered = column;
  const int row = rowAt(m.frame, io.MousePos.y);
  const std::string error = trueErrorText(*m.run, column);
  const std::string shared =
      m.state.recording ? sharedText(*m.state.recording, *m.run, column) : std::string();
  tooltip(m.look, (m.ofTokens()    ? callText(*m.run, m.tokens, column, row)
                   : m.ofActions() ? actionSweepText(*m.run, m.actions, column, row)
                                   : sweepText(*m.run, column)) +
                      (error.empty() ? "" : "\n" + error) +
                      (shared.empty() ? "" : "\n" + shared) + breakText(*m.run, column));
}

void updateView(MapDrawing& m, const std::vector<int>& family) {
  const bool ended = !m.run || m.run->ended();
  std::int64_t planned = 0;
  if (m.run)
    for (const PlannedSpan& span : plannedAhead(m.run->planAt(m.digest.size()), m.digest))
      planned += span.columns;
  // Branches share one axis: what is looked at stays where it is.
  std::int64_t sweeps = m.digest.size();
  if (family.size() > 1)
    for (const int run : family)
      sweeps = std::max(sweeps, std::int64_t(std::ssize(m.state.recording->run(run)->snapshots)));
  if (m.map.run != m.digest.run()) {
    const bool related = std::ranges::find(family, m.map.run) != family.end();
    m.map.run = m.digest.run();
    if (!related) m.map.view = {};
  }
  TimelineView whole = fittedView(m.digest.size(), planned, ended);
  whole.span = std::max(whole.span, double(sweeps));
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

std::string breakText(const RunRecord& run, std::int64_t sweep) {
  std::string text;
  for (const BreakpointHit& hit : run.breaks)
    if (hit.sweep == sweep) text += "\nBreakpoint: " + hit.reason;
  return text;
}

void drawConvergenceMap(ViewState& state, const Look& look, const RunRecord* run,
                        const MapDigests& digests, ConvergenceMapState& map, const Rect& area) {
  const auto& [digest, tokens, actions, errors] = digests;
  const std::vector<std::string> stages =
      run           ? mapRows(run->start.model, run->planAt(digest.size()).stages)
      : state.model ? mapRows(*state.model, state.model->stages)
                    : std::vector<std::string>();
  MapDrawing m{state, look, run, digest, tokens, actions, errors, map, stages, {}, 0};
  float labels = 0;
  for (const std::string& name : stages)
    labels = std::max(labels, textSize(look.fonts.small, name).x);
  labels = std::min(labels, look.px(110));
  const float head = look.fonts.small->FontSize + look.px(12);
  const float feet = look.fonts.small->FontSize + look.px(8);
  const std::vector<int> family = shownRelatives(state, run);
  float strip = familyHeight(look, family.size());
  if (area.height() - head - feet - strip < look.px(90)) strip = 0;
  m.frame.area = {{area.min.x + labels + look.px(24), area.min.y + look.px(10) + head + strip},
                  {area.max.x - look.px(14), area.max.y - feet}};
  m.frame.rows = static_cast<int>(stages.size());
  updateView(m, family);
  prepareLanes(m);
  drawHead(m, {{area.min.x + look.px(14), area.min.y + look.px(9)},
               {area.max.x - look.px(14), area.min.y + look.px(9) + head}});
  if (m.frame.rows == 0 || m.frame.area.empty()) return;
  const Palette& c = look.colours;
  const MapColours colours{look.cividis, c.neutral, c.problem, {}};
  if (m.ofTokens()) map.texture.update(tokens, colours);
  else if (m.ofActions()) map.texture.update(actions, colours);
  else map.texture.update(digest, m.frame.rows, colours);
  if (m.ofErrors()) map.errors.update(errors, m.frame.rows, colours, m.ofTokens());
  map.branches.clear();
  if (strip > 0)
    drawFamily(m, family, {{m.frame.area.min.x, m.frame.area.min.y - strip},
                           {m.frame.area.max.x, m.frame.area.min.y}});
  drawRows(m);
  drawPlanned(m);
  drawSweeps(m);
  if (m.ofTokens()) drawSettledRows(m);
  else if (m.ofActions()) drawChunks(m);
  else drawPieces(m);
  drawFrontiers(m);
  if (run) drawSharedPart(m);
  drawLanes(m);
  interact(m);
  if (run) drawBreaks(m);
  if (run) drawTicks(m);
  drawOther(m);
  drawCursor(m);
}

}  // namespace jacobiscope
