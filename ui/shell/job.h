// A press of Generate that waits for its turn: everything that the run will be started with.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/core/family.h"

namespace jacobiscope {

// A job may go on from a recorded run instead of beginning anew.
struct JobBranch {
  int run = 0;
  std::int64_t sweeps = 0;  // in common
  KnobValues changes;
  std::string what;  // these, for people; empty: none
  bool paused = false;
};

struct Job {
  int id = 0;  // of this session, counted from 1
  std::string path, model, modelHash;  // of the model: where it is loaded from, its title
  std::string className;               // of input.label, for people; empty: none
  std::string schedule;                // name of the preset that the knobs equal, or "custom"
  KnobValues knobs;                    // complete
  Input input;                         // with its arrays
  std::optional<JobBranch> branch;     // then the knobs are its parent's
};

// As JSON text, in order. The ids are not part of it, and branches are left out: another session
// has their parents under other numbers, or not at all.
std::string jobsText(const std::vector<Job>& jobs);
// Reads them back, numbered from 1. Throws Error for what is no list of jobs, one of a later
// version of the program, or a damaged one; never allocates more than the text is long.
std::vector<Job> parseJobs(const std::string& text);

// "a cat left of a pizza · seed 3", "cat face · seed 3", "seed 3", "branch of #3 at sweep 41".
std::string jobTitle(const Job& job);
// "TarFlow 4-192-6-2, 32x32 · 4 pictures · automatic".
std::string jobSubtitle(const Job& job);

}  // namespace jacobiscope
