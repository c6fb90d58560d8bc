// Runs that are decoded again: a branch of a recording's run, and the oracle.
#pragma once

#include "app/arguments.h"
#include "app/local_engine.h"
#include "app/run_trace.h"

namespace jacobiscope {

// What --branch and --judge add to `run`.
std::vector<OptionSpec> branchOptions();

// `run --branch`: goes on from a run of a recording, with what --set names from there on.
int runBranch(const Arguments& arguments);

// Throws UsageError where --at or --run stand without --branch, or --judge with --prompts.
void checkBranchOptions(const Arguments& arguments);

// Judges a run that is over, tells `tell` every event, and returns what --json says of it.
Json judgeRun(LocalEngine& engine, RunRecord run, bool json,
              const std::function<void(const Event&)>& tell);
// A line per stage and one of the whole, without its end.
std::string exactnessText(const Json& exactness);

}  // namespace jacobiscope
