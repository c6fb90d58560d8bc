// What a saved picture or figure says of the run that it came from.
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "engine/record/recipe.h"

namespace jacobiscope {

struct StoredRun {
  Recipe recipe;
  // What recipe.pictureSweep or else the outcome looked like; nothing for figures and films,
  // which show more than one moment.
  std::optional<Image> picture;
};

// Whether files with this ending can carry a recipe: PNG, APNG, GIF, SVG, PDF.
bool mayCarryRecipe(const std::filesystem::path& file);

// Nothing where the file carries no recipe. Throws Error for a file that cannot be read, is of
// none of these formats or damaged, and for a recipe that is broken.
std::optional<StoredRun> readStoredRun(const std::filesystem::path& file);

// A recorded run with its last picture, likewise.
StoredRun storedRunOf(const RunRecord& run);

}  // namespace jacobiscope
