// What a TarFlow can do besides decoding, without a Torch header in sight: the command
// line and the window call these with a model that loadModel() returned. Each throws
// Error where the model is of another family.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "engine/core/array.h"
#include "engine/core/family.h"

namespace jacobiscope {

PictureShape pictureShape(const Family& model);

// The forward direction. `images` is "image" [B, C, H, W] in [-1, 1] of the model's shape;
// `labels` holds B classes, -1 for the null class, or is empty: all null. Returns "z"
// [B, N, D], which `run --noise` takes back as "noise", and "logdet" [B] (minus the sum
// over blocks of the mean of a, the published code's). Throws UsageError for a wrong
// shape or a class that does not exist.
Arrays encodeImages(Family& model, const Array& images, const std::vector<std::int64_t>& labels);

// The configuration that the shapes, config.json and the options give, without loading
// the weights: names as in the published code with their values as text, in reading
// order ("channels" -> "768", "num_blocks" -> "8"). Throws Error naming what is missing.
std::vector<std::pair<std::string, std::string>> describeConfig(const LoadRequest& request);

// Whether the file holds what that configuration needs, without loading it.
struct Completeness {
  std::vector<std::string> missing;  // names of tensors, the first few of them
  std::string problem, hint;         // what loading would be refused for; empty where nothing is
};
Completeness checkComplete(const LoadRequest& request);

// Floating-point operations of all forward passes of `positions` tokens through one
// block, conditional and unconditional branch counted apart: what a pass must do at the
// least, for comparing with matrixProductFlops().
double forwardFlops(const Family& model, std::int64_t positions);

// Floating-point operations per second that one large plain matrix product reaches on
// this device in this dtype ("cpu", "float32"), the median of several. It takes about a
// second.
double matrixProductFlops(const std::string& device, const std::string& dtype);

}  // namespace jacobiscope
