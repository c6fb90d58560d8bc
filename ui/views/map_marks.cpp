// What is drawn over the cells of the convergence map and around them.
#include <algorithm>
#include <cmath>

#include "engine/core/scales.h"
#include "engine/record/frontier_line.h"
#include "ui/views/compare_drawing.h"
#include "ui/views/map_drawing.h"
#include "ui/views/token_digest.h"
#include "ui/views/transport.h"

namespace jacobiscope {

namespace {

void drawBoundary(const MapDrawing& m, const PieceSpan& span) {
  Rect rect = m.part(span.stage, double(span.first), double(span.last + 1));
  if (rect.min.x <= m.frame.area.min.x) return;
  rect.max.x = rect.min.x + std::max(1.0f, m.look.px(1.5f));
  fillRect(rect, m.look.colours.text);
}

// "0 ▬▬▬ 1", and the space to what follows.
float scaleBarWidth(const Look& look) { return look.px(124); }

void drawScaleBar(const Look& look, glm::vec2 at, const std::string& high) {
  ImFont* font = look.fonts.small;
  const float left = at.x + textSize(font, "0").x + look.px(6);
  const float right = at.x + scaleBarWidth(look) - look.px(20) - textSize(font, high).x;
  drawText(font, at, look.colours.muted, "0");
  const float top = at.y + font->FontSize * 0.3f;
  drawColourBar(look, {{left, top}, {right - look.px(6), top + font->FontSize * 0.45f}});
  drawText(font, {right, at.y}, look.colours.muted, high);
}

// The way back to the running decode, where the cursor has left it. Returns where it begins.
float drawFollowLive(const MapDrawing& m, const Rect& head) {
  if (!m.run || m.state.cursor.followLive) return head.max.x;
  const Look& look = m.look;
  const char* text = "Follow live";
  const float width = textSize(look.fonts.body, text).x + look.px(18);
  ImGui::SetCursorScreenPos({head.max.x - width, head.min.y - look.px(4)});
  ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {look.px(9), look.px(1.5f)});
  if (ImGui::Button(text)) {
    m.state.cursor.followLive = true;
    m.state.cursor = followedCursor(*m.state.recording, m.state.cursor);
    m.state.transport.playing = false;
  }
  ImGui::PopStyleVar();
  return head.max.x - width - look.px(14);
}

// What the colours mean, with a hint where there is room for it.
std::string titleWithin(ImFont* font, const std::string& what, float width) {
  const std::string title = "convergence — " + what;
  const std::string hinted = capitals(title + "; click or drag to scrub");
  return textSize(font, hinted).x <= width ? hinted : shortened(font, capitals(title), width);
}

struct LegendMark {
  std::string name;
  Verdict verdict{};
  int frontier = 0;  // 1: the line behind which all is settled, 2: all is exact
};

std::string meaningOfColours(const MapDrawing& m, bool tokens, bool actions) {
  if (m.ofErrors())
    return tokens    ? "share of tokens that differ"
           : actions ? "true error in bins"
                     : "log₁₀ true error";
  return tokens ? "probability of rejection" : actions ? "change in bins" : "log₁₀ residual";
}

// A step that was carried out: a bar in its row, and how the episode ended if it did.
void drawAct(const MapDrawing& m, const ActedStep& act, int row) {
  const Look& look = m.look;
  const Rect cell = m.part(row, double(act.sweep), double(act.sweep + 1));
  const float gap = cell.width() >= look.px(5) ? look.px(1) : 0;
  const float half = std::max(look.px(1), cell.height() * 0.16f), middle = cell.centre().y;
  fillRect({{cell.min.x + gap, middle - half}, {cell.max.x - gap, middle + half}},
           look.colours.muted, std::min(half, look.px(2)));
  if (act.outcome == EpisodeState::Running) return;
  const bool good = act.outcome == EpisodeState::Succeeded;
  const float size = std::clamp(cell.width() * 0.36f, look.px(3), look.px(5));
  const int other = row + 1 < m.frame.rows ? row + 1 : row - 1;
  const float y = other >= 0 ? m.row(other).centre().y : middle;
  drawVerdict({cell.max.x - size - look.px(2), y}, size,
              good ? Verdict::Settled : Verdict::Diverged,
              good ? look.colours.text : look.colours.problem, look.px(1.75f));
}

}  // namespace

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

void drawChunks(const MapDrawing& m) {
  const double first = m.frame.view.first, end = first + m.frame.view.span;
  const Look& look = m.look;
  ImDrawList* draw = ImGui::GetWindowDrawList();
  draw->PushClipRect(im(m.frame.area.min), im(m.frame.area.max), true);
  const auto& chunks = m.actions.chunks();
  const auto begin = std::ranges::lower_bound(chunks, static_cast<std::int64_t>(first), {},
                                              &ChunkSpan::last);
  for (auto chunk = begin; chunk != chunks.end() && double(chunk->first) < end; ++chunk) {
    if (chunk == chunks.begin()) continue;
    const bool episode = std::prev(chunk)->episode != chunk->episode;
    const float x = std::round(columnX(m.frame, double(chunk->first)));
    const float half = std::max(0.5f, look.px(episode ? 1.5f : 0.75f));
    fillRect({{x - half, m.frame.area.min.y}, {x + half, m.frame.area.max.y}},
             episode ? look.colours.text : withAlpha(look.colours.muted, 0.8f));
  }
  const auto& acts = m.actions.acts();
  auto act = std::ranges::lower_bound(acts, static_cast<std::int64_t>(first) - 1, {},
                                      &ActedStep::sweep);
  for (; act != acts.end() && double(act->sweep) < end; ++act)
    for (int row = 0; row < m.frame.rows; ++row)
      if (m.actions.row(act->sweep, row).kind == StepMark::Kind::Acted) drawAct(m, *act, row);
  draw->PopClipRect();
}

void drawBreaks(const MapDrawing& m) {
  const Look& look = m.look;
  const Rect& area = m.frame.area;
  ImDrawList* draw = ImGui::GetWindowDrawList();
  // Above the line of the cursor, which may stand on it.
  const float half = look.px(4.5f), y = area.min.y - look.px(9), line = std::max(1.0f, look.px(1));
  for (const BreakpointHit& hit : m.run->breaks) {
    const float x = columnX(m.frame, double(hit.sweep) + 0.5);
    const float from = columnX(m.frame, double(hit.lastGood) + 1);
    if (from > area.max.x || x < area.min.x) continue;
    fillRect({{std::max(from, area.min.x), y - line}, {std::min(x, area.max.x), y + line}},
             look.colours.problem);
    if (x > area.max.x) continue;
    fillRect({{x - line / 2, y}, {x + line / 2, area.max.y}},
             withAlpha(look.colours.problem, 0.8f));
    draw->AddNgonFilled({x, y}, half, look.colours.problem, 8);
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

void drawOther(const MapDrawing& m) {
  if (m.map.other < 0) return;
  const float x = columnX(m.frame, double(m.map.other) + 0.5);
  if (x < m.frame.area.min.x || x > m.frame.area.max.x) return;
  const SideLook b = lookOfB(m.look);
  const float half = std::max(0.5f, m.look.px(0.6f)), side = badgeSide(m.look) * 0.8f;
  fillRect({{x - half, m.frame.area.min.y}, {x + half, m.frame.area.max.y}}, b.colour);
  drawBadge(m.look, {std::round(x - side / 2), m.frame.area.min.y - side - m.look.px(1)}, side, b);
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

void drawHead(const MapDrawing& m, const Rect& head) {
  const Look& look = m.look;
  ImFont* font = look.fonts.small;
  float right = drawEditSwitch(m, {head.min, {drawFollowLive(m, head), head.max.y}});
  const bool tokens = decodesTokens(m.run, m.state.model);
  const bool actions = movesRobot(m.run, m.state.model);
  std::vector<LegendMark> marks{{"settled", Verdict::Settled}};
  if (actions) marks = {{"failed", Verdict::Diverged}, {"succeeded", Verdict::Settled}};
  else if (!tokens)
    marks.insert(marks.begin(), {{"diverged", Verdict::Diverged}, {"capped", Verdict::Capped}});
  if (m.run && m.state.showFrontier) {
    // From the right, and the right one gives way last.
    if (hasExactFrontier(*m.run)) marks.insert(marks.begin(), {"exact up to here", {}, 2});
    marks.insert(marks.begin(), {"settled up to here", {}, 1});
  }
  float room = right - head.min.x;
  const bool bar = (tokens || actions) && room > scaleBarWidth(look);
  if (bar) room -= scaleBarWidth(look) + look.px(14);
  if (!m.cuts.empty()) {
    const std::string hint = "schedule: drag a boundary; caps by dragging or Ctrl+wheel";
    drawHeading(look, head.min, shortened(font, capitals(hint), room));
    return;
  }
  const auto widthOf = [&](const LegendMark& mark) {
    return textSize(font, mark.name).x + look.px(mark.frontier > 0 ? 40 : 28);
  };
  float marksWidth = 0;
  for (const LegendMark& mark : marks) marksWidth += widthOf(mark);
  // The title gives way first, then the marks: without the bar colours would mean nothing.
  while (!marks.empty() && room - marksWidth < textSize(font, capitals("convergence…")).x) {
    marksWidth -= widthOf(marks.back());
    marks.pop_back();
  }
  room -= marksWidth;
  drawHeading(look, head.min, titleWithin(font, meaningOfColours(m, tokens, actions), room));
  for (const LegendMark& mark : marks) {
    const float width = textSize(font, mark.name).x, y = head.min.y + font->FontSize * 0.52f;
    drawText(font, {right, head.min.y}, look.colours.muted, mark.name, Align::Right);
    if (mark.frontier > 0)
      drawFrontierSample(look, {right - width - look.px(16), y}, look.px(9), mark.frontier == 2);
    else
      drawVerdict({right - width - look.px(9), y}, look.px(3.2f), mark.verdict,
                  look.colours.muted, look.px(1.4f));
    right -= widthOf(mark);
  }
  if (bar)
    drawScaleBar(look, {right - scaleBarWidth(look), head.min.y},
                 actions ? numberText(kBinScale.high) : "1");
}

}  // namespace jacobiscope
