#include <algorithm>
#include <set>

#include "engine/core/schedule_text.h"

namespace jacobiscope {

namespace {

template <class Entry>
std::string line(const std::string& name, const std::vector<BlockSchedule>& schedule, Entry entry) {
  std::string text;
  for (const BlockSchedule& block : schedule) {
    if (!text.empty()) text += ", ";
    text += entry(block);
  }
  return name + " = [" + text + "]\n";
}

bool slides(const BlockSchedule& block) { return block.method == Method::Sliding; }

// The cap where one is obeyed; a sequential block's is told as 1, as the published lists do.
std::string capText(const BlockSchedule& block) {
  if (block.method == Method::Sequential) return "1";
  return std::to_string(block.cap > 0 ? block.cap : kMostPasses);
}

// Segments of the published lists: 1 is plain Jacobi, 0 sequential.
int segmentsOf(const BlockSchedule& block) {
  if (block.method == Method::Sequential) return 0;
  return block.method == Method::Jacobi ? 1 : block.segments;
}

}  // namespace

std::optional<std::string> publishedLists(const std::vector<BlockSchedule>& schedule, int tokens) {
  if (std::ranges::any_of(schedule, slides)) return {};
  return line("num_GS", schedule, [](const auto& b) { return std::to_string(segmentsOf(b)); }) +
         line("max_jacobi", schedule, capText) +
         line("guess", schedule, [](const auto& b) { return b.zeroGuess ? "1" : "0"; });
}

std::optional<std::string> stackNotation(const std::vector<BlockSchedule>& schedule, int tokens) {
  const int blocks = static_cast<int>(schedule.size());
  std::string stack;
  std::set<std::pair<int, int>> stacked;  // segments and cap
  std::set<int> others;
  for (int block = 0; block < blocks; ++block) {
    const BlockSchedule& one = schedule[blocks - 1 - block];
    if (slides(one) || one.zeroGuess || one.method == Method::Sequential) return {};
    if (one.method == Method::Jacobi) {
      others.insert(one.cap);
      continue;
    }
    stack += (stack.empty() ? "" : "/") + std::to_string(block);
    stacked.insert({one.segments, one.cap});
  }
  if (stacked.size() != 1 || others.size() != 1) return {};
  const auto [segments, cap] = *stacked.begin();
  return "[" + stack + "-" + std::to_string(segments) + "-" + std::to_string(cap) + "-" +
         std::to_string(*others.begin()) + "]";
}

std::string scheduleText(const KnobValues& knobs, int blocks, int tokens) {
  const std::vector<BlockSchedule> schedule = readSchedule(knobs, blocks, tokens);
  const KnobValues written = writeSchedule(schedule, tokens);
  std::string text = "# from block " + std::to_string(blocks - 1) +
                     ", the first sampled, to block 0\nmode = " + textAt(written, "mode") + "\n";
  if (const auto lists = publishedLists(schedule, tokens)) {
    text += *lists;
  } else {
    for (const char* key : {"segments", "cap", "guess", "window"}) {
      text += std::string(key) + " = [" + textAt(written, key) + "]\n";
    }
  }
  for (const char* key : {"tolerance", "refine"}) {
    const auto value = knobs.find(key);
    if (value != knobs.end()) text += std::string(key) + " = " + formatKnob(value->second) + "\n";
  }
  return text;
}

}  // namespace jacobiscope
