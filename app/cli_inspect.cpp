// jacobiscope-cli inspect: what a checkpoint is, which recipe a picture carries, what a recording
// holds.
#include <iostream>
#include <set>

#include "app/sub_command.h"
#include "app/model_options.h"
#include "app/output_file.h"
#include "app/trace_report.h"
#include "engine/checkpoint/checkpoint.h"
#include "engine/core/error.h"
#include "engine/picture/picture_file.h"
#include "engine/record/recipe.h"
#ifdef JACOBISCOPE_WITH_TORCH
#include "engine/t2i/t2i_tools.h"
#include "engine/tarflow/tarflow_tools.h"
#include "engine/vla/vla_tools.h"
#endif

namespace jacobiscope {

namespace {

std::string familyOf(const LoadRequest& request) {
  std::string known;
  for (const FamilyEntry& family : families()) {
    if (family.recognises(request)) return family.name;
    known += (known.empty() ? "" : ", ") + family.name;
  }
  throw Error(request.path.string() + " is of no family that this build knows (" + known + ").",
              "inspect --tensors lists what is in it.");
}

// The family, its configuration and what is missing of it, where these can be told.
void describeFamily(const LoadRequest& request, Json& report) {
  report["family"] = familyOf(request);
#ifdef JACOBISCOPE_WITH_TORCH
  if (report["family"] == "tarflow") {
    report["config"] = Json::object();
    for (const auto& [key, value] : describeConfig(request)) report["config"][key] = value;
    const Completeness found = checkComplete(request);
    report["missing"] = found.missing;
    if (!found.problem.empty()) throw Error(found.problem, found.hint);
  } else if (report["family"] == "vla") {
    const VlaDescription found = describeVla(request);
    report["config"] = Json::object();
    for (const auto& [key, value] : found.config) report["config"][key] = value;
    report["missing"] = found.missing;
    if (!found.problem.empty()) throw Error(found.problem, found.hint);
  }
#endif
}

// Format, types and hash of the file or folder.
void describeTensors(const std::filesystem::path& path, bool listTensors, Json& report) {
  const Checkpoint checkpoint = Checkpoint::open(path);
  std::set<std::string> dtypes;
  std::int64_t elements = 0;
  Json tensors = Json::array();
  for (const TensorView& tensor : checkpoint.tensors()) {
    dtypes.emplace(dtypeName(tensor.dtype));
    elements += tensor.count();
    tensors.push_back({{"name", tensor.name},
                       {"dtype", dtypeName(tensor.dtype)},
                       {"shape", tensor.shape}});
  }
  report["format"] = checkpoint.format();
  report["dtype"] = dtypes.size() == 1 ? *dtypes.begin() : "mixed";
  report["tensors"] = checkpoint.tensors().size();
  report["elements"] = elements;
  report["hash"] = checkpoint.hash();
  report["notes"] = checkpoint.notes();
  if (listTensors) report["list"] = tensors;
}

#ifdef JACOBISCOPE_WITH_TORCH
// A model of several files. What is wrong with one of them does not hide the others.
void describeParts(const std::vector<T2iPart>& parts, bool listTensors, Json& report) {
  report["family"] = "t2i";
  report["parts"] = Json::array();
  report["missing"] = Json::array();
  const T2iPart* broken = nullptr;
  for (const T2iPart& part : parts) {
    if (part.path.empty()) {
      report["missing"].push_back(part.name);
      continue;
    }
    Json entry = {{"part", part.name}, {"path", part.path.string()}};
    try {
      describeTensors(part.path, listTensors, entry);
    } catch (const Error&) {
      // It is the part's problem, too.
    }
    for (const std::string& note : part.notes) entry["notes"].push_back(note);
    entry["config"] = Json::object();
    for (const auto& [key, value] : part.config) entry["config"][key] = value;
    entry["missing"] = part.missing;
    if (!broken && !part.problem.empty()) broken = &part;
    report["parts"].push_back(std::move(entry));
  }
  if (broken) throw Error(broken->problem, broken->hint);
}
#endif

void describeModel(const LoadRequest& request, bool listTensors, Json& report) {
#ifdef JACOBISCOPE_WITH_TORCH
  if (const auto parts = describeT2i(request); !parts.empty()) {
    return describeParts(parts, listTensors, report);
  }
#endif
  describeTensors(request.path, listTensors, report);
  describeFamily(request, report);
}

void describePicture(const std::string& file, Json& report) {
  report["format"] = "png";
  const auto text = readPictureText(file, kRecipeKey);
  if (!text) {
    throw Error(file + " is a picture without a recipe.", "Checkpoints are .safetensors or .pth.");
  }
  report["recipe"] = Json::parse(recipeText(parseRecipe(*text)));
}

// Never throws: what is wrong with a file is part of the report.
Json describeFile(const std::string& file, const Arguments& arguments) {
  Json report = {{"path", file}};
  try {
    if (extensionOf(file) == ".png") {
      describePicture(file, report);
    } else if (extensionOf(file) == ".jtrace") {
      describeTrace(file, report);
    } else {
      describeModel(loadRequest(file, arguments), arguments.has("--tensors"), report);
    }
  } catch (const Error& error) {
    report["error"] = error.what();
    if (!error.hint().empty()) report["hint"] = error.hint();
  }
  return report;
}

std::string plain(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

void printEntry(const std::string& key, const Json& value, const std::string& indent) {
  if (key == "notes") {
    for (const Json& note : value) std::cout << indent << "note: " << plain(note) << '\n';
  } else if (key == "missing") {
    for (const Json& name : value) std::cout << indent << "missing: " << plain(name) << '\n';
  } else if (key == "runs") {
    for (const Json& run : value) std::cout << indent << traceRunText(run) << '\n';
  } else if (key == "config") {
    for (const auto& [name, entry] : value.items()) {
      std::cout << indent << name << ": " << plain(entry) << '\n';
    }
  } else if (key == "recipe") {
    std::cout << value.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
  } else if (key == "list") {
    for (const Json& tensor : value) {
      std::cout << indent << plain(tensor["name"]) << ' ' << plain(tensor["dtype"]) << ' '
                << shapeText(tensor["shape"].get<std::vector<std::int64_t>>()) << '\n';
    }
  } else {
    std::cout << indent << key << ": " << plain(value) << '\n';
  }
}

void printReport(const Json& report) {
  std::cout << report["path"].get<std::string>() << '\n';
  for (const auto& [key, value] : report.items()) {
    if (key == "path" || key == "list" || key == "error" || key == "hint") continue;
    if (key != "parts") {
      printEntry(key, value, "  ");
      continue;
    }
    for (const Json& part : value) {
      std::cout << "  " << plain(part["part"]) << ": " << plain(part["path"]) << '\n';
      for (const auto& [name, entry] : part.items()) {
        if (name != "part" && name != "path") printEntry(name, entry, "    ");
      }
    }
  }
  if (report.contains("list")) printEntry("list", report["list"], "  ");
}

int run(const Arguments& arguments) {
  if (arguments.operands().empty()) {
    throw UsageError("inspect needs a file.", "jacobiscope-cli inspect FILE...");
  }
  Json all = Json::array();
  int code = 0;
  for (const std::string& file : arguments.operands()) {
    const Json report = describeFile(file, arguments);
    if (!arguments.has("--json")) printReport(report);
    if (report.contains("error")) {
      code = 1;
      std::cout.flush();
      std::cerr << "jacobiscope-cli: " << plain(report["error"]) << '\n';
      if (report.contains("hint")) std::cerr << "hint: " << plain(report["hint"]) << '\n';
    }
    all.push_back(report);
  }
  if (arguments.has("--json")) printJson({{"files", all}});
  return code;
}

}  // namespace

SubCommand inspectCommand() {
  return {"inspect",
          "FILE...",
          "What a checkpoint, a picture or a recording is and what is missing",
          {{"--tensors", "", "list every tensor with its shape"},
           {"--set", "KEY=VALUE", "a setting of loading, for example heads=12", false, true},
           {"--config", "FILE.json", "what the checkpoint's shapes cannot tell"},
           {"--json", "", "one JSON object on stdout and nothing else there"}},
          run};
}

}  // namespace jacobiscope
