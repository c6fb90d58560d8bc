// Shares with their intervals, for people and for --json.
#pragma once

#include <string>

#include "app/sub_command.h"
#include "engine/train/evaluate.h"

namespace jacobiscope {

inline Json shareJson(const Share& share) {
  return {{"right", share.right},
          {"total", share.total},
          {"share", share.value()},
          {"interval", {share.low, share.high}}};
}

inline std::string shareText(const Share& share) {
  if (share.total == 0) return "none measured";
  return shortNumber(100 * share.value()) + " % (" + std::to_string(share.right) + " of " +
         std::to_string(share.total) + ", 95 % interval " + shortNumber(100 * share.low) +
         " to " + shortNumber(100 * share.high) + " %)";
}

}  // namespace jacobiscope
