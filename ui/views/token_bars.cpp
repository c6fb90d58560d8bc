#include "ui/views/token_bars.h"

#include <algorithm>
#include <cmath>

#include "engine/core/scales.h"
#include "ui/views/dashes.h"

namespace jacobiscope {

namespace {

struct BarPlot {
  Rect area;
  double highest = 1;     // value at the upper edge
  std::int64_t calls = 1;  // from edge to edge

  float x(double call) const { return area.min.x + area.width() * float(call / double(calls)); }
  float y(double value) const { return area.max.y - area.height() * float(value / highest); }
};

void drawAxes(const Look& look, const BarPlot& plot) {
  const Palette& c = look.colours;
  const int most = std::max(2, static_cast<int>(plot.area.height() / look.px(30)));
  for (double tick : ticks(0, plot.highest, most)) {
    const float y = std::round(plot.y(tick));
    fillRect({{plot.area.min.x, y}, {plot.area.max.x, y + 1}}, c.line);
    drawText(look.fonts.small,
             {plot.area.min.x - look.px(7), y - look.fonts.small->FontSize / 2}, c.muted,
             numberText(tick), Align::Right);
  }
  const int across = std::max(2, static_cast<int>(plot.area.width() / look.px(44)));
  for (double tick : ticks(1, double(plot.calls), across))
    drawText(look.fonts.small, {plot.x(tick - 0.5), plot.area.max.y + look.px(4)}, c.muted,
             numberText(tick), Align::Centre);
}

// Colour by height, so that a call that settled many is seen from afar.
void drawBars(const Look& look, const BarPlot& plot, const std::vector<CallBar>& bars) {
  ImDrawList* draw = ImGui::GetWindowDrawList();
  for (const CallBar& bar : bars) {
    const float left = plot.x(double(bar.first)), right = plot.x(double(bar.end));
    const float gap = right - left >= look.px(4) ? std::max(1.0f, look.px(1)) : 0;
    if (bar.settled <= 0) continue;
    const double unit = (bar.settled - 1) / std::max(1.0, plot.highest - 1);
    const Rgba colour = mapColour(look.dark ? 0.2 + 0.75 * unit : 0.85 * unit, look.cividis);
    draw->AddRectFilled({left, plot.y(bar.settled)}, {right - gap, plot.area.max.y}, colour);
  }
}

// On an axis of its own, from none to all.
void drawAgreement(const Look& look, const BarPlot& plot, const ErrorTimeline& errors) {
  std::vector<glm::vec2> points;
  const auto flush = [&] {
    dashedLine(points, look.px(3.5f), look.px(3.2f), withAlpha(look.colours.ground, 0.8f));
    dashedLine(points, look.px(3.5f), look.px(1.75f), look.colours.text);
    points.clear();
  };
  for (std::int64_t sweep = 0; sweep < errors.size(); ++sweep) {
    const ErrorMark& mark = errors.at(sweep);
    // While steps are carried out, nothing is decoded: the line ends and begins again.
    if (!mark.known || mark.of == 0) {
      flush();
      continue;
    }
    const float share = float(mark.equal) / float(mark.of);
    points.push_back({plot.x(double(sweep) + 0.5), plot.area.max.y - plot.area.height() * share});
  }
  flush();
  for (const auto& [share, name] : {std::pair(1.0f, "100 %"), std::pair(0.0f, "0")})
    drawText(look.fonts.small,
             {plot.area.max.x + look.px(5),
              plot.area.max.y - plot.area.height() * share - look.fonts.small->FontSize / 2},
             look.colours.muted, name);
}

}  // namespace

std::vector<CallBar> callBars(const std::vector<CallMark>& calls, int most) {
  std::vector<CallBar> bars;
  const std::int64_t size = std::ssize(calls);
  const std::int64_t each = std::max<std::int64_t>(1, (size + most - 1) / std::max(1, most));
  for (std::int64_t first = 0; first < size; first += each) {
    CallBar bar{first, std::min(size, first + each), 0};
    for (std::int64_t i = bar.first; i < bar.end; ++i) bar.settled += float(calls[i].settled());
    bar.settled /= float(bar.end - bar.first);
    bars.push_back(bar);
  }
  return bars;
}

void drawCallBars(const ViewState& state, const Look& look, const CallBars& shown,
                  const Rect& area) {
  const float font = look.fonts.small->FontSize;
  const glm::vec2 head{area.min.x + look.px(14), area.min.y + look.px(9)};
  const bool judged = shown.errors && !shown.errors->empty();
  const float room = area.max.x - look.px(10) - head.x;
  std::string heading = capitals(shown.heading + (judged ? "; dashed: as sequential" : ""));
  if (textSize(look.fonts.small, heading).x > room && judged)
    heading = capitals("settled; dashed: as sequential");
  drawHeading(look, head, shortened(look.fonts.small, heading, room));
  BarPlot plot;
  plot.area = {{area.min.x + look.px(44), area.min.y + look.px(16) + font + look.px(10)},
               {area.max.x - look.px(judged ? 50 : 14), area.max.y - font - look.px(10)}};
  if (plot.area.empty()) return;
  const int most = std::max(1, static_cast<int>(plot.area.width() / look.px(2)));
  const std::vector<CallBar> bars = callBars(shown.calls, most);
  const std::int64_t size = std::ssize(shown.calls);
  plot.calls = std::max<std::int64_t>(8, size);
  for (const CallBar& bar : bars)
    plot.highest = std::max(plot.highest, std::ceil(double(bar.settled)));
  drawAxes(look, plot);
  drawBars(look, plot, bars);
  if (judged) drawAgreement(look, plot, *shown.errors);
  const std::int64_t sweep = state.cursor.sweep;
  if (sweep >= 0 && sweep < size) {
    const float x = std::round(plot.x(double(sweep) + 0.5));
    fillRect({{x, plot.area.min.y}, {x + std::max(1.0f, look.px(1)), plot.area.max.y}},
             withAlpha(look.colours.text, 0.7f));
  }
  if (size == 0 || !hoverArea("##bars", plot.area)) return;
  const float share = (ImGui::GetIO().MousePos.x - plot.area.min.x) / plot.area.width();
  const auto call = static_cast<std::int64_t>(share * float(plot.calls));
  if (call >= 0 && call < size) tooltip(look, shown.text(call));
}

}  // namespace jacobiscope
