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
  const std::string& what = state.progress->what;
  const std::string text = (what == "judge" ? "true error" : what) + " · " +
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

void drawOptimise(ViewState& state, const Look& look, TypedText& typed) {
  if (!canSearch(*state.model)) return;
  ImGui::SameLine(0, look.px(8));
  ImGui::BeginDisabled(state.running || state.progress.has_value());
  if (ImGui::Button("Optimise…")) state.wantsSearch = true;
  typed.places["optimise"] = {gl(ImGui::GetItemRectMin()), gl(ImGui::GetItemRectMax())};
  ImGui::EndDisabled();
  if (ImGui::IsItemHovered(ImGuiHoveredFlags_AllowWhenDisabled))
    tooltip(look, std::string("Searches for the schedule that is fastest on this machine within "
                              "an error that you choose.") +
                      (state.running ? "\nPossible when the run is over." : ""));
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
  drawOptimise(state, look, typed);
  if (!state.analysis || state.analysis->columns.empty()) return;
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

// What the schedule would cost, as soon as the machine's times are known, beside what it did.
void drawCost(const ViewState& state, const Look& look) {
  const std::string text = forecastText(state.forecast);
  if (text.empty()) return;
  const RunRecord* run = state.recording ? runOfSchedule(*state.recording, *state.model,
                                                         state.forecast.batch, state.knobs)
                                         : nullptr;
  const std::string measured = measuredText(run);
  ImFont* font = look.fonts.small;
  const float width = ImGui::GetContentRegionAvail().x - look.px(4);
  const std::string both = measured.empty() ? text : text + "; " + measured;
  const bool one = textSize(font, both).x <= width;
  const glm::vec2 at = gl(ImGui::GetCursorScreenPos());
  const float line = font->FontSize + look.px(2);
  const Rgba ink = state.forecast.estimate ? look.colours.text : look.colours.muted;
  drawText(font, at, ink, shortened(font, one ? both : text, width));
  if (!one) drawText(font, {at.x, at.y + line}, ink, shortened(font, measured, width));
  pressArea("cost", {width, one ? line : 2 * line});
  if (!ImGui::IsItemHovered()) return;
  std::string help = "Predicted from passes that the search measured on this machine, for " +
                     std::to_string(state.forecast.batch) +
                     (state.forecast.batch == 1 ? " picture" : " pictures") +
                     "; the final denoising is not in it.";
  if (run) help += "\nMeasured: the whole run, the final denoising included.";
  tooltip(look, help);
}

}  // namespace

void drawSchedule(ViewState& state, const Look& look, const RunDigest& digest, int stage,
                  TypedText& typed) {
  if (!state.model) return;
  drawPresets(state, look);
  drawScheduleTable(state, look, digest, stage, typed);
  drawCost(state, look);
  ImGui::Dummy({0, look.px(1)});
  if (findKnob(state.model->knobs, "guess") || state.analysis) drawCalibrate(state, look, typed);
}

}  // namespace jacobiscope
