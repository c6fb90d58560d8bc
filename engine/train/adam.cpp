#include "engine/train/adam.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "engine/core/error.h"
#include "engine/nn/load_tensor.h"

namespace jacobiscope {

Adam::Adam(const AdamSettings& settings, const ParameterWalk& model, const ParameterWalk& average)
    : m_settings(settings) {
  average([&](const std::string&, Tensor& tensor, const auto&) { m_averages.push_back(tensor); });
  const torch::NoGradGuard noGrad;
  model([&](const std::string& name, Tensor& tensor, const auto&) {
    m_averages[m_names.size()].copy_(tensor);
    tensor.set_requires_grad(true);
    m_names.push_back(name);
    m_parameters.push_back(tensor);
    m_first.push_back(torch::zeros_like(tensor));
    m_second.push_back(torch::zeros_like(tensor));
  });
}

double Adam::rateNow() const {
  const double total = static_cast<double>(m_settings.steps);
  const double rise = std::min(1.0, (m_step + 1.0) / m_settings.warmUp);
  const double left = (total - m_step) / std::max(1.0, total * m_settings.decay);
  return m_settings.rate * rise * std::clamp(left, 0.0, 1.0);
}

void Adam::step() {
  const torch::NoGradGuard noGrad;
  double norm = 0;
  for (const Tensor& parameter : m_parameters) {
    if (parameter.grad().defined()) norm += parameter.grad().square().sum().item<double>();
  }
  norm = std::sqrt(norm);
  const double rate = std::isfinite(norm) ? rateNow() : 0;
  const double shrink = std::min(1.0, m_settings.clip / (norm + 1e-12));
  const double t = static_cast<double>(m_step + 1);
  const double first = 1 - std::pow(0.9, t), second = 1 - std::pow(0.95, t);
  // Early on the average follows quickly, so that it does not remember the start.
  const double keep = std::min(m_settings.averageDecay, (1.0 + m_step) / (10.0 + m_step));
  for (std::size_t i = 0; i < m_parameters.size(); ++i) {
    Tensor& parameter = m_parameters[i];
    if (parameter.grad().defined() && rate > 0) {
      const Tensor gradient = parameter.grad() * shrink;
      m_first[i].mul_(0.9).add_(gradient, 0.1);
      m_second[i].mul_(0.95).addcmul_(gradient, gradient, 0.05);
      if (m_names[i].ends_with(".weight") && parameter.dim() >= 2) {
        parameter.mul_(1 - rate * m_settings.weightDecay);
      }
      parameter.addcdiv_(m_first[i], (m_second[i] / second).sqrt_().add_(1e-8), -rate / first);
    }
    parameter.mutable_grad() = Tensor();
    m_averages[i].lerp_(parameter, 1 - keep);
  }
  ++m_step;
}

void Adam::save(NamedTensors& tensors) const {
  for (std::size_t i = 0; i < m_names.size(); ++i) {
    tensors.emplace_back("model." + m_names[i], m_parameters[i].detach());
    tensors.emplace_back("average." + m_names[i], m_averages[i]);
    tensors.emplace_back("first." + m_names[i], m_first[i]);
    tensors.emplace_back("second." + m_names[i], m_second[i]);
  }
}

void Adam::requireFit(const TensorView* view, const std::string& name, const Tensor& into,
                      const std::filesystem::path& path) {
  const std::string file = path.string();
  const std::string hint = "Resume with the same sizes as it was trained with.";
  if (!view) throw Error(file + " does not fit this recipe: tensor " + name + " is missing.", hint);
  if (view->shape != into.sizes().vec()) {
    throw Error(file + " does not fit this recipe: tensor " + name + " has shape " +
                    shapeText(view->shape) + "; " + shapeText(into.sizes().vec()) +
                    " was expected.",
                hint);
  }
}

void Adam::resume(const Checkpoint& checkpoint, std::int64_t step) {
  const std::pair<const char*, std::vector<Tensor>*> parts[] = {{"model.", &m_parameters},
                                                                {"average.", &m_averages},
                                                                {"first.", &m_first},
                                                                {"second.", &m_second}};
  for (const auto& [prefix, tensors] : parts) {
    for (std::size_t i = 0; i < m_names.size(); ++i) {
      const std::string name = prefix + m_names[i];
      requireFit(checkpoint.find(name), name, (*tensors)[i], checkpoint.path());
    }
  }
  const torch::NoGradGuard noGrad;
  for (const auto& [prefix, tensors] : parts) {
    for (std::size_t i = 0; i < m_names.size(); ++i) {
      (*tensors)[i].copy_(toTensor(*checkpoint.find(prefix + m_names[i])));
    }
  }
  m_step = step;
}

void Adam::startFrom(const Checkpoint& released) {
  const auto onlyTraining = [&](std::size_t i) { return m_names[i].starts_with(kTrainingOnly); };
  for (std::size_t i = 0; i < m_names.size(); ++i) {
    if (onlyTraining(i)) continue;
    requireFit(released.find(m_names[i]), m_names[i], m_parameters[i], released.path());
  }
  const torch::NoGradGuard noGrad;
  for (std::size_t i = 0; i < m_names.size(); ++i) {
    if (onlyTraining(i)) continue;
    m_parameters[i].copy_(toTensor(*released.find(m_names[i])));
    m_averages[i].copy_(m_parameters[i]);
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

}  // namespace jacobiscope
