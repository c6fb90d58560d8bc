#include "engine/train/flow_trainer.h"

#include <cmath>

#include "engine/core/error.h"
#include "engine/nn/load_tensor.h"
#include "engine/tarflow/forward.h"
#include "engine/tarflow/load.h"
#include "engine/tarflow/memory.h"
#include "engine/train/held_out_seed.h"
#include "engine/train/training_state.h"

namespace jacobiscope {

namespace {

TarFlow freshFlow(const FlowTraining& training, torch::Device device) {
  TarFlow model = createTarFlow(training.config);
  model.to(device);
  return model;
}

// After the memory was asked for, and from the training's own seed.
TarFlow firstFlow(const FlowTraining& training, torch::Device device) {
  requireTrainMemory(training.config, device, training.batch);
  torch::manual_seed(training.seed);
  return freshFlow(training, device);
}

}  // namespace

FlowTrainer::FlowTrainer(const FlowTraining& training, EmojiSprites sprites,
                         torch::Device device)
    : m_training(training), m_sprites(std::move(sprites)), m_device(device),
      m_generator(torch::make_generator<at::CPUGeneratorImpl>(training.seed)),
      m_model(firstFlow(training, device)), m_average(freshFlow(training, device)),
      m_adam(training.adam, walk(m_model), walk(m_average)) {}

ParameterWalk FlowTrainer::walk(TarFlow& model) {
  return [&model](const ParameterVisitor& visitor) {
    model.visit([&](const std::string& name, Tensor& tensor) {
      if (name != "var") visitor(name, tensor, tensor.sizes().vec());
    });
  };
}

double FlowTrainer::step() {
  const auto& config = m_training.config;
  const auto count = static_cast<std::int64_t>(m_training.batch);
  const Tensor classes = torch::randint(0, config.classes, {count}, m_generator,
                                        torch::dtype(torch::kInt64));
  Tensor pictures =
      emojiPictures(m_sprites, classes, config.imageSize, m_training.variation, m_generator);
  pictures = pictures + torch::randn(pictures.sizes(), m_generator) * config.sigma;
  const Tensor dropped = torch::rand({count}, m_generator) < m_training.labelDropout;
  const Tensor labels = torch::where(dropped, torch::full_like(classes, -1), classes);
  const Tensor loss = flowLoss(encode(m_model, pictures.to(m_device), labels.to(m_device)));
  loss.backward();
  m_adam.step();
  return loss.item<double>();
}

double FlowTrainer::heldOut(int pictures) {
  torch::NoGradGuard noGrad;
  const auto& config = m_training.config;
  auto generator = torch::make_generator<at::CPUGeneratorImpl>(kHeldOutSeed);
  double sum = 0;
  int done = 0;
  while (done < pictures) {
    const int count = std::min(kHeldOutBatch, pictures - done);
    const Tensor classes = torch::arange(done, done + count) % config.classes;
    Tensor batch =
        emojiPictures(m_sprites, classes, config.imageSize, m_training.variation, generator);
    batch = batch + torch::randn(batch.sizes(), generator) * config.sigma;
    sum += count * flowLoss(encode(m_average, batch.to(m_device), classes.to(m_device)))
                       .item<double>();
    done += count;
  }
  return (sum / done + 0.5 * std::log(2 * M_PI)) / std::log(2.0) + 7;
}

void FlowTrainer::save(const std::filesystem::path& file) const {
  saveTrainingState(file, m_adam, m_generator, {{"model.var", m_model.var}});
}

bool FlowTrainer::resume(const std::filesystem::path& file) {
  const Checkpoint checkpoint = Checkpoint::open(file);
  const bool released = looksLikeTarFlow(checkpoint);
  // Not trained, but taken over where it is given: all ones where it is left out.
  const TensorView* const var = checkpoint.find(released ? "var" : "model.var");
  if (var) Adam::requireFit(var, "var", m_model.var, checkpoint.path());
  if (released) {
    // Numbers alone would fit a model of other pictures, too.
    const auto classes = classNames(checkpoint, {});
    if (!classes.empty() && classes != m_sprites.names) {
      throw Error(checkpoint.path().string() + " was trained on other classes than the data has.",
                  "Give --data the file that it was trained on.");
    }
  }
  resumeTraining(checkpoint, released, m_adam, m_generator);
  if (var) {
    const torch::NoGradGuard noGrad;
    m_model.var.copy_(toTensor(*var));
    m_average.var.copy_(m_model.var);
  }
  return !released;
}

}  // namespace jacobiscope
