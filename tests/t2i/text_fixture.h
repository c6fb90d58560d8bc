// The small text models of tests/data/t2i and what the published code makes of them.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "engine/checkpoint/safetensors.h"
#include "engine/core/error.h"
#include "engine/nn/load_tensor.h"
#include "engine/t2i/load_text_encoder.h"

namespace jacobiscope {

inline std::filesystem::path textData(const std::string& file) {
  return std::filesystem::path(JACOBISCOPE_TEST_DATA) / "t2i" / file;
}

inline std::string readFile(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline void writeFile(const std::filesystem::path& path, const std::string& content) {
  std::ofstream(path, std::ios::binary) << content;
}

inline double largestDifference(const Tensor& a, const Tensor& b) {
  return (a.to(torch::kFloat64) - b.to(torch::kFloat64)).abs().max().item<double>();
}

// The message and hint of the Error that `call` throws, or "no error".
template <class Call>
std::string errorOf(Call call) {
  try {
    call();
  } catch (const Error& error) {
    return std::string(error.what()) + " | " + error.hint();
  }
  return "no error";
}

}  // namespace jacobiscope
