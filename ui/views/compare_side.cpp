// What differs between two runs, as a table right of the comparison.
#include "ui/views/compare_drawing.h"
#include "ui/views/compare_view.h"

namespace jacobiscope {

namespace {

void drawCell(const Look& look, const std::string& text, Rgba ink) {
  const float width = ImGui::GetContentRegionAvail().x;
  const std::string shown = shortened(look.fonts.small, text, width);
  ImGui::PushStyleColor(ImGuiCol_Text, ink);
  ImGui::TextUnformatted(shown.c_str());
  ImGui::PopStyleColor();
  if (shown != text && ImGui::IsItemHovered()) tooltip(look, text);
}

// Rows of the recipe or of the outcome. Returns how many there were to show.
int drawRows(const StageDrawing& d, bool outcome) {
  const Look& look = d.look;
  int shown = 0;
  const ImGuiTableFlags flags = ImGuiTableFlags_SizingStretchProp |
                                ImGuiTableFlags_NoSavedSettings | ImGuiTableFlags_BordersInnerH;
  ImGui::PushStyleColor(ImGuiCol_TableBorderLight, look.colours.line);
  const bool begun = ImGui::BeginTable(outcome ? "outcome" : "recipe", 3, flags);
  ImGui::PopStyleColor();
  if (!begun) return 0;
  ImGui::TableSetupColumn("what", 0, 1.0f);
  ImGui::TableSetupColumn("A", 0, 1.05f);
  ImGui::TableSetupColumn("B", 0, 1.05f);
  for (const ComparedRow& row : d.views.compare.digest.rows) {
    if (row.outcome != outcome || !(row.differs || d.state.compare.allRows)) continue;
    ++shown;
    const Rgba ink = row.differs ? look.colours.text : look.colours.muted;
    ImGui::TableNextRow();
    ImGui::TableNextColumn();
    drawCell(look, row.name, look.colours.muted);
    ImGui::TableNextColumn();
    drawCell(look, row.a, ink);
    ImGui::TableNextColumn();
    drawCell(look, row.b, ink);
  }
  ImGui::EndTable();
  return shown;
}

void drawPart(const StageDrawing& d, const char* heading, bool outcome) {
  headingItem(d.look, heading);
  ImGui::PushFont(d.look.fonts.small);
  if (drawRows(d, outcome) == 0) ImGui::TextDisabled("nothing differs");
  ImGui::PopFont();
}

// "A #2 · window", above its column.
void drawRunHeads(const StageDrawing& d) {
  const Look& look = d.look;
  const CompareDigest& digest = d.views.compare.digest;
  const float badge = badgeSide(look);
  for (const bool ofB : {false, true}) {
    const glm::vec2 at = gl(ImGui::GetCursorScreenPos());
    drawBadge(look, at, badge, ofB ? lookOfB(look) : lookOfA(look));
    const RunRecord& run = *(ofB ? digest.b.run : digest.a.run);
    const float room = ImGui::GetContentRegionAvail().x - badge - look.px(8);
    drawText(look.fonts.body,
             {at.x + badge + look.px(8), at.y + (badge - look.fonts.body->FontSize) / 2},
             look.colours.text,
             shortened(look.fonts.body, runName(run) + " · " + run.start.model.name, room));
    ImGui::Dummy({badge, badge + look.px(3)});
  }
}

}  // namespace

void drawCompareSide(const StageDrawing& d, const Rect& area) {
  const Look& look = d.look;
  fillRect(area, look.colours.panel);
  ImGui::SetCursorScreenPos({area.min.x + look.px(12), area.min.y + look.px(8)});
  if (ImGui::BeginChild("differences", {area.width() - look.px(20), area.height() - look.px(10)},
                        false, ImGuiWindowFlags_NoNav) &&
      d.views.compare.digest.on()) {
    headingItem(look, "what differs");
    drawRunHeads(d);
    drawPart(d, "outcome", true);
    drawPart(d, "recipe", false);
    ImGui::Dummy({0, look.px(6)});
    const float top = ImGui::GetCursorScreenPos().y;
    ImGui::Checkbox("also what is equal", &d.state.compare.allRows);
    d.views.compare.places["all rows"] = {
        {area.min.x + look.px(12), top},
        {area.min.x + look.px(150), top + ImGui::GetFrameHeight()}};
  }
  ImGui::EndChild();
}

}  // namespace jacobiscope
