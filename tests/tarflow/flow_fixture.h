// Small models for the tests: the published code's random checkpoints and models made here.
#pragma once

#include <memory>
#include <string>

#include "engine/checkpoint/safetensors.h"
#include "engine/core/family.h"
#include "engine/nn/load_tensor.h"
#include "engine/tarflow/flow_family.h"

namespace jacobiscope {

inline std::filesystem::path flowData(const std::string& file) {
  return std::filesystem::path(JACOBISCOPE_TEST_DATA) / "tarflow" / file;
}

inline std::unique_ptr<FlowFamily> openFlow(const std::string& name) {
  LoadRequest request{flowData(name + ".pth"), {}, {{"device", "cpu"}}};
  return std::make_unique<FlowFamily>(request);
}

inline Tensor expected(const Arrays& arrays, const std::string& key) {
  return toTensor(arrays.at(key));
}

inline double largestDifference(const Tensor& a, const Tensor& b) {
  return (a.to(torch::kFloat64) - b.to(torch::kFloat64)).abs().max().item<double>();
}

// Decodes to the end and returns the image [B, C, H, W]; denoise is off unless set.
inline Tensor decodeImage(Family& family, const Input& input, KnobValues given,
                          std::vector<Sweep>* sweeps = nullptr) {
  given.try_emplace("denoise", 0.0);
  const KnobValues knobs = completeKnobs(family.info().knobs, given);
  const auto decoder = family.begin(knobs, input);
  while (auto sweep = decoder->sweep()) {
    if (sweeps) sweeps->push_back(std::move(*sweep));
  }
  return toTensor(decoder->result().at("image"));
}

}  // namespace jacobiscope
