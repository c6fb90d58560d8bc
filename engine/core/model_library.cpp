#include "engine/core/model_library.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>

#include "engine/core/error.h"

namespace jacobiscope {

namespace fs = std::filesystem;

namespace {

// Text is read leniently: a broken file makes no model, and no exception.
std::string textOf(const nlohmann::json& config, const char* key) {
  const auto found = config.find(key);
  return found != config.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// A file that config.json names. Only beside it: a name that climbs out is ignored.
fs::path fileOf(const fs::path& folder, const std::string& name) {
  std::error_code ignored;
  if (name.empty() || fs::path(name).has_parent_path()) return {};
  const fs::path file = folder / name;
  return fs::is_regular_file(file, ignored) ? file : fs::path();
}

std::optional<ModelEntry> readEntry(const fs::path& folder, bool bundled) {
  std::ifstream file(folder / "config.json");
  if (!file) return std::nullopt;
  const auto config = nlohmann::json::parse(file, nullptr, /*allow_exceptions=*/false);
  if (!config.is_object()) return std::nullopt;
  ModelEntry entry{textOf(config, "name"),
                   textOf(config, "title"),
                   textOf(config, "family"),
                   folder,
                   textOf(config, "description"),
                   fileOf(folder, textOf(config, "thumbnail")),
                   fileOf(folder, textOf(config, "samples")),
                   bundled};
  const bool whole = !entry.name.empty() && !entry.title.empty() && !entry.family.empty() &&
                     !entry.description.empty();
  return whole ? std::optional(std::move(entry)) : std::nullopt;
}

std::vector<ModelEntry> readFolder(const ModelFolder& folder) {
  std::vector<ModelEntry> entries;
  std::error_code error;
  fs::directory_iterator at(folder.path, error);
  for (; !error && at != fs::directory_iterator(); at.increment(error)) {
    if (auto entry = readEntry(at->path(), folder.bundled)) entries.push_back(std::move(*entry));
  }
  std::ranges::sort(entries, {}, &ModelEntry::name);
  return entries;
}

}  // namespace

std::vector<ModelFolder> modelFolders() {
  std::vector<ModelFolder> folders;
  if (const char* variable = std::getenv("JACOBISCOPE_MODELS")) {
    std::string_view rest = variable;
    while (!rest.empty()) {
      const auto colon = std::min(rest.find(':'), rest.size());
      if (colon > 0) folders.push_back({fs::path(rest.substr(0, colon)), false});
      rest.remove_prefix(std::min(colon + 1, rest.size()));
    }
  }
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  if (!error) {
    const fs::path share = program.parent_path().parent_path() / "share";
    folders.push_back({share / "jacobiscope" / "models", true});
  }
#ifdef JACOBISCOPE_SOURCE_MODELS
  folders.push_back({fs::path(JACOBISCOPE_SOURCE_MODELS), true});
#endif
  return folders;
}

std::vector<ModelEntry> modelLibrary() {
  ModelEntry toy;
  toy.name = toy.family = "toy";
  toy.path = "toy";
  toy.title = "A triangular map with a known answer";
  toy.description = "Needs no weights: shows how every mode reaches the same numbers.";
  toy.bundled = true;
  std::vector<ModelEntry> library = {toy};
  for (const ModelFolder& folder : modelFolders()) {
    for (ModelEntry& entry : readFolder(folder)) {
      const bool known = std::ranges::find(library, entry.name, &ModelEntry::name) != library.end();
      if (!known) library.push_back(std::move(entry));
    }
  }
  return library;
}

fs::path resolveModel(const std::string& nameOrPath) {
  std::string names;
  for (const ModelEntry& entry : modelLibrary()) {
    if (entry.name == nameOrPath) return entry.path;
    names += (names.empty() ? "" : ", ") + entry.name;
  }
  std::error_code error;
  if (!nameOrPath.empty() && fs::exists(nameOrPath, error)) return nameOrPath;
  if (nameOrPath.find('=') != std::string::npos) return nameOrPath;  // a list of parts
  throw UsageError("There is no model or file \"" + nameOrPath + "\".",
                   "Known models: " + names + ".");
}

}  // namespace jacobiscope
