#include "engine/picture/picture_file.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>

#include "engine/core/error.h"

#define STB_IMAGE_IMPLEMENTATION
#define STBI_ONLY_PNG
#define STBI_ONLY_JPEG
#define STBI_MAX_DIMENSIONS 16384
#define STBI_FAILURE_USERMSG
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#include <stb/stb_image.h>
#define STB_IMAGE_RESIZE_IMPLEMENTATION
#define STB_IMAGE_RESIZE_STATIC
#include <stb/stb_image_resize.h>
#pragma GCC diagnostic pop

namespace jacobiscope {

Image readPicture(const std::filesystem::path& file) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(file, error)) {
    throw Error("The picture " + file.string() + " does not exist.");
  }
  int width = 0, height = 0, channels = 0;
  const std::unique_ptr<stbi_uc, void (*)(void*)> pixels(
      stbi_load(file.c_str(), &width, &height, &channels, 4), stbi_image_free);
  if (!pixels) {
    throw Error("The picture " + file.string() + " cannot be read (" + stbi_failure_reason() + ").",
                "PNG and JPEG are read, up to 16384 pixels a side.");
  }
  Image image{width, height, {}};
  image.rgba.assign(pixels.get(), pixels.get() + std::size_t{4} * width * height);
  return image;
}

std::vector<float> fitPicture(const Image& image, int channels, int height, int width) {
  const double scale = std::min(static_cast<double>(image.width) / width,
                                static_cast<double>(image.height) / height);
  const int cropWidth = std::clamp<int>(std::lround(width * scale), 1, image.width);
  const int cropHeight = std::clamp<int>(std::lround(height * scale), 1, image.height);
  const int left = (image.width - cropWidth) / 2, top = (image.height - cropHeight) / 2;
  std::vector<float> crop(std::size_t{3} * cropWidth * cropHeight);
  for (int y = 0; y < cropHeight; ++y) {
    for (int x = 0; x < cropWidth; ++x) {
      const std::size_t from = 4 * (std::size_t(top + y) * image.width + left + x);
      const float alpha = image.rgba[from + 3] / 255.0f;
      for (int c = 0; c < 3; ++c) {
        const float over = image.rgba[from + c] * alpha + 255.0f * (1 - alpha);
        crop[3 * (std::size_t(y) * cropWidth + x) + c] = over / 127.5f - 1;
      }
    }
  }
  std::vector<float> fitted(std::size_t{3} * width * height);
  if (!stbir_resize_float(crop.data(), cropWidth, cropHeight, 0, fitted.data(), width, height, 0,
                          3)) {
    throw std::bad_alloc();
  }
  const std::size_t plane = std::size_t(width) * height;
  std::vector<float> planes(channels * plane);
  for (std::size_t i = 0; i < plane; ++i) {
    const float* rgb = &fitted[3 * i];
    for (int c = 0; c < channels; ++c) {
      // Rec. 709 weights for a model of one channel.
      const float value = channels == 1 ? 0.2126f * rgb[0] + 0.7152f * rgb[1] + 0.0722f * rgb[2]
                                        : (c < 3 ? rgb[c] : 1.0f);
      planes[c * plane + i] = std::clamp(value, -1.0f, 1.0f);
    }
  }
  return planes;
}

Image gridPicture(const Array& batch) {
  const auto* values = std::get_if<std::vector<float>>(&batch.values);
  const auto& shape = batch.shape;
  if (values == nullptr || shape.size() != 4 || (shape[1] != 1 && shape[1] != 3)) {
    throw Error("The result is no picture of one or three channels.",
                "Write it as tensors: --out FILE.safetensors.");
  }
  const auto count = static_cast<int>(shape[0]), channels = static_cast<int>(shape[1]);
  const auto height = static_cast<int>(shape[2]), width = static_cast<int>(shape[3]);
  const int columns = std::max(1, static_cast<int>(std::ceil(std::sqrt(double(count)))));
  const int rows = (count + columns - 1) / columns;
  Image image{columns * width, rows * height, {}};
  image.rgba.assign(std::size_t{4} * image.width * image.height, 255);
  const std::size_t plane = std::size_t(width) * height;
  for (int b = 0; b < count; ++b) {
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        const std::size_t to = 4 * ((std::size_t(b / columns) * height + y) * image.width +
                                    std::size_t(b % columns) * width + x);
        for (int c = 0; c < 3; ++c) {
          const int from = channels == 1 ? 0 : c;
          const float value = (*values)[(std::size_t(b) * channels + from) * plane +
                                        std::size_t(y) * width + x];
          // Written so that NaN becomes black instead of undefined.
          const float clipped = value > -1 ? std::min(value, 1.0f) : -1.0f;
          image.rgba[to + c] = static_cast<std::uint8_t>(std::lround((clipped + 1) * 127.5f));
        }
      }
    }
  }
  return image;
}

}  // namespace jacobiscope
