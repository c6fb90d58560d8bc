#include "ui/views/schedule_view.h"

#include <cmath>

namespace jacobiscope {

namespace {

void drawPresets(ViewState& state, const Look& look) {
  std::vector<const Preset*> presets;
  for (const Preset& preset : state.model->presets) presets.push_back(&preset);
  if (state.analysis)
    for (const Preset& preset : state.analysis->presets) presets.push_back(&preset);
  if (presets.empty()) return;
  ImGui::SetNextItemWidth(-look.px(4));
  const std::string now = state.preset.empty() ? "custom" : state.preset;
  const bool open = ImGui::BeginCombo("##preset", now.c_str(), ImGuiComboFlags_HeightLarge);
  if (!open) {
    if (ImGui::IsItemHovered())
      tooltip(look, "Schedules. Choosing one sets its values; it reads “custom” once they differ.");
    return;
  }
  for (const Preset* preset : presets) {
    ImGui::PushID(preset);
    if (ImGui::Selectable(preset->name.c_str(), preset->name == state.preset))
      for (const auto& [key, value] : preset->knobs) state.knobEdits.emplace_back(key, value);
    if (!preset->origin.empty() && ImGui::IsItemHovered()) tooltip(look, preset->origin);
    ImGui::PopID();
  }
  ImGui::EndCombo();
}

void drawProgress(ViewState& state, const Look& look) {
  const std::string text = state.progress->what + " · " +
                           std::to_string(std::lround(state.progress->fraction * 100)) + " %";
  const float stop = textSize(look.fonts.body, "Stop").x + look.px(30);
  const Rect bar{gl(ImGui::GetCursorScreenPos()),
                 gl(ImGui::GetCursorScreenPos()) +
                     glm::vec2(ImGui::GetContentRegionAvail().x - stop, ImGui::GetFrameHeight())};
  fillRect(bar, look.colours.raised, look.px(5));
  const float share = std::clamp(static_cast<float>(state.progress->fraction), 0.0f, 1.0f);
  if (share > 0)
    fillRect({bar.min, {bar.min.x + bar.width() * share, bar.max.y}}, look.colours.accentDim,
             look.px(5));
  drawText(look.fonts.small,
           {bar.centre().x, bar.centre().y - look.fonts.small->FontSize / 2}, look.colours.text,
           text, Align::Centre);
  ImGui::Dummy(im(bar.size()));
  ImGui::SameLine(0, look.px(8));
  if (ImGui::Button("Stop")) state.commands.push_back(command::Stop{});
}

void drawCalibrate(ViewState& state, const Look& look, TypedText& typed) {
  if (state.progress && state.progress->what != "load") return drawProgress(state, look);
  ImGui::BeginDisabled(state.running || state.progress.has_value());
  if (ImGui::Button("Calibrate"))
    state.commands.push_back(command::Analyse{"calibrate", state.knobs, Input{}});
  typed.places["calibrate"] = {gl(ImGui::GetItemRectMin()), gl(ImGui::GetItemRectMax())};
  ImGui::EndDisabled();
  if (ImGui::IsItemHovered(ImGuiHoveredFlags_AllowWhenDisabled))
    tooltip(look, std::string("Measures CRM and IGM of every block and proposes a schedule.") +
                      (state.running ? "\nPossible when the run is over." : ""));
  if (!state.analysis) return;
  ImGui::SameLine(0, look.px(10));
  const glm::vec2 at = gl(ImGui::GetCursorScreenPos());
  const float width = ImGui::GetContentRegionAvail().x - look.px(6);
  const std::string origin = "from " + state.analysis->origin;
  const float top = (ImGui::GetFrameHeight() - look.fonts.small->FontSize) / 2;
  drawText(look.fonts.small, {at.x, at.y + top}, look.colours.muted,
           shortened(look.fonts.small, origin, width));
  ImGui::Dummy({width, ImGui::GetFrameHeight()});
  if (ImGui::IsItemHovered()) tooltip(look, "Calibrated " + origin);
}

}  // namespace

void drawSchedule(ViewState& state, const Look& look, const RunDigest& digest, int stage,
                  TypedText& typed) {
  if (!state.model) return;
  drawPresets(state, look);
  drawScheduleTable(state, look, digest, stage, typed);
  ImGui::Dummy({0, look.px(1)});
  if (findKnob(state.model->knobs, "guess") || state.analysis) drawCalibrate(state, look, typed);
}

}  // namespace jacobiscope
