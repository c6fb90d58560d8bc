// A knob is one adjustable value of a decoder: the same key on the command line
// (--set key=value), on a slider and in the recipe of a picture.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace jacobiscope {

// A list is kept as its text ("1,8,1") and read with parseList().
using KnobValue = std::variant<bool, std::int64_t, double, std::string>;

enum class KnobKind { Toggle, Integer, Number, Choice, List };

// When a change takes effect.
enum class KnobScope {
  Live,       // at the next sweep of the running decode
  NextStage,  // when the next stage (block) begins
  NextRun     // at the next Start
};

struct Knob {
  std::string key;    // "guidance.anneal"
  std::string label;  // "anneal guidance"
  std::string help;   // one or two sentences, with the formula where there is one
  std::string group;  // heading under which it is shown: "Decoder", "Guidance", "Schedule"
  KnobKind kind = KnobKind::Number;
  KnobScope scope = KnobScope::Live;
  KnobValue initial;  // the default
  double minimum = 0;  // for Integer, Number and the entries of a List
  double maximum = 0;
  bool logarithmic = false;  // the slider moves in log10; minimum 0 sits left of its scale
  std::vector<std::string> choices{};  // Choice; for a List: names allowed beside numbers
  int listLength = 0;                  // List: entries for a full list (one value serves all);
                                       // 0: any number, the decoder checks it
  bool wholeEntries = true;            // List: its numbers are whole; with choices and an empty
                                       // range (minimum = maximum) only the names are allowed
  bool idle = false;                   // without effect on this machine; the help says why
};

// Values by key. Keys that are absent mean the knob's default.
using KnobValues = std::map<std::string, KnobValue>;

// Text to value, checked against kind, range, choices and list length.
// Throws UsageError that names the key, the value and what is allowed.
KnobValue parseKnob(const Knob& knob, std::string_view text);

// Value to the text that parseKnob reads back to the same value.
std::string formatKnob(const KnobValue& value);

// Checks a value that did not come from text; throws UsageError as parseKnob does.
void checkKnob(const Knob& knob, const KnobValue& value);

// The same, and the value as it is kept: an integer given for a Number becomes a double.
KnobValue acceptKnob(const Knob& knob, const KnobValue& value);

const Knob* findKnob(const std::vector<Knob>& knobs, std::string_view key);

// As findKnob; throws UsageError with the nearest known key as hint.
const Knob& requireKnob(const std::vector<Knob>& knobs, std::string_view key);

// Every knob's value: what is given, else its default. Unknown keys throw UsageError
// with the nearest known key as hint; what is given goes through acceptKnob().
KnobValues completeKnobs(const std::vector<Knob>& knobs, const KnobValues& given);

// Typed reading; the key must be present (completeKnobs has been called).
bool toggleAt(const KnobValues& values, const std::string& key);
std::int64_t integerAt(const KnobValues& values, const std::string& key);
double numberAt(const KnobValues& values, const std::string& key);  // also reads an integer
const std::string& textAt(const KnobValues& values, const std::string& key);
// The entries of a list, trimmed; a single entry is repeated to `length`; UsageError when
// their number is neither 1 nor `length`.
std::vector<std::string> listAt(const KnobValues& values, const std::string& key, int length);

}  // namespace jacobiscope
