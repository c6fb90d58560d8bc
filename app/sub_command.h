// A sub-command of jacobiscope-cli: what it is called, what it takes, what it does.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "app/arguments.h"
#include "engine/core/knob.h"

namespace jacobiscope {

struct SubCommand {
  std::string name;      // "run"
  std::string operands;  // "FILE...", empty: it takes none
  std::string summary;   // one line
  std::vector<OptionSpec> options;
  // Prints its result on stdout and returns the exit code. Everything that goes wrong is
  // thrown: UsageError (2), Cancelled (130), any other exception (1).
  int (*run)(const Arguments&);
};

SubCommand modelsCommand();
SubCommand inspectCommand();
SubCommand runCommand();
SubCommand encodeCommand();
SubCommand calibrateCommand();
SubCommand benchCommand();
SubCommand evaluateCommand();
SubCommand trainCommand();
SubCommand exportCommand();
SubCommand compareCommand();
SubCommand verifyCommand();
SubCommand serveCommand();
SubCommand pingCommand();

using Json = nlohmann::ordered_json;

// The one JSON object of --json, alone on stdout. NaN and infinity become null.
void printJson(const Json& object);

// Knob values with their own JSON types.
Json knobsJson(const KnobValues& values);

// A number for reading: three significant digits.
std::string shortNumber(double value);

// For a column of a table: filled up with blanks to `width`, at least one.
std::string cell(std::string text, std::size_t width);

}  // namespace jacobiscope
