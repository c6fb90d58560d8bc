#include "ui/views/map_texture.h"

#include <GL/gl.h>
#include <GL/glext.h>

#include <algorithm>
#include <cmath>

namespace jacobiscope {

MapTexture::~MapTexture() { clear(); }

void MapTexture::update(const RunDigest& digest, int rows, const MapColours& colours) {
  send(m_pixels.update(digest, rows, colours));
}

void MapTexture::update(const TokenTimeline& tokens, const MapColours& colours) {
  send(m_pixels.update(tokens, colours));
}

void MapTexture::update(const ActionTimeline& actions, const MapColours& colours) {
  send(m_pixels.update(actions, colours));
}

void MapTexture::update(const ErrorTimeline& errors, int rows, const MapColours& colours,
                        bool tokens) {
  send(m_pixels.update(errors, rows, colours, tokens));
}

void MapTexture::send(const MapPixels::Dirty& dirty) {
  const bool fresh = m_texture == 0;
  if (fresh) glGenTextures(1, &m_texture);
  if (!fresh && !dirty.all && dirty.first >= dirty.end) return;
  glBindTexture(GL_TEXTURE_2D, m_texture);
  glPixelStorei(GL_UNPACK_ALIGNMENT, 4);
  glPixelStorei(GL_UNPACK_ROW_LENGTH, m_pixels.width());
  if (fresh || dirty.all) {
    for (GLenum filter : {GL_TEXTURE_MIN_FILTER, GL_TEXTURE_MAG_FILTER})
      glTexParameteri(GL_TEXTURE_2D, filter, GL_NEAREST);
    for (GLenum wrap : {GL_TEXTURE_WRAP_S, GL_TEXTURE_WRAP_T})
      glTexParameteri(GL_TEXTURE_2D, wrap, GL_CLAMP_TO_EDGE);
    glTexImage2D(GL_TEXTURE_2D, 0, GL_RGBA8, m_pixels.width(), m_pixels.rows(), 0, GL_RGBA,
                 GL_UNSIGNED_BYTE, m_pixels.pixels().data());
  } else {
    glTexSubImage2D(GL_TEXTURE_2D, 0, dirty.first, 0, dirty.end - dirty.first, m_pixels.rows(),
                    GL_RGBA, GL_UNSIGNED_BYTE, m_pixels.pixels().data() + dirty.first);
  }
  glPixelStorei(GL_UNPACK_ROW_LENGTH, 0);
}

void MapTexture::clear() {
  if (m_texture) glDeleteTextures(1, &m_texture);
  m_texture = 0;
}

ImTextureID MapTexture::id() const {
  return reinterpret_cast<ImTextureID>(static_cast<std::intptr_t>(m_texture));
}

float MapTexture::u(double sweep) const {
  return static_cast<float>(sweep / m_pixels.sweepsPerColumn() / std::max(1, m_pixels.width()));
}

}  // namespace jacobiscope
