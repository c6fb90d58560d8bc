// Any bytes as a picture or figure that may carry a recipe: a text of bounded length, none, or an
// Error. Two ways in: the bytes as they are, and as a PNG with every checksum made right.
#include <cstdint>
#include <string>

#include "engine/core/error.h"
#include "engine/picture/embedded_readers.h"
#include "engine/picture/embedded_text.h"
#include "engine/picture/png_chunks.h"
#include "engine/record/recipe.h"

using namespace jacobiscope;

namespace {

// UTF-16 and escapes can only make a text longer by so much.
constexpr std::size_t kLongest = 3 * kMaxEmbeddedText;

void readAll(std::string_view bytes) {
  try {
    if (bytes.starts_with(kPngSignature)) isAnimation(bytes);
    const auto text = embeddedText(bytes, kRecipeKey, "x");
    if (!text) return;
    if (text->size() > kLongest) __builtin_trap();
    parseRecipe(*text);
  } catch (const Error&) {
  }
}

std::string mended(std::string_view bytes) {
  std::string png(kPngSignature);
  if (bytes.starts_with(kPngSignature)) bytes.remove_prefix(kPngSignature.size());
  while (bytes.size() >= 8) {
    const std::size_t size = std::min<std::size_t>(numberAt(bytes, 0) & 0xFFFF, bytes.size() - 8);
    appendChunk(png, bytes.substr(4, 4), bytes.substr(8, size));
    bytes.remove_prefix(std::min(bytes.size(), size + 12));
  }
  return png;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  readAll(bytes);
  readAll(mended(bytes));
  return 0;
}
