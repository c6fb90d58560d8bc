// How much memory decoding takes, asked for before anything is allocated.
#pragma once

#include "engine/t2i/decoder.h"

namespace jacobiscope {

// Keys and values, activations and distributions of a batch, and its pictures in the VQ.
std::int64_t tokenBytes(const GptConfig& gpt, const VqConfig& vq, std::int64_t batch);

// Throws Error naming what to lower.
void requireTokenMemory(const LoadedT2i& model, std::int64_t batch);

}  // namespace jacobiscope
