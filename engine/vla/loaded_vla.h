// A policy with what goes with it: its student, the words it reads and what its tokens mean.
#pragma once

#include <filesystem>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/core/family.h"
#include "engine/t2i/tokenizer.h"
#include "engine/vla/action_codec.h"
#include "engine/vla/llama_pass.h"
#include "engine/vla/load_policy.h"
#include "engine/vla/sim/camera.h"

namespace jacobiscope {

// Where its parts lie: in a folder, or beside the file given.
struct VlaFiles {
  std::filesystem::path policy;   // the folder itself or the file
  std::filesystem::path student;  // student.safetensors; empty: there is none
  std::filesystem::path words;    // spiece.model, whether it is there or not
};
VlaFiles findVlaFiles(const std::filesystem::path& path);

// One set of weights.
struct VlaBrain {
  std::string name;  // "teacher", "student"
  Policy policy;
  // Made when first asked for; the second answers with answerTokens() only.
  std::unique_ptr<PreparedLlama> all, actions;
};

// What the decoders of one model share. Lives as long as the family.
struct LoadedVla {
  PolicyConfig config;  // of all brains
  std::vector<VlaBrain> brains;
  std::optional<Tokenizer> tokenizer;
  std::optional<ActionCodec> codec;
  std::optional<ValueRanges> states;  // of proprioception, where the policy is given it
  torch::Device device = torch::kCPU;
  torch::ScalarType dtype = torch::kFloat32;
  bool binsOnly = false;  // trained to answer with action tokens only

  // Throws Error where there is none of that name.
  VlaBrain& brain(const std::string& name);
  const PreparedLlama& prepared(VlaBrain& brain, bool actionsOnly) const;
  // The rows before the action tokens, [1, R, d]. `state`: the arm's proprioception as it is;
  // `text` as instructionTokens() gives it.
  Tensor prefix(const VlaBrain& brain, const CameraPicture& picture, std::span<const float> state,
                const std::vector<std::int64_t>& text) const;
};

// `config`: modelConfig() of the policy. Everything is checked before any weight is read. Throws
// Error naming the file, key or tensor: no spiece.model, no statistics, a student of another
// structure, actions that are not this arm's seven.
LoadedVla loadVla(const Checkpoint& checkpoint, const VlaFiles& files, const LoadRequest& request,
                  const nlohmann::json& config);

// What decoding a chunk takes at most, and whether it is there: Error naming what to lower.
std::int64_t chunkBytes(const LoadedVla& model, std::int64_t words);
void requireChunkMemory(const LoadedVla& model, std::int64_t words);

}  // namespace jacobiscope
