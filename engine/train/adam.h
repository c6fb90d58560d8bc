// AdamW (Loshchilov and Hutter, arXiv 1711.05101, betas 0.9 and 0.95) with a learning rate that
// rises, stays and falls, gradient clipping, and the moving average of the weights that is what
// gets released.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "engine/checkpoint/checkpoint.h"
#include "engine/nn/parameters.h"
#include "engine/nn/save_tensors.h"

namespace jacobiscope {

struct AdamSettings {
  std::int64_t steps = 20000;
  double rate = 8e-4;        // peak learning rate
  std::int64_t warmUp = 300;  // steps of linear rise
  double decay = 0.25;       // the last share of the steps falls linearly to zero
  double weightDecay = 1e-4;  // of matrices and convolutions named .weight
  double averageDecay = 0.9995;
  double clip = 1.0;         // largest gradient norm
};

// Begins the names of tensors that only training has a use for: they are never released.
inline constexpr std::string_view kTrainingOnly = "training.";

class Adam {
 public:
  // Takes the parameters of `model` (they will require gradients) and of `average`, a model of
  // the same shape, which is set to the same values. Both walks give the same names.
  Adam(const AdamSettings& settings, const ParameterWalk& model, const ParameterWalk& average);

  // One step from the gradients that backward() left, and one of the average. A gradient that
  // is not finite is dropped: one bad batch must not end the training.
  void step();
  std::int64_t steps() const { return m_step; }
  const AdamSettings& settings() const { return m_settings; }

  // Everything needed to go on, and back; throws Error naming what does not fit, with nothing
  // changed.
  void save(NamedTensors& tensors) const;
  static void requireFit(const TensorView* view, const std::string& name, const Tensor& into,
                         const std::filesystem::path& file);
  void resume(const Checkpoint& checkpoint, std::int64_t step);
  // Released weights as weights and average, with no optimiser's state; what only training has
  // stays as it is.
  void startFrom(const Checkpoint& released);

 private:
  double rateNow() const;

  AdamSettings m_settings;
  std::vector<std::string> m_names;
  std::vector<Tensor> m_parameters, m_averages, m_first, m_second;
  std::int64_t m_step = 0;
};

// The step that a file of save() and metadata "step" was written after.
std::int64_t stepOf(const Checkpoint& checkpoint);

}  // namespace jacobiscope
