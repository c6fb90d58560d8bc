#include "app/bench_modes.h"

#include <algorithm>
#include <sstream>

#include "engine/core/error.h"
#include "engine/core/sequential_knobs.h"

namespace jacobiscope {

namespace {

const std::string kSequential = "sequential";
const std::string kSchedule = "schedule";  // of the user's, or found

KnobValue windowValue(const ModelInfo& model, int width) {
  const Knob* const knob = findKnob(model.knobs, "window");
  if (knob->kind == KnobKind::List) return std::to_string(width);
  return std::int64_t{width};
}

// The width of mode `window`; 0 for other modes and for different widths per stage.
int widthOf(const KnobValues& knobs) {
  if (!knobs.contains("window") || textAt(knobs, "mode") != "window") return 0;
  std::istringstream entries(formatKnob(knobs.at("window")));
  std::string first, entry;
  while (std::getline(entries, entry, ',')) {
    if (first.empty()) first = entry;
    if (entry != first) return 0;
  }
  return std::stoi(first);
}

class ModeList {
 public:
  ModeList(const ModelInfo& model, const KnobValues& given) : m_model(model), m_given(given) {}

  // What --set named wins over the mode's own settings; a mode that it excludes is left out.
  void add(const std::string& name, const std::string& preset, KnobValues own) {
    const auto chosen = m_given.find("mode");
    const bool excluded = chosen != m_given.end() && own.at("mode") != chosen->second;
    if (excluded && name != kSequential && name != kSchedule) return;
    // The last step of a flow takes the same time in every mode and would hide their ratio.
    if (findKnob(m_model.knobs, "denoise") != nullptr) own["denoise"] = 0.0;
    for (const auto& [key, value] : m_given) {
      if (key != "mode") own[key] = value;
    }
    KnobValues complete = completeKnobs(m_model.knobs, own);
    const auto same = [&](const BenchMode& other) { return other.knobs == complete; };
    // A schedule of the user's is measured even where it is the same as another.
    if (name != kSchedule && std::ranges::any_of(m_modes, same)) return;
    m_modes.push_back({name, widthOf(complete), preset, std::move(complete)});
  }

  bool has(const std::string& name) const {
    return std::ranges::find(m_modes, name, &BenchMode::mode) != m_modes.end();
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

// Of a preset only how it solves: with its guidance or clamp it would make another picture,
// and sequential decoding of this one would be no baseline.
void addPreset(ModeList& list, const Preset& preset) {
  KnobValues solving;
  for (const char* key : {"mode", "segments", "cap", "guess", "window", "refine"}) {
    const auto value = preset.knobs.find(key);
    if (value != preset.knobs.end()) solving[key] = value->second;
  }
  if (!solving.contains("mode")) return;
  const bool automatic = preset.name.find("automatic") != std::string::npos;
  list.add(automatic ? "automatic" : textAt(solving, "mode"), preset.name, solving);
}

void addWindows(ModeList& list, const ModelInfo& model) {
  if (!offers(model, "window") || findKnob(model.knobs, "window") == nullptr) return;
  for (int width = std::max(2, model.positions / 32); width < model.positions; width *= 2) {
    list.add("window", "", {{"mode", "window"}, {"window", windowValue(model, width)}});
  }
}

}  // namespace

std::vector<BenchMode> benchModes(const ModelInfo& model, const KnobValues& given,
                                  const std::vector<Preset>& schedules) {
  ModeList list(model, given);
  if (!offers(model, kSequential)) {
    throw Error("The model " + model.name + " has no sequential mode to compare with.");
  }
  list.add(kSequential, "", sequentialKnobs(model, {}));
  if (offers(model, "jacobi")) list.add("jacobi", "", {{"mode", "jacobi"}});
  addWindows(list, model);
  for (const Preset& preset : model.presets) addPreset(list, preset);
  if (offers(model, "gs-jacobi") && !list.has("gs-jacobi")) {
    list.add("gs-jacobi", "", {{"mode", "gs-jacobi"}});
  }
  for (const Preset& schedule : schedules) list.add(kSchedule, schedule.name, schedule.knobs);
  return list.take();
}

std::vector<BenchMode> tokenModes(const ModelInfo& model, const KnobValues& given) {
  const Knob* const decoder = findKnob(model.knobs, "decoder");
  const Knob* const window = findKnob(model.knobs, "window");
  if (decoder == nullptr || window == nullptr) {
    throw Error("The model " + model.name + " has no decoders to compare.");
  }
  std::vector<BenchMode> modes;
  const auto add = [&](const std::string& name, std::int64_t width) {
    KnobValues own = given;
    own["decoder"] = name;
    if (width > 0) own["window"] = width;
    modes.push_back({name, static_cast<int>(width), "", completeKnobs(model.knobs, own)});
  };
  std::vector<std::int64_t> widths = {4, 8, 16, 32, 64, 128};
  std::erase_if(widths, [&](std::int64_t width) {
    return width > model.positions || width > window->maximum;
  });
  if (given.contains("window")) widths = {integerAt(given, "window")};
  add(kSequential, 0);
  for (const std::string& name : decoder->choices) {
    const bool excluded = given.contains("decoder") && textAt(given, "decoder") != name;
    if (name == kSequential || excluded) continue;
    for (const std::int64_t width : widths) add(name, width);
  }
  return modes;
}

std::optional<BenchMode> lowPrecisionFirst(const ModelInfo& model, const BenchMode& mode,
                                           const KnobValues& given) {
  const Knob* const knob = findKnob(model.knobs, "refine");
  if (knob == nullptr || knob->idle) return {};
  if (given.contains("refine") || toggleAt(mode.knobs, "refine")) return {};
  BenchMode refined = mode;
  refined.mode += "+refine";
  refined.knobs["refine"] = true;
  return refined;
}

}  // namespace jacobiscope
