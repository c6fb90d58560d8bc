// Pictures of emoji from a colour bitmap font, and the data files that models train on.
// No Torch. Rendering needs FreeType with PNG support; the rest does not.
//
// The whole of `train data emoji`:
//
//   const auto chosen = selectCuratedEmoji(readEmojiTest(kDebianEmojiTest));
//   writeEmojiData(out, renderEmoji(kDebianEmojiFont, chosen, 64), chosen);
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "engine/train/emoji_list.h"

namespace jacobiscope {

// Where Debian's package `fonts-noto-color-emoji` puts the font.
inline constexpr const char* kDebianEmojiFont =
    "/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf";

// Largest side of a sprite, in pixels.
inline constexpr int kMaxSpriteSize = 512;

// K square pictures of the same size, with the font they come from.
struct SpriteSheet {
  int count = 0;                     // K
  int size = 0;                      // S, in pixels
  std::vector<std::uint8_t> pixels;  // [K, S, S, 4], RGBA, sRGB values times alpha
  std::string fontVersion;           // the font's own version string

  // The value at row `y`, column `x`, channel `c` (0 red ... 3 alpha) of sprite `k`.
  std::uint8_t at(int k, int y, int x, int c) const {
    const auto row = static_cast<std::size_t>(k) * size + y;
    return pixels[(row * size + x) * 4 + c];
  }
};

// Whether this build has FreeType.
bool canRenderEmoji();

// Renders `which` from the colour bitmaps of `font` (its largest strike; Noto Color Emoji
// has 136x128) to size x size. All are scaled alike, so that the largest side of a bitmap
// fills the sprite, by averaging over areas of the premultiplied sRGB values; each is
// centred on the box around its visible pixels. Throws UsageError for a size outside
// 1...kMaxSpriteSize, and Error when this build has no FreeType, the font cannot be opened
// (the hint names the Debian package), has no colour bitmaps, or lacks one of the emoji
// (named).
SpriteSheet renderEmoji(const std::filesystem::path& font, const std::vector<EmojiEntry>& which,
                        int size);

// Writes a safetensors file with the tensor `sprites`, U8 [K, S, S, 4] as in the sheet, and
// the metadata `classes`, `groups`, `codepoints` (JSON lists of K strings, in class order),
// `font` (version) and `credits`. `which` must be what the sheet was rendered from: throws
// Error when the counts or the number of pixels disagree, or the file cannot be written.
void writeEmojiData(const std::filesystem::path& out, const SpriteSheet& sheet,
                    const std::vector<EmojiEntry>& which);

}  // namespace jacobiscope
