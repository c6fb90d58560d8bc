#include "app/recorded_run.h"

#include <iostream>

#include "engine/core/error.h"

namespace jacobiscope {

int chosenRun(const TraceContents& contents, const std::string& file,
              std::optional<std::int64_t> wanted, const std::string& option) {
  if (contents.runs.empty()) throw Error(file + " holds no run.");
  const auto count = std::ssize(contents.runs);
  if (!wanted && count > 1) {
    throw UsageError(file + " holds " + std::to_string(count) + " runs.",
                     "Choose one: " + option + "1 to " + option + std::to_string(count) + ".");
  }
  const std::int64_t run = wanted.value_or(1);
  if (run < 1 || run > count) {
    throw UsageError("There is no run " + std::to_string(run) + " in " + file + ".",
                     "It holds " + std::to_string(count) + (count == 1 ? " run." : " runs."));
  }
  return contents.runs[static_cast<std::size_t>(run - 1)];
}

RecordedRun recordedRun(const std::string& file, const Arguments& arguments, Recording& recording) {
  const auto wanted = arguments.integer("--run", 1, 1'000'000);
  const TraceContents contents = readTrace(file, recording);
  if (!contents.missing.empty()) std::cerr << "warning: " << contents.missing << '\n';
  return {*recording.run(chosenRun(contents, file, wanted, "--run ")), contents.missing};
}

}  // namespace jacobiscope
