#include "ui/views/drawing.h"
#include "ui/views/schedule_table.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "engine/core/scales.h"

namespace jacobiscope {

namespace {

constexpr int kMostRows = 12;  // above, the table scrolls

struct TableDrawing {
  ViewState& state;
  const Look& look;
  const RunDigest& digest;
  TypedText& typed;
  std::vector<ScheduleColumn> columns;
  std::vector<std::string> lists;                 // text of the column's knob
  std::vector<std::vector<std::string>> entries;  // the same by stage
  std::string word;                               // left out of the names
  int stages = 0;
  float row = 0;
};

std::string listText(const ViewState& state, const Knob& knob) {
  const auto found = state.knobs.find(knob.key);
  return formatKnob(found == state.knobs.end() ? knob.initial : found->second);
}

void cellText(const TableDrawing& t, Rgba colour, const std::string& text, Align align) {
  const glm::vec2 at = gl(ImGui::GetCursorScreenPos());
  const float width = ImGui::GetContentRegionAvail().x;
  const float x = align == Align::Left ? at.x : at.x + width;
  const float y = at.y + (t.row - t.look.px(4) - t.look.fonts.body->FontSize) / 2;
  drawText(t.look.fonts.body, {x, y}, colour, shortened(t.look.fonts.body, text, width), align);
  ImGui::Dummy({1, t.row - t.look.px(4)});
}

// The names a list allows, one after the other at each press.
void cellChoice(TableDrawing& t, const Knob& knob, const std::string& list, int stage,
                const std::string& entry) {
  const glm::vec2 at = gl(ImGui::GetCursorScreenPos());
  // A column squeezed to nothing must not ask ImGui for an empty button.
  const float width = std::max(1.0f, ImGui::GetContentRegionAvail().x);
  const Rect box{at, at + glm::vec2(width, t.row - t.look.px(4))};
  const auto now = std::ranges::find(knob.choices, entry);
  const bool last = now == knob.choices.end() || std::next(now) == knob.choices.end();
  const std::string& next = last ? knob.choices.front() : *std::next(now);
  if (pressArea("choice", im(box.size())))
    editFromText(t.state, knob, withEntry(list, t.stages, stage, next));
  const bool hovered = ImGui::IsItemHovered();
  if (hovered) {
    fillRect(box, t.look.colours.hover, t.look.px(4));
    tooltip(t.look, knob.label + " " + entry + ": press for " + next);
  }
  const std::string shown = entry == "zeros" ? "0" : entry;
  drawText(t.look.fonts.body,
           {box.max.x - t.look.px(3), box.centre().y - t.look.fonts.body->FontSize / 2},
           t.look.colours.text, shortened(t.look.fonts.body, shown, box.width()), Align::Right);
}

void cellEntry(TableDrawing& t, std::size_t column, int stage) {
  const Knob& knob = *t.columns[column].knob;
  const std::string& entry = t.entries[column][stage];
  const glm::vec2 at = gl(ImGui::GetCursorScreenPos());
  t.typed.places[knob.key + "/" + std::to_string(stage)] = {
      at, at + glm::vec2(ImGui::GetContentRegionAvail().x, t.row - t.look.px(4))};
  ImGui::PushID(static_cast<int>(column));
  ImGui::PushID(stage);
  if (!knob.choices.empty() && knob.maximum <= knob.minimum) {
    cellChoice(t, knob, t.lists[column], stage, entry);
  } else if (const auto text = textField(t.look, "##entry", entry,
                                         ImGui::GetContentRegionAvail().x, Align::Right,
                                         t.typed)) {
    editFromText(t.state, knob, withEntry(t.lists[column], t.stages, stage, *text));
  }
  ImGui::PopID();
  ImGui::PopID();
}

// How long the stage takes, as the costs of the machine tell it.
void predictionTip(const TableDrawing& t, int stage, const Rect& cell) {
  const auto& estimate = t.state.forecast.estimate;
  if (!estimate || stage >= std::ssize(estimate->stages)) return;
  if (!ImGui::IsWindowHovered() || !cell.contains(gl(ImGui::GetMousePos()))) return;
  const StageEstimate& one = estimate->stages[stage];
  tooltip(t.look, t.state.model->stages[stage] +
                      (one.measured ? " took " : " is predicted to take ") +
                      secondsText(one.seconds) + " and " + std::to_string(one.passes) + " passes" +
                      (one.measured ? " in the search." : "."));
}

void cellUsed(const TableDrawing& t, int stage) {
  const glm::vec2 corner = gl(ImGui::GetCursorScreenPos());
  predictionTip(t, stage, {corner, corner + glm::vec2(ImGui::GetContentRegionAvail().x, t.row)});
  const bool begun = stage < static_cast<int>(t.digest.stages().size()) &&
                     t.digest.stages()[stage].sweeps > 0;
  if (!begun) return cellText(t, t.look.colours.muted, "–", Align::Right);
  const StageSpan& span = t.digest.stages()[stage];
  const glm::vec2 at = gl(ImGui::GetCursorScreenPos());
  const std::string text = std::to_string(span.sweeps);
  const float right = at.x + ImGui::GetContentRegionAvail().x;
  cellText(t, t.look.colours.text, text, Align::Right);
  if (!span.ended || span.verdict == Verdict::Settled) return;
  const glm::vec2 mark{right - textSize(t.look.fonts.body, text).x - t.look.px(7),
                       at.y + (t.row - t.look.px(4)) / 2};
  drawVerdict(mark, t.look.px(3), span.verdict,
              span.verdict == Verdict::Diverged ? t.look.colours.problem : t.look.colours.warning,
              t.look.px(1.5f));
}

void drawHead(const TableDrawing& t) {
  ImGui::TableNextRow();
  for (const ScheduleColumn& column : t.columns) {
    ImGui::TableNextColumn();
    const glm::vec2 at = gl(ImGui::GetCursorScreenPos());
    const float width = ImGui::GetContentRegionAvail().x;
    ImGui::PushID(column.title.c_str());
    pressArea("title", {std::max(1.0f, width), t.look.fonts.small->FontSize});
    if (ImGui::IsItemHovered()) tooltip(t.look, column.help);
    ImGui::PopID();
    const bool left = &column == &t.columns[0];
    drawText(t.look.fonts.small, {left ? at.x : at.x + width, at.y}, t.look.colours.muted,
             column.title, left ? Align::Left : Align::Right);
  }
}

void drawRow(TableDrawing& t, int stage) {
  for (std::size_t c = 0; c < t.columns.size(); ++c) {
    ImGui::TableNextColumn();
    const ScheduleColumn& column = t.columns[c];
    if (c == 0) {
      const std::string& name = t.state.model->stages[stage];
      const bool cut = !t.word.empty() && name.starts_with(t.word + " ");
      cellText(t, t.look.colours.text, cut ? name.substr(t.word.size() + 1) : name, Align::Left);
    } else if (!column.measure.empty()) {
      const double value = analysisAt(t.state.analysis, column.measure, stage);
      cellText(t, std::isnan(value) ? t.look.colours.muted : t.look.colours.text,
               numberText(value, 2), Align::Right);
    } else if (column.knob) {
      cellEntry(t, c, stage);
    } else {
      cellUsed(t, stage);
    }
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
  const std::string all = one ? entries[0] : std::string();
  entries.resize(static_cast<std::size_t>(std::max(0, stages)), all);
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

std::string commonWord(const std::vector<std::string>& names) {
  if (names.size() < 2) return {};
  const std::size_t space = names[0].find(' ');
  if (space == std::string::npos) return {};
  const std::string word = names[0].substr(0, space);
  const auto sharing = std::ranges::count_if(
      names, [&](const std::string& name) { return name.starts_with(word + " "); });
  return 2 * sharing > std::ssize(names) ? word : std::string();
}

std::vector<ScheduleColumn> scheduleColumns(const ViewState& state) {
  const ModelInfo& model = *state.model;
  const std::string word = commonWord(model.stages);
  std::vector<ScheduleColumn> columns{{word.empty() ? "stage" : word,
                                       "In the order in which they are decoded.", nullptr, "",
                                       1.0f}};
  const auto measured = [&](const char* name, const char* title, const char* fallback) {
    ScheduleColumn column{title, fallback, nullptr, name, 1.15f};
    if (state.analysis) {
      for (const StageColumn& found : state.analysis->columns)
        if (found.name == name && !found.help.empty()) column.help = found.help;
    } else {
      column.help += " Measured by Calibrate.";
    }
    columns.push_back(std::move(column));
  };
  if (findKnob(model.knobs, "guess") || state.analysis) {
    measured("crm", "CRM", "Convergence ranking metric: how hard the block is.");
    measured("igm_z", "IGM z", "Initial guessing metric of the guess z: smaller is nearer.");
    measured("igm_zeros", "IGM 0", "Initial guessing metric of the guess zeros.");
  }
  const auto mode = state.knobs.find("mode");
  const auto* text = mode == state.knobs.end() ? nullptr : std::get_if<std::string>(&mode->second);
  const auto edited = [&](const char* key, const char* title, float weight,
                          std::initializer_list<const char*> modes) {
    const Knob* knob = findKnob(model.knobs, key);
    if (!knob || !isScheduleList(*knob, model)) return;
    if (text && std::ranges::none_of(modes, [&](const char* m) { return *text == m; })) return;
    columns.push_back({title, knob->label + ". " + knobText(*knob), knob, "", weight});
  };
  edited("window", "win", 0.85f, {"window", "mixed"});
  edited("segments", "seg", 0.8f, {"gs-jacobi", "mixed"});
  edited("cap", "cap", 0.9f, {"gs-jacobi", "jacobi", "mixed"});
  edited("guess", "init", 0.7f, {"gs-jacobi", "jacobi", "window", "mixed"});
  columns.push_back({"used", std::string("Iterations in the run under the cursor.") +
                                 (state.forecast.estimate ? " Point at one for what was predicted."
                                                          : ""),
                     nullptr, "", 1.0f});
  return columns;
}

void drawScheduleTable(ViewState& state, const Look& look, const RunDigest& digest, int stage,
                       TypedText& typed) {
  TableDrawing t{state, look, digest, typed, scheduleColumns(state), {}, {}, {}, 0, 0};
  t.stages = static_cast<int>(state.model->stages.size());
  t.word = commonWord(state.model->stages);
  t.row = look.fonts.body->FontSize + look.px(6);
  for (const ScheduleColumn& column : t.columns) {
    t.lists.push_back(column.knob ? listText(state, *column.knob) : "");
    t.entries.push_back(scheduleEntries(t.lists.back(), column.knob ? t.stages : 0));
  }
  const bool scrolls = t.stages > kMostRows;
  const ImGuiTableFlags flags = ImGuiTableFlags_SizingStretchProp |
                                (scrolls ? ImGuiTableFlags_ScrollY : ImGuiTableFlags_None);
  ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {look.px(3), look.px(1)});
  ImGui::PushStyleVar(ImGuiStyleVar_CellPadding, {look.px(2), look.px(2)});
  const glm::vec2 size{-look.px(4), scrolls ? t.row * float(kMostRows + 1) : 0};
  if (ImGui::BeginTable("schedule", static_cast<int>(t.columns.size()), flags, im(size))) {
    ImGui::TableSetupScrollFreeze(0, 1);
    for (const ScheduleColumn& column : t.columns)
      ImGui::TableSetupColumn(column.title.c_str(), 0, column.weight);
    drawHead(t);
    ImGuiListClipper clipper;
    clipper.Begin(t.stages, t.row);
    while (clipper.Step()) {
      for (int row = clipper.DisplayStart; row < clipper.DisplayEnd; ++row) {
        ImGui::TableNextRow(0, t.row);
        if (row == stage)
          ImGui::TableSetBgColor(ImGuiTableBgTarget_RowBg0,
                                 withAlpha(look.colours.accent, 0.22f));
        drawRow(t, row);
      }
    }
    ImGui::EndTable();
  }
  ImGui::PopStyleVar(2);
}

}  // namespace jacobiscope
