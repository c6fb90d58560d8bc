#include "engine/tarflow/schedule.h"

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
    if (mode == "sequential") {
      schedule.push_back({});
    } else if (mode == "jacobi") {
      schedule.push_back(gaussSeidel(1, entry(caps, i, "cap"), zeros, tokens));
    } else if (mode == "gs-jacobi") {
      schedule.push_back(
          gaussSeidel(entry(segments, i, "segments"), entry(caps, i, "cap"), zeros, tokens));
    } else {
      const int width = std::min(entry(widths, i, "window"), tokens);
      schedule.push_back({width <= 1 ? Method::Sequential : Method::Sliding, 1, 0, zeros, width});
    }
  }
  return schedule;
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

Guidance readGuidance(const KnobValues& knobs) {
  const std::string& what = textAt(knobs, "guidance.what");
  Guidance guidance;
  guidance.weight = numberAt(knobs, "guidance");
  guidance.annealed = toggleAt(knobs, "guidance.anneal");
  guidance.onA = what.find('a') != std::string::npos;
  guidance.onC = what.find('c') != std::string::npos;
  guidance.attnTemp = numberAt(knobs, "attn_temp");
  return guidance;
}

}  // namespace jacobiscope
