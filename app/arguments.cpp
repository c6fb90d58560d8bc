#include "app/arguments.h"

#include <charconv>

#include "engine/core/error.h"
#include "engine/core/suggestion.h"

namespace jacobiscope {

Arguments::Arguments(std::vector<OptionSpec> options, std::span<const std::string> words)
    : m_options(std::move(options)) {
  bool onlyOperands = false;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (onlyOperands || word.size() < 2 || word[0] != '-') {
      m_operands.push_back(word);
      continue;
    }
    if (word == "--") {
      onlyOperands = true;
      continue;
    }
    const std::size_t equals = word.find('=');
    const OptionSpec& spec = specOf(word == "-h" ? "--help" : word.substr(0, equals));
    std::string value;
    if (spec.value.empty()) {
      if (equals != std::string::npos) throw UsageError(spec.name + " takes no value.");
    } else if (equals != std::string::npos) {
      value = word.substr(equals + 1);
    } else if (i + 1 < words.size() && !words[i + 1].starts_with("--")) {
      value = words[++i];
    } else {
      throw UsageError(spec.name + " needs a value.",
                       "Write " + spec.name + " " + spec.value + ".");
    }
    std::vector<std::string>& values = m_values[spec.name];
    if (!spec.repeated && !spec.value.empty() && !values.empty()) {
      throw UsageError(spec.name + " is given twice.", "Keep one of them.");
    }
    values.push_back(std::move(value));
  }
  if (has("--help")) return;
  for (const OptionSpec& option : m_options) {
    if (option.required && !has(option.name)) {
      throw UsageError(option.name + " is missing.",
                       "Add " + option.name + " " + option.value + ": " + option.help + ".");
    }
  }
}

const OptionSpec& Arguments::specOf(const std::string& name) const {
  std::vector<std::string> known;
  for (const OptionSpec& option : m_options) {
    if (option.name == name) return option;
    known.push_back(option.name);
  }
  throw UsageError("Unknown option " + name + ".", suggestion(name, known));
}

std::optional<std::string> Arguments::text(const std::string& name) const {
  const auto found = m_values.find(name);
  if (found == m_values.end()) return std::nullopt;
  return found->second.back();
}

std::string Arguments::textOr(const std::string& name, const std::string& otherwise) const {
  return text(name).value_or(otherwise);
}

std::vector<std::string> Arguments::all(const std::string& name) const {
  const auto found = m_values.find(name);
  return found == m_values.end() ? std::vector<std::string>{} : found->second;
}

std::optional<std::int64_t> Arguments::integer(const std::string& name, std::int64_t minimum,
                                               std::int64_t maximum) const {
  const auto value = text(name);
  if (!value) return std::nullopt;
  return parseInteger(*value, name, minimum, maximum);
}

std::pair<std::string, std::string> splitSetting(const std::string& setting) {
  const std::size_t equals = setting.find('=');
  if (equals == std::string::npos || equals == 0) {
    throw UsageError("--set " + setting + " is not of the form key=value.",
                     "For example --set guidance=1.5.");
  }
  return {setting.substr(0, equals), setting.substr(equals + 1)};
}

std::int64_t parseInteger(const std::string& text, const std::string& what, std::int64_t minimum,
                          std::int64_t maximum) {
  std::int64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end || value < minimum || value > maximum) {
    throw UsageError(what + " is \"" + text + "\", a whole number from " + std::to_string(minimum) +
                     " to " + std::to_string(maximum) + " was expected.");
  }
  return value;
}

std::uint64_t parseSeed(const std::string& text) {
  std::uint64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end) {
    throw UsageError("--seed is \"" + text +
                     "\", a whole number from 0 to 18446744073709551615 was expected.");
  }
  return value;
}

}  // namespace jacobiscope
