#include "engine/core/knob.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "engine/core/error.h"
#include "engine/core/suggestion.h"

namespace jacobiscope {
namespace {

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> entries;
  for (;;) {
    const auto comma = text.find(',');
    entries.emplace_back(trimmed(text.substr(0, comma)));
    if (comma == std::string_view::npos) return entries;
    text.remove_prefix(comma + 1);
  }
}

template <class T>
std::optional<T> read(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  T value{};
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

template <class T>
std::string shortest(T value) {
  char buffer[32];
  return {buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr};
}

[[noreturn]] void refuse(const Knob& knob, std::string_view value, const std::string& why,
                         const std::string& hint = {}) {
  throw UsageError(knob.key + "=" + std::string(value) + " " + why + ".", hint);
}

void checkRange(const Knob& knob, double value, std::string_view text) {
  if (!(value >= knob.minimum && value <= knob.maximum)) {  // also refuses NaN
    refuse(knob, text, "is outside " + shortest(knob.minimum) + " to " + shortest(knob.maximum));
  }
}

void checkChoice(const Knob& knob, std::string_view text) {
  if (std::ranges::find(knob.choices, text) == knob.choices.end()) {
    refuse(knob, text, "is not one of " + joined(knob.choices), suggestion(text, knob.choices));
  }
}

void checkEntry(const Knob& knob, const std::string& entry) {
  if (std::ranges::find(knob.choices, entry) != knob.choices.end()) return;
  const bool namesOnly = !knob.choices.empty() && knob.minimum == knob.maximum;
  const auto value = read<double>(entry);
  if (namesOnly || (!value && !knob.choices.empty())) return checkChoice(knob, entry);
  if (!value) refuse(knob, entry, "is not a number");
  if (knob.wholeEntries && !read<std::int64_t>(entry)) refuse(knob, entry, "is not a whole number");
  checkRange(knob, *value, entry);
}

void checkList(const Knob& knob, std::string_view text) {
  const auto entries = split(text);
  const auto full = static_cast<std::size_t>(knob.listLength);
  if (full > 0 && entries.size() != 1 && entries.size() != full) {
    throw UsageError(knob.key + " has " + std::to_string(entries.size()) +
                     " entries; this model needs 1 or " + std::to_string(full) + ".");
  }
  for (const std::string& entry : entries) checkEntry(knob, entry);
}

const char* kindName(KnobKind kind) {
  switch (kind) {
    case KnobKind::Toggle: return "on or off";
    case KnobKind::Integer: return "a whole number";
    case KnobKind::Number: return "a number";
    case KnobKind::Choice: return "a name";
    case KnobKind::List: return "a list";
  }
  return "";
}

const KnobValue& valueAt(const KnobValues& values, const std::string& key) {
  const auto found = values.find(key);
  if (found == values.end()) throw Error("The knob " + key + " has no value.");
  return found->second;
}

template <class T>
const T& typedAt(const KnobValues& values, const std::string& key) {
  const T* value = std::get_if<T>(&valueAt(values, key));
  if (!value) throw Error("The knob " + key + " holds a value of another kind.");
  return *value;
}

}  // namespace

KnobValue parseKnob(const Knob& knob, std::string_view text) {
  text = trimmed(text);
  switch (knob.kind) {
    case KnobKind::Toggle:
      for (const char* word : {"1", "true", "on", "yes"}) {
        if (text == word) return true;
      }
      for (const char* word : {"0", "false", "off", "no"}) {
        if (text == word) return false;
      }
      refuse(knob, text, "is neither 0 nor 1");
    case KnobKind::Integer: {
      const auto value = read<std::int64_t>(text);
      if (!value) refuse(knob, text, "is not a whole number");
      checkRange(knob, static_cast<double>(*value), text);
      return *value;
    }
    case KnobKind::Number: {
      const auto value = read<double>(text);
      if (!value) refuse(knob, text, "is not a number");
      checkRange(knob, *value, text);
      return *value;
    }
    case KnobKind::Choice: checkChoice(knob, text); return std::string(text);
    case KnobKind::List: checkList(knob, text); return std::string(text);
  }
  throw UsageError("The knob " + knob.key + " is of no known kind.");
}

std::string formatKnob(const KnobValue& value) {
  if (const bool* toggle = std::get_if<bool>(&value)) return *toggle ? "1" : "0";
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return shortest(*integer);
  if (const auto* number = std::get_if<double>(&value)) return shortest(*number);
  return std::get<std::string>(value);
}

void checkKnob(const Knob& knob, const KnobValue& value) {
  const bool isText = std::holds_alternative<std::string>(value);
  const bool isInteger = std::holds_alternative<std::int64_t>(value);
  bool fits = false;
  switch (knob.kind) {
    case KnobKind::Toggle: fits = std::holds_alternative<bool>(value); break;
    case KnobKind::Integer: fits = isInteger; break;
    case KnobKind::Number: fits = isInteger || std::holds_alternative<double>(value); break;
    case KnobKind::Choice:
    case KnobKind::List: fits = isText; break;
  }
  const std::string text = formatKnob(value);
  if (!fits) refuse(knob, text, std::string("is not ") + kindName(knob.kind));
  parseKnob(knob, text);
}

KnobValue acceptKnob(const Knob& knob, const KnobValue& value) {
  checkKnob(knob, value);
  const auto* integer = std::get_if<std::int64_t>(&value);
  if (integer && knob.kind == KnobKind::Number) return static_cast<double>(*integer);
  return value;
}

const Knob* findKnob(const std::vector<Knob>& knobs, std::string_view key) {
  const auto found = std::ranges::find(knobs, key, &Knob::key);
  return found == knobs.end() ? nullptr : &*found;
}

const Knob& requireKnob(const std::vector<Knob>& knobs, std::string_view key) {
  if (const Knob* knob = findKnob(knobs, key)) return *knob;
  std::vector<std::string> keys;
  for (const Knob& knob : knobs) keys.push_back(knob.key);
  throw UsageError("There is no setting " + std::string(key) + ".", suggestion(key, keys));
}

KnobValues completeKnobs(const std::vector<Knob>& knobs, const KnobValues& given) {
  KnobValues complete;
  for (const Knob& knob : knobs) complete[knob.key] = knob.initial;
  for (const auto& [key, value] : given) {
    complete[key] = acceptKnob(requireKnob(knobs, key), value);
  }
  return complete;
}

bool toggleAt(const KnobValues& values, const std::string& key) {
  return typedAt<bool>(values, key);
}

std::int64_t integerAt(const KnobValues& values, const std::string& key) {
  return typedAt<std::int64_t>(values, key);
}

double numberAt(const KnobValues& values, const std::string& key) {
  const auto* integer = std::get_if<std::int64_t>(&valueAt(values, key));
  return integer ? static_cast<double>(*integer) : typedAt<double>(values, key);
}

const std::string& textAt(const KnobValues& values, const std::string& key) {
  return typedAt<std::string>(values, key);
}

std::vector<std::string> listAt(const KnobValues& values, const std::string& key, int length) {
  auto entries = split(textAt(values, key));
  const auto full = static_cast<std::size_t>(length);
  if (entries.size() == 1) entries.resize(full, entries[0]);
  if (entries.size() != full) {
    throw UsageError(key + " has " + std::to_string(entries.size()) +
                     " entries; this model needs 1 or " + std::to_string(full) + ".");
  }
  return entries;
}

}  // namespace jacobiscope
