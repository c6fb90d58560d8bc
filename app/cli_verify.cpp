// jacobiscope-cli verify: what is stored is computed again and held against what comes out.
#include <iostream>
#include <limits>

#include "app/bench.h"
#include "app/interrupt.h"
#include "app/model_options.h"
#include "app/output_file.h"
#include "app/rerun.h"
#include "app/sub_command.h"
#include "engine/core/error.h"
#include "engine/core/model_library.h"
#include "engine/export/verification.h"
#include "engine/record/trace_reader.h"

namespace jacobiscope {

namespace {

constexpr char kTraceEnding[] = ".jtrace";

// One thing to be verified: a file, or a run of a recording.
struct Item {
  std::string name;
  StoredRun stored;
  const RunRecord* recorded = nullptr;
};

// The model of that name as it was loaded then, as far as the machine and the model allow.
LoadRequest requestFor(const Recipe& recipe, const Arguments& arguments) {
  const auto model = arguments.text("--model");
  const bool named = model || !recipe.model.empty();
  if (!named) throw Error("The recipe does not say which model it is of.", "Give --model.");
  LoadRequest request;
  try {
    request = loadRequest(model.value_or(recipe.model), arguments);
  } catch (const UsageError&) {
    if (model) throw;
    throw Error("The model " + recipe.model + ", with which it was made, is not at hand.",
                "Name its checkpoint: --model FILE.");
  }
  for (const LoadKey& key : loadKeys(recipe.family)) {
    if (request.options.contains(key.key)) continue;
    if (key.key == "threads" && recipe.threads > 0) {
      request.options["threads"] = std::to_string(recipe.threads);
    }
    if (key.key == "dtype" && !recipe.dtype.empty()) request.options["dtype"] = recipe.dtype;
  }
  return request;
}

const char* nameOf(Proof proof) {
  if (proof == Proof::Identical) return "identical";
  return proof == Proof::Within ? "within" : "different";
}

template <class T>
Json orNull(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json reportOf(const Item& item, const Verification& v) {
  Json differences = Json::array();
  for (const RecipeDifference& one : v.differences) {
    differences.push_back({{"what", one.what}, {"stored", one.stored}, {"here", one.here}});
  }
  return {{"file", item.name},
          {"verdict", nameOf(v.proof)},
          {"text", verdictText(v)},
          {"result_equal", orNull(v.result)},
          {"sweeps_equal", orNull(v.facts)},
          {"picture_steps", orNull(v.pictureSteps)},
          {"first_other_sweep", orNull(v.firstSweep)},
          {"result_error", orNull(v.resultError)},
          {"differences", differences}};
}

void print(const Json& report) {
  const auto text = [&](const char* key) { return report[key].get<std::string>(); };
  if (report.contains("error")) {
    std::cout << text("file") << ": " << text("error") << '\n';
    if (const std::string hint = text("hint"); !hint.empty()) std::cout << "  " << hint << '\n';
    return;
  }
  std::cout << text("file") << ": " << text("text") << '\n';
  if (report["result_error"].is_number() && report["result_error"] != 0) {
    std::cout << "  largest difference of the numbers: "
              << shortNumber(report["result_error"].get<double>()) << '\n';
  }
  for (const Json& one : report["differences"]) {
    std::cout << "  " << one["what"].get<std::string>() << ": " << one["stored"].get<std::string>()
              << " there, " << one["here"].get<std::string>() << " here\n";
  }
}

class Verifier {
 public:
  explicit Verifier(const Arguments& arguments)
      : m_arguments(arguments),
        m_within(static_cast<double>(arguments.integer("--within", 0, 255).value_or(0))) {}

  void file(const std::string& name) {
    attempt(name, [&] {
      if (extensionOf(name) == kTraceEnding) return trace(name);
      auto stored = readStoredRun(name);
      if (!stored) throw Error(name + " carries no recipe.", "Only what this program saved does.");
      item({name, *std::move(stored), nullptr});
    });
  }

  bool allHold() const { return m_allHold; }
  const Json& reports() const { return m_reports; }

 private:
  // What goes wrong with one file is said of it, and the others are verified all the same.
  template <class Work>
  void attempt(const std::string& name, const Work& work) {
    try {
      work();
    } catch (const Cancelled&) {
      throw;
    } catch (const Error& error) {
      refuse(name, error);
    }
  }

  void refuse(const std::string& name, const Error& error) {
    m_allHold = false;
    tell({{"file", name}, {"verdict", nullptr}, {"error", error.what()}, {"hint", error.hint()}});
  }

  void tell(Json report) {
    if (!m_arguments.has("--json")) print(report), std::cout.flush();
    m_reports.push_back(std::move(report));
  }

  void trace(const std::string& name) {
    Recording recording(std::numeric_limits<std::size_t>::max());
    const TraceContents contents = readTrace(name, recording);
    if (contents.runs.empty()) throw Error(name + " holds no run.");
    int number = 0;
    for (const int id : contents.runs) {
      const std::string place = name + (contents.runs.size() > 1
                                            ? ", run " + std::to_string(++number) : "");
      const RunRecord& run = *recording.run(id);
      attempt(place, [&] { item({place, storedRunOf(run), &run}); });
    }
  }

  void item(const Item& item) {
    const Recipe& recipe = item.stored.recipe;
    const ModelInfo& model = m_rerunner.load(requestFor(recipe, m_arguments));
    const Arrays arrays = item.recorded ? item.recorded->start.input.arrays : Arrays{};
    const command::Start start = rerunOf(recipe, model, arrays);
    ProgressLine progress("verifying " + item.name, m_arguments.has("--json"));
    const RunRecord& again = m_rerunner.run(start, progress);
    Verification found = verify(item.stored, again, m_within, item.recorded);
    if (item.recorded && item.recorded->finished && again.finished) {
      const Arrays& result = item.recorded->finished->result;
      if (!result.empty()) {
        found.resultError = largestDifference(result, again.finished->result);
      }
    }
    if (found.proof == Proof::Different) m_allHold = false;
    tell(reportOf(item, found));
  }

  const Arguments& m_arguments;
  double m_within;
  Rerunner m_rerunner;
  Json m_reports = Json::array();
  bool m_allHold = true;
};

int run(const Arguments& arguments) {
  if (arguments.operands().empty()) {
    throw UsageError("verify needs a file.", "jacobiscope-cli verify FILE...");
  }
  Verifier verifier(arguments);
  for (const std::string& file : arguments.operands()) verifier.file(file);
  if (arguments.has("--json")) printJson({{"files", verifier.reports()}});
  return verifier.allHold() ? 0 : 1;
}

}  // namespace

SubCommand verifyCommand() {
  return {"verify",
          "FILE...",
          "Computes saved pictures, figures and recordings again and compares",
          {{"--model", "M", "in place of the model that the file names"},
           {"--within", "N", "steps of 8 bits that pictures may differ by, 0 to 255; usually 0"},
           {"--set", "KEY=VALUE", "a setting of loading, for example threads=2", false, true},
           {"--config", "FILE.json", "what the checkpoint's shapes cannot tell"},
           {"--json", "", "one JSON object on stdout and nothing else there"}},
          run};
}

}  // namespace jacobiscope
