#include "app/model_options.h"

#include <algorithm>
#include <fstream>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "engine/core/error.h"
#include "engine/core/model_library.h"
#include "engine/core/suggestion.h"

namespace jacobiscope {

namespace {

constexpr std::uintmax_t kMaxConfigBytes = std::uintmax_t{1} << 24;

std::string readConfig(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::error_code error;
  if (!in || !std::filesystem::is_regular_file(file, error)) {
    throw Error("The configuration " + file.string() + " cannot be opened.", "Check --config.");
  }
  if (std::filesystem::file_size(file, error) > kMaxConfigBytes) {
    throw Error("The configuration " + file.string() + " is larger than 16 MiB.");
  }
  std::string text(std::istreambuf_iterator<char>(in), {});
  const auto parsed = nlohmann::json::parse(text, nullptr, false);
  if (!parsed.is_object()) {
    throw Error("The configuration " + file.string() + " is not a JSON object.");
  }
  return text;
}

const std::vector<LoadKey>& tarflowKeys() {
  static const std::vector<LoadKey> keys = {
      {"device", "cpu, cuda or cuda:N"},
      {"dtype", "float32 or bfloat16"},
      {"threads", "CPU threads, 1 or more"},
      {"heads", "attention heads, where neither shapes nor config.json tell"},
      {"image.channels", "channels of the picture, 3 where nothing tells"},
      {"sigma", "standard deviation of the noise of training, for the denoising step"},
  };
  return keys;
}

const std::vector<LoadKey>& t2iKeys() {
  static const std::vector<LoadKey> keys = {
      {"device", "cpu, cuda or cuda:N"},
      {"dtype", "float32 or bfloat16"},
      {"threads", "CPU threads, 1 or more"},
      {"heads", "attention heads, where neither size nor config.json tell"},
      {"grid", "tokens per side of the picture, where neither name nor config.json tell"},
  };
  return keys;
}

const std::vector<LoadKey>& vlaKeys() {
  static const std::vector<LoadKey> keys = {
      {"device", "cpu, cuda or cuda:N"},
      {"dtype", "float32 or bfloat16"},
      {"threads", "CPU threads, 1 or more"},
  };
  return keys;
}

bool isLoadKey(const std::vector<LoadKey>& keys, const std::string& key) {
  return std::ranges::find(keys, key, &LoadKey::key) != keys.end();
}

[[noreturn]] void refuse(const std::string& key, const ModelInfo& info) {
  std::vector<std::string> known = {"batch"};
  for (const LoadKey& loadKey : loadKeys(info.family)) known.push_back(loadKey.key);
  for (const Knob& knob : info.knobs) known.push_back(knob.key);
  throw UsageError("There is no setting \"" + key + "\" for " + info.name + ".",
                   suggestion(key, known));
}

// Schedule lists say how gs-jacobi goes: giving one asks for it.
void addImpliedMode(const ModelInfo& info, KnobValues& given) {
  const Knob* const mode = findKnob(info.knobs, "mode");
  const std::string implied = "gs-jacobi";
  if (mode == nullptr || given.contains("mode") ||
      std::ranges::find(mode->choices, implied) == mode->choices.end()) {
    return;
  }
  for (const char* list : {"segments", "cap", "guess"}) {
    if (given.contains(list)) given["mode"] = implied;
  }
}

}  // namespace

std::vector<OptionSpec> withModelOptions(std::vector<OptionSpec> own) {
  std::vector<OptionSpec> all = {
      {"--model", "M", "a bundled name, a path, or gpt=FILE,vq=FILE[,text=DIR]", true}};
  all.insert(all.end(), own.begin(), own.end());
  all.push_back({"--set", "KEY=VALUE", "a setting; models --knobs M lists them", false, true});
  all.push_back({"--config", "FILE.json", "what the checkpoint's shapes cannot tell"});
  all.push_back({"--json", "", "one JSON object on stdout and nothing else there"});
  return all;
}

const std::vector<LoadKey>& loadKeys(const std::string& family) {
  static const std::vector<LoadKey> none;
  if (family == "tarflow") return tarflowKeys();
  if (family == "vla") return vlaKeys();
  return family == "t2i" ? t2iKeys() : none;
}

LoadRequest loadRequest(const std::string& model, const Arguments& arguments) {
  LoadRequest request;
  request.path = resolveModel(model);
  if (const auto config = arguments.text("--config")) request.config = readConfig(*config);
  for (const std::string& setting : arguments.all("--set")) {
    const auto [key, value] = splitSetting(setting);
    // The family is not known yet; openModel() refuses what is another's.
    if (isLoadKey(tarflowKeys(), key) || isLoadKey(t2iKeys(), key)) request.options[key] = value;
  }
  return request;
}

OpenModel openModel(const std::string& model, const Arguments& arguments) {
  OpenModel opened;
  opened.family = loadModel(families(), loadRequest(model, arguments));
  const std::vector<Knob>& knobs = opened.info().knobs;
  for (const std::string& setting : arguments.all("--set")) {
    const auto [key, value] = splitSetting(setting);
    if (const Knob* knob = findKnob(knobs, key)) {
      opened.given[key] = parseKnob(*knob, value);
    } else if (key == "batch") {
      opened.count = static_cast<int>(parseInteger(value, "batch", 1, kMaxBatch));
    } else if (!isLoadKey(loadKeys(opened.info().family), key)) {
      refuse(key, opened.info());
    }
  }
  addImpliedMode(opened.info(), opened.given);
  opened.knobs = completeKnobs(knobs, opened.given);
  for (const std::string& note : opened.info().notes) std::cerr << "note: " << note << '\n';
  return opened;
}

}  // namespace jacobiscope
