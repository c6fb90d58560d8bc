#include "ui/views/trials_view.h"

#include <algorithm>
#include <cmath>

#include "ui/views/pareto.h"
#include "ui/views/schedule_forecast.h"

namespace jacobiscope {

namespace {

constexpr float kReach = 12;  // design pixels

struct TrialDrawing {
  ViewState& state;
  const Look& look;
  const std::vector<ScheduleTrial>& trials;
  std::vector<TrialPoint> points;
  TrialPlot plot;
  int hovered = -1;

  const ScheduleTrial& trial(std::size_t point) const { return trials[points[point].trial]; }
};

const std::vector<ScheduleTrial>& trialsOf(const ViewState& state) {
  static const std::vector<ScheduleTrial> kNone;
  return state.analysis ? state.analysis->trials : kNone;
}

void drawAxes(const TrialDrawing& d) {
  const Look& look = d.look;
  ImFont* font = look.fonts.small;
  const Rect& area = d.plot.area;
  const int rows = std::max(2, static_cast<int>(area.height() / look.px(26)));
  for (int exponent : decades(d.plot.error, rows)) {
    const float y =
        std::round(area.max.y - area.height() * float(d.plot.error.unit(std::pow(10.0, exponent))));
    fillRect({{area.min.x, y}, {area.max.x, y + 1}}, look.colours.line);
    drawText(font, {area.min.x - look.px(7), y - font->FontSize / 2}, look.colours.muted,
             powerText(exponent), Align::Right);
  }
  const int columns = std::max(2, static_cast<int>(area.width() / look.px(58)));
  const float feet = area.max.y + look.px(9);
  for (double tick : logTicks(d.plot.seconds, columns)) {
    const float x = std::round(area.min.x + area.width() * float(d.plot.seconds.unit(tick)));
    fillRect({{x, area.min.y}, {x + 1, area.max.y}}, withAlpha(look.colours.line, 0.6f));
    drawText(font, {x, feet}, look.colours.muted, secondsText(tick), Align::Centre);
  }
  // The edges mean something: exact below, not measured above.
  const float exact = area.max.y;
  fillRect({{area.min.x, exact}, {area.max.x, exact + 1}}, withAlpha(look.colours.muted, 0.5f));
  drawText(font, {area.min.x - look.px(7), exact - font->FontSize / 2}, look.colours.muted, "0",
           Align::Right);
}

void drawBound(const TrialDrawing& d) {
  if (!(d.state.searchBound > 0)) return;
  const Rect& area = d.plot.area;
  const float y =
      std::round(area.max.y - area.height() * float(d.plot.error.unit(d.state.searchBound)));
  const float dash = d.look.px(5);
  for (float x = area.min.x; x < area.max.x; x += 2 * dash)
    fillRect({{x, y}, {std::min(x + dash, area.max.x), y + std::max(1.0f, d.look.px(1))}},
             withAlpha(d.look.colours.warning, 0.8f));
  drawText(d.look.fonts.small, {area.max.x - d.look.px(2), y - d.look.fonts.small->FontSize - 1},
           d.look.colours.warning, "bound " + numberText(d.state.searchBound, 2), Align::Right);
}

// What nobody beats: everything right of and above the line is worse.
void drawFront(const TrialDrawing& d) {
  const auto front = paretoFront(d.points);
  if (front.empty()) return;
  ImDrawList* draw = ImGui::GetWindowDrawList();
  const glm::vec2 first = d.plot.at(d.points[front[0]]);
  draw->PathLineTo({first.x, d.plot.area.min.y});
  draw->PathLineTo(im(first));
  for (std::size_t i = 1; i < front.size(); ++i) {
    const glm::vec2 from = d.plot.at(d.points[front[i - 1]]), to = d.plot.at(d.points[front[i]]);
    draw->PathLineTo({to.x, from.y});
    draw->PathLineTo(im(to));
  }
  draw->PathLineTo({d.plot.area.max.x, d.plot.at(d.points[front.back()]).y});
  draw->PathStroke(withAlpha(d.look.colours.accent, 0.75f), 0, d.look.px(1.6f));
}

void drawPoint(const TrialDrawing& d, std::size_t i, bool onFront) {
  ImDrawList* draw = ImGui::GetWindowDrawList();
  const Palette& c = d.look.colours;
  const ImVec2 at = im(d.plot.at(d.points[i]));
  const float radius = d.look.px(onFront ? 4.2f : 3.2f);
  if (!d.points[i].measured) {
    draw->AddCircle(at, d.look.px(3), withAlpha(c.muted, 0.8f), 0, d.look.px(1.2f));
  } else {
    draw->AddCircleFilled(at, radius + d.look.px(1), c.ground);
    draw->AddCircleFilled(at, radius, onFront ? c.accent : withAlpha(c.muted, 0.9f));
  }
  if (setsKnobs(d.trial(i), *d.state.model, d.state.knobs))
    draw->AddCircle(at, radius + d.look.px(3.5f), c.text, 0, d.look.px(1.6f));
  if (static_cast<int>(i) == d.hovered)
    draw->AddCircle(at, radius + d.look.px(6), withAlpha(c.text, 0.6f), 0, d.look.px(1));
}

// How the list of schedules calls the trial, without what it adds after a colon; empty: it does
// not have it.
std::string listedName(const TrialDrawing& d, const ScheduleTrial& trial) {
  for (const Preset& preset : d.state.analysis->presets)
    if (preset.knobs == trial.knobs) return preset.name.substr(0, preset.name.find(':'));
  const auto& known = d.state.model->presets;
  const bool listed = std::ranges::find(known, trial.name, &Preset::name) != known.end();
  return listed ? trial.name : std::string();
}

// Names of the schedules that the list has, too, wherever there is room for them.
void drawNames(const TrialDrawing& d) {
  std::vector<Rect> taken;
  ImFont* font = d.look.fonts.small;
  for (const TrialPoint& point : d.points) {
    const glm::vec2 at = d.plot.at(point), half{d.look.px(5), d.look.px(5)};
    taken.push_back({at - half, at + half});
  }
  for (std::size_t i = 0; i < d.points.size(); ++i) {
    const std::string name = listedName(d, d.trial(i));
    if (!d.points[i].measured || name.empty()) continue;
    const glm::vec2 size = textSize(font, name), at = d.plot.at(d.points[i]);
    const float gap = d.look.px(8);
    for (const glm::vec2 corner : {glm::vec2(at.x + gap, at.y - size.y / 2),
                                   glm::vec2(at.x - gap - size.x, at.y - size.y / 2),
                                   glm::vec2(at.x - size.x / 2, at.y - gap - size.y),
                                   glm::vec2(at.x - size.x / 2, at.y + gap)}) {
      const Rect box{corner, corner + size};
      const Rect& area = d.plot.area;
      const bool inside = box.min.x >= area.min.x && box.max.x <= area.max.x &&
                          box.min.y >= area.min.y - gap && box.max.y <= area.max.y + 2;
      const bool free = std::ranges::none_of(taken, [&](const Rect& other) {
        return box.min.x < other.max.x && other.min.x < box.max.x && box.min.y < other.max.y &&
               other.min.y < box.max.y;
      });
      if (!inside || !free) continue;
      drawText(font, corner, d.look.colours.text, name);
      taken.push_back(box);
      break;
    }
  }
}

void interact(TrialDrawing& d) {
  const Rect reach{d.plot.area.min - glm::vec2(d.look.px(kReach)),
                   d.plot.area.max + glm::vec2(d.look.px(kReach))};
  ImGui::SetCursorScreenPos(im(reach.min));
  const bool pressed = pressArea("trials", im(reach.size()));
  if (!ImGui::IsItemHovered()) return;
  d.hovered = pointAt(d.plot, d.points, gl(ImGui::GetMousePos()), d.look.px(kReach));
  if (d.hovered < 0) return;
  ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
  const ScheduleTrial& trial = d.trial(d.hovered);
  const bool now = setsKnobs(trial, *d.state.model, d.state.knobs);
  tooltip(d.look, trialText(trial) + (now ? "\nIn force now." : "\nClick to use it."));
  if (!pressed) return;
  for (const auto& [key, value] : trial.knobs) d.state.knobEdits.emplace_back(key, value);
}

void drawEmpty(const TrialDrawing& d) {
  const glm::vec2 middle = d.plot.area.centre();
  drawText(d.look.fonts.small, {middle.x, middle.y - d.look.fonts.small->FontSize / 2},
           d.look.colours.muted, "measuring passes…", Align::Centre);
}

}  // namespace

bool hasTrials(const ViewState& state) {
  const bool searching = state.progress && state.progress->what == "search";
  return state.model && (searching || !trialsOf(state).empty());
}

bool drawBesideTabs(ViewState& state, const Look& look, const Rect& area) {
  if (!hasTrials(state)) return false;
  ImFont* font = look.fonts.small;
  float x = area.min.x + look.px(14);
  const auto tab = [&](const char* id, const std::string& text, bool chosen) {
    const std::string title = capitals(text);
    const float width = textSize(font, title).x;
    const Rect box{{x - look.px(5), area.min.y + look.px(5)},
                   {x + width + look.px(5), area.min.y + look.px(13) + font->FontSize}};
    ImGui::SetCursorScreenPos(im(box.min));
    const bool pressed = pressArea(id, im(box.size()));
    const bool hot = ImGui::IsItemHovered();
    drawText(font, {x, area.min.y + look.px(9)},
             chosen || hot ? look.colours.text : look.colours.muted, title);
    if (chosen)
      fillRect({{x, box.max.y - look.px(2)}, {x + width, box.max.y}}, look.colours.accent);
    x = box.max.x + look.px(12);
    return pressed;
  };
  if (tab("curves tab", "residual", !state.showTrials)) state.showTrials = false;
  if (tab("trials tab", "seconds and error", state.showTrials)) state.showTrials = true;
  return true;
}

void drawTrials(ViewState& state, const Look& look, const Rect& area, TypedText& typed) {
  TrialDrawing d{state, look, trialsOf(state), trialPoints(trialsOf(state)), {}};
  const float font = look.fonts.small->FontSize;
  const Rect plot{{area.min.x + look.px(50), area.min.y + look.px(22) + font + look.px(6)},
                  {area.max.x - look.px(18), area.max.y - font - look.px(18)}};
  d.plot = trialPlot(d.points, state.searchBound, plot);
  if (plot.empty()) return;
  if (d.points.empty()) return drawEmpty(d);
  for (const TrialPoint& point : d.points) {
    const glm::vec2 at = d.plot.at(point), half{look.px(4), look.px(4)};
    typed.places["trial/" + std::to_string(point.trial)] = {at - half, at + half};
  }
  drawAxes(d);
  drawBound(d);
  interact(d);
  drawFront(d);
  const auto front = paretoFront(d.points);
  for (const bool onFront : {false, true})
    for (std::size_t i = 0; i < d.points.size(); ++i)
      if ((std::ranges::find(front, i) != front.end()) == onFront) drawPoint(d, i, onFront);
  drawNames(d);
}

}  // namespace jacobiscope
