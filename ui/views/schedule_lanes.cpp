#include "ui/views/schedule_lanes.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "ui/views/schedule_table.h"

namespace jacobiscope {

namespace {

using Way = LaneCut::Way;

std::string textOf(const KnobValues& knobs, const Knob& knob) {
  const auto found = knobs.find(knob.key);
  return formatKnob(found == knobs.end() ? knob.initial : found->second);
}

std::string modeOf(const ModelInfo& model, const KnobValues& knobs) {
  const Knob* mode = findKnob(model.knobs, "mode");
  return mode ? textOf(knobs, *mode) : "gs-jacobi";
}

int wholeNumber(const std::string& text, int otherwise) {
  int value = otherwise;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

// The knob's entry for every stage; one that is no list holds for all of them.
std::vector<int> entriesOf(const ModelInfo& model, const KnobValues& knobs, const char* key,
                           int stages, int otherwise) {
  std::vector<int> numbers(static_cast<std::size_t>(stages), otherwise);
  const Knob* knob = findKnob(model.knobs, key);
  if (!knob) return numbers;
  const std::vector<std::string> entries = scheduleEntries(textOf(knobs, *knob), stages);
  for (int i = 0; i < stages; ++i) numbers[i] = wholeNumber(entries[i], otherwise);
  return numbers;
}

// Whether that mode can solve every stage as it is cut.
bool says(const std::string& mode, const std::vector<LaneCut>& cuts) {
  return std::ranges::all_of(cuts, [&](const LaneCut& cut) {
    if (mode == "sequential") return cut.way == Way::Sequential;
    if (mode == "jacobi") return cut.way == Way::Segments && cut.count == 1;
    if (mode == "gs-jacobi") return cut.way != Way::Window;
    if (mode == "window") return cut.way == Way::Window;
    return mode == "mixed";
  });
}

// The present mode where it can say it, else the first one that can.
std::optional<std::string> modeFor(const ModelInfo& model, const KnobValues& knobs,
                                   const std::vector<LaneCut>& cuts) {
  const std::string now = modeOf(model, knobs);
  if (says(now, cuts)) return now;
  const Knob* mode = findKnob(model.knobs, "mode");
  for (const char* other : {"gs-jacobi", "window", "mixed"}) {
    const bool known = mode && std::ranges::find(mode->choices, other) != mode->choices.end();
    if (known && says(other, cuts)) return other;
  }
  return std::nullopt;
}

// What stands for a cut in the list of segments.
int segmentsEntry(const LaneCut& cut, const Knob& knob, int positions) {
  if (cut.way == Way::Window) return 1;
  if (cut.way == Way::Segments) return cut.count;
  return knob.minimum <= 0 ? 0 : positions;
}

// The same in the list of windows. Mixed, a window of everything stands for plain Jacobi.
int windowEntry(const LaneCut& cut, const std::string& mode, int positions) {
  const bool whole = mode == "mixed" && cut.way == Way::Segments && cut.count == 1;
  return whole ? positions : cut.width;
}

// The edits of one call: those knobs of which an entry changes.
struct Edits {
  const ModelInfo& model;
  const KnobValues& knobs;
  int stage;  // a knob that is no list takes the number of this one
  KnobValues values{};

  void add(const char* key, const std::vector<int>& numbers) {
    const Knob* knob = findKnob(model.knobs, key);
    const int stages = static_cast<int>(numbers.size());
    if (!knob || numbers == entriesOf(model, knobs, key, stages, 0)) return;
    if (knob->kind != KnobKind::List) {
      values[key] = std::int64_t{numbers[stage]};
      return;
    }
    std::string text;
    for (int number : numbers) text += (text.empty() ? "" : ",") + std::to_string(number);
    values[key] = text;
  }
};

// The divisor of `positions`, at least `least`, whose boundary is nearest to x within `snap`.
std::optional<int> attracted(const LaneFrame& frame, int boundary, int least, float x,
                             float snap) {
  std::optional<int> best;
  float nearest = snap;
  for (int count = std::max(1, least); count <= frame.positions; ++count) {
    if (frame.positions % count != 0) continue;
    const float away =
        std::abs(frame.x(boundaryAt(boundary, count, frame.positions)) - x);
    if (away > nearest) continue;
    nearest = away;
    best = count;
  }
  return best;
}

}  // namespace

std::vector<LaneCut> laneCuts(const ModelInfo& model, const KnobValues& knobs,
                              const std::vector<int>& positions) {
  const Knob* segments = findKnob(model.knobs, "segments");
  if (!segments || segments->kind != KnobKind::List) return {};
  const int stages = static_cast<int>(positions.size());
  const std::string mode = modeOf(model, knobs);
  const std::vector<int> counts = entriesOf(model, knobs, "segments", stages, 1);
  const std::vector<int> widths = entriesOf(model, knobs, "window", stages, 1);
  const std::vector<int> caps = entriesOf(model, knobs, "cap", stages, 0);
  std::vector<LaneCut> cuts;
  for (int i = 0; i < stages; ++i) {
    LaneCut cut{Way::Segments, 1, std::clamp(widths[i], 1, std::max(1, positions[i])), caps[i]};
    const bool segmented = counts[i] != 1 || widths[i] >= positions[i];
    if (mode == "window" || (mode == "mixed" && !segmented)) cut.way = Way::Window;
    else if (mode == "gs-jacobi" || mode == "mixed") cut.count = counts[i];
    const bool alone = cut.count < 1 || (cut.count > 1 && cut.count >= positions[i]);
    if (mode == "sequential" || alone) {
      cut.way = Way::Sequential;
      cut.count = 1;
    }
    cuts.push_back(cut);
  }
  return cuts;
}

KnobValues cutEdit(const ModelInfo& model, const KnobValues& knobs,
                   const std::vector<int>& positions, int stage, const LaneCut& cut) {
  std::vector<LaneCut> cuts = laneCuts(model, knobs, positions);
  if (stage < 0 || stage >= std::ssize(cuts) || cuts[stage] == cut) return {};
  cuts[stage] = cut;
  const auto mode = modeFor(model, knobs, cuts);
  if (!mode) return {};
  const Knob& segments = *findKnob(model.knobs, "segments");
  std::vector<int> counts, widths, caps;
  for (std::size_t i = 0; i < cuts.size(); ++i) {
    counts.push_back(segmentsEntry(cuts[i], segments, positions[i]));
    widths.push_back(windowEntry(cuts[i], *mode, positions[i]));
    caps.push_back(cuts[i].cap);
  }
  Edits edits{model, knobs, stage};
  if (*mode == "gs-jacobi" || *mode == "mixed") edits.add("segments", counts);
  if (*mode == "window" || *mode == "mixed") edits.add("window", widths);
  if (*mode != "window" && *mode != "sequential") edits.add("cap", caps);
  if (*mode != modeOf(model, knobs)) edits.values["mode"] = *mode;
  return edits.values;
}

int boundaryAt(int boundary, int count, int positions) {
  return static_cast<int>(std::int64_t{boundary} * positions / std::max(1, count));
}

std::vector<LaneHandle> laneHandles(const LaneCut& cut, const LaneFrame& frame, float apart) {
  if (cut.way == Way::Sequential) return {{1, frame.x(1)}};
  if (cut.way == Way::Window) return {{1, frame.x(cut.width)}};
  const LaneHandle end{cut.count, frame.x(frame.positions)};
  std::vector<LaneHandle> handles;
  for (int b = 1; b < cut.count; ++b) {
    const float x = frame.x(boundaryAt(b, cut.count, frame.positions));
    const bool free = handles.empty() || x - handles.back().x >= apart;
    if (free && (b == 1 || end.x - x >= apart)) handles.push_back({b, x});
  }
  handles.push_back(end);
  return handles;
}

std::optional<LaneHandle> handleAt(const LaneCut& cut, const LaneFrame& frame, float x,
                                   float reach) {
  const auto handles = laneHandles(cut, frame, 2 * reach);
  const auto away = [x](const LaneHandle& handle) { return std::abs(handle.x - x); };
  const auto nearest = std::ranges::min_element(handles, {}, away);
  if (nearest == handles.end() || away(*nearest) > reach) return std::nullopt;
  return *nearest;
}

LaneCut draggedCut(const LaneCut& from, int boundary, const LaneFrame& frame, float x, float snap) {
  const int n = frame.positions;
  const double share = (x - frame.area.min.x) / std::max(1.0f, frame.area.width());
  const double position = std::clamp(share, 0.0, 1.0) * n;
  LaneCut cut = from;
  if (from.way == Way::Window) {
    const auto width = attracted(frame, 1, 1, x, snap);  // N / G positions are a round number
    cut.width = width ? n / *width : static_cast<int>(std::lround(position));
    cut.width = std::clamp(cut.width, 1, n);
    return cut;
  }
  cut.way = Way::Segments;
  if (const auto count = attracted(frame, boundary, boundary, x, snap)) {
    cut.count = *count;
  } else {
    const double wanted = position > 0 ? std::round(boundary * double(n) / position) : n;
    cut.count = static_cast<int>(std::clamp(wanted, double(boundary), double(n)));
  }
  if (cut.count > 1 && cut.count >= n) cut = {Way::Sequential, 1, from.width, from.cap};
  return cut;
}

int pieceLength(const LaneCut& cut, int positions) {
  if (cut.way == Way::Sequential) return 1;
  if (cut.way == Way::Window) return cut.width;
  return (positions + cut.count - 1) / std::max(1, cut.count);
}

bool capActs(const LaneCut& cut, int positions) {
  return cut.way == Way::Segments && cut.cap > 0 && cut.cap < pieceLength(cut, positions);
}

LaneCut steppedCap(LaneCut cut, int steps, int positions, int most) {
  if (cut.way != Way::Segments || cut.cap <= 0) return cut;
  const int length = pieceLength(cut, positions);
  int cap = std::min(cut.cap, length);
  for (int i = 0; i < std::abs(steps); ++i) {
    const int step = std::max(1, cap / 10);
    cap = std::clamp(cap + (steps > 0 ? step : -step), 1, length);
  }
  cut.cap = cap >= length ? most : cap;
  return cut;
}

std::string cutText(const LaneCut& cut, int positions) {
  if (cut.way == Way::Sequential) return "sequential";
  if (cut.way == Way::Window) return "window " + std::to_string(cut.width);
  if (cut.count == 1) return "Jacobi";
  return std::to_string(cut.count) + " × " + std::to_string(pieceLength(cut, positions));
}

std::string capText(const LaneCut& cut, int positions) {
  if (cut.way != Way::Segments || cut.cap <= 0) return {};
  return capActs(cut, positions) ? "cap " + std::to_string(cut.cap) : "no cap";
}

std::string laneText(const std::string& stage, const LaneCut& cut, int positions) {
  std::string text = stage + ": ";
  if (cut.way == Way::Sequential) return text + "one position at a time";
  if (cut.way == Way::Window) return text + "a sliding window of " + std::to_string(cut.width);
  const int shortest = positions / cut.count, longest = pieceLength(cut, positions);
  if (cut.count == 1) {
    text += "plain Jacobi, all " + std::to_string(positions) + " at once";
  } else {
    text += std::to_string(cut.count) + " segments of " + std::to_string(shortest);
    if (longest != shortest) text += " or " + std::to_string(longest);
  }
  const std::string cap = capText(cut, positions);
  return cap.empty() ? text : text + ", " + cap;
}

}  // namespace jacobiscope
