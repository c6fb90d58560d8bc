// From a checkpoint of transformers (T5, T5 v1.1, flan-t5, encoder alone or with its decoder)
// to a TextEncoder: the configuration is read off the tensor shapes and config.json.
#pragma once

#include <filesystem>

#include "engine/checkpoint/checkpoint.h"
#include "engine/t2i/text_encoder.h"

namespace jacobiscope {

// Whether the tensors bear the names of a T5 encoder.
bool looksLikeTextEncoder(const Checkpoint& checkpoint);

// Of config.json these are read: num_heads, d_kv, d_model, d_ff, num_layers, vocab_size,
// relative_attention_num_buckets (all must agree with the shapes),
// relative_attention_max_distance (128 where it is not given), layer_norm_epsilon (1e-6 or
// nothing) and feed_forward_proj ("gated-gelu" or "relu"). Throws Error naming the tensor or key.
TextEncoderConfig deriveTextEncoderConfig(const Checkpoint& checkpoint);

// Compares every tensor's shape with the configuration; reads and allocates nothing. Throws
// Error for a missing tensor or a wrong shape. What the encoder has no use for (decoder.*,
// lm_head) is ignored; encoder.embed_tokens.weight may stand for shared.weight.
void checkTextEncoder(const Checkpoint& checkpoint, const TextEncoderConfig& config);

// Weights in float32 on `device`. Checks them first, then whether there is memory, then that
// every number is finite. `path` is a folder or file as Checkpoint::open() takes. Throws Error.
TextEncoder loadTextEncoder(const std::filesystem::path& path, torch::Device device);

}  // namespace jacobiscope
