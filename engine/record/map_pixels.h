// The convergence map as pixels, for the screen and for figures: a column a sweep, a row a stage
// or, where tokens are decoded, a row of their grid, of actions a step. Only columns that are new
// are coloured.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "engine/core/colormap.h"
#include "engine/core/scales.h"
#include "engine/record/action_timeline.h"
#include "engine/record/run_digest.h"
#include "engine/record/token_timeline.h"
#include "engine/record/true_error.h"

namespace jacobiscope {

// Of the largest change of an action step, in bins.
inline constexpr LogScale kBinScale{0.5, 128};

struct MapColours {
  bool cividis = false;
  Rgba neutral = 0;  // decoded without a measured residual
  Rgba problem = 0;  // diverged
  LogScale scale;

  Rgba of(const SweepMark& sweep) const;
  // On a linear scale from 0 to 1; what is settled is as dark as 0.
  Rgba of(const RowMark& row) const;
  // By the change in bins; what is settled or did not move is as dark as the least.
  Rgba of(const StepMark& step) const;
  // On the scale of the residual of the same run; 0 is transparent: not judged.
  Rgba ofError(float error, bool bins) const;
  Rgba ofDifferingShare(float share) const;
  bool operator==(const MapColours& other) const {
    return cividis == other.cividis && neutral == other.neutral && problem == other.problem;
  }
};

// The names of the rows: the stages, "row 0" to "row 15", or "step 1" to "step 5". Pure.
std::vector<std::string> mapRows(const ModelInfo& model, const std::vector<std::string>& stages);

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
  // Errors in place of residuals; `rows` where its rows are stages.
  Dirty update(const ErrorTimeline& errors, int rows, const MapColours& colours, bool tokens);

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

}  // namespace jacobiscope
