// Tokens settled per call of the network (or step of a simulator), a bar each.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "engine/record/token_timeline.h"
#include "engine/record/true_error.h"
#include "ui/views/drawing.h"

namespace jacobiscope {

// Calls [first, end) in one bar: the mean where there are more calls than bars.
struct CallBar {
  std::int64_t first = 0, end = 0;
  float settled = 0;
  bool operator==(const CallBar&) const = default;
};
// At most `most` bars of equally many calls. Pure.
std::vector<CallBar> callBars(const std::vector<CallMark>& calls, int most);

struct CallBars {
  std::string heading;
  const std::vector<CallMark>& calls;
  std::function<std::string(std::int64_t sweep)> text;  // of a tooltip
  // With any, the share of tokens that are the sequential decode's is a dashed line over the bars.
  const ErrorTimeline* errors = nullptr;
};
void drawCallBars(const ViewState& state, const Look& look, const CallBars& shown,
                  const Rect& area);

}  // namespace jacobiscope
