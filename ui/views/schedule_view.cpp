#include "ui/views/schedule_view.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>
#include <utility>

#include "ui/views/scales.h"

namespace jacobiscope {

namespace {

struct Column {
  std::string title, help;
  const Knob* knob = nullptr;  // an editable one
  std::string measure;         // of the analysis
  float weight = 1;            // share of the width
};

std::string listText(const ViewState& state, const Knob& knob) {
  const auto found = state.knobs.find(knob.key);
  return formatKnob(found == state.knobs.end() ? knob.initial : found->second);
}

std::vector<Column> columnsOf(const ViewState& state) {
  std::vector<Column> columns{{"block", "In the order in which they are decoded.", nullptr, ""}};
  const auto help = [&](const std::string& name, const char* fallback) {
    if (state.analysis)
      for (const StageColumn& column : state.analysis->columns)
        if (column.name == name && !column.help.empty()) return column.help;
    return std::string(fallback) + " Measured by Calibrate.";
  };
  const bool calibrates = findKnob(state.model->knobs, "guess") || state.analysis;
  if (calibrates) {
    columns.push_back({"CRM", help("CRM", "How slowly the block converges."), nullptr, "CRM"});
    columns.push_back({"IGM z", help("IGM z", "How far the guess z is from the solution."),
                       nullptr, "IGM z"});
    columns.push_back({"IGM 0", help("IGM 0", "How far the guess 0 is from the solution."),
                       nullptr, "IGM 0"});
  }
  for (const auto& [key, title, weight] :
       {std::tuple{"segments", "seg", 0.85f}, {"cap", "cap", 0.9f}, {"guess", "init", 1.05f}}) {
    const Knob* knob = findKnob(state.model->knobs, key);
    if (knob && isScheduleList(*knob))
      columns.push_back({title, knob->label + ". " + knobText(*knob), knob, "", weight});
  }
  columns.push_back({"used", "Iterations of the run under the cursor.", nullptr, "", 0.9f});
  return columns;
}

void cellText(const Look& look, Rgba colour, const std::string& text) {
  const float free = ImGui::GetContentRegionAvail().x - textSize(look.fonts.body, text).x;
  const glm::vec2 at = gl(ImGui::GetCursorScreenPos());
  drawText(look.fonts.body, {at.x + std::max(0.0f, free), at.y + look.px(2)}, colour, text);
  ImGui::Dummy({1, look.fonts.body->FontSize + look.px(4)});
}

// A number of a list: looks like text until it is pointed at.
void cellEntry(ViewState& state, const Knob& knob, const std::string& list, int stages,
               int stage, const std::string& entry, TypedText& typed) {
  ImGui::PushID(knob.key.c_str());
  ImGui::PushID(stage);
  const float width = ImGui::GetContentRegionAvail().x;
  const bool names = !knob.choices.empty() && knob.maximum <= knob.minimum;
  if (names) {
    ImGui::SetNextItemWidth(width);
    if (ImGui::BeginCombo("##entry", entry.c_str(), ImGuiComboFlags_NoArrowButton)) {
      for (const std::string& choice : knob.choices)
        if (ImGui::Selectable(choice.c_str(), choice == entry))
          editFromText(state, knob, withEntry(list, stages, stage, choice));
      ImGui::EndCombo();
    }
  } else if (const auto text = textField("##entry", entry, width, typed)) {
    editFromText(state, knob, withEntry(list, stages, stage, *text));
  }
  ImGui::PopID();
  ImGui::PopID();
}

void cellUsed(const Look& look, const RunDigest& digest, int stage) {
  const bool begun = stage < static_cast<int>(digest.stages().size()) &&
                     digest.stages()[stage].sweeps > 0;
  if (!begun) return cellText(look, look.colours.muted, "–");
  const StageSpan& span = digest.stages()[stage];
  const glm::vec2 at = gl(ImGui::GetCursorScreenPos());
  cellText(look, look.colours.text, std::to_string(span.sweeps));
  if (span.ended && span.verdict != Verdict::Settled)
    drawVerdict(at + glm::vec2(look.px(4), look.px(11)), look.px(3), span.verdict,
                span.verdict == Verdict::Diverged ? look.colours.problem : look.colours.warning,
                look.px(1.5f));
}

void drawTable(ViewState& state, const Look& look, const RunDigest& digest, int current,
               TypedText& typed) {
  const std::vector<Column> columns = columnsOf(state);
  const int stages = static_cast<int>(state.model->stages.size());
  std::vector<std::string> lists(columns.size());
  std::vector<std::vector<std::string>> entries(columns.size());
  for (std::size_t c = 0; c < columns.size(); ++c) {
    if (!columns[c].knob) continue;
    lists[c] = listText(state, *columns[c].knob);
    entries[c] = scheduleEntries(lists[c], stages);
  }
  constexpr int kMostRows = 12;  // above, the table scrolls
  const float row = look.fonts.body->FontSize + look.px(7);
  const bool scrolls = stages > kMostRows;
  const ImGuiTableFlags flags = ImGuiTableFlags_SizingStretchProp |
                                (scrolls ? ImGuiTableFlags_ScrollY : ImGuiTableFlags_None);
  ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {look.px(3), look.px(1)});
  if (!ImGui::BeginTable("schedule", static_cast<int>(columns.size()), flags,
                         {0, scrolls ? row * (kMostRows + 1) : 0})) {
    ImGui::PopStyleVar();
    return;
  }
  ImGui::TableSetupScrollFreeze(0, 1);
  for (const Column& column : columns)
    ImGui::TableSetupColumn(column.title.c_str(), 0,
                            &column == &columns[0] ? 1.25f : column.weight);
  ImGui::TableNextRow();
  for (const Column& column : columns) {
    ImGui::TableNextColumn();
    const glm::vec2 at = gl(ImGui::GetCursorScreenPos());
    const float width = ImGui::GetContentRegionAvail().x;
    ImGui::PushID(column.title.c_str());
    ImGui::InvisibleButton("title", {std::max(1.0f, width), look.fonts.small->FontSize});
    if (ImGui::IsItemHovered()) tooltip(look, column.help);
    ImGui::PopID();
    const bool left = &column == &columns[0];
    drawText(look.fonts.small, {left ? at.x : at.x + width, at.y}, look.colours.muted,
             column.title, left ? Align::Left : Align::Right);
  }
  ImGuiListClipper clipper;
  clipper.Begin(stages, row);
  while (clipper.Step()) {
    for (int stage = clipper.DisplayStart; stage < clipper.DisplayEnd; ++stage) {
      ImGui::TableNextRow(0, row);
      if (stage == current)
        ImGui::TableSetBgColor(ImGuiTableBgTarget_RowBg0, withAlpha(look.colours.accent, 0.22f));
      for (std::size_t c = 0; c < columns.size(); ++c) {
        ImGui::TableNextColumn();
        const Column& column = columns[c];
        if (c == 0) {
          const glm::vec2 at = gl(ImGui::GetCursorScreenPos());
          const float width = ImGui::GetContentRegionAvail().x;
          drawText(look.fonts.body, {at.x, at.y + look.px(2)}, look.colours.text,
                   shortened(look.fonts.body, state.model->stages[stage], width));
        } else if (!column.measure.empty()) {
          const double value = analysisAt(state.analysis, column.measure, stage);
          cellText(look, std::isnan(value) ? look.colours.muted : look.colours.text,
                   numberText(value, 2));
        } else if (column.knob) {
          cellEntry(state, *column.knob, lists[c], stages, stage, entries[c][stage], typed);
        } else {
          cellUsed(look, digest, stage);
        }
      }
    }
  }
  ImGui::EndTable();
  ImGui::PopStyleVar();
}

void drawPresets(ViewState& state, const Look& look) {
  std::vector<const Preset*> presets;
  for (const Preset& preset : state.model->presets) presets.push_back(&preset);
  if (state.analysis)
    for (const Preset& preset : state.analysis->presets) presets.push_back(&preset);
  if (presets.empty()) return;
  ImGui::SetNextItemWidth(-look.px(1));
  const std::string now = state.preset.empty() ? "custom" : state.preset;
  if (!ImGui::BeginCombo("##preset", now.c_str(), ImGuiComboFlags_HeightLarge)) {
    if (ImGui::IsItemHovered()) tooltip(look, "Schedules: choosing one sets its values.");
    return;
  }
  for (const Preset* preset : presets) {
    ImGui::PushID(preset);
    if (ImGui::Selectable(preset->name.c_str(), preset->name == state.preset))
      for (const auto& [key, value] : preset->knobs) state.knobEdits.emplace_back(key, value);
    if (ImGui::IsItemHovered()) tooltip(look, preset->origin);
    ImGui::PopID();
  }
  ImGui::EndCombo();
}

void drawCalibrate(ViewState& state, const Look& look) {
  const bool busy = state.progress && state.progress->what != "load";
  if (busy) {
    const std::string text = state.progress->what + " " +
                             std::to_string(std::lround(state.progress->fraction * 100)) + " %";
    ImGui::ProgressBar(static_cast<float>(state.progress->fraction), {-look.px(70), 0},
                       text.c_str());
    ImGui::SameLine();
    if (ImGui::Button("Stop")) state.commands.push_back(command::Stop{});
    return;
  }
  ImGui::BeginDisabled(state.running || state.progress.has_value());
  if (ImGui::Button("Calibrate"))
    state.commands.push_back(command::Analyse{"calibrate", state.knobs, Input{}});
  ImGui::EndDisabled();
  if (ImGui::IsItemHovered(ImGuiHoveredFlags_AllowWhenDisabled))
    tooltip(look, "Measures CRM and IGM of every block and proposes a schedule from them." +
                      std::string(state.running ? "\nWaits until the run is over." : ""));
  if (state.analysis) {
    ImGui::SameLine();
    ImGui::AlignTextToFramePadding();
    const float width = ImGui::GetContentRegionAvail().x;
    ImGui::PushFont(look.fonts.small);
    ImGui::TextDisabled("%s",
                        shortened(look.fonts.small, state.analysis->origin, width).c_str());
    ImGui::PopFont();
    if (ImGui::IsItemHovered()) tooltip(look, "Calibrated on " + state.analysis->origin);
  }
}

}  // namespace

std::vector<std::string> scheduleEntries(const std::string& list, int stages) {
  std::vector<std::string> entries;
  std::string entry;
  for (char letter : list + ",") {
    if (letter == ',') {
      entries.push_back(std::exchange(entry, {}));
    } else if (letter != ' ') {
      entry += letter;
    }
  }
  const bool one = entries.size() == 1;
  entries.resize(static_cast<std::size_t>(stages), one ? entries[0] : std::string());
  return entries;
}

std::string withEntry(const std::string& list, int stages, int stage, const std::string& entry) {
  std::vector<std::string> entries = scheduleEntries(list, stages);
  if (stage >= 0 && stage < stages) entries[stage] = entry;
  std::string text;
  for (int i = 0; i < stages; ++i) text += (i ? "," : "") + entries[i];
  return text;
}

double analysisAt(const std::optional<Analysis>& analysis, const std::string& column, int stage) {
  if (analysis)
    for (const StageColumn& candidate : analysis->columns)
      if (candidate.name == column && stage >= 0 &&
          stage < static_cast<int>(candidate.values.size()))
        return candidate.values[stage];
  return std::numeric_limits<double>::quiet_NaN();
}

void drawSchedule(ViewState& state, const Look& look, const RunDigest& digest, int stage,
                  TypedText& typed) {
  if (!state.model) return;
  drawPresets(state, look);
  drawTable(state, look, digest, stage, typed);
  ImGui::Dummy({0, look.px(2)});
  if (findKnob(state.model->knobs, "guess") || state.analysis) drawCalibrate(state, look);
}

}  // namespace jacobiscope
