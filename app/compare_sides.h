// What `compare` is given: a moment of a recorded run, or a saved picture.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "engine/core/panel.h"
#include "engine/record/compare_align.h"
#include "engine/record/compare_pictures.h"
#include "engine/record/compare_recipes.h"

namespace jacobiscope {

// FILE, FILE#RUN or FILE#RUN@SWEEP, both counted from 1; sweep 0 is before the first. A file that
// exists under the whole name is that file.
struct SideName {
  std::string file;
  std::optional<std::int64_t> run, sweep;
};
// Throws UsageError for a run or sweep that is no number.
SideName sideName(const std::string& operand);

struct CompareInput {
  std::string name;                      // as it was given
  std::shared_ptr<Recording> recording;  // of a .jtrace
  const RunRecord* run = nullptr;        // in it; nullptr: a picture
  std::int64_t sweep = -1;
  std::optional<Image> image;            // nothing: there is no picture on record
  bool isResult = false;                 // it is what came out of a run that is done
  std::optional<ComparedRun> table;      // nothing: a picture without a recipe
};

// Reads a .jtrace or .png and finds the run (the only one where none is named) and its picture.
// What is missing in a recording is told on stderr. Throws Error or UsageError.
CompareInput openSide(const SideName& name);
// Moves a recording to another sweep, -1 to the last.
void moveSide(CompareInput& side, std::int64_t sweep);

}  // namespace jacobiscope
