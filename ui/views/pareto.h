// The schedules of a search as points: seconds against error, which of them nobody beats in both,
// and where they lie. Pure: no drawing.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/core/family.h"
#include "engine/core/scales.h"
#include "ui/views/geometry.h"

namespace jacobiscope {

struct TrialPoint {
  std::size_t trial = 0;         // index into Analysis::trials
  double seconds = 0;
  std::optional<double> error;   // nothing: not measured; 0 is exact
  bool measured = false;         // the seconds are; else predicted
};

// Of the trials whose seconds are known, in their order.
std::vector<TrialPoint> trialPoints(const std::vector<ScheduleTrial>& trials);

// Indices into `points` of the measured ones that no measured one beats in both, by seconds.
std::vector<std::size_t> paretoFront(const std::vector<TrialPoint>& points);

// The fastest measured one within the bound; nothing: there is none yet.
std::optional<std::size_t> fastestWithin(const std::vector<TrialPoint>& points, double bound);

// Axes of both kinds of logarithms. What is exact lies on the lower edge, what was not measured
// on the upper one.
struct TrialPlot {
  Rect area;
  LogScale seconds, error;

  glm::vec2 at(const TrialPoint& point) const;
};
// `bound` is to be seen, too; 0: none.
TrialPlot trialPlot(const std::vector<TrialPoint>& points, double bound, const Rect& area);

// The point under the pointer: the nearest within `reach` pixels; -1: none.
int pointAt(const TrialPlot& plot, const std::vector<TrialPoint>& points, glm::vec2 mouse,
            float reach);

// 1, 2 and 5 times powers of ten within the scale, at most `most` of them.
std::vector<double> logTicks(const LogScale& scale, int most);

// Whether the knobs are set as the trial says.
bool setsKnobs(const ScheduleTrial& trial, const ModelInfo& model, const KnobValues& knobs);

// Name and figures, a line each.
std::string trialText(const ScheduleTrial& trial);

}  // namespace jacobiscope
