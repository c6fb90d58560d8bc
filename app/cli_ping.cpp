// jacobiscope-cli ping: whether an engine elsewhere answers, and how fast.
#include <iostream>

#include "app/ping.h"
#include "app/sub_command.h"
#include "engine/core/error.h"

namespace jacobiscope {

namespace {

Json reachJson(const Reach& reach) {
  Json object = {{"program", reach.program},
                 {"device", reach.device},
                 {"hello_seconds", reach.helloSeconds},
                 {"load_seconds", reach.loadSeconds},
                 {"sweeps", reach.sweeps},
                 {"run_seconds", reach.runSeconds},
                 {"fact_bytes_per_sweep", reach.factBytes},
                 {"pictures", reach.pictures},
                 {"bytes_per_picture", reach.pictureBytes}};
  object["knob"] = nullptr;
  if (!reach.knob.empty()) {
    object["knob"] = {{"key", reach.knob},
                      {"median_seconds", reach.knobMedian},
                      {"worst_seconds", reach.knobWorst},
                      {"sweep_seconds", reach.sweepMedian}};
  }
  return object;
}

void print(const Reach& reach) {
  std::cout << reach.program << " on " << reach.device << "\nanswers after "
            << shortNumber(reach.helloSeconds) << " s, loads the model in "
            << shortNumber(reach.loadSeconds) << " s\na run of " << reach.sweeps << " sweeps took "
            << shortNumber(reach.runSeconds) << " s on the way: "
            << shortNumber(reach.factBytes) << " bytes a sweep without pictures, "
            << reach.pictures << " pictures of " << shortNumber(reach.pictureBytes) << " bytes\n";
  if (reach.knob.empty()) return;
  std::cout << "the knob " << reach.knob << " acts after " << shortNumber(reach.knobMedian * 1000)
            << " ms (median; worst " << shortNumber(reach.knobWorst * 1000)
            << "), of which a sweep takes " << shortNumber(reach.sweepMedian * 1000) << " ms\n";
}

int run(const Arguments& arguments) {
  const bool here = arguments.has("--here");
  if (arguments.operands().size() != (here ? 0u : 1u)) {
    throw UsageError("ping takes one host, or --here and none.", "For example: ping user@host");
  }
  const std::string command = arguments.textOr("--command", "jacobiscope-cli serve");
  const std::string host = here ? "here" : arguments.operands().front();
  std::vector<std::string> words = {"/bin/sh", "-c", "exec " + command};
  if (!here) words = {"ssh", "-T", "--", host, command};
  LoadRequest model;
  model.path = arguments.textOr("--model", "toy");
  Input input;
  input.seed = static_cast<std::uint64_t>(
      arguments.integer("--seed", 0, std::numeric_limits<std::int64_t>::max()).value_or(0));
  const Reach reach = measureReach(words, host, model, input);
  arguments.has("--json") ? printJson(reachJson(reach)) : print(reach);
  return 0;
}

}  // namespace

SubCommand pingCommand() {
  return {"ping",
          "[HOST]",
          "Whether the engine of another machine answers, and how fast",
          {{"--command", "C", "what is run there, jacobiscope-cli serve where not given"},
           {"--here", "", "run the command on this machine, without ssh"},
           {"--model", "M", "name or path there, toy where not given"},
           {"--seed", "N", "of the run that is measured, 0 where not given"},
           {"--json", "", "one JSON object on stdout and nothing else there"}},
          run};
}

}  // namespace jacobiscope
