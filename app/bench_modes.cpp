#include "app/bench_modes.h"

#include <algorithm>

#include "engine/core/error.h"

namespace jacobiscope {

namespace {

const std::string kSequential = "sequential";

class ModeList {
 public:
  ModeList(const ModelInfo& model, const KnobValues& given) : m_model(model), m_given(given) {}

  // What --set named wins over the mode's own settings.
  void add(const std::string& mode, int window, const std::string& preset, KnobValues own) {
    const auto chosenMode = m_given.find("mode");
    if (mode != kSequential && chosenMode != m_given.end() && own.contains("mode") &&
        own.at("mode") != chosenMode->second) {
      return;
    }
    for (const auto& [key, value] : m_given) {
      if (key != "mode") own[key] = value;
    }
    KnobValues complete = completeKnobs(m_model.knobs, own);
    const auto same = [&](const BenchMode& other) { return other.knobs == complete; };
    if (std::ranges::any_of(m_modes, same)) return;
    if (window > 0) window = static_cast<int>(integerAt(complete, "window"));
    m_modes.push_back({mode, window, preset, std::move(complete)});
  }

  std::vector<BenchMode> take() { return std::move(m_modes); }

 private:
  const ModelInfo& m_model;
  const KnobValues& m_given;
  std::vector<BenchMode> m_modes;
};

bool offers(const ModelInfo& model, const std::string& mode) {
  const Knob* const knob = findKnob(model.knobs, "mode");
  return knob != nullptr && std::ranges::find(knob->choices, mode) != knob->choices.end();
}

std::string modeOf(const Preset& preset) {
  const auto mode = preset.knobs.find("mode");
  if (mode != preset.knobs.end()) return std::get<std::string>(mode->second);
  return preset.knobs.contains("segments") ? "gs-jacobi" : "";
}

void addWindows(ModeList& list, const ModelInfo& model) {
  if (!offers(model, "window") || findKnob(model.knobs, "window") == nullptr) return;
  for (int width = std::max(2, model.positions / 16); width < model.positions; width *= 2) {
    list.add("window", width, "", {{"mode", "window"}, {"window", std::int64_t{width}}});
  }
}

}  // namespace

std::vector<BenchMode> benchModes(const ModelInfo& model, const KnobValues& given) {
  ModeList list(model, given);
  if (!offers(model, kSequential)) {
    throw Error("The model " + model.name + " has no sequential mode to compare with.");
  }
  list.add(kSequential, 0, "", {{"mode", kSequential}});
  if (offers(model, "jacobi")) list.add("jacobi", 0, "", {{"mode", "jacobi"}});
  for (const Preset& preset : model.presets) {
    const std::string mode = modeOf(preset);
    if (mode == "gs-jacobi") {
      const bool automatic = preset.name.find("automatic") != std::string::npos;
      KnobValues knobs = preset.knobs;
      knobs["mode"] = mode;
      list.add(automatic ? "automatic" : mode, 0, preset.name, knobs);
    } else if (!mode.empty() && !offers(model, preset.name)) {
      list.add(preset.name, 0, preset.name, preset.knobs);
    }
  }
  if (offers(model, "gs-jacobi")) list.add("gs-jacobi", 0, "", {{"mode", "gs-jacobi"}});
  addWindows(list, model);
  return list.take();
}

}  // namespace jacobiscope
