#include "ui/views/map_texture.h"

#include <GL/gl.h>
#include <GL/glext.h>

#include <algorithm>
#include <cmath>

namespace jacobiscope {

MapPixels::Dirty MapPixels::update(const RunDigest& digest, int rows, const MapColours& colours) {
  return update(digest.run(), digest.size(), rows, colours, [&](std::int64_t at, Rgba* cells) {
    const SweepMark& sweep = digest.sweeps()[at];
    if (sweep.stage < m_rows)
      cells[static_cast<std::size_t>(sweep.stage) * m_width] = colours.of(sweep);
  });
}

template <class Timeline>
MapPixels::Dirty MapPixels::updateRows(const Timeline& timeline, const MapColours& colours) {
  return update(timeline.run(), timeline.size(), timeline.rows(), colours,
                [&](std::int64_t at, Rgba* cells) {
                  for (int row = 0; row < timeline.rows(); ++row)
                    cells[static_cast<std::size_t>(row) * m_width] =
                        colours.of(timeline.row(at, row));
                });
}

MapPixels::Dirty MapPixels::update(const TokenTimeline& tokens, const MapColours& colours) {
  return updateRows(tokens, colours);
}

MapPixels::Dirty MapPixels::update(const ActionTimeline& actions, const MapColours& colours) {
  return updateRows(actions, colours);
}

MapPixels::Dirty MapPixels::update(int run, std::int64_t size, int rows,
                                   const MapColours& colours, const Paint& paint) {
  rows = std::max(1, rows);
  int width = std::max(256, m_width), stride = m_stride;
  const bool anew = run != m_run || size < m_done || rows != m_rows ||
                    !(colours == m_colours);
  if (anew) width = 256, stride = 1;
  while (size > std::int64_t{width} * stride) {
    if (width < m_widest) {
      width *= 2;
    } else {
      stride *= 2;
    }
  }
  const bool resized = anew || width != m_width || stride != m_stride;
  if (resized) {
    m_run = run;
    m_rows = rows;
    m_width = width;
    m_stride = stride;
    m_colours = colours;
    m_done = 0;
    m_pixels.assign(static_cast<std::size_t>(width) * rows, 0);
  }
  const Dirty dirty{resized, static_cast<int>(m_done / stride),
                    static_cast<int>((size + stride - 1) / stride)};
  for (; m_done < size; ++m_done) paint(m_done, m_pixels.data() + m_done / stride);
  return dirty;
}

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
