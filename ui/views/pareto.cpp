#include "ui/views/pareto.h"

#include <algorithm>
#include <cmath>

#include "engine/record/branch_text.h"
#include "ui/views/schedule_forecast.h"

namespace jacobiscope {

namespace {

// A little room on both sides, and never less than a factor of two.
LogScale around(double low, double high, double room) {
  if (high < low * 2) {
    const double middle = std::sqrt(low * high);
    low = middle / std::sqrt(2.0);
    high = middle * std::sqrt(2.0);
  }
  const double more = std::pow(high / low, room);
  return {low / more, high * more};
}

}  // namespace

std::vector<TrialPoint> trialPoints(const std::vector<ScheduleTrial>& trials) {
  std::vector<TrialPoint> points;
  for (std::size_t i = 0; i < trials.size(); ++i) {
    const ScheduleTrial& trial = trials[i];
    const auto seconds = trial.seconds ? trial.seconds : trial.predictedSeconds;
    if (!seconds || !(*seconds > 0)) continue;
    const bool known = trial.error && !std::isnan(*trial.error);
    points.push_back({i, *seconds, known ? trial.error : std::nullopt, trial.seconds.has_value()});
  }
  return points;
}

std::vector<std::size_t> paretoFront(const std::vector<TrialPoint>& points) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < points.size(); ++i)
    if (points[i].measured && points[i].error) order.push_back(i);
  std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
    return std::pair(points[a].seconds, *points[a].error) <
           std::pair(points[b].seconds, *points[b].error);
  });
  std::vector<std::size_t> front;
  for (std::size_t i : order)
    if (front.empty() || *points[i].error < *points[front.back()].error) front.push_back(i);
  return front;
}

std::optional<std::size_t> fastestWithin(const std::vector<TrialPoint>& points, double bound) {
  std::optional<std::size_t> fastest;
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (!points[i].measured || !points[i].error || *points[i].error > bound) continue;
    if (!fastest || points[i].seconds < points[*fastest].seconds) fastest = i;
  }
  return fastest;
}

glm::vec2 TrialPlot::at(const TrialPoint& point) const {
  const double x = seconds.unit(point.seconds);
  const double y = point.error ? error.unit(*point.error) : 1;
  return {area.min.x + area.width() * float(x), area.max.y - area.height() * float(y)};
}

TrialPlot trialPlot(const std::vector<TrialPoint>& points, double bound, const Rect& area) {
  double fast = 1e300, slow = 0, low = 1e300, high = 0;
  for (const TrialPoint& point : points) {
    fast = std::min(fast, point.seconds);
    slow = std::max(slow, point.seconds);
    if (!point.error || !(*point.error > 0)) continue;
    low = std::min(low, *point.error);
    high = std::max(high, std::isfinite(*point.error) ? *point.error : 1.0);
  }
  if (bound > 0) low = std::min(low, bound), high = std::max(high, bound);
  TrialPlot plot{area, {0.1, 1}, {1e-5, 1e-1}};
  if (slow > 0) plot.seconds = around(fast, slow, 0.12);
  if (high > 0) plot.error = around(std::min(low, high), high, 0.15);
  return plot;
}

int pointAt(const TrialPlot& plot, const std::vector<TrialPoint>& points, glm::vec2 mouse,
            float reach) {
  int nearest = -1;
  float best = reach * reach;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const glm::vec2 away = plot.at(points[i]) - mouse;
    const float distance = away.x * away.x + away.y * away.y;
    // What was measured lies on top of what was predicted.
    const bool wins = distance < best || (distance == best && points[i].measured);
    if (!wins) continue;
    best = distance;
    nearest = static_cast<int>(i);
  }
  return nearest;
}

std::vector<double> logTicks(const LogScale& scale, int most) {
  const auto within = [&](std::initializer_list<double> steps) {
    std::vector<double> ticks;
    const int first = static_cast<int>(std::floor(std::log10(scale.low)));
    const int last = static_cast<int>(std::ceil(std::log10(scale.high)));
    for (int exponent = first; exponent <= last; ++exponent)
      for (double step : steps) {
        const double tick = step * std::pow(10.0, exponent);
        if (tick >= scale.low * 0.999 && tick <= scale.high * 1.001) ticks.push_back(tick);
      }
    return ticks;
  };
  for (const auto& steps : {within({1, 1.5, 2, 3, 4, 5, 7}), within({1, 2, 5}), within({1, 3})})
    if (std::ssize(steps) <= most) return steps;
  std::vector<double> ticks;
  for (int exponent : decades(scale, most)) ticks.push_back(std::pow(10.0, exponent));
  return ticks;
}

bool setsKnobs(const ScheduleTrial& trial, const ModelInfo& model, const KnobValues& knobs) {
  return !trial.knobs.empty() && holdsKnobs(model.knobs, knobs, trial.knobs);
}

std::string trialText(const ScheduleTrial& trial) {
  std::string text = trial.name + "\n";
  if (trial.seconds) {
    text += secondsText(*trial.seconds) + " measured";
    if (trial.predictedSeconds) text += ", " + secondsText(*trial.predictedSeconds) + " predicted";
  } else if (trial.predictedSeconds) {
    text += secondsText(*trial.predictedSeconds) + " predicted, not run yet";
  }
  if (trial.calls) text += " · " + std::to_string(*trial.calls) + " calls";
  if (!trial.error) return text + "\nerror not measured";
  if (*trial.error == 0) return text + "\nequal to sequential";
  return text + "\nmax |Δ| from sequential " + numberText(*trial.error, 2);
}

}  // namespace jacobiscope
