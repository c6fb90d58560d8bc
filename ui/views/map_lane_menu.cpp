// What a right click on a row of the schedule offers: every way to solve its stage.
#include <utility>

#include "ui/views/map_drawing.h"

namespace jacobiscope {

namespace {

using Way = LaneCut::Way;

std::vector<LaneCut> waysOf(const LaneCut& cut, int positions) {
  std::vector<LaneCut> ways{{Way::Sequential, 1, cut.width, cut.cap},
                            {Way::Segments, 1, cut.width, cut.cap}};
  for (int count : {2, 4, 8, 16})
    if (count < positions) ways.push_back({Way::Segments, count, cut.width, cut.cap});
  for (int width : {8, 16, 32})
    if (width < positions) ways.push_back({Way::Window, 1, width, cut.cap});
  return ways;
}

bool sameWay(const LaneCut& a, const LaneCut& b) {
  return a.way == b.way && (a.way != Way::Segments || a.count == b.count) &&
         (a.way != Way::Window || a.width == b.width);
}

std::string menuText(const LaneCut& way, int positions) {
  if (way.way == Way::Sequential) return "One position at a time";
  if (way.way == Way::Window) return "Sliding window of " + std::to_string(way.width);
  if (way.count == 1) return "Plain Jacobi";
  return std::to_string(way.count) + " segments of " +
         std::to_string(pieceLength(way, positions));
}

}  // namespace

void drawLaneMenu(const MapDrawing& m) {
  const int under = rowAt(m.frame, ImGui::GetMousePos().y);
  const bool over = ImGui::IsWindowHovered() &&
                    m.frame.area.contains(gl(ImGui::GetMousePos())) && !m.map.hand.holds();
  if (over && under >= 0 && ImGui::IsMouseReleased(1)) {
    m.map.menu = under;
    ImGui::OpenPopup("lane menu");
  }
  if (!ImGui::BeginPopup("lane menu")) return;
  const int stage = m.map.menu;
  if (stage < std::ssize(m.cuts)) {
    ImGui::TextDisabled("%s", m.stages[stage].c_str());
    Way last = Way::Sequential;
    for (const LaneCut& way : waysOf(m.cuts[stage], m.positions[stage])) {
      const bool now = sameWay(way, m.cuts[stage]);
      const KnobValues edits =
          cutEdit(*m.state.model, m.state.knobs, m.positions, stage, way);
      if (!now && edits.empty()) continue;  // the model cannot mix that with the other stages
      if (std::exchange(last, way.way) != way.way) ImGui::Separator();
      const std::string text = menuText(way, m.positions[stage]);
      if (!ImGui::MenuItem(text.c_str(), nullptr, now) || now) continue;
      for (const auto& [key, value] : edits) m.state.knobEdits.emplace_back(key, value);
    }
  }
  ImGui::EndPopup();
}

}  // namespace jacobiscope
