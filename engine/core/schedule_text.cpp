#include "engine/core/schedule_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <regex>

#include "engine/core/error.h"
#include "engine/core/schedule_lists.h"

namespace jacobiscope {

namespace {

// ---- [Stack-GS-J-Else] ------------------------------------------------------------------

std::optional<std::smatch> matchStack(const std::string& text) {
  static const std::regex form(R"(\s*\[?\s*(\d{1,4}(?:\s*/\s*\d{1,4})*)\s*-\s*(\d{1,6})\s*-\s*)"
                               R"((\d{1,6})\s*-\s*(\d{1,6})\s*\]?\s*)");
  std::smatch match;
  if (text.size() > 200 || !std::regex_match(text, match, form)) return {};
  return match;
}

void checkCap(int cap, const std::string& name) {
  if (cap >= 1 && cap <= kMostPasses) return;
  throw UsageError(name + " is " + std::to_string(cap) + "; 1 to " + std::to_string(kMostPasses) +
                   " passes were expected.");
}

void checkSegments(int segments, int tokens, const std::string& name) {
  if (segments <= tokens) return;
  throw UsageError(name + " is " + std::to_string(segments) + ", and a block of this model has " +
                   std::to_string(tokens) + " tokens.");
}

KnobValues readStack(const std::smatch& match, int blocks, int tokens) {
  const int segments = std::stoi(match[2]), cap = std::stoi(match[3]), other = std::stoi(match[4]);
  checkSegments(segments, tokens, "GS");
  checkCap(cap, "J");
  checkCap(other, "Else");
  std::vector<BlockSchedule> schedule(blocks, {Method::Jacobi, 1, other, false, 1});
  static const std::regex number(R"(\d+)");
  const std::string stack = match[1];
  for (std::sregex_iterator at(stack.begin(), stack.end(), number), end; at != end; ++at) {
    const int block = std::stoi(at->str());
    if (block >= blocks) {
      throw UsageError("There is no block " + at->str() + ": this model has the blocks 0 to " +
                       std::to_string(blocks - 1) + ".");
    }
    BlockSchedule& stacked = schedule[blocks - 1 - block];
    stacked = {Method::Segments, segments, cap, false, 1};
    if (segments == 1) stacked.method = Method::Jacobi;
    if (segments < 1 || segments == tokens) stacked = {Method::Sequential, 1, cap, false, 1};
  }
  KnobValues knobs = writeSchedule(schedule, tokens);
  knobs["mode"] = std::string("gs-jacobi");
  knobs.erase("window");
  return knobs;
}

// ---- Lists ------------------------------------------------------------------------------

int wholeEntry(const ScheduleList& list, std::size_t index) {
  const std::string& text = list.entries[index];
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) {
    throw UsageError(list.written + " has the entry \"" + text.substr(0, 40) +
                     "\" where a whole number was expected.");
  }
  return value;
}

// Every entry is rewritten as the knob has it.
void rewriteEntries(ScheduleList& list, int tokens, const ScheduleList* segments) {
  const auto sequential = [&](std::size_t i) {
    if (!segments || segments->entries.empty()) return false;
    return segments->entries[segments->entries.size() == 1 ? 0 : i] == "0";
  };
  for (std::size_t i = 0; i < list.entries.size(); ++i) {
    std::string& entry = list.entries[i];
    if (list.key == "guess") {
      if (entry == "0" || entry == "1") entry = entry == "0" ? "z" : "zeros";
      if (entry != "z" && entry != "zeros") {
        throw UsageError(list.written + " has the entry \"" + entry.substr(0, 40) +
                         "\"; 0 (z) or 1 (zeros) was expected.");
      }
      continue;
    }
    const int value = wholeEntry(list, i);
    if (list.key == "segments") {
      checkSegments(value, tokens, "An entry of " + list.written);
      entry = std::to_string(value < 1 || value == tokens ? 0 : value);
    } else if (list.key == "window") {
      if (value < 1 || value > tokens) {
        throw UsageError("An entry of " + list.written + " is " + std::to_string(value) +
                         "; 1 to " + std::to_string(tokens) + " tokens were expected.");
      }
    } else if (!sequential(i)) {  // the published lists fill the caps of such blocks with anything
      checkCap(value, "An entry of " + list.written);
    } else {
      entry = std::to_string(std::clamp(value, 1, kMostPasses));
    }
  }
}

void checkLength(const ScheduleList& list, int blocks) {
  const std::size_t size = list.entries.size();
  if (size == 1 || size == static_cast<std::size_t>(blocks)) return;
  throw UsageError(list.written + " has " + std::to_string(size) + " entries; " +
                   std::to_string(blocks) + " were expected, from block " +
                   std::to_string(blocks - 1) + ", the first sampled, to block 0.");
}

std::string joined(const std::vector<std::string>& entries) {
  std::string text;
  for (const std::string& entry : entries) text += (text.empty() ? "" : ",") + entry;
  return text;
}

void nameBareLists(std::vector<ScheduleList>& lists) {
  static const std::array<const char*, 3> names = {"num_GS", "max_jacobi", "guess"};
  const auto bare = [](const ScheduleList& list) { return list.written.empty(); };
  if (std::ranges::none_of(lists, bare)) return;
  if (!std::ranges::all_of(lists, bare) || lists.size() != names.size()) {
    throw UsageError("The schedule has entries without a name and is not three lists.",
                     kScheduleHint);
  }
  static const std::array<const char*, 3> keys = {"segments", "cap", "guess"};
  for (std::size_t i = 0; i < lists.size(); ++i) {
    lists[i].written = names[i];
    lists[i].key = keys[i];
  }
}

double toNumber(const ScheduleList& list) {
  double value = 0;
  const std::string& text = list.entries.front();
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !(value >= 0 && value <= 1)) {
    throw UsageError(list.written + " is \"" + text.substr(0, 40) + "\"; 0 to 1 was expected.");
  }
  return value;
}

KnobValue single(const ScheduleList& list) {
  if (list.entries.size() != 1) {
    throw UsageError(list.written + " needs one entry, it has " +
                     std::to_string(list.entries.size()) + ".");
  }
  if (list.key == "tolerance") return toNumber(list);
  if (list.key == "refine") return toNumber(list) != 0;
  static const std::array<std::string_view, 5> modes = {"sequential", "jacobi", "gs-jacobi",
                                                        "window", "mixed"};
  if (std::ranges::find(modes, list.entries.front()) == modes.end()) {
    throw UsageError("There is no mode \"" + list.entries.front().substr(0, 40) + "\".",
                     "sequential, jacobi, gs-jacobi, window or mixed.");
  }
  return list.entries.front();
}

KnobValues readLists(std::string_view text, int blocks, int tokens) {
  std::vector<ScheduleList> lists = readScheduleLists(text);
  nameBareLists(lists);
  std::map<std::string, ScheduleList*> byKey;
  for (ScheduleList& list : lists) {
    if (!byKey.emplace(list.key, &list).second) {
      throw UsageError("The schedule has " + list.written + " twice.");
    }
  }
  for (const char* key : {"segments", "cap", "guess"}) {
    if (byKey.contains("mode") || byKey.contains(key)) continue;
    const std::string name = key == std::string_view("segments") ? "num_GS"
                             : key == std::string_view("cap")    ? "max_jacobi"
                                                                 : key;
    throw UsageError("The schedule has no list " + name + ".", kScheduleHint);
  }
  KnobValues knobs{{"mode", std::string("gs-jacobi")}};
  const auto write = [&](const char* key) {
    const auto found = byKey.find(key);
    if (found == byKey.end()) return;
    ScheduleList& list = *found->second;
    checkLength(list, blocks);
    const auto segments = byKey.find("segments");
    rewriteEntries(list, tokens, segments == byKey.end() ? nullptr : segments->second);
    knobs[key] = joined(list.entries);
  };
  for (const char* key : {"segments", "cap", "guess", "window"}) write(key);
  for (const char* key : {"mode", "tolerance", "refine"}) {
    if (byKey.contains(key)) knobs[key] = single(*byKey[key]);
  }
  return knobs;
}

}  // namespace

KnobValues parseSchedule(std::string_view text, int blocks, int tokens) {
  constexpr std::size_t kLongest = 100'000;
  if (text.size() > kLongest) {
    throw UsageError("The text is too long for a schedule.", kScheduleHint);
  }
  const std::string whole(text);
  if (const auto stack = matchStack(whole)) return readStack(*stack, blocks, tokens);
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) {
    throw UsageError("The schedule is empty.", kScheduleHint);
  }
  return readLists(text, blocks, tokens);
}

}  // namespace jacobiscope
