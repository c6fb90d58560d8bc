// Several pictures side by side: from the noise to the image over the stages, or the
// pictures of a batch as a grid.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ui/views/drawing.h"
#include "ui/views/texture_cache.h"

namespace jacobiscope {

// Entries of the strip: the noise, then one per stage of the plan, computed or not. Pure.
struct StripEntry {
  int image = -1;           // of the Strip; -1: not computed yet
  std::int64_t sweep = -1;  // where a click puts the cursor; -1: before the first
  bool reachable = false;   // a click leads somewhere
  std::string caption;
};
class RunDigest;
std::vector<StripEntry> stripEntriesOf(const Strip* strip, const std::vector<std::string>& stages,
                                       const RunDigest& digest);

// Draws the entries; `current` is outlined. Returns the one that was clicked.
std::optional<int> drawStrip(const Look& look, TextureCache& textures, const Strip* strip,
                             const std::vector<StripEntry>& entries, int current,
                             const Rect& area);

// Draws a batch as a grid with the `chosen` one outlined. Returns where, and the one that
// was clicked.
struct BatchDrawn {
  Rect area;
  std::optional<int> clicked;
};
BatchDrawn drawBatch(const Look& look, TextureCache& textures, const Strip& batch, int chosen,
                     const Rect& area);

}  // namespace jacobiscope
