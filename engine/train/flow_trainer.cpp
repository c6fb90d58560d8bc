#include "engine/train/flow_trainer.h"

#include <charconv>
#include <cmath>

#include "engine/core/error.h"
#include "engine/nn/load_tensor.h"
#include "engine/nn/save_tensors.h"
#include "engine/tarflow/forward.h"
#include "engine/tarflow/load.h"
#include "engine/tarflow/memory.h"

namespace jacobiscope {

FlowTrainer::FlowTrainer(const FlowTraining& training, EmojiSprites sprites,
                         torch::Device device)
    : m_training(training), m_sprites(std::move(sprites)), m_device(device),
      m_generator(torch::make_generator<at::CPUGeneratorImpl>(training.seed)) {
  requireTrainMemory(training.config, device, training.batch);
  torch::manual_seed(training.seed);
  m_model = createTarFlow(training.config);
  m_average = createTarFlow(training.config);
  m_model.to(device);
  m_average.to(device);
  m_average.visit([&](const std::string&, Tensor& tensor) { m_averages.push_back(tensor); });
  m_model.visit([&](const std::string& name, Tensor& tensor) {
    m_averages[m_names.size()].copy_(tensor);
    tensor.set_requires_grad(name != "var");
    m_names.push_back(name);
    m_parameters.push_back(tensor);
    m_first.push_back(torch::zeros_like(tensor));
    m_second.push_back(torch::zeros_like(tensor));
  });
}

double FlowTrainer::rateNow() const {
  const double total = static_cast<double>(m_training.steps);
  const double rise = std::min(1.0, (m_step + 1.0) / m_training.warmUp);
  const double left = (total - m_step) / std::max(1.0, total * m_training.decay);
  return m_training.rate * rise * std::clamp(left, 0.0, 1.0);
}

// AdamW (Loshchilov and Hutter, arXiv 1711.05101) with betas 0.9 and 0.95; biases, norms and
// embeddings do not decay.
void FlowTrainer::adam(double rate) {
  torch::NoGradGuard noGrad;
  double norm = 0;
  for (const Tensor& parameter : m_parameters) {
    if (parameter.grad().defined()) norm += parameter.grad().square().sum().item<double>();
  }
  norm = std::sqrt(norm);
  if (!std::isfinite(norm)) {  // one bad batch must not end the training
    for (Tensor& parameter : m_parameters) parameter.mutable_grad() = Tensor();
    return;
  }
  const double shrink = std::min(1.0, m_training.clip / (norm + 1e-12));
  const double t = static_cast<double>(m_step + 1);
  const double first = 1 - std::pow(0.9, t), second = 1 - std::pow(0.95, t);
  for (std::size_t i = 0; i < m_parameters.size(); ++i) {
    Tensor& parameter = m_parameters[i];
    if (!parameter.grad().defined()) continue;
    const Tensor gradient = parameter.grad() * shrink;
    m_first[i].mul_(0.9).add_(gradient, 0.1);
    m_second[i].mul_(0.95).addcmul_(gradient, gradient, 0.05);
    if (m_names[i].ends_with(".weight") && parameter.dim() == 2) {
      parameter.mul_(1 - rate * m_training.weightDecay);
    }
    const Tensor scale = (m_second[i] / second).sqrt_().add_(1e-8);
    parameter.addcdiv_(m_first[i], scale, -rate / first);
    parameter.mutable_grad() = Tensor();
  }
}

void FlowTrainer::followAverage() {
  torch::NoGradGuard noGrad;
  // Early on the average follows quickly, so that it does not remember the start.
  const double decay = std::min(m_training.emaDecay, (1.0 + m_step) / (10.0 + m_step));
  for (std::size_t i = 0; i < m_parameters.size(); ++i) {
    m_averages[i].lerp_(m_parameters[i], 1 - decay);
  }
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
  adam(rateNow());
  followAverage();
  ++m_step;
  return loss.item<double>();
}

double FlowTrainer::heldOut(int pictures) {
  torch::NoGradGuard noGrad;
  const auto& config = m_training.config;
  auto generator = torch::make_generator<at::CPUGeneratorImpl>(std::uint64_t{987654321});
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
  NamedTensors tensors;
  for (std::size_t i = 0; i < m_names.size(); ++i) {
    tensors.emplace_back("model." + m_names[i], m_parameters[i].detach());
    tensors.emplace_back("average." + m_names[i], m_averages[i]);
    tensors.emplace_back("first." + m_names[i], m_first[i]);
    tensors.emplace_back("second." + m_names[i], m_second[i]);
  }
  tensors.emplace_back("generator", m_generator.get_state());
  saveTensors(file, tensors, {{"step", std::to_string(m_step)}});
}

namespace {

// Shapes are compared before anything is read, and everything before anything is changed.
void requireFit(const Checkpoint& checkpoint, const std::string& name, const Tensor& into) {
  const TensorView* const view = checkpoint.find(name);
  const std::string file = checkpoint.path().string();
  const std::string hint = "Resume with the same size, patch, width, blocks, layers and classes.";
  if (!view) throw Error(file + " does not fit this recipe: tensor " + name + " is missing.", hint);
  if (view->shape != into.sizes().vec()) {
    throw Error(file + " does not fit this recipe: tensor " + name + " has shape " +
                    shapeText(view->shape) + "; " + shapeText(into.sizes().vec()) +
                    " was expected.",
                hint);
  }
}

std::int64_t stepOf(const Checkpoint& checkpoint) {
  const auto found = checkpoint.metadata().find("step");
  std::int64_t step = -1;
  if (found != checkpoint.metadata().end()) {
    const std::string& text = found->second;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), step);
    if (error != std::errc{} || end != text.data() + text.size()) step = -1;
  }
  if (step < 0) {
    throw Error(checkpoint.path().string() + " does not say after how many steps it was written.",
                "Resume from the released weights instead.");
  }
  return step;
}

}  // namespace

bool FlowTrainer::resume(const std::filesystem::path& file) {
  const Checkpoint checkpoint = Checkpoint::open(file);
  if (!looksLikeTarFlow(checkpoint)) {
    resumeState(checkpoint);
    return true;
  }
  // Numbers alone would fit a model of other pictures, too.
  const auto classes = classNames(checkpoint, {});
  if (!classes.empty() && classes != m_sprites.names) {
    throw Error(checkpoint.path().string() + " was trained on other classes than the data has.",
                "Give --data the file that it was trained on.");
  }
  const bool hasVar = checkpoint.find("var") != nullptr;  // all ones where it is left out
  for (std::size_t i = 0; i < m_names.size(); ++i) {
    if (m_names[i] != "var" || hasVar) requireFit(checkpoint, m_names[i], m_parameters[i]);
  }
  const torch::NoGradGuard noGrad;
  for (std::size_t i = 0; i < m_names.size(); ++i) {
    if (m_names[i] == "var" && !hasVar) continue;
    m_parameters[i].copy_(toTensor(*checkpoint.find(m_names[i])));
    m_averages[i].copy_(m_parameters[i]);
  }
  return false;
}

void FlowTrainer::resumeState(const Checkpoint& checkpoint) {
  const std::pair<const char*, std::vector<Tensor>*> parts[] = {{"model.", &m_parameters},
                                                                {"average.", &m_averages},
                                                                {"first.", &m_first},
                                                                {"second.", &m_second}};
  for (const auto& [prefix, tensors] : parts) {
    for (std::size_t i = 0; i < m_names.size(); ++i) {
      requireFit(checkpoint, prefix + m_names[i], (*tensors)[i]);
    }
  }
  const Tensor generator = m_generator.get_state();
  requireFit(checkpoint, "generator", generator);
  const std::int64_t step = stepOf(checkpoint);
  const torch::NoGradGuard noGrad;
  for (const auto& [prefix, tensors] : parts) {
    for (std::size_t i = 0; i < m_names.size(); ++i) {
      (*tensors)[i].copy_(toTensor(*checkpoint.find(prefix + m_names[i])));
    }
  }
  m_generator.set_state(toTensor(*checkpoint.find("generator")).to(torch::kUInt8));
  m_step = step;
}

}  // namespace jacobiscope
