#include "engine/core/breakpoint.h"

#include <algorithm>
#include <charconv>

#include "engine/core/error.h"
#include "engine/core/suggestion.h"

namespace jacobiscope {

namespace {

std::string shown(double value) {
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, value).ptr;
  return {text, end};
}

// The part before the first `mark`, and what follows it.
std::pair<std::string_view, std::string_view> cut(std::string_view text, char mark) {
  const auto at = text.find(mark);
  if (at == std::string_view::npos) return {text, {}};
  return {text.substr(0, at), text.substr(at + 1)};
}

template <class Number>
Number numberIn(std::string_view text, const std::string& name) {
  Number value{};
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc{} || end != text.data() + text.size()) {
    throw UsageError("The breakpoint " + name + " has \"" + std::string(text) +
                         "\" where a number was expected.",
                     "For example: rise=4,overflow,stall=20:2,acceptance=0.5:16");
  }
  return value;
}

// Of rise and stall the iterations come first, of acceptance the share.
void readNumbers(Breakpoint& breakpoint, const std::string& name, std::string_view text) {
  const bool shareFirst = breakpoint.kind == BreakpointKind::Acceptance;
  const auto [first, second] = cut(text, ':');
  const std::string_view over = shareFirst ? second : first;
  const std::string_view threshold = shareFirst ? first : second;
  const BreakpointLimits& limits = limitsOf(breakpoint.kind);
  if ((!over.empty() && limits.most == 0) || (!threshold.empty() && limits.highest == 0)) {
    throw UsageError("The breakpoint " + name + " takes no \"" + std::string(text) + "\".");
  }
  if (!over.empty()) breakpoint.over = numberIn<int>(over, name);
  if (!threshold.empty()) breakpoint.threshold = numberIn<double>(threshold, name);
}

Breakpoint parseOne(std::string_view text) {
  const auto [name, numbers] = cut(text, '=');
  std::vector<std::string> names;
  for (const BreakpointLimits& limits : breakpointLimits()) {
    names.push_back(limits.name);
    if (limits.name != name) continue;
    Breakpoint breakpoint = limits.initial;
    breakpoint.on = true;
    readNumbers(breakpoint, limits.name, numbers);
    checkBreakpoint(breakpoint);
    return breakpoint;
  }
  throw UsageError("There is no breakpoint \"" + std::string(name) + "\".",
                   suggestion(name, names));
}

}  // namespace

const std::vector<BreakpointLimits>& breakpointLimits() {
  using enum BreakpointKind;
  static const std::vector<BreakpointLimits> limits = {
      {"rise", 1, 1000, 0, 0, {Rise, false, 4, 0}},
      {"overflow", 0, 0, 0, 0, {Overflow, false, 0, 0}},
      {"stall", 1, 10000, 1, 1000, {Stall, false, 20, 2}},
      {"acceptance", 1, 1000, 0, 1, {Acceptance, false, 16, 0.5}}};
  return limits;
}

const BreakpointLimits& limitsOf(BreakpointKind kind) {
  return *std::ranges::find(breakpointLimits(), kind,
                            [](const BreakpointLimits& each) { return each.initial.kind; });
}

std::vector<Breakpoint> initialBreakpoints() {
  std::vector<Breakpoint> all;
  for (const BreakpointLimits& limits : breakpointLimits()) all.push_back(limits.initial);
  return all;
}

void checkBreakpoint(const Breakpoint& breakpoint) {
  const BreakpointLimits& limits = limitsOf(breakpoint.kind);
  if (breakpoint.over < limits.fewest || breakpoint.over > limits.most) {
    throw UsageError("The breakpoint " + limits.name + " is to look at " +
                     std::to_string(breakpoint.over) + " sweeps; " +
                     std::to_string(limits.fewest) + " to " + std::to_string(limits.most) +
                     " were expected.");
  }
  // Also of what is no number.
  if (!(breakpoint.threshold >= limits.lowest && breakpoint.threshold <= limits.highest)) {
    throw UsageError("The breakpoint " + limits.name + " has the threshold " +
                     shown(breakpoint.threshold) + "; " + shown(limits.lowest) + " to " +
                     shown(limits.highest) + " was expected.");
  }
}

std::vector<Breakpoint> parseBreakpoints(std::string_view text) {
  std::vector<Breakpoint> all;
  do {
    const auto [one, rest] = cut(text, ',');
    const Breakpoint breakpoint = parseOne(one);
    if (std::ranges::find(all, breakpoint.kind, &Breakpoint::kind) != all.end()) {
      throw UsageError("The breakpoint " + limitsOf(breakpoint.kind).name + " is given twice.");
    }
    all.push_back(breakpoint);
    text = rest;
  } while (!text.empty());
  return all;
}

}  // namespace jacobiscope
