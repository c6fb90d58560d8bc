// jacobiscope-cli models: what there is to run, and which settings a model has.
#include <filesystem>
#include <iostream>

#include "app/sub_command.h"
#include "app/model_options.h"
#include "engine/core/error.h"
#include "engine/core/model_library.h"

namespace jacobiscope {

namespace {

const char* kindName(KnobKind kind) {
  switch (kind) {
    case KnobKind::Toggle: return "toggle";
    case KnobKind::Integer: return "integer";
    case KnobKind::Number: return "number";
    case KnobKind::Choice: return "choice";
    case KnobKind::List: return "list";
  }
  return "";
}

const char* scopeName(KnobScope scope) {
  switch (scope) {
    case KnobScope::Live: return "live";
    case KnobScope::NextStage: return "next stage";
    case KnobScope::NextRun: return "next run";
  }
  return "";
}

std::string rangeText(const Knob& knob) {
  if (knob.kind == KnobKind::Toggle) return "0|1";
  std::vector<std::string> parts = knob.choices;
  if (knob.minimum < knob.maximum && knob.kind != KnobKind::Choice) {
    parts.push_back(formatKnob(knob.minimum) + ".." + formatKnob(knob.maximum));
  }
  std::string text;
  for (const std::string& part : parts) {
    if (!text.empty()) text += '|';
    text += part;
  }
  if (knob.listLength > 0) text.append(" x").append(std::to_string(knob.listLength));
  return text;
}

Json knobJson(const Knob& knob) {
  Json object = {{"key", knob.key},   {"label", knob.label}, {"help", knob.help},
                 {"group", knob.group}, {"kind", kindName(knob.kind)},
                 {"scope", scopeName(knob.scope)}};
  object["default"] = knobsJson({{"default", knob.initial}})["default"];
  if (knob.minimum < knob.maximum) {
    object["minimum"] = knob.minimum;
    object["maximum"] = knob.maximum;
  }
  if (!knob.choices.empty()) object["choices"] = knob.choices;
  if (knob.listLength > 0) object["length"] = knob.listLength;
  if (knob.idle) object["idle"] = true;
  return object;
}

void printKnobsJson(const ModelInfo& info) {
  Json object = {{"model", info.name}, {"family", info.family}};
  object["knobs"] = Json::array();
  for (const Knob& knob : info.knobs) object["knobs"].push_back(knobJson(knob));
  object["load"] = Json::array();
  for (const LoadKey& key : loadKeys(info.family)) {
    object["load"].push_back({{"key", key.key}, {"help", key.help}});
  }
  object["presets"] = Json::array();
  for (const Preset& preset : info.presets) {
    object["presets"].push_back(
        {{"name", preset.name}, {"origin", preset.origin}, {"knobs", knobsJson(preset.knobs)}});
  }
  printJson(object);
}

void printKnobs(const ModelInfo& info) {
  std::cout << info.name << " (" << info.title << ")\n\n";
  const auto padded = [](std::string text, std::size_t width) {
    return text + std::string(text.size() < width ? width - text.size() : 1, ' ');
  };
  for (const Knob& knob : info.knobs) {
    std::cout << padded(knob.key, 18) << padded("default " + formatKnob(knob.initial), 20)
              << padded(rangeText(knob), 24) << scopeName(knob.scope) << "\n    " << knob.help
              << '\n';
  }
  std::cout << "\nSettings beside the sliders:\n";
  for (const LoadKey& key : loadKeys(info.family)) {
    std::cout << padded(key.key, 18) << key.help << '\n';
  }
  std::cout << padded("batch", 18) << "pictures per run, like --count\n";
  if (!info.presets.empty()) std::cout << "\nPresets:\n";
  for (const Preset& preset : info.presets) {
    std::cout << padded(preset.name, 18) << preset.origin << '\n';
    std::cout << "   ";
    for (const auto& [key, value] : preset.knobs) {
      std::cout << " --set " << key << '=' << formatKnob(value);
    }
    std::cout << '\n';
  }
}

// A published checkpoint that this program's code opens; the user downloads it.
struct KnownModel {
  const char* name;
  const char* family;
  const char* file;
  const char* source;
};

constexpr const char* kFlowHub = "huggingface.co/encoreus/Transformer_Autoregressive_Flow";
constexpr KnownModel kKnownModels[] = {
    {"AFHQ 256", "tarflow", "afhq_model_8_768_8_8_0.07.pth", kFlowHub},
    {"ImageNet 128 conditional", "tarflow", "imagenet_model_4_1024_8_8_0.15.pth", kFlowHub},
    {"ImageNet 64 conditional", "tarflow", "imagenet_model_4_1024_8_8_0.05.pth", kFlowHub},
    {"ImageNet 64 unconditional", "tarflow", "imagenet64_model_2_768_8_8_0.05.pth", kFlowHub},
};

Json modelsJson() {
  Json object;
  object["models"] = Json::array();
  for (const ModelEntry& model : modelLibrary()) {
    object["models"].push_back({{"name", model.name},
                                {"title", model.title},
                                {"family", model.family},
                                {"bundled", model.bundled},
                                {"path", model.path.string()},
                                {"description", model.description}});
  }
  object["known"] = Json::array();
  for (const KnownModel& model : kKnownModels) {
    object["known"].push_back({{"name", model.name},
                               {"family", model.family},
                               {"file", model.file},
                               {"source", model.source}});
  }
  return object;
}

void printModels() {
  for (const ModelEntry& model : modelLibrary()) {
    std::cout << model.name << " (" << model.family << (model.bundled ? ", bundled): " : "): ")
              << model.title << ". " << model.description << '\n';
  }
  for (const KnownModel& model : kKnownModels) {
    std::cout << model.name << " (" << model.family << ", to be downloaded): " << model.file
              << " from " << model.source << '\n';
  }
}

int run(const Arguments& arguments) {
  const bool json = arguments.has("--json");
  const auto model = arguments.text("--knobs");
  if (!model) {
    if (arguments.has("--set") || arguments.has("--config")) {
      throw UsageError("--set and --config need a model here.", "Add --knobs M.");
    }
    json ? printJson(modelsJson()) : printModels();
    return 0;
  }
  const OpenModel opened = openModel(*model, arguments);
  json ? printKnobsJson(opened.info()) : printKnobs(opened.info());
  return 0;
}

}  // namespace

SubCommand modelsCommand() {
  return {"models",
          "",
          "Bundled and known models, one line each",
          {{"--knobs", "M", "the settings of model M with range and default"},
           {"--set", "KEY=VALUE", "a setting of loading, with --knobs", false, true},
           {"--config", "FILE.json", "what the checkpoint's shapes cannot tell, with --knobs"},
           {"--json", "", "one JSON object on stdout and nothing else there"}},
          run};
}

}  // namespace jacobiscope
