// Any bytes as a recipe: either an Error, or a recipe that is written and read back the same and
// whose knobs a model takes or refuses.
#include <cstdint>
#include <string>

#include "engine/core/error.h"
#include "engine/record/recipe.h"
#include "engine/toy/toy_family.h"

using namespace jacobiscope;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::vector<Knob> knobs = toyFamily().load({})->info().knobs;
  try {
    const Recipe recipe = parseRecipe(std::string(reinterpret_cast<const char*>(data), size));
    const std::string text = recipeText(recipe);
    if (recipeText(parseRecipe(text)) != text) __builtin_trap();
    recipeKnobs(recipe, knobs);
  } catch (const Error&) {
  }
  return 0;
}
