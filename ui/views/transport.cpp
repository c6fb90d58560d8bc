#include "ui/views/transport.h"

#include <algorithm>
#include <cmath>

namespace jacobiscope {

void advanceTransport(ViewState& state, double seconds) {
  Transport& transport = state.transport;
  const RunRecord* run = state.recording ? state.recording->run(state.cursor.run) : nullptr;
  if (!transport.playing || !run) {
    transport.fraction = 0;
    return;
  }
  const auto last = static_cast<std::int64_t>(run->snapshots.size()) - 1;
  transport.fraction += std::max(0.0, seconds) * transport.speed * kPlayedSweepsPerSecond;
  const double whole = std::floor(transport.fraction);
  transport.fraction -= whole;
  const auto steps = static_cast<std::int64_t>(whole) * (transport.backward ? -1 : 1);
  state.cursor.followLive = false;
  state.cursor.sweep = std::clamp<std::int64_t>(state.cursor.sweep + steps, -1, last);
  const bool done = transport.backward ? state.cursor.sweep == -1
                                       : state.cursor.sweep == last && run->ended();
  if (done) {
    transport.playing = false;
    transport.fraction = 0;
  }
}

Cursor followedCursor(const Recording& recording, const Cursor& cursor) {
  if (!cursor.followLive || recording.runs().empty()) return cursor;
  const auto& [id, run] = *recording.runs().rbegin();
  return {id, static_cast<std::int64_t>(run.snapshots.size()) - 1, true};
}

}  // namespace jacobiscope
