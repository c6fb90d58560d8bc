#include "ui/views/texture_cache.h"

#include <GL/gl.h>
#include <GL/glext.h>

#include <cstdint>

namespace jacobiscope {

TextureCache::~TextureCache() { clear(); }

ImTextureID TextureCache::show(const std::string& place, const Image& image) {
  const auto bytes = static_cast<std::size_t>(image.width) * image.height * 4;
  if (bytes == 0 || image.rgba.size() < bytes) return nullptr;
  Slot& slot = m_slots[place];
  const bool sized = slot.texture && slot.image.width == image.width &&
                     slot.image.height == image.height;
  if (!sized || slot.image.rgba != image.rgba) {
    if (!slot.texture) glGenTextures(1, &slot.texture);
    glBindTexture(GL_TEXTURE_2D, slot.texture);
    glPixelStorei(GL_UNPACK_ALIGNMENT, 4);
    glPixelStorei(GL_UNPACK_ROW_LENGTH, 0);
    if (!sized) {
      glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_LINEAR);
      glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_NEAREST);
      glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_S, GL_CLAMP_TO_EDGE);
      glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_T, GL_CLAMP_TO_EDGE);
      glTexImage2D(GL_TEXTURE_2D, 0, GL_RGBA8, image.width, image.height, 0, GL_RGBA,
                   GL_UNSIGNED_BYTE, image.rgba.data());
    } else {
      glTexSubImage2D(GL_TEXTURE_2D, 0, 0, 0, image.width, image.height, GL_RGBA,
                      GL_UNSIGNED_BYTE, image.rgba.data());
    }
    slot.image = image;
  }
  return reinterpret_cast<ImTextureID>(static_cast<std::intptr_t>(slot.texture));
}

void TextureCache::clear() {
  for (auto& [place, slot] : m_slots)
    if (slot.texture) glDeleteTextures(1, &slot.texture);
  m_slots.clear();
}

}  // namespace jacobiscope
