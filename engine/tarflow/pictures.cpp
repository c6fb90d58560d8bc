// What a decode looks like at the moment.
#include <cmath>

#include "engine/tarflow/decoder.h"

namespace jacobiscope {

Image toImage(const Tensor& picture) {
  const Tensor colour = picture.size(0) == 3 ? picture : picture.slice(0, 0, 1).expand({3, -1, -1});
  const Tensor bytes = ((colour.nan_to_num(0, 1, -1) * 0.5 + 0.5) * 255)
                           .round()
                           .clamp(0, 255)
                           .to(torch::kUInt8)
                           .permute({1, 2, 0})
                           .to(torch::kCPU)
                           .contiguous();
  Image image;
  image.height = static_cast<int>(bytes.size(0));
  image.width = static_cast<int>(bytes.size(1));
  image.rgba.resize(static_cast<std::size_t>(image.width) * image.height * 4);
  const std::uint8_t* from = bytes.data_ptr<std::uint8_t>();
  for (std::size_t i = 0; i < image.rgba.size() / 4; ++i) {
    for (int c = 0; c < 3; ++c) image.rgba[4 * i + c] = from[3 * i + c];
    image.rgba[4 * i + 3] = 255;
  }
  return image;
}

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
