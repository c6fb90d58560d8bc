// A text-to-image model from its parts: the GPT, the VQ and, where there is one, the text
// encoder.
#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>

#include "engine/core/family.h"
#include "engine/t2i/gpt.h"
#include "engine/t2i/vq.h"

namespace jacobiscope {

// Where the parts lie; `text` and `vq` may be empty.
struct T2iParts {
  std::filesystem::path gpt, vq;
  std::filesystem::path text;  // a folder with spiece.model, weights and config.json
};

// "gpt=FILE,vq=FILE[,text=DIR]", a folder with the parts, or the file of a GPT with the others
// beside it. In a folder the file whose name begins with "vq" is the VQ, "text" the encoder's
// folder, and the other one the GPT. UsageError for an unknown or doubled key or a missing file.
T2iParts findParts(const std::filesystem::path& path);

bool looksLikeGpt(const Checkpoint& checkpoint);
// The same of a file or folder; false where it cannot be read.
bool holdsGpt(const std::filesystem::path& path);
bool looksLikeVq(const Checkpoint& checkpoint);

// The configuration as far as shapes tell it; heads and the tokens of the picture from
// config["gpt"] (n_head, block_size), from the request's options (heads, grid), or from the
// published models of these sizes. What was assumed goes to `notes`; what cannot be told is
// asked for by name.
GptConfig deriveGptConfig(const Checkpoint& checkpoint, const nlohmann::json& config,
                          const LoadRequest& request, std::vector<std::string>& notes);
VqConfig deriveVqConfig(const Checkpoint& checkpoint);

Gpt loadGpt(const Checkpoint& checkpoint, const GptConfig& config, torch::Device device);
VqModel loadVq(const Checkpoint& checkpoint, torch::Device device);

}  // namespace jacobiscope
