#include "engine/train/classifier.h"

#include <nlohmann/json.hpp>

#include "engine/checkpoint/checkpoint.h"
#include "engine/core/error.h"
#include "engine/nn/load_tensor.h"
#include "engine/nn/save_tensors.h"

namespace jacobiscope {

namespace {

// Channels into each convolution, and out of the last; the later three halve the picture.
constexpr int kChannels[] = {3, 32, 64, 96, 128};

Tensor heNormal(std::vector<std::int64_t> shape, std::int64_t inputs) {
  return torch::randn(shape) * std::sqrt(2.0 / static_cast<double>(inputs));
}

// Wider than what the flow is trained on, so that the judge is not thrown by small things.
EmojiVariation widerVariation() { return {0.85, 1.05, 0.06, 10, 0.7}; }

}  // namespace

Classifier::Classifier(std::vector<std::string> classes) : m_classes(std::move(classes)) {
  for (int i = 0; i < 4; ++i) {
    m_parameters.push_back(heNormal({kChannels[i + 1], kChannels[i], 3, 3}, kChannels[i] * 9));
    m_parameters.push_back(torch::zeros({kChannels[i + 1]}));
  }
  const auto count = static_cast<std::int64_t>(m_classes.size());
  m_parameters.push_back(heNormal({count, kChannels[4] * 4}, kChannels[4] * 4));
  m_parameters.push_back(torch::zeros({count}));
}

Classifier Classifier::open(const std::filesystem::path& file) {
  const Checkpoint checkpoint = Checkpoint::open(file);
  const auto& metadata = checkpoint.metadata();
  const auto found = metadata.find("classes");
  const auto names = found == metadata.end()
                         ? nlohmann::json()
                         : nlohmann::json::parse(found->second, nullptr, false);
  if (!names.is_array() || !checkpoint.find("parameter.0")) {
    throw Error(file.string() + " is not a classifier.",
                "Write one with `jacobiscope-cli train classifier`.");
  }
  Classifier classifier(names.get<std::vector<std::string>>());
  for (std::size_t i = 0; i < classifier.m_parameters.size(); ++i) {
    const TensorView* view = checkpoint.find("parameter." + std::to_string(i));
    Tensor& parameter = classifier.m_parameters[i];
    if (!view || view->shape != parameter.sizes().vec()) {
      throw Error("Tensor parameter." + std::to_string(i) + " of " + file.string() +
                  " is missing or has another shape.");
    }
    parameter = toTensor(*view).to(torch::kFloat32);
  }
  return classifier;
}

void Classifier::save(const std::filesystem::path& file) const {
  NamedTensors tensors;
  for (std::size_t i = 0; i < m_parameters.size(); ++i) {
    tensors.emplace_back("parameter." + std::to_string(i), m_parameters[i].to(torch::kBFloat16));
  }
  saveTensors(file, tensors, {{"classes", nlohmann::json(m_classes).dump()}});
}

Tensor Classifier::logits(const Tensor& pictures) const {
  Tensor h = pictures;
  for (int i = 0; i < 4; ++i) {
    h = torch::relu(torch::conv2d(h, m_parameters[2 * i], m_parameters[2 * i + 1], 1, 1));
    if (i > 0) h = torch::max_pool2d(h, 2);
  }
  h = torch::adaptive_avg_pool2d(h, {2, 2}).flatten(1);
  return torch::linear(h, m_parameters[8], m_parameters[9]);
}

Tensor Classifier::classify(const Tensor& pictures) const {
  const torch::NoGradGuard noGrad;
  return logits(pictures.to(torch::kCPU)).argmax(1);
}

void trainClassifier(Classifier& classifier, const EmojiSprites& sprites, int size,
                     std::int64_t steps, int batch, std::uint64_t seed,
                     const std::function<bool(std::int64_t, double)>& report) {
  auto generator = torch::make_generator<at::CPUGeneratorImpl>(seed);
  const auto count = static_cast<std::int64_t>(classifier.classes().size());
  for (Tensor& parameter : classifier.parameters()) parameter.set_requires_grad(true);
  torch::optim::AdamW optimiser(classifier.parameters(),
                                torch::optim::AdamWOptions(2e-3).weight_decay(1e-3));
  for (std::int64_t step = 0; step < steps; ++step) {
    const double rate = 2e-3 * (1 - double(step) / double(steps)) * std::min(1.0, (step + 1) / 50.0);
    for (auto& group : optimiser.param_groups()) {
      static_cast<torch::optim::AdamWOptions&>(group.options()).lr(rate);
    }
    const Tensor classes = torch::randint(0, count, {batch}, generator, torch::dtype(torch::kInt64));
    Tensor pictures = emojiPictures(sprites, classes, size, widerVariation(), generator);
    const Tensor noise = torch::rand({batch, 1, 1, 1}, generator) * 0.15;
    pictures = pictures + torch::randn(pictures.sizes(), generator) * noise;
    const Tensor loss = torch::cross_entropy_loss(classifier.logits(pictures), classes);
    optimiser.zero_grad();
    loss.backward();
    optimiser.step();
    if (!report(step + 1, loss.item<double>())) break;
  }
  for (Tensor& parameter : classifier.parameters()) parameter.set_requires_grad(false);
}

double classifierAccuracy(const Classifier& classifier, const EmojiSprites& sprites, int size,
                          int pictures) {
  const torch::NoGradGuard noGrad;
  auto generator = torch::make_generator<at::CPUGeneratorImpl>(std::uint64_t{424242});
  const auto count = static_cast<std::int64_t>(classifier.classes().size());
  const Tensor classes = torch::arange(pictures) % count;
  const Tensor renderings =
      emojiPictures(sprites, classes, size, widerVariation(), generator);
  return (classifier.classify(renderings) == classes).to(torch::kFloat64).mean().item<double>();
}

}  // namespace jacobiscope
