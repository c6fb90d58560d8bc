#include "engine/core/block_schedule.h"

#include <algorithm>
#include <cstdint>
#include <functional>

#include "engine/core/error.h"

namespace jacobiscope {

namespace {

int entry(const std::vector<std::string>& list, int index, const char* key) {
  try {
    return std::stoi(list[index]);
  } catch (const std::exception&) {
    throw UsageError(std::string(key) + " has the entry \"" + list[index] +
                     "\" where a whole number was expected.");
  }
}

BlockSchedule gaussSeidel(int segments, int cap, bool zeros, int tokens) {
  BlockSchedule s{Method::Segments, segments, cap, zeros, 1};
  if (segments < 1 || segments >= tokens) s = {Method::Sequential, 1, 0, zeros, 1};
  else if (segments == 1) s.method = Method::Jacobi;
  return s;
}

BlockSchedule sliding(int width, bool zeros) {
  return {width <= 1 ? Method::Sequential : Method::Sliding, 1, 0, zeros, width};
}

}  // namespace

std::vector<BlockSchedule> readSchedule(const KnobValues& knobs, int blocks, int tokens) {
  const std::string& mode = textAt(knobs, "mode");
  const auto segments = listAt(knobs, "segments", blocks);
  const auto caps = listAt(knobs, "cap", blocks);
  const auto guesses = listAt(knobs, "guess", blocks);
  const auto widths = listAt(knobs, "window", blocks);
  std::vector<BlockSchedule> schedule;
  for (int i = 0; i < blocks; ++i) {
    const bool zeros = guesses[i] == "zeros";
    const auto width = [&] { return std::min(entry(widths, i, "window"), tokens); };
    const auto segmented = [&] {
      return gaussSeidel(entry(segments, i, "segments"), entry(caps, i, "cap"), zeros, tokens);
    };
    if (mode == "sequential") {
      schedule.push_back({});
    } else if (mode == "jacobi") {
      schedule.push_back(gaussSeidel(1, entry(caps, i, "cap"), zeros, tokens));
    } else if (mode == "gs-jacobi") {
      schedule.push_back(segmented());
    } else if (mode == "mixed" &&
               (entry(segments, i, "segments") != 1 || width() >= tokens)) {
      schedule.push_back(segmented());
    } else {
      schedule.push_back(sliding(width(), zeros));
    }
  }
  return schedule;
}

namespace {

// One value where all entries are the same.
std::string listText(const std::vector<BlockSchedule>& schedule,
                     const std::function<std::string(const BlockSchedule&)>& entryOf) {
  std::string text;
  bool same = true;
  for (const BlockSchedule& block : schedule) {
    text += (text.empty() ? "" : ",") + entryOf(block);
    same = same && entryOf(block) == entryOf(schedule.front());
  }
  return same && !schedule.empty() ? entryOf(schedule.front()) : text;
}

}  // namespace

KnobValues writeSchedule(const std::vector<BlockSchedule>& schedule, int tokens) {
  const auto every = [&](const auto& is) { return std::ranges::all_of(schedule, is); };
  const auto sequential = [](const BlockSchedule& b) { return b.method == Method::Sequential; };
  const auto slides = [](const BlockSchedule& b) { return b.method == Method::Sliding; };
  std::string mode = "mixed";
  if (every(sequential)) mode = "sequential";
  else if (every([&](const auto& b) { return slides(b) || sequential(b); })) mode = "window";
  else if (every([](const auto& b) { return b.method == Method::Jacobi; })) mode = "jacobi";
  else if (std::ranges::none_of(schedule, slides)) mode = "gs-jacobi";
  const std::string segments = listText(schedule, [](const BlockSchedule& b) {
    if (b.method == Method::Sequential) return std::string("0");
    return std::to_string(b.method == Method::Segments ? b.segments : 1);
  });
  const std::string widths = listText(schedule, [&](const BlockSchedule& b) {
    if (b.method == Method::Sliding) return std::to_string(std::min(b.width, tokens));
    return std::to_string(b.method == Method::Jacobi ? tokens : 1);
  });
  KnobValues knobs{{"mode", mode}};
  knobs["segments"] = mode == "window" ? std::string("1") : segments;
  knobs["window"] = widths;
  knobs["cap"] = listText(schedule, [](const BlockSchedule& b) {
    return std::to_string(b.cap > 0 ? b.cap : kMostPasses);
  });
  knobs["guess"] = listText(schedule, [](const BlockSchedule& b) {
    return std::string(b.zeroGuess ? "zeros" : "z");
  });
  return knobs;
}

std::vector<Window> stageWindows(const BlockSchedule& schedule, int stage, int tokens) {
  if (schedule.method != Method::Segments) {
    const int cap = schedule.method == Method::Jacobi ? schedule.cap
                    : schedule.method == Method::Sequential ? tokens - 1
                                                            : 0;
    return {{stage, 1, tokens, cap}};
  }
  std::vector<Window> windows;
  const std::int64_t n = tokens, g = schedule.segments;
  for (std::int64_t s = 0; s < g; ++s) {
    const int begin = static_cast<int>(s * n / g) + 1;
    const int end = static_cast<int>(std::min((s + 1) * n / g + 1, n));
    if (begin < end) windows.push_back({stage, begin, end, schedule.cap});
  }
  return windows;
}

}  // namespace jacobiscope
