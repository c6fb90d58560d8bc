// What two runs were asked for and what came of it, side by side as a table. Pure.
#pragma once

#include <string>
#include <vector>

#include "engine/record/recipe.h"

namespace jacobiscope {

// One side of the table: what a recording or a saved picture says of a run.
struct ComparedRun {
  Recipe recipe;
  std::vector<Knob> knobs;           // of the model, whose order is kept; empty: not known
  std::vector<std::string> classes;  // names; empty: not known
  std::string branch;                // "branch of #3 at sweep 12"; empty: none
  std::string success;               // "3 of 4 episodes"; empty: not of a robot
};
// Without the recipe's hash of facts.
ComparedRun comparedRun(const RunRecord& run);

struct ComparedRow {
  bool outcome = false;  // else of the recipe
  std::string name;
  std::string a, b;      // a dash for what is not known
  bool differs = false;
};

// The recipe (model, input, every knob with its changes over the run), then the outcome: sweeps,
// calls, seconds as they were recorded and their ratio, the result.
std::vector<ComparedRow> comparedRows(const ComparedRun& a, const ComparedRun& b);

// A knob over a run: "0.5", or "0.5, 2 from sweep 13"; sweeps are counted from 1 as on the
// timeline. A dash where no set names it.
std::string timelineText(const Recipe& recipe, const std::string& key);

}  // namespace jacobiscope
