// The words after a sub-command: options, switches and operands. Small on purpose.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace jacobiscope {

// One option of a sub-command.
struct OptionSpec {
  std::string name;   // "--seed"
  std::string value;  // what follows it, "N"; empty: a switch
  std::string help;
  bool required = false;
  bool repeated = false;  // may be given several times; otherwise that is an error
};

class Arguments {
 public:
  // Reads `words` ("--seed 3", "--seed=3", operands, "--" before operands that begin with
  // two dashes). Throws UsageError for an option that is not in `options` (the nearest one
  // as hint), a missing value, a value given to a switch, a repetition, or a required
  // option that is absent. Absent required options are let pass where --help is there.
  Arguments(std::vector<OptionSpec> options, std::span<const std::string> words);

  bool has(const std::string& name) const { return m_values.contains(name); }
  // The value of an option; nothing where it was not given.
  std::optional<std::string> text(const std::string& name) const;
  std::string textOr(const std::string& name, const std::string& otherwise) const;
  // Every value of a repeated option, in order.
  std::vector<std::string> all(const std::string& name) const;
  // A whole number in [minimum, maximum]; UsageError otherwise.
  std::optional<std::int64_t> integer(const std::string& name, std::int64_t minimum,
                                      std::int64_t maximum) const;
  const std::vector<std::string>& operands() const { return m_operands; }

 private:
  const OptionSpec& specOf(const std::string& name) const;

  std::vector<OptionSpec> m_options;
  std::map<std::string, std::vector<std::string>> m_values;
  std::vector<std::string> m_operands;
};

// "key=value" at the first equals sign; UsageError without one or with an empty key.
std::pair<std::string, std::string> splitSetting(const std::string& setting);

// A whole number in [minimum, maximum], nothing else; `what` names it in the UsageError.
std::int64_t parseInteger(const std::string& text, const std::string& what, std::int64_t minimum,
                          std::int64_t maximum);
std::uint64_t parseSeed(const std::string& text);

}  // namespace jacobiscope
