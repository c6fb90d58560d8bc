#include "engine/train/emoji_sprites.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <span>
#include <utility>

#include <nlohmann/json.hpp>

#include "engine/checkpoint/safetensors.h"
#include "engine/core/error.h"

#ifdef JACOBISCOPE_WITH_FREETYPE
#include <ft2build.h>
#include FT_FREETYPE_H
#include FT_SFNT_NAMES_H
#include FT_TRUETYPE_IDS_H
#endif

namespace jacobiscope {
namespace {

constexpr const char* kCredits =
    "Pictures: Noto Color Emoji, Copyright Google Inc., SIL Open Font License 1.1. Names and "
    "groups: Unicode emoji-test.txt, Copyright Unicode, Inc., Unicode License.";

}  // namespace

#ifdef JACOBISCOPE_WITH_FREETYPE
namespace {

using Library = std::unique_ptr<FT_LibraryRec_, decltype(&FT_Done_FreeType)>;
using Face = std::unique_ptr<FT_FaceRec_, decltype(&FT_Done_Face)>;

// A glyph as the font stores it: premultiplied RGBA, [height, width, 4].
struct Bitmap {
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> pixels;
};

// The middle of the visible pixels, in bitmap coordinates.
struct Centre {
  double x = 0;
  double y = 0;
};

Library openLibrary() {
  FT_Library raw = nullptr;
  if (FT_Init_FreeType(&raw) != 0) throw Error("FreeType does not start.");
  return Library(raw, &FT_Done_FreeType);
}

// Opens the font and selects its largest strike.
Face openFace(FT_Library library, const std::filesystem::path& font) {
  FT_Face raw = nullptr;
  if (FT_New_Face(library, font.string().c_str(), 0, &raw) != 0) {
    throw Error("The emoji font " + font.string() + " cannot be opened.",
                "Install the Debian package fonts-noto-color-emoji, or name another font.");
  }
  Face face(raw, &FT_Done_Face);
  if (!FT_HAS_COLOR(raw) || raw->num_fixed_sizes < 1) {
    throw Error("The font " + font.string() + " has no colour bitmaps.",
                "Use NotoColorEmoji.ttf of the Debian package fonts-noto-color-emoji.");
  }
  const auto* const strikes = raw->available_sizes;
  const auto largest =
      std::max_element(strikes, strikes + raw->num_fixed_sizes,
                       [](const auto& a, const auto& b) { return a.y_ppem < b.y_ppem; });
  if (FT_Select_Size(raw, static_cast<FT_Int>(largest - strikes)) != 0) {
    throw Error("The font " + font.string() + " lets no bitmap size be selected.");
  }
  return face;
}

// The version string of the font's name table; empty where there is none. Microsoft's
// entries are UTF-16, big-endian; of those only ASCII is kept, which a version is.
std::string fontVersion(FT_Face face) {
  for (FT_UInt index = 0; index < FT_Get_Sfnt_Name_Count(face); ++index) {
    FT_SfntName name;
    if (FT_Get_Sfnt_Name(face, index, &name) != 0) continue;
    if (name.name_id != TT_NAME_ID_VERSION_STRING) continue;
    const bool wide = name.platform_id != TT_PLATFORM_MACINTOSH;
    std::string text;
    for (FT_UInt i = wide ? 1 : 0; i < name.string_len; i += wide ? 2 : 1) {
      const bool high = wide && name.string[i - 1] != 0;
      if (!high && name.string[i] >= 0x20 && name.string[i] < 0x7F) text += name.string[i];
    }
    if (!text.empty()) return text;
  }
  return {};
}

Bitmap loadBitmap(FT_Face face, const EmojiEntry& emoji) {
  const std::string label = emoji.name + " (" + codePointLabel(emoji.codePoint) + ")";
  const FT_UInt glyph = FT_Get_Char_Index(face, emoji.codePoint);
  if (glyph == 0) throw Error("The emoji font has no glyph for " + label + ".");
  const FT_Bitmap& source = face->glyph->bitmap;
  if (FT_Load_Glyph(face, glyph, FT_LOAD_COLOR) != 0 ||
      source.pixel_mode != FT_PIXEL_MODE_BGRA || source.width == 0 || source.rows == 0) {
    throw Error("The emoji font has no colour bitmap for " + label + ".",
                "FreeType must be built with PNG support to read one.");
  }
  Bitmap bitmap{static_cast<int>(source.width), static_cast<int>(source.rows), {}};
  bitmap.pixels.reserve(std::size_t{source.width} * source.rows * 4);
  for (int y = 0; y < bitmap.height; ++y) {
    const std::uint8_t* bgra = source.buffer + std::ptrdiff_t{source.pitch} * y;
    for (int x = 0; x < bitmap.width; ++x, bgra += 4) {
      bitmap.pixels.insert(bitmap.pixels.end(), {bgra[2], bgra[1], bgra[0], bgra[3]});
    }
  }
  return bitmap;
}

Centre visibleCentre(const Bitmap& bitmap, const EmojiEntry& emoji) {
  int left = bitmap.width, right = -1, top = bitmap.height, bottom = -1;
  for (int y = 0; y < bitmap.height; ++y) {
    for (int x = 0; x < bitmap.width; ++x) {
      if (bitmap.pixels[(std::size_t(y) * bitmap.width + x) * 4 + 3] == 0) continue;
      left = std::min(left, x);
      right = std::max(right, x);
      top = std::min(top, y);
      bottom = std::max(bottom, y);
    }
  }
  if (right < 0) throw Error("The emoji font draws nothing for " + emoji.name + ".");
  return {(left + right + 1) / 2.0, (top + bottom + 1) / 2.0};
}

// How much each of the source pixels along one axis weighs in a target pixel.
struct Span {
  int first = 0;
  std::vector<double> weights;
};

// Target pixel i covers the source interval [start + i step, start + (i + 1) step); what
// lies outside the bitmap is transparent and left out.
std::vector<Span> spansAlong(int sourceLength, double start, double step, int targetLength) {
  std::vector<Span> spans(targetLength);
  for (int i = 0; i < targetLength; ++i) {
    const double begin = start + i * step;
    const double end = begin + step;
    const int first = std::clamp(static_cast<int>(std::floor(begin)), 0, sourceLength);
    const int last = std::clamp(static_cast<int>(std::ceil(end)), 0, sourceLength);
    spans[i].first = first;
    for (int j = first; j < last; ++j) {
      const double overlap = std::min(end, j + 1.0) - std::max(begin, double(j));
      spans[i].weights.push_back(std::max(overlap, 0.0) / step);
    }
  }
  return spans;
}

// Appends the size x size sprite of one bitmap, `step` source pixels to a target pixel.
void appendSprite(std::vector<std::uint8_t>& out, const Bitmap& bitmap, Centre centre,
                  double step, int size) {
  const auto rows = spansAlong(bitmap.height, centre.y - step * size / 2, step, size);
  const auto columns = spansAlong(bitmap.width, centre.x - step * size / 2, step, size);
  for (const Span& row : rows) {
    for (const Span& column : columns) {
      double sum[4] = {};
      for (std::size_t dy = 0; dy < row.weights.size(); ++dy) {
        const std::size_t line = std::size_t(row.first + dy) * bitmap.width + column.first;
        const std::uint8_t* pixel = bitmap.pixels.data() + line * 4;
        for (std::size_t dx = 0; dx < column.weights.size(); ++dx, pixel += 4) {
          const double weight = row.weights[dy] * column.weights[dx];
          for (int c = 0; c < 4; ++c) sum[c] += weight * pixel[c];
        }
      }
      for (const double value : sum) {
        out.push_back(static_cast<std::uint8_t>(std::clamp(value + 0.5, 0.0, 255.0)));
      }
    }
  }
}

}  // namespace

bool canRenderEmoji() { return true; }

SpriteSheet renderEmoji(const std::filesystem::path& font, const std::vector<EmojiEntry>& which,
                        int size) {
  if (size < 1 || size > kMaxSpriteSize) {
    throw UsageError("sprite size " + std::to_string(size) + " is not in 1..." +
                     std::to_string(kMaxSpriteSize));
  }
  const Library library = openLibrary();
  const Face face = openFace(library.get(), font);
  std::vector<Bitmap> bitmaps;
  int largestSide = 1;
  for (const EmojiEntry& emoji : which) {
    bitmaps.push_back(loadBitmap(face.get(), emoji));
    largestSide = std::max({largestSide, bitmaps.back().width, bitmaps.back().height});
  }
  SpriteSheet sheet{static_cast<int>(which.size()), size, {}, fontVersion(face.get())};
  sheet.pixels.reserve(which.size() * size * size * 4);
  const double step = double(largestSide) / size;
  for (std::size_t k = 0; k < bitmaps.size(); ++k) {
    appendSprite(sheet.pixels, bitmaps[k], visibleCentre(bitmaps[k], which[k]), step, size);
  }
  return sheet;
}

#else

bool canRenderEmoji() { return false; }

SpriteSheet renderEmoji(const std::filesystem::path& font, const std::vector<EmojiEntry>&, int) {
  throw Error("This build has no FreeType and cannot render " + font.string() + ".",
              "Install libfreetype-dev and build again.");
}

#endif

void writeEmojiData(const std::filesystem::path& out, const SpriteSheet& sheet,
                    const std::vector<EmojiEntry>& which) {
  const auto count = static_cast<std::size_t>(std::max(sheet.count, 0));
  const auto size = static_cast<std::size_t>(std::max(sheet.size, 0));
  if (count != which.size() || sheet.pixels.size() != count * size * size * 4) {
    throw Error("the sprite sheet has " + std::to_string(sheet.count) + " pictures and " +
                std::to_string(sheet.pixels.size()) + " values for " +
                std::to_string(which.size()) + " emoji of " + std::to_string(sheet.size) +
                " pixels a side");
  }
  nlohmann::json classes = nlohmann::json::array();
  nlohmann::json groups = nlohmann::json::array();
  nlohmann::json codePoints = nlohmann::json::array();
  for (const EmojiEntry& entry : which) {
    classes.push_back(entry.name);
    groups.push_back(entry.group);
    codePoints.push_back(codePointLabel(entry.codePoint));
  }
  const TensorBytes sprites{"sprites", DType::U8, {sheet.count, sheet.size, sheet.size, 4},
                            std::as_bytes(std::span(sheet.pixels))};
  writeSafetensors(out, {sprites},
                   {{"classes", classes.dump()},
                    {"groups", groups.dump()},
                    {"codepoints", codePoints.dump()},
                    {"font", sheet.fontVersion},
                    {"credits", kCredits}});
}

}  // namespace jacobiscope
