// The convergence map as one texture: a column a sweep, a row a stage or, where tokens are
// decoded, a row of their grid, of actions a step. Only columns that are new are coloured and sent.
#pragma once

#include <imgui.h>

#include <cstdint>
#include <functional>
#include <vector>

#include "engine/record/map_colours.h"

namespace jacobiscope {

// The picture in memory. Where a run has more sweeps than the widest texture has columns,
// several sweeps share one and the last of them shows.
class MapPixels {
 public:
  explicit MapPixels(int widest = 16384) : m_widest(widest) {}

  struct Dirty {
    bool all = false;        // the size changed: everything must be sent
    int first = 0, end = 0;  // columns to send
  };
  // Brings the picture up to date and says what changed.
  Dirty update(const RunDigest& digest, int rows, const MapColours& colours);
  Dirty update(const TokenTimeline& tokens, const MapColours& colours);
  Dirty update(const ActionTimeline& actions, const MapColours& colours);

  int width() const { return m_width; }
  int rows() const { return m_rows; }
  int sweepsPerColumn() const { return m_stride; }
  const std::vector<Rgba>& pixels() const { return m_pixels; }  // row-major, width() a row

 private:
  // Colours the cells of a sweep; the one in row r is at `cells[r * width()]`.
  using Paint = std::function<void(std::int64_t sweep, Rgba* cells)>;
  Dirty update(int run, std::int64_t size, int rows, const MapColours& colours,
               const Paint& paint);
  // Of a timeline that says of every sweep what each row did.
  template <class Timeline>
  Dirty updateRows(const Timeline& timeline, const MapColours& colours);

  int m_widest;
  int m_run = 0, m_rows = 0, m_width = 0, m_stride = 1;
  std::int64_t m_done = 0;
  MapColours m_colours;
  std::vector<Rgba> m_pixels;
};

// The same on the graphics card. Needs a current OpenGL context, also to be destroyed.
class MapTexture {
 public:
  MapTexture() = default;
  ~MapTexture();
  MapTexture(const MapTexture&) = delete;
  MapTexture& operator=(const MapTexture&) = delete;

  void update(const RunDigest& digest, int rows, const MapColours& colours);
  void update(const TokenTimeline& tokens, const MapColours& colours);
  void update(const ActionTimeline& actions, const MapColours& colours);
  void clear();
  ImTextureID id() const;
  // Horizontal texture coordinate of a sweep's left edge.
  float u(double sweep) const;

 private:
  void send(const MapPixels::Dirty& dirty);

  unsigned m_texture = 0;
  MapPixels m_pixels;
};

}  // namespace jacobiscope
