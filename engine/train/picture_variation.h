// Small changes to a camera's pictures, so that a policy does not hang on the very colours.
#pragma once

#include "engine/nn/torch.h"

namespace jacobiscope {

// Every value is drawn uniformly and anew for each picture.
struct PictureVariation {
  double brightness = 0.05;  // largest that is added, either way, as a share of white
  double contrast = 0.05;    // largest change, either way, of the distance from the mean
  // Pixels either way, the border repeated. It hides where things are: a pixel of the bundled
  // model's pictures is some millimetres of table.
  int shift = 0;
};

// Pictures [B, H, W, 3] uint8, varied: the same shape, float32 in [0, 255].
Tensor variedPictures(const Tensor& pictures, const PictureVariation& variation,
                      torch::Generator& generator);

}  // namespace jacobiscope
