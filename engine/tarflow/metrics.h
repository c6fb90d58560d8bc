// What tells which blocks are hard: the metrics of GS-Jacobi (arXiv 2505.12849, section 4).
#pragma once

#include <filesystem>

#include "engine/tarflow/decoder.h"

namespace jacobiscope {

struct BlockMetrics {
  double igmZ = 0, igmZeros = 0;  // initial guessing metric of the guesses z and zeros
  double crm = 0;                 // convergence ranking metric
  double expAX = 0, weightA = 0, weightC = 0;  // crm = expAX * weightA + weightC
};

// `x` is the block's input of the forward direction, [B, N, D] in raster order; labels [B],
// or undefined for the null class, as the published script has it. IGM is the spectral norm of the mean over the batch of
// exp(a(guess)) z + c(guess) - x; CRM is |mean exp(-a) x| |W_a| + |W_c|, spectral norms.
BlockMetrics blockMetrics(const TarFlow& model, int block, const Tensor& x,
                          const Tensor& labels = {});

// Calibration over pictures [B, C, H, W], or over samples of the model, drawn from `seed`, when
// there are none. Throws Error where memory for so many pictures is lacking.
std::unique_ptr<AnalysisTask> calibration(LoadedFlow& flow, const KnobValues& knobs,
                                          std::uint64_t seed, Tensor images, Tensor labels,
                                          std::string origin);

// A column for each metric.
std::vector<StageColumn> metricColumns(const std::vector<BlockMetrics>& decodeOrder);

// Schedules that follow from the metrics, in decode order: GS-Jacobi lists with the better
// guess, segments where a block's share of the CRM dominates; and window widths likewise.
std::vector<Preset> proposedSchedules(const std::vector<BlockMetrics>& decodeOrder, int tokens);

}  // namespace jacobiscope
