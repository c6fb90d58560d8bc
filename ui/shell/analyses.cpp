#include "ui/shell/analyses.h"

#include <algorithm>

namespace jacobiscope {

namespace {

template <class T>
void appendNew(std::vector<T>& to, const std::vector<T>& from) {
  for (const T& each : from)
    if (std::ranges::find(to, each.name, &T::name) == to.end()) to.push_back(each);
}

}  // namespace

Analysis merged(const std::map<std::string, Analysis>& analyses) {
  Analysis all;
  for (const auto& [name, analysis] : analyses) {
    const bool firstColumns = all.columns.empty() && !analysis.columns.empty();
    if (all.name.empty() || firstColumns) {
      all.name = analysis.name;
      all.origin = analysis.origin;
    }
    appendNew(all.columns, analysis.columns);
    appendNew(all.presets, analysis.presets);
    all.trials.insert(all.trials.end(), analysis.trials.begin(), analysis.trials.end());
    if (analysis.costs.batch > 0) all.costs = analysis.costs;
  }
  return all;
}

}  // namespace jacobiscope
