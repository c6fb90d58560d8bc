#include "engine/core/colormap.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

namespace jacobiscope {

namespace {

// 65 evenly spaced colours each; between them colours are interpolated.
constexpr int kKnots = 65;

constexpr std::string_view kViridis =
    "44015446065a470d6047136547186a481d6f482374482878472d7b46327e453681443b844240864045873f4989"
    "3d4e8a3b528b39568c375a8d355e8d33638d31668e2f6a8e2e6e8e2c728e2b768e297a8e287d8e26818e25858e"
    "23898e228c8d21908c20948c1f988b1e9b8a1f9f8820a38721a68524aa8328ae802cb17e31b57b37b8773ebc74"
    "45bf704cc26c54c6675dc96365cc5d6ece5878d15282d34c8cd64696d83fa0da39abdc32b5de2bc0df24cbe11f"
    "d5e21ae0e318eae51af4e61efde725";

constexpr std::string_view kCividis =
    "00224e00255400285b002b62002e6a0030700433711135701a386f213b6e273e6e2d416d32436d36466c3b496c"
    "3f4c6c434e6c47516c4b546c4f576c52596d565c6d5a5f6e5d626e61656f646770686a716b6d726f7073727374"
    "7576767978777c7b78807e788481798784788b87788f8a78938d789790779b93769f9676a39a75a79d74aba072"
    "afa371b3a670b7aa6ebbad6cbfb06bc3b469c8b766ccba64d0be61d4c15fd9c55cddc958e1cc55e6d051ead44c"
    "efd748f4db42f8df3cfde334fee838";

constexpr int nibble(char digit) { return digit <= '9' ? digit - '0' : digit - 'a' + 10; }

constexpr std::array<Rgba, kKnots> parsed(std::string_view hex) {
  std::array<Rgba, kKnots> colours{};
  for (int i = 0; i < kKnots; ++i) {
    int channel[3] = {};
    for (int c = 0; c < 3; ++c)
      channel[c] = nibble(hex[i * 6 + c * 2]) * 16 + nibble(hex[i * 6 + c * 2 + 1]);
    colours[i] = rgba(channel[0], channel[1], channel[2]);
  }
  return colours;
}

constexpr std::array<Rgba, kKnots> kViridisKnots = parsed(kViridis);
constexpr std::array<Rgba, kKnots> kCividisKnots = parsed(kCividis);

}  // namespace

Rgba mixed(Rgba from, Rgba to, float t) {
  Rgba result = 0;
  for (int shift = 0; shift < 32; shift += 8) {
    const float a = static_cast<float>(from >> shift & 255);
    const float b = static_cast<float>(to >> shift & 255);
    result |= static_cast<Rgba>(a + (b - a) * t + 0.5f) << shift;
  }
  return result;
}

Rgba mapColour(double unit, bool cividis) {
  const auto& knots = cividis ? kCividisKnots : kViridisKnots;
  const double place = std::clamp(unit, 0.0, 1.0) * (kKnots - 1);
  const int left = std::min(kKnots - 2, static_cast<int>(place));
  return mixed(knots[left], knots[left + 1], static_cast<float>(place - left));
}

Rgba inkOn(Rgba colour) {
  const float luma = 0.299f * (colour & 255) + 0.587f * (colour >> 8 & 255) +
                     0.114f * (colour >> 16 & 255);
  return luma > 128 ? rgba(0, 0, 0) : rgba(255, 255, 255);
}

}  // namespace jacobiscope
