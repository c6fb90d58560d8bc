#include "ui/shell/cursor_moves.h"

#include <algorithm>

namespace jacobiscope {

namespace {

int stageAt(const RunRecord& run, std::int64_t sweep) {
  const auto& snapshot = run.snapshots[static_cast<std::size_t>(sweep)];
  return snapshot ? snapshot->sweep.window.stage : -1;
}

std::int64_t otherStage(const RunRecord& run, std::int64_t from, int direction) {
  const auto last = static_cast<std::int64_t>(run.snapshots.size()) - 1;
  std::int64_t at = from;
  while (at + direction >= 0 && at + direction <= last && stageAt(run, at) == stageAt(run, from)) {
    at += direction;
  }
  // Forward found the first sweep of the next stage: go on to its last one, where its
  // picture is whole.
  if (direction > 0) {
    while (at < last && stageAt(run, at + 1) == stageAt(run, at)) ++at;
  }
  return at;
}

}  // namespace

Cursor movedCursor(const Cursor& cursor, const RunRecord& run, Move move) {
  Cursor moved = cursor;
  moved.run = run.start.run;
  moved.followLive = false;
  const auto last = static_cast<std::int64_t>(run.snapshots.size()) - 1;
  if (last < 0) {
    moved.sweep = -1;
    return moved;
  }
  const std::int64_t from = std::clamp<std::int64_t>(cursor.sweep, 0, last);
  switch (move) {
    case Move::First: moved.sweep = -1; break;
    case Move::Back: moved.sweep = cursor.sweep < 0 ? -1 : from - 1; break;
    case Move::Forward:
      moved.sweep = cursor.sweep < 0 ? 0 : std::min(last, from + 1);
      break;
    case Move::Last: moved.sweep = last; break;
    case Move::PreviousStage: moved.sweep = otherStage(run, from, -1); break;
    case Move::NextStage: moved.sweep = otherStage(run, from, 1); break;
  }
  return moved;
}

}  // namespace jacobiscope
