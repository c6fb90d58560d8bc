// Pictures of a run as Qt images, and as PNG files that carry their recipe.
#pragma once

#include <QImage>
#include <QString>
#include <optional>

#include "engine/record/recipe.h"
#include "engine/record/recording.h"

namespace jacobiscope {

QImage toQImage(const Image& image);

struct RunPicture {
  QImage image;
  std::int64_t sweep = 0;  // after which it was taken
  bool last = false;       // it is the outcome of a run that came to its end
};

// What the run looked like after `sweep` or the nearest moment before it that was
// photographed: the whole batch as a grid where there is one, else the sample.
std::optional<RunPicture> pictureAt(const Recording& recording, int run, std::int64_t sweep);
// What came out of the run, or what there is of it so far.
std::optional<RunPicture> lastPicture(const Recording& recording, int run);

// The picture's recipe: the run's, with the moment of the picture unless it is the outcome.
Recipe recipeFor(const RunRecord& run, const RunPicture& picture);

// Writes a PNG with the recipe inside, whole or not at all. Throws Error naming the file.
void savePng(const QString& file, const QImage& image, const Recipe& recipe);

}  // namespace jacobiscope
