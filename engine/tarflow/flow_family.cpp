#include "engine/tarflow/flow_family.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "engine/checkpoint/safetensors.h"
#include "engine/core/error.h"
#include "engine/core/random.h"
#include "engine/nn/device.h"
#include "engine/nn/load_tensor.h"
#include "engine/nn/model_settings.h"
#include "engine/tarflow/forward.h"
#include "engine/tarflow/load.h"
#include "engine/tarflow/memory.h"
#include "engine/tarflow/tarflow_family.h"

namespace jacobiscope {

namespace {

// Presets that lie with the model: "presets": [{"name", "origin", "knobs": {key: text}}].
void addBundledPresets(const nlohmann::json& config, ModelInfo& info) {
  const nlohmann::json presets = config.value("presets", nlohmann::json::array());
  for (const auto& entry : presets) {
    Preset preset{entry.value("name", ""), entry.value("origin", ""), {}};
    const nlohmann::json values = entry.value("knobs", nlohmann::json::object());
    for (const auto& [key, value] : values.items()) {
      const Knob& knob = requireKnob(info.knobs, key);
      preset.knobs[key] = parseKnob(knob, value.is_string() ? value.get<std::string>() : value.dump());
    }
    info.presets.insert(info.presets.begin(), std::move(preset));
  }
}

}  // namespace

FlowFamily::FlowFamily(const LoadRequest& request) {
  useThreads(optionOr(request, "threads", ""));
  const Checkpoint checkpoint = Checkpoint::open(request.path);
  m_flow.device = chooseDevice(optionOr(request, "device", "auto"));
  const auto dtype = chooseDtype(optionOr(request, "dtype", "float32"));
  const TarFlowConfig config = deriveTarFlowConfig(checkpoint, request);
  m_flow.model = loadTarFlow(checkpoint, config, m_flow.device);
  m_flow.prepared = prepareFlow(m_flow.model, m_flow.device, dtype);
  m_flow.dtype = dtype;
  m_info.dtype = dtypeText(dtype);
  describe(checkpoint, request);
}

void FlowFamily::describe(const Checkpoint& checkpoint, const LoadRequest& request) {
  const TarFlowConfig& config = m_flow.model.config;
  const nlohmann::json json = mergedConfig(checkpoint, request);
  const auto folder = std::filesystem::is_directory(request.path) ? request.path
                                                                  : request.path.parent_path();
  m_info.family = "tarflow";
  m_info.name = json.value("name", request.path.stem().string());
  m_info.title = config.title();
  m_info.path = request.path.string();
  m_info.hash = checkpoint.hash();
  m_info.device = deviceText(m_flow.device);
  m_info.threads = at::get_num_threads();
  m_info.parameters = m_flow.model.parameters();
  for (int block = config.blocks - 1; block >= 0; --block) {
    m_info.stages.push_back("block " + std::to_string(block));
    m_info.reversed.push_back(m_flow.model.blocks[block].flipped);
  }
  m_info.positions = config.tokens();
  m_info.gridRows = m_info.gridColumns = config.grid();
  m_info.picture = {config.imageChannels, config.imageSize, config.imageSize};
  m_info.classes = classNames(checkpoint, request);
  if (!m_info.classes.empty() && static_cast<int>(m_info.classes.size()) != config.classes) {
    m_info.notes.push_back("config.json names " + std::to_string(m_info.classes.size()) +
                           " classes, the weights have " + std::to_string(config.classes) +
                           ": numbers are used.");
    m_info.classes.clear();
  }
  for (int c = static_cast<int>(m_info.classes.size()); c < config.classes; ++c) {
    m_info.classes.push_back("class " + std::to_string(c));
  }
  for (const std::string& note : checkpoint.notes()) m_info.notes.push_back(note);
  if (!json.contains("noise_std") && !request.options.contains("sigma")) {
    m_info.notes.push_back("The noise of training is not stated; denoising assumes sigma = 0.05 "
                           "(--set sigma=).");
  }
  if (m_flow.device.is_cpu()) {
    for (const std::string& note : blasNotes()) m_info.notes.push_back(note);
  }
  m_info.knobs = tarflowKnobs(config);
  chooseLowPrecision();
  m_info.presets = tarflowPresets(config);
  applyDefaults(json, m_info);
  addBundledPresets(json, m_info);
  const auto calibration = folder / "calibration.safetensors";
  if (std::filesystem::exists(calibration)) m_calibrationFile = calibration;
}

void FlowFamily::chooseLowPrecision() {
  const auto refine = std::ranges::find(m_info.knobs, "refine", &Knob::key);
  m_flow.lowPrecisionPays = false;
  if (m_flow.dtype != torch::kFloat32) {
    refine->help += " Without effect here: the whole decode is in " + dtypeText(m_flow.dtype) + ".";
  } else if (!hasBfloat16Arithmetic(m_flow.device)) {
    refine->help += " Without effect here: this CPU has no arithmetic in bfloat16.";
  } else {
    m_flow.lowPrecisionPays = true;
  }
  refine->idle = !m_flow.lowPrecisionPays;
}

Tensor FlowFamily::labelsOf(const Input& input, std::int64_t batch) const {
  std::vector<std::int64_t> labels(batch, input.label.value_or(-1));
  if (const auto found = input.arrays.find("labels"); found != input.arrays.end()) {
    const auto* given = std::get_if<std::vector<std::int64_t>>(&found->second.values);
    if (!given || static_cast<std::int64_t>(given->size()) != batch) {
      throw UsageError("The tensor labels must hold " + std::to_string(batch) +
                       " whole numbers, one per picture.");
    }
    labels = *given;
  }
  for (const std::int64_t label : labels) {
    if (label >= config().classes) {
      throw UsageError("Class " + std::to_string(label) + " does not exist: " +
                           (config().classes > 0 ? "the model has the classes 0 to " +
                                                       std::to_string(config().classes - 1) + "."
                                                 : std::string("the model has no classes.")),
                       config().classes > 0 ? "-1 or no label is the null class." : "");
    }
  }
  return torch::tensor(labels, torch::kInt64).clamp_min(-1).to(m_flow.device);
}

Tensor FlowFamily::picturesOf(const Array& images) const {
  const TarFlowConfig& c = config();
  const std::vector<std::int64_t> one = {c.imageChannels, c.imageSize, c.imageSize};
  if (images.shape.size() != 4 || images.shape[0] < 1 ||
      !std::equal(one.begin(), one.end(), images.shape.begin() + 1)) {
    throw UsageError("The tensor image has shape " + shapeText(images.shape) + "; [B, " +
                     std::to_string(one[0]) + ", " + std::to_string(one[1]) + ", " +
                     std::to_string(one[2]) + "] was expected.");
  }
  return toTensor(images).to(torch::kFloat32).to(m_flow.device);
}

Tensor FlowFamily::noiseOf(const KnobValues& knobs, const Input& input) {
  const int n = config().tokens(), d = config().features();
  if (const auto found = input.arrays.find("noise"); found != input.arrays.end()) {
    const auto& shape = found->second.shape;
    if (shape.size() != 3 || shape[0] < 1 || shape[1] != n || shape[2] != d) {
      throw UsageError("The tensor noise has shape " + shapeText(shape) + "; [B, " +
                       std::to_string(n) + ", " + std::to_string(d) + "] was expected.");
    }
    return toTensor(found->second).to(torch::kFloat32).to(m_flow.device);
  }
  const auto picture = input.arrays.find("image");
  if (input.count < 1) throw UsageError("count must be at least 1.");
  Tensor pictures;
  int batch = input.count;
  if (picture != input.arrays.end()) {
    pictures = picturesOf(picture->second);
    batch = std::max(batch, static_cast<int>(pictures.size(0)));
    if (pictures.size(0) != 1 && pictures.size(0) != batch) {
      throw UsageError("count is " + std::to_string(batch) + ", but there are " +
                       std::to_string(pictures.size(0)) + " pictures to start from.",
                       "Give one picture, or as many as count.");
    }
  }
  std::vector<float> values;
  for (int i = 0; i < batch; ++i) {
    const auto one = normals(input.seed, Purpose::Noise, i, std::size_t(n) * d);
    values.insert(values.end(), one.begin(), one.end());
  }
  Tensor noise = torch::tensor(values).view({batch, n, d}).to(m_flow.device);
  noise = noise * numberAt(knobs, "temperature");
  if (!pictures.defined()) return noise;
  // A picture of the user's: its own code, with fresh noise mixed in so that the result is
  // again of unit variance.
  const torch::NoGradGuard noGrad;
  if (pictures.size(0) == 1) pictures = pictures.expand({batch, -1, -1, -1});
  const double vary = numberAt(knobs, "vary");
  requireEncodeMemory(config(), m_flow.device, batch);
  const Tensor z = encode(m_flow.model, pictures, labelsOf(input, batch)).z;
  return std::sqrt(1 - vary * vary) * z / m_flow.model.var.sqrt() + vary * noise;
}

std::unique_ptr<Decoder> FlowFamily::begin(const KnobValues& knobs, const Input& input,
                                           std::unique_ptr<Decoder> previous) {
  const torch::NoGradGuard noGrad;
  readSchedule(knobs, config().blocks, config().tokens());
  const auto requireRoom = [&](std::int64_t batch) {
    requireDecodeMemory(config(), m_flow.device, batch, readGuidance(knobs).on(),
                        numberAt(knobs, "denoise") > 0);
  };
  requireRoom(std::max(1, input.count));
  Tensor noise = noiseOf(knobs, input);
  requireRoom(noise.size(0));
  Tensor labels = labelsOf(input, noise.size(0));
  std::vector<Tensor> guesses;
  if (const auto* earlier = dynamic_cast<const TarFlowDecoder*>(previous.get())) {
    guesses = earlier->solutions();
  }
  return std::make_unique<TarFlowDecoder>(m_flow, knobs, std::move(noise), std::move(labels),
                                          std::move(guesses));
}

FlowFamily& asFlow(Family& family) {
  auto* flow = dynamic_cast<FlowFamily*>(&family);
  if (!flow) throw Error(family.info().name + " is not a TarFlow model.");
  return *flow;
}

const FlowFamily& asFlow(const Family& family) { return asFlow(const_cast<Family&>(family)); }

FamilyEntry tarflowFamily() {
  return {"tarflow",
          [](const LoadRequest& request) {
            try {
              return looksLikeTarFlow(Checkpoint::open(request.path));
            } catch (const std::exception&) {
              return true;  // loading says what is wrong with the file
            }
          },
          [](const LoadRequest& request) -> std::unique_ptr<Family> {
            return std::make_unique<FlowFamily>(request);
          }};
}

}  // namespace jacobiscope
