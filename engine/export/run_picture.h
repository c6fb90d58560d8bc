// What a run looked like at a moment of it.
#pragma once

#include <optional>
#include <vector>

#include "engine/record/recording.h"

namespace jacobiscope {

// Pictures side by side, row by row, as near to square as their number allows; cells left over
// are white. All are as large as the first; empty where there is none.
Image gridOf(const std::vector<Image>& images);

// The picture among the snapshot's panels: the whole batch as a grid where the run has several
// pictures, else the sample, else what a robot's camera saw. Nothing where it has none of them.
std::optional<Image> pictureOf(const Snapshot& snapshot, const Input& input);

struct RunImage {
  Image image;
  std::int64_t sweep = 0;  // after which it was taken
  bool last = false;       // it is the outcome of a run that came to its end
};

// The last picture on record of the run; nothing where it has none.
std::optional<RunImage> lastImage(const RunRecord& run);

}  // namespace jacobiscope
