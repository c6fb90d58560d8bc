// Device, dtype, threads and memory: what is chosen and what is there.
#pragma once

#include <string>
#include <vector>

#include "engine/nn/torch.h"

namespace jacobiscope {

// "auto" (a GPU where there is one), "cpu", "cuda", "cuda:1". Throws UsageError or Error.
torch::Device chooseDevice(const std::string& text);
// "float32" or "bfloat16".
torch::ScalarType chooseDtype(const std::string& text);
// Empty: as many as there are cores, unless OMP_NUM_THREADS says otherwise.
void useThreads(const std::string& text);

std::string deviceText(torch::Device device);    // "CPU", "CUDA 0"
std::string dtypeText(torch::ScalarType dtype);  // "float32"

// Whether products in bfloat16 are faster there than in float32: on GPUs and on CPUs with
// instructions for them. Elsewhere they are emulated, many times slower.
bool hasBfloat16Arithmetic(torch::Device device);

// Throws Error saying how much `what` needs and how much is free. Linux promises more memory
// than there is, so this is asked before allocating.
void requireMemory(torch::Device device, std::int64_t bytes, const std::string& what,
                   const std::string& hint);

// A warning where matrix products are slow: LibTorch without an optimised BLAS.
std::vector<std::string> blasNotes();

}  // namespace jacobiscope
