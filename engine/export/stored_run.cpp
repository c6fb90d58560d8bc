#include "engine/export/stored_run.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "engine/checkpoint/mapped_file.h"
#include "engine/export/run_picture.h"
#include "engine/picture/embedded_text.h"
#include "engine/picture/picture_file.h"

namespace jacobiscope {

bool mayCarryRecipe(const std::filesystem::path& file) {
  static constexpr std::array kEndings = {".png", ".apng", ".gif", ".svg", ".pdf"};
  std::string ending = file.extension().string();
  std::ranges::transform(ending, ending.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return std::ranges::find(kEndings, ending) != kEndings.end();
}

std::optional<StoredRun> readStoredRun(const std::filesystem::path& file) {
  const auto mapped = MappedFile::open(file);
  const std::string_view bytes(chars(mapped->bytes().data()), mapped->bytes().size());
  const auto text = embeddedText(bytes, kRecipeKey, file.string());
  if (!text) return std::nullopt;
  StoredRun stored{parseRecipe(*text), std::nullopt};
  if (pictureFormat(bytes) == PictureFormat::Png && !isAnimation(bytes)) {
    stored.picture = readPicture(file);
  }
  return stored;
}

StoredRun storedRunOf(const RunRecord& run) {
  StoredRun stored{recipeOf(run), std::nullopt};
  const auto picture = lastImage(run);
  if (!picture) return stored;
  if (!picture->last) stored.recipe.pictureSweep = picture->sweep;
  stored.picture = picture->image;
  return stored;
}

}  // namespace jacobiscope
