// The schedule on the map: a lane of positions for each row, with handles.
#include <algorithm>
#include <cmath>
#include <utility>

#include "ui/views/map_drawing.h"

namespace jacobiscope {

namespace {

constexpr float kLowestRow = 15, kReach = 6, kSnap = 5;  // design pixels
constexpr float kPixelsPerStep = 9;                      // of a cap that is dragged

// Whether the rows are the stages of the loaded model, whose schedule the knobs set.
bool rowsAreEditable(const MapDrawing& m) {
  if (!m.state.model || m.ofRows() || m.state.model->vocabulary > 0) return false;
  const bool foreign = m.run && m.run->start.model.hash != m.state.model->hash;
  return !foreign && findKnob(m.state.model->knobs, "segments") && m.frame.rows > 0;
}

// Of the rows that a schedule is for: what comes behind the model's own stages is not cut.
std::vector<int> positionsOf(const MapDrawing& m) {
  std::vector<int> positions;
  if (m.run) positions = m.run->planAt(m.digest.size()).positions;
  const auto rows = std::min<std::ptrdiff_t>(m.frame.rows, std::ssize(m.state.model->stages));
  positions.resize(static_cast<std::size_t>(rows), std::max(1, m.state.model->positions));
  return positions;
}

float captionWidth(const MapDrawing& m) {
  ImFont* font = m.look.fonts.small;
  float cut = 0, cap = 0;
  for (std::size_t i = 0; i < m.cuts.size(); ++i) {
    cut = std::max(cut, textSize(font, cutText(m.cuts[i], m.positions[i])).x);
    cap = std::max(cap, textSize(font, capText(m.cuts[i], m.positions[i])).x);
  }
  // Room for what a drag may make of them, so that the lanes do not move below the hand.
  cut = std::max(cut, textSize(font, "128 × 128").x);
  cap = std::max(cap, textSize(font, "cap 1000").x);
  return cut + cap + m.look.px(34);
}

// A stage of a running decode that is under way or over: knobs act on later ones.
bool isPast(const MapDrawing& m, int stage) {
  const auto& stages = m.digest.stages();
  return m.state.running && m.run && !m.run->ended() && stage < std::ssize(stages) &&
         stages[stage].sweeps > 0;
}

void drawPieceBoxes(const MapDrawing& m, const LaneFrame& lane, const LaneCut& cut, Rgba fill,
                    float gap) {
  const auto box = [&](float left, float right) {
    if (right - left > gap)
      fillRect({{left, lane.area.min.y}, {right - gap, lane.area.max.y}}, fill, m.look.px(2));
  };
  if (cut.way == LaneCut::Way::Window) return box(lane.area.min.x, lane.x(cut.width) + gap);
  const int count = cut.way == LaneCut::Way::Sequential ? lane.positions : cut.count;
  // Pieces narrower than this would be a blur: as many lines as can be told apart stand for them.
  const int shown = std::min(count, std::max(1, int(lane.area.width() / m.look.px(4))));
  for (int i = 0; i < shown; ++i)
    box(lane.x(boundaryAt(i, shown, lane.positions)),
        lane.x(boundaryAt(i + 1, shown, lane.positions)) + (i + 1 == shown ? gap : 0));
}

void drawGrip(const MapDrawing& m, const LaneFrame& lane, float x, bool hot) {
  const float half = m.look.px(hot ? 2.0f : 1.25f), over = m.look.px(hot ? 2 : 0);
  fillRect({{x - half, lane.area.min.y - over}, {x + half, lane.area.max.y + over}},
           hot ? m.look.colours.text : m.look.colours.accent, half);
}

// The window of the sweep at the cursor, as a line below the positions it solved.
void drawWindowAtCursor(const MapDrawing& m, int stage, const LaneFrame& lane) {
  const std::int64_t at = m.state.cursor.sweep;
  if (!m.run || at < 0 || at >= std::ssize(m.run->snapshots)) return;
  const Window& window = m.run->snapshots[at]->sweep.window;
  if (window.stage != stage || window.end > lane.positions) return;
  const float y = lane.area.max.y + m.look.px(0.5f);
  fillRect({{lane.x(window.begin), y},
            {std::max(lane.x(window.end), lane.x(window.begin) + 2), y + m.look.px(1.5f)}},
           m.look.colours.text);
}

void drawLane(const MapDrawing& m, int stage, const LaneFrame& lane,
              const std::optional<LaneHandle>& hot) {
  const Palette& c = m.look.colours;
  const LaneHand& hand = m.map.hand;
  const bool held = hand.stage == stage;
  const LaneCut& cut = held ? hand.now : m.cuts[stage];
  fillRect(lane.area, c.well, m.look.px(2));
  const float gap = std::max(1.0f, m.look.px(1.5f));
  const Rgba fill = isPast(m, stage) ? c.planned : c.accentDim;
  drawPieceBoxes(m, lane, cut, withAlpha(fill, held ? 0.9f : isPast(m, stage) ? 1 : 0.55f), gap);
  if (held && hand.boundary > 0) {
    // What it was, as an echo, until the hand lets go.
    for (const LaneHandle& old : laneHandles(hand.from, lane, m.look.px(3)))
      fillRect({{old.x - m.look.px(0.5f), lane.area.min.y}, {old.x + m.look.px(0.5f),
                lane.area.max.y}}, withAlpha(c.text, 0.45f));
  }
  for (const LaneHandle& handle : laneHandles(cut, lane, m.look.px(2 * kReach))) {
    const bool taken = held && handle.boundary == hand.boundary;
    const bool pointed = !hand.holds() && hot && hot->boundary == handle.boundary;
    drawGrip(m, lane, handle.x, taken || pointed);
  }
  drawWindowAtCursor(m, stage, lane);
}

void drawCaptions(const MapDrawing& m, int stage, const LaneFrame& lane, const Rect& cap,
                  bool hovered) {
  const LaneHand& hand = m.map.hand;
  const bool held = hand.stage == stage;
  const LaneCut& cut = held ? hand.now : m.cuts[stage];
  ImFont* font = m.look.fonts.small;
  const Palette& c = m.look.colours;
  const float y = cap.centre().y - font->FontSize / 2;
  drawText(font, {lane.area.max.x + m.look.px(9), y},
           held && hand.boundary > 0 ? c.text : c.muted, cutText(cut, lane.positions));
  const std::string text = capText(cut, lane.positions);
  if (text.empty()) return;
  const bool hot = (hovered && !hand.holds()) || (held && hand.boundary == 0);
  if (hot) fillRect(cap, c.hover, m.look.px(3));
  drawText(font, {cap.max.x - m.look.px(5), y}, hot ? c.text : c.muted, text, Align::Right);
}

std::string handText(const MapDrawing& m, int stage, const LaneCut& cut, bool boundary) {
  std::string text = laneText(m.stages[stage], cut, m.positions[stage]);
  if (m.map.hand.holds()) return text;
  text += boundary ? "\nDrag to cut it into other pieces; to the left end it is sequential, to the "
                     "right end plain Jacobi."
                   : "\nDrag, or turn the wheel with Ctrl, for the most sweeps of a segment.";
  if (cut.way == LaneCut::Way::Window) text = laneText(m.stages[stage], cut, m.positions[stage]) +
                                              "\nDrag for another width.";
  if (isPast(m, stage)) text += "\nThis block has begun: the change acts in the next run.";
  return text;
}

int mostCap(const MapDrawing& m) {
  const Knob* cap = findKnob(m.state.model->knobs, "cap");
  return cap ? static_cast<int>(cap->maximum) : 1;
}

void commit(const MapDrawing& m, int stage, const LaneCut& cut) {
  for (auto& [key, value] :
       cutEdit(*m.state.model, m.state.knobs, m.positions, stage, cut))
    m.state.knobEdits.emplace_back(key, value);
}

// The hand that holds something: follows the pointer, and lets go.
void drag(const MapDrawing& m) {
  LaneHand& hand = m.map.hand;
  const LaneFrame& lane = m.map.lanes[hand.stage];
  const float x = ImGui::GetIO().MousePos.x;
  if (hand.boundary > 0) {
    hand.now = draggedCut(hand.from, hand.boundary, lane, x, m.look.px(kSnap));
  } else {
    const int steps = static_cast<int>((x - hand.grabbed) / m.look.px(kPixelsPerStep));
    hand.now = steppedCap(hand.from, steps, lane.positions, mostCap(m));
  }
  ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeEW);
  tooltip(m.look, handText(m, hand.stage, hand.now, hand.boundary > 0));
  if (ImGui::IsMouseDown(0)) return;
  commit(m, hand.stage, hand.now);
  hand = {};
}

// Only what can be taken hold of takes the pointer from the map: elsewhere it scrubs.
std::optional<LaneHandle> takeHold(const MapDrawing& m, int stage) {
  const LaneFrame& lane = m.map.lanes[stage];
  const Rect& cap = m.map.caps[stage];
  const LaneCut& cut = m.cuts[stage];
  const glm::vec2 mouse = gl(ImGui::GetMousePos());
  const Rect reach{lane.area.min - glm::vec2(m.look.px(kReach), 0),
                   lane.area.max + glm::vec2(m.look.px(kReach), m.look.px(2))};
  std::optional<LaneHandle> handle;
  if (reach.contains(mouse)) handle = handleAt(cut, lane, mouse.x, m.look.px(kReach));
  const bool onCap = cap.contains(mouse) && !capText(cut, lane.positions).empty();
  if (!handle && !onCap) return std::nullopt;
  const Rect area = handle ? Rect{{handle->x - m.look.px(kReach), lane.area.min.y},
                                  {handle->x + m.look.px(kReach), lane.area.max.y + m.look.px(2)}}
                           : cap;
  ImGui::SetCursorScreenPos(im(area.min));
  pressArea("lane", im(area.size()));
  if (!ImGui::IsItemHovered()) return std::nullopt;
  m.map.overHandle = true;  // the map below has nothing to say then
  ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeEW);
  tooltip(m.look, handText(m, stage, cut, handle.has_value()));
  if (ImGui::IsItemActivated())
    m.map.hand = {stage, handle ? handle->boundary : 0, mouse.x, cut, cut};
  return handle;
}

// The wheel with Ctrl, anywhere in a row.
void turnCap(const MapDrawing& m, int stage) {
  const ImGuiIO& io = ImGui::GetIO();
  const int steps = static_cast<int>(std::lround(io.MouseWheel));
  if (!io.KeyCtrl || steps == 0 || !ImGui::IsWindowHovered()) return;
  commit(m, stage, steppedCap(m.cuts[stage], steps, m.positions[stage], mostCap(m)));
}

}  // namespace

void prepareLanes(MapDrawing& m) {
  m.map.lanes.clear();
  m.map.caps.clear();
  m.map.overHandle = false;
  const bool high = m.frame.rows > 0 && rowRect(m.frame, 0).height() >= m.look.px(kLowestRow);
  if (m.state.editSchedule && high && rowsAreEditable(m)) {
    m.positions = positionsOf(m);
    m.cuts = laneCuts(*m.state.model, m.state.knobs, m.positions);
  }
  if (m.map.hand.stage >= std::ssize(m.cuts)) m.map.hand = {};
  if (m.cuts.empty()) return;
  const float caption = std::min(captionWidth(m), m.frame.area.width() * 0.4f);
  for (int stage = 0; stage < std::ssize(m.cuts); ++stage) {
    Rect area = m.lane(stage);
    const float line = m.look.fonts.small->FontSize;
    const Rect cap{{area.max.x - textSize(m.look.fonts.small, "cap 1000").x - m.look.px(10),
                    area.centre().y - line / 2 - m.look.px(1)},
                   {area.max.x, area.centre().y + line / 2 + m.look.px(1)}};
    area.max.x -= caption;
    m.map.lanes.push_back({area, m.positions[stage]});
    m.map.caps.push_back(cap);
  }
}

void drawLanes(const MapDrawing& m) {
  if (m.map.lanes.empty()) return;
  if (m.map.hand.holds()) {
    // Held until it lets go, wherever the pointer is: nothing else answers to it.
    ImGui::SetCursorScreenPos(im(m.frame.area.min));
    pressArea("lane", im(m.frame.area.size()));
    drag(m);
  }
  const int under = rowAt(m.frame, ImGui::GetMousePos().y);
  for (int stage = 0; stage < std::ssize(m.map.lanes); ++stage) {
    const bool over = stage == under && !m.map.hand.holds() && ImGui::IsWindowHovered();
    const auto hot = over ? takeHold(m, stage) : std::nullopt;
    if (over && m.frame.area.contains(gl(ImGui::GetMousePos()))) turnCap(m, stage);
    drawLane(m, stage, m.map.lanes[stage], hot);
    drawCaptions(m, stage, m.map.lanes[stage], m.map.caps[stage],
                 over && m.map.caps[stage].contains(gl(ImGui::GetMousePos())));
  }
  drawLaneMenu(m);
}

float drawEditSwitch(const MapDrawing& m, const Rect& head) {
  if (!rowsAreEditable(m)) return head.max.x;
  const Look& look = m.look;
  const bool on = m.state.editSchedule;
  const char* text = on ? "Done" : "Edit schedule";
  const float width = textSize(look.fonts.body, text).x + look.px(18);
  if (head.width() < width * 2) return head.max.x;
  ImGui::SetCursorScreenPos({head.max.x - width, head.min.y - look.px(4)});
  ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {look.px(9), look.px(1.5f)});
  if (ImGui::Button(text)) m.state.editSchedule = !on;
  ImGui::PopStyleVar();
  if (ImGui::IsItemHovered())
    tooltip(look, on ? "Back to looking." : "Handles on every row: drag them to cut a block into "
                                            "segments.");
  return head.max.x - width - look.px(14);
}

}  // namespace jacobiscope
