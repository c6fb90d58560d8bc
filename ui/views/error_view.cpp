#include "ui/views/error_view.h"

#include <cmath>

#include "engine/core/sequential_knobs.h"
#include "engine/record/branch_text.h"
#include "engine/record/true_error.h"
#include "ui/views/heatmap_view.h"

namespace jacobiscope {

namespace {

int positionsOf(const RunRecord& run, std::int64_t sweep) {
  const auto& positions = run.planAt(sweep).positions;
  const int stage = run.snapshots[sweep]->sweep.window.stage;
  const bool told = stage >= 0 && stage < std::ssize(positions);
  return told ? positions[stage] : run.start.model.positions;
}

bool within(const RunRecord& run, std::int64_t sweep) {
  return sweep >= 0 && sweep < std::ssize(run.snapshots);
}

}  // namespace

ResidualField errorFieldAt(const RunRecord& run, std::int64_t sweep) {
  ResidualField field;
  if (!within(run, sweep)) return field;
  const int positions = positionsOf(run, sweep);
  field.stage = run.snapshots[sweep]->sweep.window.stage;
  field.sweep = sweep;
  field.change.assign(positions, std::nanf(""));
  field.settledAt.assign(positions, 0);
  if (const Exactness* exactness = exactnessAt(run, sweep)) {
    field.change = errorsOf(*exactness, positions);
    field.frontier = std::clamp(exactness->exact, 0, positions);
  }
  return field;
}

std::string errorOfPosition(float error, float change) {
  if (std::isnan(error)) return {};
  if (error == 0) return "true error 0: exact";
  std::string text = "true error " + numberText(error);
  if (std::isfinite(change) && change > 0 && std::isfinite(error))
    text += ", " + numberText(error / change) + " × its last change";
  return text;
}

std::string errorCellText(const ResidualField& errors, const ResidualField* residual,
                          const ModelInfo& model, int cell) {
  const int positions = static_cast<int>(errors.change.size());
  if (cell < 0 || cell >= positions) return {};
  const bool reversed = errors.stage >= 0 && errors.stage < std::ssize(model.reversed) &&
                        model.reversed[errors.stage];
  const int p = cellOf(cell, positions, reversed);
  const bool known = residual && p < std::ssize(residual->change);
  std::string text = "position " + std::to_string(p + 1) + " of " + std::to_string(positions) +
                     " in decode order";
  const float change = known ? residual->change[p] : std::nanf("");
  const std::string error = errorOfPosition(errors.change[p], change);
  text += "\n" + (error.empty() ? "true error not measured here" : error);
  if (known) text += "\nlast change " + numberText(change);
  if (p < errors.frontier) text += "\nwithin the exact prefix";
  return text;
}

std::vector<bool> differingAt(const RunRecord& run, std::int64_t sweep) {
  const Exactness* exactness = within(run, sweep) ? exactnessAt(run, sweep) : nullptr;
  std::vector<bool> differ;
  if (!exactness) return differ;
  for (const float error : errorsOf(*exactness, positionsOf(run, sweep)))
    differ.push_back(error > 0);
  return differ;
}

std::string agreementNote(const RunRecord& run, std::int64_t sweep) {
  if (run.start.model.vocabulary == 0 || leadsToSequential(knobsAt(run, sweep))) return {};
  return "This decoder draws its tokens anew. It agrees with the sequential one in distribution, "
         "not token by token: there is no error to measure. Gumbel and temperature 0 agree in "
         "every token.";
}

void drawTrueError(const StageDrawing& d, const Rect& tile) {
  const ModelInfo& model = d.run->start.model;
  const ResidualField field = errorFieldAt(*d.run, d.sweep());
  HeatCells cells = residualCells(field, model);
  if (cells.rows * cells.columns == 0) {
    cells = {std::max(1, model.gridRows), std::max(1, model.gridColumns), {}, {}, {}};
    cells.values.assign(static_cast<std::size_t>(cells.rows) * cells.columns, std::nanf(""));
  }
  const int hovered = drawHeatmap(d.look, "true error", cells, tile);
  if (hovered >= 0 && !field.change.empty()) {
    const ResidualField& residual = d.views.residual;
    const bool same = residual.stage == field.stage && residual.sweep == field.sweep;
    tooltip(d.look, errorCellText(field, same ? &residual : nullptr, model, hovered));
  }
  const Rect area = fitted(tile, float(cells.columns) / float(cells.rows));
  std::string caption = "true error";
  if (d.run->start.input.count > 1) caption += " of picture 1";
  if (!exactnessAt(*d.run, d.sweep())) caption += " · not measured here";
  drawHeatLegend(d.look, caption, cells.scale, {tile.centre().x, area.max.y + d.look.px(7)},
                 tile.width());
}

void drawJudgeButton(const StageDrawing& d) {
  ViewState& state = d.state;
  if (!d.run) return;
  if (state.progress && state.progress->what == "judge") {
    const int percent = static_cast<int>(std::lround(state.progress->fraction * 100));
    ImGui::PushFont(d.look.fonts.small);
    ImGui::TextColored(ImGui::ColorConvertU32ToFloat4(d.look.colours.muted),
                       "measuring true error… %d %%", percent);
    ImGui::PopFont();
    return;
  }
  const std::string note = agreementNote(*d.run, std::ssize(d.run->snapshots) - 1);
  if (!note.empty() && d.views.errors.empty()) {
    ImGui::PushFont(d.look.fonts.small);
    ImGui::PushStyleColor(ImGuiCol_Text, d.look.colours.muted);
    ImGui::TextWrapped("%s", note.c_str());
    ImGui::PopStyleColor();
    ImGui::PopFont();
    return;
  }
  if (!state.canJudge) return;
  if (ImGui::Button("Measure true error")) state.wantsJudge = true;
  if (ImGui::IsItemHovered())
    tooltip(d.look, "Decodes the same input one position at a time, while nothing else runs, and "
                    "says how far every sweep of this run was from that.");
}

}  // namespace jacobiscope
