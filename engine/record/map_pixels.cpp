#include "engine/record/map_pixels.h"

#include <algorithm>
#include <cmath>

namespace jacobiscope {

Rgba MapColours::of(const SweepMark& sweep) const {
  if (sweep.verdict == Verdict::Diverged || std::isinf(sweep.residual)) return problem;
  if (std::isnan(sweep.residual)) return neutral;
  return mapColour(scale.unit(sweep.residual), cividis);
}

Rgba MapColours::of(const RowMark& row) const {
  switch (row.kind) {
    case RowMark::Kind::Untouched: break;
    case RowMark::Kind::Untested: return neutral;
    case RowMark::Kind::Tested: return mapColour(row.change, cividis);
    case RowMark::Kind::Settled: return mapColour(0, cividis);
  }
  return 0;
}

Rgba MapColours::of(const StepMark& step) const {
  switch (step.kind) {
    case StepMark::Kind::Untouched:
    case StepMark::Kind::Acted: break;  // drawn over the map
    case StepMark::Kind::New: return neutral;
    case StepMark::Kind::Moved: return mapColour(kBinScale.unit(step.bins), cividis);
    case StepMark::Kind::Settled: return mapColour(0, cividis);
  }
  return 0;
}

Rgba MapColours::ofError(float error, bool bins) const {
  if (std::isnan(error)) return 0;
  if (std::isinf(error)) return problem;
  return mapColour((bins ? kBinScale : scale).unit(error), cividis);
}

Rgba MapColours::ofDifferingShare(float share) const {
  return std::isnan(share) ? 0 : mapColour(share, cividis);
}

std::vector<std::string> mapRows(const ModelInfo& model, const std::vector<std::string>& stages) {
  std::vector<std::string> rows;
  if (movesRobot(model)) {
    for (int step = 1; step <= model.chunk; ++step) rows.push_back("step " + std::to_string(step));
    return rows;
  }
  if (!decodesTokens(model)) return stages;
  for (int row = 0; row < model.gridRows; ++row) rows.push_back("row " + std::to_string(row));
  return rows;
}

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

MapPixels::Dirty MapPixels::update(const ErrorTimeline& errors, int rows,
                                   const MapColours& colours, bool tokens) {
  if (errors.rows() > 0) rows = errors.rows();
  return update(errors.run(), errors.size(), rows, colours, [&](std::int64_t at, Rgba* cells) {
    if (errors.rows() == 0) {
      const ErrorMark& mark = errors.at(at);
      if (mark.stage < m_rows)
        cells[static_cast<std::size_t>(mark.stage) * m_width] =
            colours.ofError(mark.largest, false);
      return;
    }
    for (int row = 0; row < m_rows; ++row) {
      const float part = errors.row(at, row);
      cells[static_cast<std::size_t>(row) * m_width] =
          tokens ? colours.ofDifferingShare(part) : colours.ofError(part, true);
    }
  });
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

}  // namespace jacobiscope
