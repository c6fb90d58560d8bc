#include "engine/core/schedule_front.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

namespace jacobiscope {

namespace {

constexpr double kStepsPerDecade = 30;

// A choice for the first stages; the choice for those before its last is `previous` of the list
// before.
struct Partial {
  double seconds = 0, error = 0;
  int option = -1;
  std::size_t previous = 0;
};

using Layer = std::vector<Partial>;

// The fastest first; who is not more exact than all before it goes.
void keepUndominated(Layer& layer) {
  std::ranges::sort(layer, [](const Partial& a, const Partial& b) {
    return std::tie(a.seconds, a.error) < std::tie(b.seconds, b.error);
  });
  double least = std::numeric_limits<double>::infinity();
  std::erase_if(layer, [&](const Partial& partial) {
    if (partial.error >= least) return true;
    least = partial.error;
    return false;
  });
}

// Errors fall along the list: of those in one step the first is the fastest.
void thin(Layer& layer) {
  double last = std::numeric_limits<double>::infinity();
  std::erase_if(layer, [&](const Partial& partial) {
    if (partial.error <= 0) return false;
    const double step = std::floor(std::log10(partial.error) * kStepsPerDecade);
    const bool again = step == last;
    last = step;
    return again;
  });
}

Layer nextLayer(const Layer& before, const std::vector<StageOption>& options, double bound) {
  Layer layer;
  for (std::size_t p = 0; p < before.size(); ++p) {
    for (std::size_t o = 0; o < options.size(); ++o) {
      const double error = before[p].error + options[o].error;
      if (!(error <= bound)) continue;  // NaN goes, too
      layer.push_back({before[p].seconds + options[o].seconds, error, static_cast<int>(o), p});
    }
  }
  return layer;
}

}  // namespace

std::vector<SchedulePick> scheduleFront(const std::vector<std::vector<StageOption>>& stages,
                                        double bound, std::size_t most) {
  std::vector<Layer> layers = {{Partial{}}};
  for (const auto& options : stages) {
    layers.push_back(nextLayer(layers.back(), options, bound));
    keepUndominated(layers.back());
    if (layers.back().size() > most) thin(layers.back());
  }
  std::vector<SchedulePick> front;
  for (const Partial& last : layers.back()) {
    SchedulePick pick{std::vector<int>(stages.size()), last.seconds, last.error};
    const Partial* at = &last;
    for (std::size_t s = stages.size(); s > 0; --s) {
      pick.options[s - 1] = at->option;
      at = &layers[s - 1][at->previous];
    }
    front.push_back(std::move(pick));
  }
  return front;
}

}  // namespace jacobiscope
