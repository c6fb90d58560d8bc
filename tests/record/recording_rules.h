// What views rely on in any recording, whatever file it came from.
#pragma once

#include <string>

#include "engine/record/recording.h"

namespace jacobiscope::test {

inline bool fits(const Image& image) {
  return image.width >= 0 && image.height >= 0 &&
         image.rgba.size() == std::size_t{4} * image.width * image.height;
}

struct Fits {
  bool operator()(const Image& image) const { return fits(image); }
  bool operator()(const Strip& strip) const {
    for (const Image& image : strip.images) {
      if (!fits(image)) return false;
    }
    return strip.current >= -1 && strip.current < std::ssize(strip.images);
  }
  bool operator()(const Heatmap& map) const {
    return map.rows >= 0 && map.columns >= 0 &&
           map.values.size() == std::size_t(map.rows) * map.columns;
  }
  bool operator()(const Scene3D&) const { return true; }
};

// Empty where every rule holds, else the one that is broken.
inline std::string brokenRule(const Recording& recording) {
  std::size_t pictures = 0;
  for (const auto& [id, run] : recording.runs()) {
    if (run.start.run != id) return "a run knows its number";
    if (run.start.plan.positions.size() != run.start.plan.stages.size()) return "stages";
    for (std::size_t i = 0; i < run.snapshots.size(); ++i) {
      const auto& snapshot = run.snapshots[i];
      if (!snapshot || snapshot->run != id) return "a snapshot belongs to its run";
      const Sweep& sweep = snapshot->sweep;
      if (sweep.index != static_cast<std::int64_t>(i)) return "index = sweep index";
      const Window& window = sweep.window;
      if (window.stage < 0 || window.begin < 0 || window.end < window.begin) return "a window";
      if (sweep.frontier < 0 || sweep.iteration < 0 || sweep.calls < 0) return "counts";
      for (const FactColumn& column : sweep.facts) {
        if (column.first < 0) return "a column begins at a position";
      }
      if (!snapshot->knobs) return "a snapshot has knob values";
      for (const Panel& panel : snapshot->panels) {
        if (!std::visit(Fits{}, panel.picture)) return "a picture has all its values";
        pictures += byteSize(panel);
      }
    }
    std::int64_t from = 0;
    for (const PlanChanged& change : run.planChanges) {
      if (change.run != id || change.fromSweep < from) return "plans in order";
      from = change.fromSweep;
    }
  }
  return pictures == recording.pictureBytes() ? "" : "pictures are counted";
}

}  // namespace jacobiscope::test
