// From a checkpoint in OpenVLA's layout (safetensors, single or sharded, with config.json) to a
// Policy: the configuration is read off the tensor shapes and config.json.
#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "engine/checkpoint/checkpoint.h"
#include "engine/vla/policy.h"

namespace jacobiscope {

// Whether the tensors bear the names of OpenVLA.
bool looksLikePolicy(const Checkpoint& checkpoint);

// Shapes give every size but these, which config.json says: text_config.num_attention_heads (32
// where it is not given, as transformers has it), .num_key_value_heads, .rope_theta,
// .rms_norm_eps, .bos_token_id, .eos_token_id; vision_heads (a list; 16 for the published towers,
// known by their widths 1024 and 1152); pad_to_multiple_of (64 where it is not given, as
// OpenVLA has it); num_actions_chunk (1), action_dim (7). n_action_bins must be 256 where it is
// given.
//
// A tower with a class token, registers or LayerScale is of DINOv2's kind (a class token,
// ImageNet's colours), one without of SigLIP's.
// The published files hold tensors that no pass reads: each tower's last block, its final norm
// (`norm`) and SigLIP's `attn_pool`. A tower with `norm` or `attn_pool` in the file has such a
// last block; one without, as this project writes them, runs all of its blocks.
//
// Throws Error naming the tensor or key.
PolicyConfig derivePolicyConfig(const Checkpoint& checkpoint);

// Compares every tensor's shape with the configuration; reads and allocates nothing. Throws
// Error for a missing tensor or a wrong shape.
void checkPolicy(const Checkpoint& checkpoint, const PolicyConfig& config);

// Weights in float32 on `device`; checked first, then whether there is memory. Throws Error.
Policy loadPolicy(const Checkpoint& checkpoint, torch::Device device);
Policy loadPolicy(const std::filesystem::path& path, torch::Device device);

// config.json's action_tokens_only: the policy was trained to answer with action tokens and EOS
// only, and must be decoded so. Throws Error where it is no truth value.
bool answersActionsOnly(const nlohmann::json& config);

// What config.json beside a policy must say for derivePolicyConfig() to read it back; the
// writer adds norm_stats.
nlohmann::json policyJson(const PolicyConfig& config);

}  // namespace jacobiscope
