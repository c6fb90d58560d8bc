// Pictures and tensors that a command reads.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "engine/core/array.h"
#include "engine/core/family.h"

namespace jacobiscope {

// What `--noise FILE.safetensors` holds: "noise" [B, N, D] float and perhaps "labels" [B].
// Throws Error naming the file and the tensor that is missing or of a wrong shape.
Arrays readNoise(const std::filesystem::path& file);

// What `--text-features FILE.safetensors` holds: "caption_features" [1, L, C] float and perhaps
// "mask" [1, L], 0 for padding. Throws Error likewise.
Arrays readTextFeatures(const std::filesystem::path& file);

struct InputPictures {
  Array images;                      // [B, C, H, W] in [-1, 1]
  std::vector<std::int64_t> labels;  // [B], or empty
  std::string origin;                // "12 pictures of FOLDER"
};

// Pictures for a model that reads [B, channels, height, width]: one PNG or JPEG, a folder of
// them (in the order of their names), or a safetensors file with "image" [B, C, H, W] and
// perhaps "labels" [B]. Drawn pictures are cropped and resized to fit; tensors must fit.
InputPictures readPictures(const std::filesystem::path& source, int channels, int height,
                           int width);

// The class that `--label N` (-1: the null class) or `--label-name NAME` asks for, checked
// against the model's classes; nothing where neither is given. UsageError otherwise.
std::optional<std::int64_t> labelOf(const ModelInfo& model,
                                    const std::optional<std::string>& number,
                                    const std::optional<std::string>& name);

}  // namespace jacobiscope
