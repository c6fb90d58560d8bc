#include <nlohmann/json.hpp>

#include "engine/checkpoint/atomic_file.h"
#include "engine/nn/save_tensors.h"
#include "engine/train/flow_trainer.h"

namespace jacobiscope {

void releaseFlow(TarFlow& model, const std::vector<std::string>& classes,
                 const std::filesystem::path& file) {
  NamedTensors tensors;
  model.visit([&](const std::string& name, Tensor& tensor) {
    tensors.emplace_back(name, tensor.detach().to(torch::kBFloat16));
  });
  const TarFlowConfig& c = model.config;
  const nlohmann::json names = classes;
  saveTensors(file, tensors,
              {{"format", "pt"}, {"noise_std", std::to_string(c.sigma)}, {"classes", names.dump()}});
}

}  // namespace jacobiscope
