#include "engine/train/training_state.h"

#include "engine/nn/load_tensor.h"

namespace jacobiscope {

void saveTrainingState(const std::filesystem::path& file, const Adam& adam,
                       const torch::Generator& generator, const NamedTensors& more) {
  NamedTensors tensors;
  adam.save(tensors);
  tensors.emplace_back("generator", generator.get_state());
  tensors.insert(tensors.end(), more.begin(), more.end());
  saveTensors(file, tensors, {{"step", std::to_string(adam.steps())}});
}

bool resumeTraining(const Checkpoint& checkpoint, bool released, Adam& adam,
                    torch::Generator& generator, const NamedTensors& more) {
  released ? adam.startFrom(checkpoint) : resumeTrainingState(checkpoint, adam, generator, more);
  return !released;
}

void resumeTrainingState(const Checkpoint& checkpoint, Adam& adam, torch::Generator& generator,
                         const NamedTensors& more) {
  const auto find = [&](const std::string& name) { return checkpoint.find(name); };
  Adam::requireFit(find("generator"), "generator", generator.get_state(), checkpoint.path());
  for (const auto& [name, tensor] : more) {
    Adam::requireFit(find(name), name, tensor, checkpoint.path());
  }
  adam.resume(checkpoint, stepOf(checkpoint));
  generator.set_state(toTensor(*find("generator")).to(torch::kUInt8));
  const torch::NoGradGuard noGrad;
  for (const auto& [name, tensor] : more) Tensor(tensor).copy_(toTensor(*find(name)));
}

}  // namespace jacobiscope
