// The lower plot of a figure: residuals over the iterations, or what each call settled.
#include <algorithm>
#include <array>
#include <cmath>

#include "engine/export/figure_parts.h"

namespace jacobiscope {

namespace {

constexpr double kLegendLine = 10.5;
// More bars than this cannot be told apart: several calls share one, which is their mean.
constexpr std::int64_t kMostBars = 360;

struct CurvePlot {
  Box area;
  LogScale scale;
  double iterations = 1;

  double x(double iteration) const {
    return area.left + area.width() * (iteration - 1) / std::max(1.0, iterations - 1);
  }
  double y(double residual) const { return area.bottom - area.height() * scale.unit(residual); }
};

Rgba curveColour(const FigureDrawing& f, int stage) {
  const double count = double(f.rows.size());
  return mapColour(count > 1 ? 0.85 * stage / (count - 1) : 0.4, f.options.cividis);
}

void drawDecades(FigureDrawing& f, const CurvePlot& plot) {
  for (const int exponent : decades(plot.scale, 7)) {
    const double y = plot.y(std::pow(10.0, exponent));
    f.line({{plot.area.left, y}, {plot.area.right, y}}, 0.5, FigureInk::grid);
    Words words{{plot.area.left - 5, y + kSmallText * 0.34}, "10", kSmallText, Anchor::End,
                FigureInk::muted};
    words.raised = (exponent < 0 ? "−" : "") + std::to_string(std::abs(exponent));
    f.words(words);
  }
}

// Residuals that are not finite leave a gap; a single one between two gaps is a disc.
void drawCurve(FigureDrawing& f, const CurvePlot& plot, const ResidualCurve& curve,
               bool dashed = false) {
  const Rgba colour = curveColour(f, curve.stage);
  std::vector<Point> points;
  const auto flush = [&] {
    if (points.size() == 1) f.drawing.shapes.emplace_back(Disc{points[0], 1.3, colour});
    if (points.size() > 1) dashed ? f.dashed(points, 0.9, colour) : f.line(points, 1.1, colour);
    points.clear();
  };
  for (std::size_t i = 0; i < curve.residuals.size(); ++i) {
    const float residual = curve.residuals[i];
    if (std::isfinite(residual)) points.push_back({plot.x(double(i) + 1), plot.y(residual)});
    else flush();
  }
  flush();
}

// Of many stages, some evenly apart.
void drawStageNames(FigureDrawing& f, const Box& area, double right,
                    const std::vector<int>& stages) {
  const auto count = static_cast<int>(stages.size());
  const int shown = std::min(count, static_cast<int>(area.height() / kLegendLine));
  double y = area.top + 4;
  for (int i = 0; i < shown; ++i) {
    const int stage = stages[shown == 1 ? 0 : i * (count - 1) / (shown - 1)];
    const double left = area.right + 14;
    f.line({{left, y}, {left + 10, y}}, 1.6, curveColour(f, stage));
    f.label({left + 15, y + kSmallText * 0.34},
            shortened(f.rows[stage], kSmallText, right - left - 15), Anchor::Start);
    y += kLegendLine;
  }
}

std::string residualName(const FigureDrawing& f) {
  for (const auto& snapshot : f.run.snapshots)
    if (!std::isnan(snapshot->sweep.residual) && !snapshot->sweep.residualUnit.empty())
      return "residual (" + snapshot->sweep.residualUnit + ")";
  return "residual";
}

struct SettledBar {
  double first = 0, end = 0;        // calls
  std::array<double, 3> settled{};  // accepted, resampled, drawn; means a call
  double sum() const { return settled[0] + settled[1] + settled[2]; }
};

std::vector<SettledBar> barsOf(const std::vector<CallMark>& calls) {
  std::vector<SettledBar> bars;
  const std::int64_t size = std::ssize(calls);
  const std::int64_t each = std::max<std::int64_t>(1, (size + kMostBars - 1) / kMostBars);
  for (std::int64_t first = 0; first < size; first += each) {
    const std::int64_t end = std::min(size, first + each);
    SettledBar bar{double(first), double(end)};
    for (std::int64_t i = first; i < end; ++i) {
      const std::array<int, 3> parts{calls[i].accepted, calls[i].resampled, calls[i].drawn};
      for (int part = 0; part < 3; ++part) bar.settled[part] += parts[part] / double(end - first);
    }
    bars.push_back(bar);
  }
  return bars;
}

void drawBarLegend(FigureDrawing& f, const Box& area, const std::vector<CallMark>& calls,
                   const std::array<Rgba, 3>& colours) {
  const std::array<int CallMark::*, 3> parts{&CallMark::accepted, &CallMark::resampled,
                                             &CallMark::drawn};
  const std::array<const char*, 3> names{"draft accepted", "resampled", "without a draft"};
  double y = area.top + 4;
  for (int part = 0; part < 3; ++part) {
    const bool there = std::ranges::any_of(
        calls, [&](const CallMark& call) { return call.*parts[part] > 0; });
    if (!there) continue;
    const double left = area.right + 14;
    f.fill({left, y - 3, left + 6, y + 3}, colours[part]);
    f.label({left + 11, y + kSmallText * 0.34}, names[part], Anchor::Start);
    y += kLegendLine;
  }
}

// On an axis of its own from none, at the lower edge, to all. Where nothing is decoded, a gap.
void drawAgreement(FigureDrawing& f, const Box& area, const std::function<double(double)>& x) {
  std::vector<Point> points;
  const auto flush = [&] {
    if (points.size() > 1) f.dashed(points, 1.2, FigureInk::exact);
    points.clear();
  };
  for (std::int64_t sweep = 0; sweep < f.errors.size(); ++sweep) {
    const ErrorMark& mark = f.errors.at(sweep);
    if (!mark.known || mark.of == 0) {
      flush();
      continue;
    }
    points.push_back({x(double(sweep) + 0.5), area.bottom - area.height() * mark.equal / mark.of});
  }
  flush();
}

}  // namespace

void drawCurves(FigureDrawing& f, const Box& area, double right) {
  const std::vector<ResidualCurve> curves = residualCurves(f.digest);
  const std::vector<ResidualCurve> errors = errorCurves(f.digest, f.run);
  drawPlotHead(f, area, errors.empty() ? "Residual per iteration"
                                       : "Residual per iteration; dashed: true error");
  if (curves.empty()) {
    drawEdges(f, area, "iteration");
    f.label({(area.left + area.right) / 2, (area.top + area.bottom) / 2},
            "One position at a time: no residual to measure", Anchor::Middle);
    return;
  }
  std::vector<ResidualCurve> all = curves;
  all.insert(all.end(), errors.begin(), errors.end());
  CurvePlot plot{area, curvesScale(all)};
  std::vector<int> stages;
  for (const ResidualCurve& curve : curves) {
    plot.iterations = std::max(plot.iterations, double(curve.residuals.size()));
    if (curve.stage < std::ssize(f.rows)) stages.push_back(curve.stage);
  }
  std::ranges::sort(stages);
  stages.erase(std::ranges::unique(stages).begin(), stages.end());
  drawDecades(f, plot);
  for (const ResidualCurve& curve : errors) drawCurve(f, plot, curve, true);
  for (const ResidualCurve& curve : curves) drawCurve(f, plot, curve);
  drawEdges(f, area, "iteration of the stage or segment");
  drawTicksBelow(f, area, 1, plot.iterations, [&](double i) { return plot.x(i); });
  drawUpwards(f, area, residualName(f));
  drawStageNames(f, area, right, stages);
}

void drawSettledBars(FigureDrawing& f, const Box& area, double right) {
  const auto& calls = f.ofTokens() ? f.tokens.calls() : f.actions.calls();
  const std::vector<SettledBar> bars = barsOf(calls);
  double highest = 1;
  for (const SettledBar& bar : bars) highest = std::max(highest, std::ceil(bar.sum()));
  const auto x = [&](double call) {
    return area.left + area.width() * call / std::max<double>(1, double(calls.size()));
  };
  const auto y = [&](double tokens) { return area.bottom - area.height() * tokens / highest; };
  drawPlotHead(f, area, f.errors.empty()
                            ? "Tokens settled per sweep"
                            : "Tokens settled per sweep; dashed: share that is as sequential");
  for (const double tick : ticks(0, highest, 5)) {
    f.line({{area.left, y(tick)}, {area.right, y(tick)}}, 0.5, FigureInk::grid);
    f.label({area.left - 5, y(tick) + kSmallText * 0.34}, numberText(tick), Anchor::End);
  }
  const bool cividis = f.options.cividis;
  const std::array<Rgba, 3> colours{mapColour(0.3, cividis), mapColour(0.75, cividis),
                                    FigureInk::neutral};
  for (const SettledBar& bar : bars) {
    const double gap = x(bar.end) - x(bar.first) >= 3 ? 0.6 : 0;
    double from = 0;
    for (int part = 0; part < 3; ++part) {
      if (bar.settled[part] <= 0) continue;
      const double to = from + bar.settled[part];
      f.fill({x(bar.first), y(to), x(bar.end) - gap, y(from)}, colours[part]);
      from = to;
    }
  }
  drawAgreement(f, area, x);
  drawEdges(f, area, "sweep");
  drawTicksBelow(f, area, 1, double(calls.size()), [&](double call) { return x(call - 0.5); });
  drawUpwards(f, area, "tokens");
  drawBarLegend(f, area, calls, colours);
}

}  // namespace jacobiscope
