#include "app/compare_sides.h"

#include <filesystem>
#include <iostream>
#include <limits>

#include "app/arguments.h"
#include "app/output_file.h"
#include "app/recorded_run.h"
#include "engine/core/error.h"
#include "engine/export/run_picture.h"
#include "engine/picture/picture_file.h"

namespace jacobiscope {

namespace {

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

// The last snapshot up to a sweep that has a picture.
std::optional<RunImage> imageAt(const RunRecord& run, std::int64_t sweep) {
  for (std::int64_t i = sweep; i >= 0; --i) {
    const auto image = pictureOf(*run.snapshots[i], run.start.input);
    if (image) return RunImage{*image, i, i + 1 == std::ssize(run.snapshots)};
  }
  return std::nullopt;
}

CompareInput openRun(const SideName& name) {
  CompareInput side;
  side.recording = std::make_shared<Recording>(std::numeric_limits<std::size_t>::max());
  const TraceContents contents = readTrace(name.file, *side.recording);
  if (!contents.missing.empty())
    std::cerr << "warning: " << name.file << ": " << contents.missing << '\n';
  side.run = side.recording->run(chosenRun(contents, name.file, name.run, name.file + "#"));
  side.table = comparedRun(*side.run);
  const std::int64_t sweeps = std::ssize(side.run->snapshots);
  if (name.sweep.value_or(0) > sweeps) {
    throw UsageError("There is no sweep " + std::to_string(*name.sweep) + " in " + name.file +
                         ".",
                     "The run has " + std::to_string(sweeps) + ".");
  }
  moveSide(side, name.sweep ? *name.sweep - 1 : sweeps - 1);
  return side;
}

CompareInput openPicture(const SideName& name) {
  if (name.run)
    throw UsageError(name.file + " is a picture and holds no runs.", "Leave out what follows #.");
  CompareInput side;
  side.image = readPicture(name.file);
  if (const auto text = readPictureText(name.file, kRecipeKey)) {
    side.table = ComparedRun{};
    side.table->recipe = parseRecipe(*text);
  } else {
    std::cerr << "warning: " << name.file
              << " holds no recipe: only the pictures are compared.\n";
  }
  return side;
}

}  // namespace

SideName sideName(const std::string& operand) {
  std::error_code error;
  const auto mark = operand.rfind('#');
  if (mark == std::string::npos || std::filesystem::exists(operand, error)) {
    return {operand, {}, {}};
  }
  SideName name{operand.substr(0, mark), {}, {}};
  std::string number = operand.substr(mark + 1);
  if (const auto at = number.find('@'); at != std::string::npos) {
    name.sweep = parseInteger(number.substr(at + 1), "The sweep in " + operand, 0, kMost);
    number.resize(at);
  }
  name.run = parseInteger(number, "The run in " + operand, 1, kMost);
  return name;
}

CompareInput openSide(const SideName& name) {
  const std::string ending = extensionOf(name.file);
  if (ending != ".jtrace" && ending != ".png") {
    throw UsageError(name.file + " is neither a .jtrace nor a .png file.",
                     "A run of a recording is named FILE.jtrace#RUN.");
  }
  CompareInput side = ending == ".png" ? openPicture(name) : openRun(name);
  side.name = name.file;
  if (side.run) side.name += "#" + std::to_string(side.run->start.run);
  return side;
}

void moveSide(CompareInput& side, std::int64_t sweep) {
  if (!side.run) return;
  side.sweep = sweep;
  side.image.reset();
  side.isResult = false;
  const auto found = imageAt(*side.run, sweep);
  if (!found) return;
  side.image = found->image;
  side.isResult = found->last && sweep == found->sweep && side.run->finished &&
                  side.run->finished->outcome == Outcome::Done;
}

}  // namespace jacobiscope
