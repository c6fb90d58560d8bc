// jacobiscope-cli: the engine without a window. Exit codes: 0 done, 1 the run failed,
// 2 wrong usage, 130 cancelled.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <exception>
#include <iostream>

#include "app/sub_command.h"
#include "app/interrupt.h"
#include "engine/core/error.h"
#include "engine/core/failure.h"
#include "engine/core/suggestion.h"

namespace jacobiscope {

void printJson(const Json& object) {
  std::cout << object.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
}

Json knobsJson(const KnobValues& values) {
  Json object = Json::object();
  for (const auto& [key, value] : values) {
    std::visit([&, &name = key](const auto& held) { object[name] = held; }, value);
  }
  return object;
}

std::string shortNumber(double value) {
  if (std::isnan(value)) return "-";
  char text[32];
  std::snprintf(text, sizeof text, "%.3g", value);
  return text;
}

std::string cell(std::string text, std::size_t width) {
  text.resize(std::max(text.size() + 1, width), ' ');
  return text;
}

namespace {

const std::vector<SubCommand>& commands() {
  static const std::vector<SubCommand> list = {modelsCommand(),    inspectCommand(), runCommand(),
                                            encodeCommand(),    calibrateCommand(), benchCommand(),
                                            evaluateCommand(),  trainCommand(),   exportCommand(),
                                            compareCommand(),   verifyCommand(),  serveCommand(),
                                            pingCommand()};
  return list;
}

void printOverview(std::ostream& out) {
  out << "Usage: jacobiscope-cli COMMAND ...\n\n";
  for (const SubCommand& command : commands()) {
    out << "  " << command.name << std::string(11 - command.name.size(), ' ') << command.summary
        << '\n';
  }
  out << "\njacobiscope-cli COMMAND --help tells the rest; --version says which version this is.\n";
}

void printHelp(const SubCommand& command) {
  std::cout << "Usage: jacobiscope-cli " << command.name;
  if (!command.operands.empty()) std::cout << ' ' << command.operands;
  for (const OptionSpec& option : command.options) {
    const std::string text = option.name + (option.value.empty() ? "" : " " + option.value);
    std::cout << (option.required ? " " + text : " [" + text + "]")
              << (option.repeated ? "..." : "");
  }
  std::cout << "\n\n" << command.summary << ".\n\n";
  for (const OptionSpec& option : command.options) {
    const std::string text = option.name + (option.value.empty() ? "" : " " + option.value);
    std::cout << "  " << text << std::string(text.size() < 24 ? 24 - text.size() : 1, ' ')
              << option.help << '\n';
  }
}

int dispatch(const std::vector<std::string>& words) {
  if (words.empty()) {
    printOverview(std::cerr);
    return 2;
  }
  if (words[0] == "--help" || words[0] == "-h" || words[0] == "help") {
    printOverview(std::cout);
    return 0;
  }
  if (words[0] == "--version") {
    std::cout << "jacobiscope-cli " << JACOBISCOPE_VERSION << '\n';
    return 0;
  }
  std::vector<std::string> names;
  for (const SubCommand& command : commands()) {
    names.push_back(command.name);
    if (command.name != words[0]) continue;
    std::vector<OptionSpec> options = command.options;
    options.push_back({"--help", "", "this text"});
    const Arguments arguments(options, std::span(words).subspan(1));
    if (arguments.has("--help")) {
      printHelp(command);
      return 0;
    }
    if (command.operands.empty() && !arguments.operands().empty()) {
      throw UsageError("\"" + arguments.operands().front() + "\" is one word too many.",
                       "Add --help to see what " + command.name + " takes.");
    }
    return command.run(arguments);
  }
  throw UsageError("Unknown command " + words[0] + ".", suggestion(words[0], names));
}

void complain(const std::string& message, const std::string& hint) {
  std::cerr << "jacobiscope-cli: " << message << '\n';
  if (!hint.empty()) std::cerr << "hint: " << hint << '\n';
}

int runAndReport(const std::vector<std::string>& words) {
  try {
    const int code = dispatch(words);
    std::cout.flush();
    if (!std::cout) throw Error("The output cannot be written.", "Is the disk full?");
    return code;
  } catch (const std::exception& error) {
    const Failed failed = failure(0, "run", std::current_exception());
    complain(failed.message, failed.hint);
    if (dynamic_cast<const Cancelled*>(&error) != nullptr) return 130;
    return dynamic_cast<const UsageError*>(&error) != nullptr ? 2 : 1;
  }
}

}  // namespace

}  // namespace jacobiscope

int main(int argc, char** argv) {
  jacobiscope::watchInterrupt();
  return jacobiscope::runAndReport(std::vector<std::string>(argv + 1, argv + argc));
}
