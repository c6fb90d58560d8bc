#include "ui/views/curves_view.h"

#include <algorithm>
#include <cmath>

#include "ui/views/dashes.h"

namespace jacobiscope {

namespace {

struct Plot {
  Rect area;
  LogScale scale;
  int iterations = 1;

  float x(double iteration) const {
    return area.min.x + area.width() * float((iteration - 1) / std::max(1, iterations - 1));
  }
  // A residual of exactly 0 lies on the lower edge.
  float y(double residual) const {
    return area.max.y - area.height() * float(scale.unit(residual));
  }
};

void drawAxes(const Look& look, const Plot& plot) {
  const Palette& c = look.colours;
  const int most = std::max(2, static_cast<int>(plot.area.height() / look.px(26)));
  for (int exponent : decades(plot.scale, most)) {
    const float y = std::round(plot.y(std::pow(10.0, exponent)));
    fillRect({{plot.area.min.x, y}, {plot.area.max.x, y + 1}}, c.line);
    drawText(look.fonts.small,
             {plot.area.min.x - look.px(7), y - look.fonts.small->FontSize / 2}, c.muted,
             powerText(exponent), Align::Right);
  }
  if (plot.iterations < 2) return;
  const int across = std::max(2, static_cast<int>(plot.area.width() / look.px(36)));
  for (double tick : ticks(1, plot.iterations, across))
    drawText(look.fonts.small, {plot.x(tick), plot.area.max.y + look.px(4)}, c.muted,
             numberText(tick), Align::Centre);
}

void drawCurve(const Look& look, const Plot& plot, const ResidualCurve& curve, Rgba colour,
               float thickness) {
  ImDrawList* draw = ImGui::GetWindowDrawList();
  const auto flush = [&] {
    if (draw->_Path.Size == 1) {
      draw->AddCircleFilled(draw->_Path[0], thickness * 1.2f, colour);
      draw->PathClear();
    } else if (draw->_Path.Size > 1) {
      draw->PathStroke(colour, 0, thickness);
    }
  };
  for (std::size_t i = 0; i < curve.residuals.size(); ++i) {
    const float residual = curve.residuals[i];
    if (std::isfinite(residual)) {
      draw->PathLineTo({plot.x(double(i) + 1), plot.y(residual)});
    } else {
      flush();
    }
  }
  flush();
}

// The true error of the same pieces, dashed. An error of exactly 0 lies on the lower edge.
void drawErrors(const Look& look, const Plot& plot, const std::vector<ResidualCurve>& curves,
                int stages) {
  for (const ResidualCurve& curve : curves) {
    const Rgba colour = look.stageColour(curve.stage, stages);
    std::vector<glm::vec2> points;
    const auto flush = [&] {
      dashedLine(points, look.px(3), look.px(1.4f), colour);
      points.clear();
    };
    for (std::size_t i = 0; i < curve.residuals.size(); ++i) {
      if (std::isfinite(curve.residuals[i]))
        points.push_back({plot.x(double(i) + 1), plot.y(curve.residuals[i])});
      else
        flush();
    }
    flush();
  }
}

// The curve in which `sweep` lies comes last, on top and thicker.
void drawAll(const Look& look, const Plot& plot, const std::vector<ResidualCurve>& curves,
             int stages, std::int64_t sweep) {
  const ResidualCurve* current = nullptr;
  for (const ResidualCurve& curve : curves) {
    const std::int64_t end = curve.first + std::ssize(curve.residuals);
    if (sweep >= curve.first && sweep < end) {
      current = &curve;
    } else {
      drawCurve(look, plot, curve, look.stageColour(curve.stage, stages), look.px(1.4f));
    }
  }
  if (current)
    drawCurve(look, plot, *current, look.stageColour(current->stage, stages), look.px(2.6f));
}

// Stages that have a curve or may still get one.
std::vector<int> namedStages(const RunDigest& digest, const std::vector<ResidualCurve>& curves,
                             int count) {
  std::vector<int> named;
  for (int stage = 0; stage < count; ++stage) {
    const bool over = stage < std::ssize(digest.stages()) && digest.stages()[stage].ended;
    if (!over || std::ranges::find(curves, stage, &ResidualCurve::stage) != curves.end())
      named.push_back(stage);
  }
  return named;
}

void drawLegend(const Look& look, const std::vector<std::string>& stages,
                const std::vector<int>& named, const Rect& area) {
  ImFont* font = look.fonts.small;
  const int count = static_cast<int>(named.size());
  const float line = font->FontSize + look.px(1);
  const int shown = std::min(count, std::max(2, static_cast<int>(area.height() / line)));
  float y = area.min.y;
  for (int i = 0; i < shown; ++i) {
    // Of many stages, some evenly apart.
    const int stage = named[shown == 1 ? 0 : i * (count - 1) / (shown - 1)];
    const float middle = std::round(y + font->FontSize / 2);
    fillRect({{area.min.x, middle - look.px(1)}, {area.min.x + look.px(12), middle + look.px(1)}},
             look.stageColour(stage, static_cast<int>(stages.size())));
    drawText(font, {area.min.x + look.px(17), y}, look.colours.muted,
             shortened(font, stages[stage], area.width() - look.px(17)));
    y += line;
  }
}

// "residual 1e-3\ntrue error 2e-4" at an iteration of a piece, as far as they are known.
std::string valuesText(const std::vector<ResidualCurve>& errors, const ResidualCurve& curve,
                       std::size_t at) {
  std::string text = "residual " + numberText(curve.residuals[at]);
  const auto same = std::ranges::find(errors, curve.first, &ResidualCurve::first);
  if (same == errors.end() || at >= same->residuals.size() || std::isnan(same->residuals[at]))
    return text;
  text += "\ntrue error " + numberText(same->residuals[at]);
  if (curve.residuals[at] > 0 && std::isfinite(same->residuals[at]))
    text += ", " + numberText(same->residuals[at] / curve.residuals[at]) + " × the residual";
  return text;
}

void drawHover(const Look& look, const Plot& plot, const std::vector<ResidualCurve>& curves,
               const std::vector<ResidualCurve>& errors, const std::vector<std::string>& stages) {
  if (!hoverArea("##curves", plot.area)) return;
  const glm::vec2 mouse = gl(ImGui::GetIO().MousePos);
  const float share = (mouse.x - plot.area.min.x) / std::max(1.0f, plot.area.width());
  const auto at = static_cast<std::size_t>(std::lround(share * float(plot.iterations - 1)));
  const ResidualCurve* nearest = nullptr;
  float best = look.px(24);
  for (const ResidualCurve& curve : curves) {
    if (at >= curve.residuals.size() || !std::isfinite(curve.residuals[at])) continue;
    const float distance = std::abs(plot.y(curve.residuals[at]) - mouse.y);
    if (distance < best) best = distance, nearest = &curve;
  }
  if (!nearest) return;
  const float residual = nearest->residuals[at];
  ImGui::GetWindowDrawList()->AddCircleFilled({plot.x(double(at) + 1), plot.y(residual)},
                                              look.px(3.5f), look.colours.text);
  tooltip(look, stages[nearest->stage] + ", iteration " + std::to_string(at + 1) + "\n" +
                    valuesText(errors, *nearest, at));
}

void drawCursor(const ViewState& state, const Look& look, const Plot& plot,
                const RunDigest& digest) {
  const std::int64_t sweep = state.cursor.sweep;
  if (sweep < 0 || sweep >= digest.size()) return;
  const SweepMark& mark = digest.sweeps()[sweep];
  const float x = std::round(plot.x(mark.inPiece));
  fillRect({{x, plot.area.min.y}, {x + 1, plot.area.max.y}}, withAlpha(look.colours.text, 0.7f));
  if (!std::isfinite(mark.residual)) return;
  ImDrawList* draw = ImGui::GetWindowDrawList();
  const ImVec2 at{plot.x(mark.inPiece), plot.y(mark.residual)};
  draw->AddCircleFilled(at, look.px(4), look.colours.ground);
  draw->AddCircleFilled(at, look.px(3), look.colours.text);
}

}  // namespace

void drawCurves(const ViewState& state, const Look& look, const RunRecord* run,
                const CurvesDigests& digests, const Rect& area, bool headed) {
  const RunDigest& digest = digests.digest;
  const float font = look.fonts.small->FontSize;
  const glm::vec2 head{area.min.x + look.px(14), area.min.y + look.px(9)};
  const float room = area.max.x - look.px(10) - head.x;
  const bool judged = !digests.errors.empty();
  std::string heading = capitals(judged ? "residual, and true error dashed, by block"
                                        : "residual per iteration, by block");
  if (textSize(look.fonts.small, heading).x > room)
    heading = capitals(judged ? "residual, true error dashed" : "residual by block");
  if (headed) drawHeading(look, head, shortened(look.fonts.small, heading, room));
  static const std::vector<std::string> kNone;
  const std::vector<std::string>& stages = run           ? run->planAt(digest.size()).stages
                                           : state.model ? state.model->stages
                                                         : kNone;
  const std::vector<ResidualCurve> curves = residualCurves(digest);
  const std::vector<ResidualCurve> errors =
      run && judged ? errorCurves(digest, *run) : std::vector<ResidualCurve>();
  Plot plot;
  std::vector<ResidualCurve> all = curves;
  all.insert(all.end(), errors.begin(), errors.end());
  plot.scale = curvesScale(all);
  for (const ResidualCurve& curve : curves)
    plot.iterations = std::max(plot.iterations, static_cast<int>(curve.residuals.size()));
  float names = 0;
  for (const std::string& name : stages)
    names = std::max(names, textSize(look.fonts.small, name).x);
  const bool narrow = stages.empty() || area.width() < look.px(210);
  const float legend = narrow ? 0 : std::min(names, look.px(70)) + look.px(17);
  plot.area = {{area.min.x + look.px(50), area.min.y + look.px(16) + font + look.px(10)},
               {area.max.x - legend - look.px(24), area.max.y - font - look.px(10)}};
  if (plot.area.empty()) return;
  const bool none = digest.size() > 0 && !digest.hasResiduals();
  if (!none) drawAxes(look, plot);
  if (!narrow)
    drawLegend(look, stages, namedStages(digest, curves, static_cast<int>(stages.size())),
               {{plot.area.max.x + look.px(12), plot.area.min.y - font / 2},
                {area.max.x - look.px(8), plot.area.max.y}});
  if (none) {
    const glm::vec2 middle = plot.area.centre();
    drawText(look.fonts.small, {middle.x, middle.y - font}, look.colours.muted,
             "One position at a time:", Align::Centre);
    drawText(look.fonts.small, middle, look.colours.muted, "no residual to measure",
             Align::Centre);
    return;
  }
  drawErrors(look, plot, errors, static_cast<int>(stages.size()));
  drawAll(look, plot, curves, static_cast<int>(stages.size()), state.cursor.sweep);
  drawCursor(state, look, plot, digest);
  drawHover(look, plot, curves, errors, stages);
}

}  // namespace jacobiscope
