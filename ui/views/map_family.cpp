// A run among its branches, on one axis of time.
#include <algorithm>
#include <cmath>

#include "engine/record/branch_text.h"
#include "engine/record/run_tree.h"
#include "ui/views/dashes.h"
#include "ui/views/map_drawing.h"

namespace jacobiscope {

namespace {

constexpr std::size_t kMostBars = 6;
constexpr float kBelow = 10;  // the strip and the map: marks of the map stand there

// Slanted lines within the rectangle.
void hatch(const Look& look, const Rect& rect, Rgba colour) {
  ImDrawList* draw = ImGui::GetWindowDrawList();
  draw->PushClipRect(im(rect.min), im(rect.max), true);
  const float step = look.px(5), height = rect.height();
  for (float x = rect.min.x - height; x < rect.max.x; x += step)
    draw->AddLine({x, rect.max.y}, {x + height, rect.min.y}, colour, std::max(1.0f, look.px(1)));
  draw->PopClipRect();
}

float pitch(const Look& look) { return look.fonts.small->FontSize + look.px(1); }

// A fork: the trunk goes on, a branch leaves it downwards.
void drawFork(const Look& look, glm::vec2 at, Rgba colour) {
  ImDrawList* draw = ImGui::GetWindowDrawList();
  const float r = look.px(2.4f), w = look.px(4), h = look.px(4.5f), line = look.px(1.4f);
  draw->AddLine({at.x - w, at.y - h}, {at.x + w, at.y - h}, colour, line);
  draw->AddLine({at.x - w * 0.6f, at.y - h}, {at.x, at.y}, colour, line);
  draw->AddCircleFilled(im(at), r, colour, 10);
}

std::string barText(const RunRecord& run) {
  std::string text = "#" + std::to_string(run.start.run);
  if (const std::string branch = branchText(run); !branch.empty()) text += ", " + branch;
  if (const std::string changes = branchChanges(run); !changes.empty()) text += "\n" + changes;
  text += "\n" + std::to_string(run.snapshots.size()) + " sweeps";
  if (!run.ended()) text += " so far";
  else if (!run.finished || run.finished->outcome == Outcome::Stopped) text += ", stopped";
  return text;
}

void drawBar(const MapDrawing& m, const RunRecord& run, const Rect& row) {
  const Look& look = m.look;
  const Palette& c = look.colours;
  const bool current = run.start.run == m.run->start.run;
  const bool hovered = hoverArea(("##branch " + std::to_string(run.start.run)).c_str(), row);
  const Rgba ink = current ? c.accent : hovered ? c.text : c.muted;
  drawText(look.fonts.small, {m.frame.area.min.x - look.px(10), row.min.y}, current ? c.text : ink,
           "#" + std::to_string(run.start.run), Align::Right);
  const float thick = look.px(current ? 5 : 4), middle = std::round(row.centre().y);
  const auto part = [&](double first, double end) {
    Rect bar{{columnX(m.frame, first), middle - thick / 2},
             {columnX(m.frame, end), middle + thick / 2}};
    bar.min.x = std::clamp(bar.min.x, m.frame.area.min.x, m.frame.area.max.x);
    bar.max.x = std::clamp(bar.max.x, m.frame.area.min.x, m.frame.area.max.x);
    return bar;
  };
  const bool branch = parentOf(*m.state.recording, run.start.run) > 0;
  const double shared = branch ? double(run.start.parent->sweeps) : 0;
  const Rect own = part(shared, double(run.snapshots.size()));
  if (own.width() > 0) fillRect(own, withAlpha(ink, current ? 1.0f : 0.75f), thick / 2);
  if (branch) {
    hatch(look, part(0, shared), withAlpha(ink, 0.55f));
    const float x = columnX(m.frame, shared);
    if (x >= m.frame.area.min.x && x <= m.frame.area.max.x)
      ImGui::GetWindowDrawList()->AddCircleFilled({x, middle}, look.px(3.2f), ink, 12);
  }
  m.map.branches[run.start.run] = row;
  if (!hovered) return;
  tooltip(look, barText(run) + (current ? "" : "\nClick to see it at the same moment."));
  if (!ImGui::IsMouseClicked(0) || current) return;
  m.state.cursor = cursorOn(*m.state.recording, m.state.cursor, run.start.run);
  m.state.transport.playing = false;
}

}  // namespace

std::vector<int> shownRelatives(const ViewState& state, const RunRecord* run) {
  if (!run || !state.recording) return {};
  std::vector<int> all = relatives(*state.recording, run->start.run);
  if (all.size() < 2) return {};
  // The newest, with the one that is looked at among them.
  const auto shown = std::ranges::find(all, run->start.run);
  if (all.size() > kMostBars) {
    const auto from = std::min<std::ptrdiff_t>(shown - all.begin(), std::ssize(all) - kMostBars);
    all = {all.begin() + from, all.begin() + from + kMostBars};
  }
  return all;
}

float familyHeight(const Look& look, std::size_t runs) {
  return runs > 1 ? pitch(look) * float(runs) + look.px(kBelow) : 0;
}

void drawFamily(const MapDrawing& m, const std::vector<int>& runs, const Rect& area) {
  float y = area.min.y;
  for (const int run : runs) {
    drawBar(m, *m.state.recording->run(run), {{area.min.x, y}, {area.max.x, y + pitch(m.look)}});
    y += pitch(m.look);
  }
}

void drawSharedPart(const MapDrawing& m) {
  if (!m.state.recording) return;
  const Look& look = m.look;
  const Rect& area = m.frame.area;
  const Recording& recording = *m.state.recording;
  const auto inside = [&](float x) { return x >= area.min.x && x <= area.max.x; };
  const float y = area.min.y - look.px(4);
  for (const auto& [id, other] : recording.runs()) {
    if (parentOf(recording, id) != m.run->start.run) continue;
    const float x = columnX(m.frame, double(other.start.parent->sweeps));
    if (inside(x)) drawFork(look, {x, area.min.y - look.px(2)}, look.colours.accent);
  }
  if (parentOf(recording, m.run->start.run) == 0) return;
  const float from = std::max(area.min.x, columnX(m.frame, 0));
  const float to = columnX(m.frame, double(m.run->start.parent->sweeps));
  const float end = std::min(to, area.max.x), line = std::max(1.0f, look.px(1.25f));
  if (end <= from) return;
  const Rgba ink = look.colours.accent;
  fillRect({{from, y - line / 2}, {end, y + line / 2}}, ink);
  if (columnX(m.frame, 0) >= area.min.x) fillRect({{from, y}, {from + line, y + look.px(4)}}, ink);
  // A veil, and a line where the branch parts: what lies left of it is the parent's.
  hatch(look, {area.min, {end, area.max.y}}, withAlpha(look.colours.base, 0.28f));
  if (!inside(to)) return;
  dashedLine({{to, y}, {to, area.max.y}}, look.px(3), line + 1, withAlpha(look.colours.base, 0.8f));
  dashedLine({{to, y}, {to, area.max.y}}, look.px(3), line, ink);
}

std::string sharedText(const Recording& recording, const RunRecord& run, std::int64_t sweep) {
  std::string text;
  const int parent = parentOf(recording, run.start.run);
  if (parent > 0 && sweep < run.start.parent->sweeps)
    text = "shared with #" + std::to_string(parent) + ", branched off after sweep " +
           std::to_string(run.start.parent->sweeps);
  for (const auto& [id, other] : recording.runs()) {
    if (parentOf(recording, id) != run.start.run || other.start.parent->sweeps != sweep + 1)
      continue;
    const std::string changes = branchChanges(other);
    text += (text.empty() ? "" : "\n") + ("#" + std::to_string(id)) + " branches off after it" +
            (changes.empty() ? "" : ": " + changes);
  }
  return text;
}

}  // namespace jacobiscope
