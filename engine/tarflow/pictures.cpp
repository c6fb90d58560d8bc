// What a decode looks like at the moment.
#include <cmath>

#include "engine/tarflow/decoder.h"

namespace jacobiscope {

std::vector<Panel> TarFlowDecoder::panels() const {
  const torch::NoGradGuard noGrad;
  const TarFlowConfig& config = m_flow.model.config;
  const Tensor pictures = unpatchify(present(), config);
  const Image sample = toImage(pictures[0]);
  Strip strip;
  strip.images = m_strip;
  strip.captions.push_back("noise");
  const Plan names = plan();
  for (std::size_t s = 0; s + 1 < m_strip.size(); ++s) strip.captions.push_back(names.stages[s]);
  if (m_solver) {
    strip.current = static_cast<int>(strip.images.size());
    strip.images.push_back(sample);
    strip.captions.push_back(names.stages[m_stage]);
  }
  std::vector<Panel> panels = {{"strip", "noise to image", std::move(strip)},
                               {"sample", "sample", sample}};
  if (pictures.size(0) > 1) {
    Strip batch;
    for (std::int64_t i = 0; i < pictures.size(0); ++i) {
      batch.images.push_back(toImage(pictures[i]));
      batch.captions.push_back("#" + std::to_string(i + 1));
    }
    panels.push_back({"batch", "batch", std::move(batch)});
  }
  return panels;
}

}  // namespace jacobiscope
