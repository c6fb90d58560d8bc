// The column on the right of the stage.
#include "ui/views/error_view.h"
#include "ui/views/robot_view.h"
#include "ui/views/schedule_view.h"
#include "ui/views/stage_drawing.h"
#include "ui/views/token_view.h"

namespace jacobiscope {

namespace {

void drawShowOfMap(const StageDrawing& d, bool judged) {
  ImGui::Checkbox("frontier lines", &d.state.showFrontier);
  if (judged) {
    ImGui::SameLine(0, d.look.px(14));
    ImGui::Checkbox("map of true error", &d.state.mapOfError);
  }
  drawJudgeButton(d);
}

void drawShow(const StageDrawing& d) {
  ViewState& state = d.state;
  headingItem(d.look, "show");
  const bool judged = !d.views.errors.empty();
  if (movesRobot(d.run, state.model)) {
    ImGui::Checkbox("ghost every iteration", &state.showGhosts);
    ImGui::Checkbox("camera the policy sees", &state.showCamera);
    if (judged) ImGui::Checkbox("true error", &state.showError);
    return drawShowOfMap(d, judged);
  }
  const bool tokens = d.ofTokens();
  ImGui::Checkbox(tokens ? "token grid" : "residual heat", &state.showResidual);
  ImGui::SameLine(0, d.look.px(14));
  if (!tokens) ImGui::Checkbox("segments", &state.showSegments);
  const bool comparable = judged || (d.run && sequentialOf(state, d.run->start.run));
  ImGui::BeginDisabled(!comparable);
  ImGui::Checkbox(tokens ? "differences" : judged ? "true error" : "error vs sequential",
                  &state.showError);
  ImGui::EndDisabled();
  if (!comparable && ImGui::IsItemHovered(ImGuiHoveredFlags_AllowWhenDisabled))
    tooltip(d.look, "Needs the true error, which is measured below, or a sequential run of the "
                    "same model and input.");
  drawShowOfMap(d, judged);
}

// "Decoder · gs-jacobi" for the group that chooses how to decode.
std::string groupTitle(const ViewState& state, const KnobGroup& group) {
  for (const Knob* knob : group.knobs) {
    if (knob->key != "mode" && knob->key != "decoder") continue;
    const auto value = state.knobs.find(knob->key);
    if (value != state.knobs.end()) return group.name + " · " + formatKnob(value->second);
  }
  return group.name;
}

}  // namespace

void drawSide(const StageDrawing& d, const Rect& area) {
  const Look& look = d.look;
  fillRect(area, look.colours.panel);
  ImGui::SetCursorScreenPos({area.min.x + look.px(12), area.min.y + look.px(8)});
  const ImGuiWindowFlags flags = ImGuiWindowFlags_NoNav;
  if (ImGui::BeginChild("side", {area.width() - look.px(20), area.height() - look.px(10)}, false,
                        flags) &&
      d.state.model) {
    const float label = knobLabelWidth(look, *d.state.model, ImGui::GetContentRegionAvail().x);
    for (const KnobGroup& group : knobGroups(*d.state.model)) {
      const bool schedule = group.name == "Schedule" && d.state.model->vocabulary == 0;
      headingItem(look, schedule ? "block schedule" : groupTitle(d.state, group));
      for (const Knob* knob : group.knobs)
        if (!isScheduleList(*knob, *d.state.model))
          drawKnob(d.state, look, *knob, label, d.views.typed);
      if (schedule) drawSchedule(d.state, look, d.views.digest, d.stage(), d.views.typed);
    }
    drawTokenSide(d);
    drawRobotSide(d);
    drawShow(d);
  }
  ImGui::EndChild();
}

}  // namespace jacobiscope
