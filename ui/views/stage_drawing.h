// What the parts of the stage share while a frame is drawn.
#pragma once

#include "ui/views/stage_view.h"

namespace jacobiscope {

inline constexpr std::int64_t kLatest = std::int64_t{1} << 62;

struct StageDrawing {
  ViewState& state;
  const Look& look;
  StageViewState& views;
  const RunRecord* run;

  std::int64_t sweep() const { return state.cursor.sweep; }
  bool ofTokens() const { return views.timeline.rows() > 0; }
  bool ofActions() const { return views.actions.rows() > 0; }
  int stage() const {
    return sweep() >= 0 && sweep() < views.digest.size()
               ? views.digest.sweeps()[sweep()].stage
               : -1;
  }
  // A picture that was taken at the cursor or before it, and when.
  template <class Picture>
  const Picture* picture(const char* id, std::int64_t at, std::int64_t* taken = nullptr) const {
    return pictureOf<Picture>(run, id, at, taken);
  }
  template <class Picture>
  const Picture* pictureOf(const RunRecord* of, const char* id, std::int64_t at,
                           std::int64_t* taken = nullptr) const {
    if (!of || !state.recording) return nullptr;
    const auto snapshot = state.recording->pictureAt(of->start.run, at, id);
    const Panel* panel = snapshot ? Recording::findPanel(*snapshot, id) : nullptr;
    if (panel && taken) *taken = snapshot->sweep.index;
    return panel ? std::get_if<Picture>(&panel->picture) : nullptr;
  }
};

// A muted line under a picture.
void drawCaption(const StageDrawing& d, const Rect& tile, const std::string& text);

// The column on the right: sliders, schedule, the numbers of the run, a token in detail.
void drawSide(const StageDrawing& d, const Rect& area);

}  // namespace jacobiscope
