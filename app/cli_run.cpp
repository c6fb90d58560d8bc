// jacobiscope-cli run: one decode, its picture, its tensors or its recording.
#include <algorithm>
#include <cmath>
#include <exception>
#include <iostream>

#include "app/sub_command.h"
#include "app/broke_off.h"
#include "app/condition.h"
#include "app/decode.h"
#include "app/input_files.h"
#include "app/interrupt.h"
#include "app/model_options.h"
#include "app/output_file.h"
#include "app/progress.h"
#include "app/run_branch.h"
#include "app/run_result.h"
#include "app/run_trace.h"
#include "app/schedule_option.h"
#include "engine/core/breakpoint_watch.h"
#include "engine/core/error.h"
#ifdef JACOBISCOPE_WITH_TORCH
#include "engine/tarflow/tarflow_tools.h"
#endif

namespace jacobiscope {

namespace {

constexpr char kTraceEnding[] = ".jtrace";

// A folder of many pictures: there and writable, or one that can be made.
void checkNewFolder(std::filesystem::path folder) {
  if (!folder.has_filename()) folder = folder.parent_path();  // "pictures/"
  std::error_code error;
  std::filesystem::exists(folder, error) ? checkOutputFolder(folder) : checkOutput(folder);
}

// Where the run is to be recorded; empty: nowhere.
std::filesystem::path traceFile(const Arguments& arguments) {
  if (const auto trace = arguments.text("--trace")) return *trace;
  const std::filesystem::path out = *arguments.text("--out");
  return extensionOf(out) == kTraceEnding && !arguments.has("--prompts") ? out : "";
}

void checkTrace(const Arguments& arguments) {
  const auto trace = arguments.text("--trace");
  if (!trace) return;
  if (extensionOf(*trace) != kTraceEnding) {
    throw UsageError("--trace " + *trace + " is no .jtrace file.", "Recordings end in .jtrace.");
  }
  if (extensionOf(*arguments.text("--out")) == kTraceEnding && !arguments.has("--prompts")) {
    throw UsageError("--out and --trace both name a recording.", "Leave out --trace.");
  }
  checkOutput(*trace);
}

// What is wrong with the words themselves, before a model is loaded.
void checkRequest(const Arguments& arguments) {
  const std::filesystem::path out = *arguments.text("--out");
  const std::string extension = extensionOf(out);
  checkCondition(arguments);
  checkTrace(arguments);
  if (arguments.has("--prompts")) return checkNewFolder(out);
  if (extension != ".png" && extension != ".safetensors" && extension != kTraceEnding) {
    throw UsageError("--out " + out.string() +
                         " is neither a .png nor a .safetensors nor a .jtrace file.",
                     "The ending says what is written: a picture, tensors or a recording.");
  }
  for (const char* other : {"--seed", "--image"}) {
    if (arguments.has("--noise") && arguments.has(other)) {
      throw UsageError(std::string("--noise and ") + other + " are both given.",
                       "The noise comes from one of them.");
    }
  }
  if (const auto seed = arguments.text("--seed")) parseSeed(*seed);
  checkOutput(out);
}

// A picture is encoded, varied and decoded by the family itself.
void readImageInto(Input& input, [[maybe_unused]] Family& model, const std::string& file) {
#ifdef JACOBISCOPE_WITH_TORCH
  const PictureShape shape = pictureShape(model);
  InputPictures pictures = readPictures(file, shape.channels, shape.height, shape.width);
  if (input.label && !pictures.labels.empty()) {
    throw UsageError("The labels are given twice: by an option and in " + file + ".",
                     "Leave out --label.");
  }
  if (!pictures.labels.empty()) {
    input.arrays["labels"] = {{pictures.images.shape[0]}, std::move(pictures.labels)};
  }
  input.arrays["image"] = std::move(pictures.images);
  input.picture = std::filesystem::path(file).filename().string();
#else
  throw Error("This build has no LibTorch and cannot encode " + file + ".",
              "Build with -DJACOBISCOPE_TORCH=ON.");
#endif
}

// Pictures per run, said once: --count, --set batch or the tensors of the input.
int countOf(const Arguments& arguments, const OpenModel& model, const Input& input) {
  int count = model.count;
  if (const auto given = arguments.integer("--count", 1, kMaxBatch)) {
    if (count != 0 && count != *given) {
      throw UsageError("--count and --set batch differ.", "Keep one of them.");
    }
    count = static_cast<int>(*given);
  }
  const auto noise = input.arrays.find("noise"), image = input.arrays.find("image");
  std::int64_t pictures = 0;
  if (noise != input.arrays.end()) pictures = noise->second.shape[0];
  // One picture serves a whole batch of variations.
  if (image != input.arrays.end() && image->second.shape[0] > 1) pictures = image->second.shape[0];
  if (pictures == 0) return std::max(count, 1);
  if (count != 0 && count != pictures) {
    throw UsageError("--count is " + std::to_string(count) + ", the input has " +
                         std::to_string(pictures) + " pictures.",
                     "Leave out --count.");
  }
  if (pictures > kMaxBatch) {
    throw UsageError("The input has " + std::to_string(pictures) + " pictures, at most " +
                     std::to_string(kMaxBatch) + " were expected.");
  }
  return static_cast<int>(pictures);
}

Input readInput(const Arguments& arguments, const OpenModel& model) {
  Input input;
  if (const auto seed = arguments.text("--seed")) input.seed = parseSeed(*seed);
  readCondition(arguments, model.info(), !arguments.has("--prompts"), input);
  if (const auto noise = arguments.text("--noise")) {
    if (model.info().vocabulary > 0) {
      throw UsageError("--noise is given, and " + model.info().name + " draws tokens.",
                       "Give --seed instead.");
    }
    input.arrays = readNoise(*noise);
    if (input.label && input.arrays.contains("labels")) {
      throw UsageError("The labels are given twice: by an option and in " + *noise + ".",
                       "Leave out --label.");
    }
  }
  if (const auto image = arguments.text("--image")) readImageInto(input, *model.family, *image);
  input.count = countOf(arguments, model, input);
  return input;
}

// What holds for every picture of the call.
struct Request {
  std::vector<Breakpoint> breakpoints = {};
  RunTrace* trace = nullptr;  // nullptr: nothing is recorded
  RunRecord* judged = nullptr;  // what the oracle needs; nullptr: it is not asked
  bool json = false;
};

// The facts of a sweep, for the oracle.
void keep(RunRecord& run, const Decoder& decoder, const Sweep& sweep, const OpenModel& model,
          const Input& input) {
  const bool first = run.snapshots.empty();
  if (first) run.start = Started{1, decoder.plan(), model.knobs, input, model.info(), false, {}};
  auto snapshot = std::make_shared<Snapshot>();
  snapshot->run = 1;
  snapshot->sweep = sweep;
  snapshot->knobs = first ? std::make_shared<const KnobValues>(model.knobs)
                          : run.snapshots.front()->knobs;
  run.snapshots.push_back(std::move(snapshot));
}

// Decodes, writes what came out, says so, and returns what --json tells of it. Throws BrokeOff
// at the first sweep that meets one of the breakpoints: then nothing but the recording is written.
Json runOnce(const OpenModel& model, const Input& input, const Request& request,
             const std::filesystem::path& out, const std::string& what) {
  DecodeReport report;
  BreakpointWatch watch;
  watch.set(request.breakpoints);
  {
    ProgressLine progress(what, request.json);
    std::int64_t calls = 0;
    const auto swept = [&](const Decoder& decoder, const Sweep& sweep, double fraction) {
      calls += sweep.calls;
      progress.update(fraction, std::to_string(calls) + " calls");
      if (request.judged) keep(*request.judged, decoder, sweep, model, input);
      if (request.breakpoints.empty()) return;
      if (const auto hit = watch.look(decoder.plan(), sweep)) throw BrokeOff(*hit);
    };
    report = request.trace ? recordedDecode(model, input, *request.trace, {.swept = swept})
                           : decode(*model.family, model.knobs, input, {.swept = swept});
  }
  throwIfInterrupted();
  if (extensionOf(out) != kTraceEnding) writeResult(out, model, input, report);
  for (const std::string& note : report.notes) std::cerr << "note: " << note << '\n';
  if (!request.json) std::cout << reportText(model.info(), report, out) << std::endl;
  return reportJson(model, input, report, out);
}

// The end of what the call says: `report` with what the recording came to.
void tell(Json report, const Request& request) {
  if (request.trace) {
    report["trace"] = traceJson(*request.trace);
    if (!request.json) std::cout << traceText(*request.trace) << std::endl;
  }
  if (request.json) printJson(report);
}

// One picture per line of the file; what was written stays where a later line fails.
int runPrompts(const std::filesystem::path& folder, const std::vector<std::string>& prompts,
               const OpenModel& model, Input input, const Request& request) {
  std::error_code known;  // what stands in the way of a folder stands in the way of its pictures
  std::filesystem::create_directory(folder, known);
  Json results = Json::array();
  for (std::size_t i = 0; i < prompts.size(); ++i) {
    input.prompt = prompts[i];
    const std::string place = std::to_string(i + 1) + " of " + std::to_string(prompts.size());
    const std::filesystem::path out = folder / pictureName(prompts[i], i + 1, prompts.size());
    try {
      results.push_back(runOnce(model, input, request, out, "decoding " + place));
    } catch (const UsageError& error) {
      throw Error("Prompt " + place + ": " + error.what(), error.hint());
    } catch (const BrokeOff& broke) {
      tell({{"results", results}, {"stopped", broke.json()}}, request);
      throw Error("Prompt " + place + ": " + broke.what(), broke.hint());
    }
  }
  tell({{"results", std::move(results)}}, request);
  return 0;
}

// What --json tells of how exact the run was.
Json judge(OpenModel& model, const Request& request) {
  LocalEngine engine(std::move(model.family));
  Json told = judgeRun(engine, *request.judged, request.json, [&](const Event& event) {
    const auto* exactness = std::get_if<Exactness>(&event);
    if (exactness && request.trace) request.trace->judged(*exactness);
  });
  if (!request.json) std::cout << exactnessText(told) << std::endl;
  return told;
}

int run(const Arguments& arguments) {
  checkBranchOptions(arguments);
  if (arguments.has("--branch")) return runBranch(arguments);
  checkRequest(arguments);
  Request request{.json = arguments.has("--json")};
  if (const auto set = arguments.text("--break")) request.breakpoints = parseBreakpoints(*set);
  const std::filesystem::path out = *arguments.text("--out");
  std::vector<std::string> prompts;
  if (const auto file = arguments.text("--prompts")) prompts = readPrompts(*file);
  OpenModel model = openModel(*arguments.text("--model"), arguments);
  applySchedule(arguments, model);
  const Input input = readInput(arguments, model);
  std::optional<RunTrace> recorder;
  if (const auto file = traceFile(arguments); !file.empty()) {
    request.trace = &recorder.emplace(file);
  }
  if (!prompts.empty()) return runPrompts(out, prompts, model, input, request);
  RunRecord judged;
  if (arguments.has("--judge")) request.judged = &judged;
  try {
    Json report = runOnce(model, input, request, out, "decoding");
    if (request.judged) report["exactness"] = judge(model, request);
    tell(std::move(report), request);
  } catch (const BrokeOff& broke) {
    tell({{"stopped", broke.json()}}, request);
    throw;
  }
  return 0;
}

}  // namespace

SubCommand runCommand() {
  std::vector<OptionSpec> options = {
      {"--out", "FILE", "a .png, a .safetensors (raw tensors) or a .jtrace (a recording)", true},
      {"--trace", "FILE.jtrace", "records everything that the run says as well"},
      {"--seed", "N", "of the noise or of the robot's scene, 0 where nothing else is given"},
      {"--prompts", "FILE", "a prompt per line, to pictures in the folder --out"}};
  for (OptionSpec& option : conditionOptions()) options.push_back(std::move(option));
  const std::vector<OptionSpec> rest = {
      {"--noise", "FILE.safetensors", "tensor noise [B, N, D], perhaps labels [B]"},
      {"--image", "FILE", "an own picture: encoded, varied (--set vary=), decoded"},
      scheduleOption(false),
      {"--count", "N", "pictures per run, like --set batch=N; episodes of a robot"},
      {"--break", "LIST", "stop, with code 1, at a breakpoint: rise=4,overflow,stall=20:2,"
                          "acceptance=0.5:16 (these are the defaults)"}};
  options.insert(options.end(), rest.begin(), rest.end());
  for (OptionSpec& option : branchOptions()) options.push_back(std::move(option));
  return {"run", "", "One decode or one episode: a picture with its recipe, or tensors",
          withModelOptions(std::move(options)), run};
}

}  // namespace jacobiscope
