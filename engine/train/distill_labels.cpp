#include "engine/train/distill_labels.h"

#include <limits>

#include "engine/vla/action_codec.h"

namespace jacobiscope {

Tensor stepDeviations(const PolicyConfig& config, const Tensor& said, const Tensor& expert) {
  constexpr double kPerBin = 2.0 / ActionCodec::kBins;
  const std::vector<std::int64_t> shape = {said.size(0), -1, config.actionSize};
  const auto bins = [&](const Tensor& tokens) {  // as ActionCodec::bin()
    return (config.words() - 1 - tokens).clamp(0, ActionCodec::kBins - 1).view(shape);
  };
  const Tensor apart = kPerBin * (bins(said) - bins(expert)).abs().to(torch::kFloat32).sum(2);
  const Tensor strange = (said < config.firstActionToken()) | (said >= config.words());
  return apart.masked_fill(strange.view(shape).any(2), std::numeric_limits<float>::infinity());
}

Tensor distillLabels(const PolicyConfig& config, LabelSource source, double most,
                     const Tensor& teacher, const Tensor& expert) {
  if (source == LabelSource::Teacher) return teacher;
  if (source == LabelSource::Data) return expert;
  const Tensor far = stepDeviations(config, teacher, expert) > most;  // [B, m]
  return torch::where(far.repeat_interleave(config.actionSize, 1), expert, teacher);
}

}  // namespace jacobiscope
