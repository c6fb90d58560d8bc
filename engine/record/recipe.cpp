#include "engine/record/recipe.h"

#include <string_view>

#include "engine/core/error.h"

namespace jacobiscope {

namespace {

using nlohmann::json;

constexpr std::size_t kMaxRecipeBytes = std::size_t{4} << 20;
constexpr std::size_t kMaxTimeline = 100000;
constexpr std::size_t kMaxThings = 64;
constexpr std::size_t kPlace = 3;  // numbers that say where a thing lies
constexpr char kLayout[] = "layout";

const char* outcomeOf(const RunRecord& run) {
  if (run.failed) return "failed";
  if (!run.finished) return "running";
  return run.finished->outcome == Outcome::Done ? "done" : "stopped";
}

// Of a run that has not ended: the values that its sweeps were told with.
void addTimeline(const RunRecord& run, Recipe& recipe) {
  for (const auto& snapshot : run.snapshots) {
    if (!snapshot || !snapshot->knobs) continue;
    auto& last = recipe.timeline.back();
    if (*snapshot->knobs == last.second) continue;
    if (snapshot->sweep.index == last.first) {
      last.second = *snapshot->knobs;
    } else {
      recipe.timeline.emplace_back(snapshot->sweep.index, *snapshot->knobs);
    }
  }
}

[[noreturn]] void refuse(const std::string& field, const std::string& expected) {
  throw Error("The recipe's \"" + field + "\" is not " + expected + ".",
              "The picture was written by another program or edited.");
}

// The field when it is there and of the right type; absent: the fallback.
template <class T>
T field(const json& object, const char* key, T fallback) {
  const auto found = object.find(key);
  if (found == object.end() || found->is_null()) return fallback;
  if constexpr (std::is_same_v<T, std::string>) {
    if (!found->is_string()) refuse(key, "text");
  } else if constexpr (std::is_same_v<T, bool>) {
    if (!found->is_boolean()) refuse(key, "true or false");
  } else if constexpr (std::is_same_v<T, double>) {
    if (!found->is_number()) refuse(key, "a number");
  } else if constexpr (std::is_unsigned_v<T>) {
    if (!found->is_number_unsigned()) refuse(key, "a whole number from 0");
  } else {
    if (!found->is_number_integer()) refuse(key, "a whole number");
  }
  return found->template get<T>();
}

// Where the things lie on a robot's table, a list of three numbers each.
json layoutJson(const Array& layout) {
  json rows = json::array();
  const auto* values = std::get_if<std::vector<float>>(&layout.values);
  for (std::size_t i = 0; values && i + kPlace <= values->size(); i += kPlace) {
    rows.push_back(std::vector<float>(values->begin() + i, values->begin() + i + kPlace));
  }
  return rows;
}

Array layoutFrom(const json& rows) {
  const char* const expected = "a list of places";
  if (!rows.is_array() || rows.empty() || rows.size() > kMaxThings) refuse(kLayout, expected);
  std::vector<float> values;
  for (const json& row : rows) {
    if (!row.is_array() || row.size() != kPlace) refuse(kLayout, expected);
    for (const json& number : row) {
      const double value = number.is_number() ? number.get<double>() : 1e9;
      if (!(value > -1e6 && value < 1e6)) refuse(kLayout, expected);
      values.push_back(static_cast<float>(value));
    }
  }
  return {{static_cast<std::int64_t>(rows.size()), std::int64_t{kPlace}}, std::move(values)};
}

json section(const json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_object()) refuse(key, "an object");
  return *found;
}

}  // namespace

nlohmann::json toJson(const KnobValues& knobs) {
  json object = json::object();
  for (const auto& [key, value] : knobs) {
    std::visit([&, &name = key](const auto& held) { object[name] = held; }, value);
  }
  return object;
}

KnobValues knobsFromJson(const json& object) {
  if (!object.is_object()) refuse("timeline.knobs", "an object");
  KnobValues knobs;
  for (const auto& [key, value] : object.items()) {
    if (value.is_boolean()) {
      knobs[key] = value.get<bool>();
    } else if (value.is_number_integer()) {
      knobs[key] = value.get<std::int64_t>();
    } else if (value.is_number()) {
      knobs[key] = value.get<double>();
    } else if (value.is_string()) {
      knobs[key] = value.get<std::string>();
    } else {
      refuse("timeline.knobs." + key, "a value of a knob");
    }
  }
  return knobs;
}

json toJson(const Input& input) {
  json object = {{"seed", input.seed}, {"count", input.count}};
  if (input.label) object["label"] = *input.label;
  if (!input.prompt.empty()) object["prompt"] = input.prompt;
  if (!input.picture.empty()) object["picture"] = input.picture;
  return object;
}

Input inputFromJson(const json& object) {
  Input input;
  input.seed = field<std::uint64_t>(object, "seed", 0);
  const auto count = field<std::int64_t>(object, "count", 1);
  if (count < 1 || count > 1 << 16) refuse("input.count", "between 1 and 65,536");
  input.count = static_cast<int>(count);
  input.prompt = field<std::string>(object, "prompt", {});
  input.picture = field<std::string>(object, "picture", {});
  const auto label = object.find("label");
  if (label != object.end() && !label->is_null()) {
    input.label = field<std::int64_t>(object, "label", 0);
  }
  return input;
}

Recipe recipeOf(const RunRecord& run) {
  Recipe recipe = recipeWithoutFacts(run);
  recipe.factsHash = hashFacts(run);
  return recipe;
}

Recipe recipeWithoutFacts(const RunRecord& run) {
  const ModelInfo& model = run.start.model;
  Recipe recipe;
  recipe.version = JACOBISCOPE_VERSION;
  recipe.family = model.family;
  recipe.model = model.name;
  recipe.modelHash = model.hash;
  recipe.device = model.device;
  recipe.dtype = model.dtype;
  recipe.threads = model.threads;
  recipe.input = run.start.input;
  recipe.inputHash = hashArrays(run.start.input.arrays);
  std::erase_if(recipe.input.arrays, [](const auto& entry) { return entry.first != kLayout; });
  recipe.warm = run.start.warm;
  recipe.timeline = {{0, run.start.knobs}};
  recipe.sweeps = static_cast<std::int64_t>(run.snapshots.size());
  recipe.calls = run.calls();
  if (!run.snapshots.empty()) recipe.computeSeconds = run.snapshots.back()->computeSeconds;
  recipe.outcome = outcomeOf(run);
  if (!run.finished) addTimeline(run, recipe);
  if (run.finished) {
    recipe.sweeps = run.finished->sweeps;
    recipe.calls = run.finished->calls;
    recipe.computeSeconds = run.finished->computeSeconds;
    if (!run.finished->timeline.empty()) recipe.timeline = run.finished->timeline;
    if (run.finished->outcome == Outcome::Done) {
      recipe.resultHash = hashArrays(run.finished->result);
    }
  }
  return recipe;
}

nlohmann::json toJson(const Recipe& recipe) {
  json timeline = json::array();
  for (const auto& [sweep, knobs] : recipe.timeline) {
    timeline.push_back({{"sweep", sweep}, {"knobs", toJson(knobs)}});
  }
  json input = toJson(recipe.input);
  if (!recipe.inputHash.empty()) input["hash"] = recipe.inputHash;
  const auto layout = recipe.input.arrays.find(kLayout);
  if (layout != recipe.input.arrays.end()) input[kLayout] = layoutJson(layout->second);

  json object = {{"version", recipe.version},
                 {"model",
                  {{"family", recipe.family},
                   {"name", recipe.model},
                   {"hash", recipe.modelHash},
                   {"device", recipe.device},
                   {"dtype", recipe.dtype},
                   {"threads", recipe.threads}}},
                 {"input", input},
                 {"warm", recipe.warm},
                 {"timeline", timeline},
                 {"sweeps", recipe.sweeps},
                 {"calls", recipe.calls},
                 {"computeSeconds", recipe.computeSeconds},
                 {"outcome", recipe.outcome}};
  if (!recipe.resultHash.empty()) object["result"] = recipe.resultHash;
  if (!recipe.factsHash.empty()) object["facts"] = recipe.factsHash;
  if (recipe.pictureSweep >= 0) object["pictureSweep"] = recipe.pictureSweep;
  return object;
}

nlohmann::json makeRecipe(const RunRecord& run) { return toJson(recipeOf(run)); }

std::string recipeText(const Recipe& recipe) {
  return toJson(recipe).dump(-1, ' ', false, json::error_handler_t::replace);
}

Recipe parseRecipe(const std::string& text) {
  if (text.size() > kMaxRecipeBytes) throw Error("The recipe is longer than 4 MiB.");
  const json object = json::parse(text, nullptr, false);
  if (object.is_discarded() || !object.is_object()) {
    throw Error("The recipe is not a JSON object.",
                "The picture was written by another program or edited.");
  }
  Recipe recipe;
  recipe.version = field<std::string>(object, "version", {});
  const json model = section(object, "model");
  recipe.family = field<std::string>(model, "family", {});
  recipe.model = field<std::string>(model, "name", {});
  recipe.modelHash = field<std::string>(model, "hash", {});
  recipe.device = field<std::string>(model, "device", {});
  recipe.dtype = field<std::string>(model, "dtype", {});
  recipe.threads = static_cast<int>(field<std::int64_t>(model, "threads", 0));
  const json input = section(object, "input");
  recipe.input = inputFromJson(input);
  recipe.inputHash = field<std::string>(input, "hash", {});
  if (input.contains(kLayout)) recipe.input.arrays[kLayout] = layoutFrom(input[kLayout]);
  recipe.warm = field<bool>(object, "warm", false);
  recipe.sweeps = field<std::int64_t>(object, "sweeps", 0);
  recipe.calls = field<std::int64_t>(object, "calls", 0);
  recipe.computeSeconds = field<double>(object, "computeSeconds", 0.0);
  recipe.outcome = field<std::string>(object, "outcome", {});
  recipe.resultHash = field<std::string>(object, "result", {});
  recipe.factsHash = field<std::string>(object, "facts", {});
  recipe.pictureSweep = field<std::int64_t>(object, "pictureSweep", -1);

  const auto timeline = object.find("timeline");
  if (timeline == object.end() || !timeline->is_array() || timeline->empty() ||
      timeline->size() > kMaxTimeline) {
    refuse("timeline", "a list of knob values");
  }
  for (const json& entry : *timeline) {
    if (!entry.is_object()) refuse("timeline", "a list of objects");
    recipe.timeline.emplace_back(field<std::int64_t>(entry, "sweep", 0),
                                 knobsFromJson(section(entry, "knobs")));
  }
  return recipe;
}

KnobValues recipeKnobs(const Recipe& recipe, const std::vector<Knob>& knobs) {
  if (recipe.timeline.empty()) throw Error("The recipe holds no knob values.");
  // Checks the values too, and reads 2 for 2.0: JSON does not tell them apart for programs
  // that rewrite it.
  return completeKnobs(knobs, recipe.timeline.front().second);
}

}  // namespace jacobiscope
