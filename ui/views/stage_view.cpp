#include "ui/views/stage_view.h"

#include <algorithm>
#include <cmath>

#include "ui/views/compare_view.h"
#include "ui/views/curves_view.h"
#include "ui/views/error_view.h"
#include "ui/views/heatmap_view.h"
#include "ui/views/image_view.h"
#include "ui/views/notices_view.h"
#include "ui/views/robot_view.h"
#include "ui/views/stage_drawing.h"
#include "ui/views/stage_layout.h"
#include "ui/views/strip_view.h"
#include "ui/views/action_text.h"
#include "ui/views/token_bars.h"
#include "ui/views/token_text.h"
#include "ui/views/token_view.h"
#include "ui/views/trials_view.h"

namespace jacobiscope {

namespace {

void drawStripPanel(const StageDrawing& d, const Rect& area) {
  if (!d.run || area.empty()) return;
  // The latest strip holds every stage that was reached; where the cursor is, is outlined.
  const Strip* strip = d.picture<Strip>("strip", kLatest);
  const auto entries =
      stripEntriesOf(strip, d.run->planAt(d.views.digest.size()).stages, d.views.digest);
  const Look& look = d.look;
  const Rect inner{{area.min.x + look.px(20), area.min.y + look.px(14)},
                   {area.max.x - look.px(20), area.max.y - look.px(2)}};
  const auto clicked =
      drawStrip(look, d.views.textures, strip, entries, d.stage() + 1, inner);
  if (!clicked || !entries[*clicked].reachable) return;
  d.state.cursor.run = d.run->start.run;
  d.state.cursor.sweep = entries[*clicked].sweep;
  d.state.cursor.followLive = false;
  d.state.transport.playing = false;
}

// The chosen picture of a batch, else the sample, and when it was taken.
const Image* chosenImage(const StageDrawing& d, const RunRecord* run, std::int64_t at,
                         std::int64_t* taken) {
  const Strip* batch = d.pictureOf<Strip>(run, "batch", at, taken);
  if (batch && batch->images.size() > 1 && d.state.picture < std::ssize(batch->images))
    return &batch->images[d.state.picture];
  return d.pictureOf<Image>(run, "sample", at, taken);
}

// The same at the cursor, or the noise where that is before the first sweep.
const Image* sampleAt(const StageDrawing& d, std::int64_t* taken) {
  if (const Image* image = chosenImage(d, d.run, d.sweep(), taken)) return image;
  const Strip* strip = d.sweep() < 0 ? d.picture<Strip>("strip", kLatest) : nullptr;
  return strip && !strip->images.empty() ? &strip->images[0] : nullptr;
}

void pictureMenu(const StageDrawing& d, const Rect& picture) {
  const bool over = ImGui::IsWindowHovered() && picture.contains(gl(ImGui::GetMousePos()));
  if (over && ImGui::IsMouseReleased(1)) ImGui::OpenPopup("picture");
  if (!ImGui::BeginPopup("picture")) return;
  if (ImGui::MenuItem("Copy picture")) d.state.wantsCopy = true;
  if (ImGui::MenuItem("Save picture…")) d.state.wantsSave = true;
  ImGui::EndPopup();
}

void drawSample(const StageDrawing& d, const Strip* batch, const Rect& tile) {
  std::int64_t taken = -1;
  const Image* image = sampleAt(d, &taken);
  if (!image) {
    outlineRect(fitted(tile, 1), d.look.colours.line, std::max(1.0f, d.look.px(1)));
    drawCaption(d, tile, d.ofTokens() && d.sweep() < 0 ? "nothing decoded yet"
                                                       : "no picture recorded here");
    return;
  }
  Rect rect = drawImage(d.look, d.views.textures, "sample", *image, tile);
  // The grid, and with it the pinned token, is of the first picture of a batch.
  if (d.ofTokens() && d.state.picture == 0) probeToken(d, rect);
  else probePixel(d.look, "sample", *image, rect);
  pictureMenu(d, rect);
  rect = {{tile.min.x, rect.min.y}, {tile.max.x, rect.max.y}};
  std::string text = d.ofTokens() ? decodedCaption(d.views.tokens, taken)
                                  : sampleCaption(*d.run, d.views.digest, d.sweep(), taken);
  if (batch && batch->images.size() > 1)
    text = std::to_string(d.state.picture + 1) + " of " + std::to_string(batch->images.size()) +
           " · " + text;
  drawCaption(d, rect, text);
}

void drawResidual(const StageDrawing& d, const Rect& tile) {
  const ModelInfo& model = d.run->start.model;
  if (d.views.residualRun != d.run->start.run) d.views.residual = {};
  d.views.residualRun = d.run->start.run;
  const std::int64_t shown = sweepWithResiduals(*d.run, d.sweep());
  if (d.views.residual.stage < 0 || d.views.residual.sweep != shown)
    d.views.residual = residualAt(*d.run, shown, &d.views.residual);
  HeatCells cells = residualCells(d.views.residual, model);
  if (cells.rows * cells.columns == 0) {
    cells = {std::max(1, model.gridRows), std::max(1, model.gridColumns), {}, {}, {}};
    cells.values.assign(static_cast<std::size_t>(cells.rows) * cells.columns, std::nanf(""));
  }
  const int hovered = drawHeatmap(d.look, "residual", cells, tile);
  if (hovered >= 0 && !d.views.residual.change.empty()) {
    const ResidualField errors = errorFieldAt(*d.run, shown);
    const bool judged = exactnessAt(*d.run, shown) != nullptr;
    tooltip(d.look, judged ? errorCellText(errors, &d.views.residual, model, hovered)
                           : residualText(d.views.residual, model, hovered));
  }
  const Rect area = fitted(tile, float(cells.columns) / float(cells.rows));
  drawHeatLegend(d.look, residualCaption(*d.run, shown, d.sweep()), cells.scale,
                 {tile.centre().x, area.max.y + d.look.px(7)}, tile.width());
}

// Against the picture of the sequential run at the end of the same stage.
void drawError(const StageDrawing& d, const RunRecord& sequential, const Rect& tile) {
  std::int64_t taken = -1;
  const Image* mine = chosenImage(d, d.run, d.sweep(), &taken);
  std::int64_t last = -1;
  for (const auto& snapshot : sequential.snapshots)
    if (snapshot->sweep.window.stage <= d.stage()) last = snapshot->sweep.index;
  const Image* exact = chosenImage(d, &sequential, last, &taken);
  if (exact && sequential.snapshots[taken]->sweep.window.stage != d.stage()) exact = nullptr;
  const ModelInfo& model = d.run->start.model;
  const Image none;
  const HeatCells cells = differenceCells(mine ? *mine : none, exact ? *exact : none,
                                          std::max(1, model.gridRows),
                                          std::max(1, model.gridColumns));
  const int hovered = drawHeatmap(d.look, "error", cells, tile);
  if (hovered >= 0)
    tooltip(d.look, "largest difference of a colour from the sequential run's picture after "
                    "this block: " + numberText(cells.values[hovered]) + " of 1");
  const Rect area = fitted(tile, float(cells.columns) / float(cells.rows));
  drawHeatLegend(d.look, "from sequential", cells.scale,
                 {tile.centre().x, area.max.y + d.look.px(7)}, tile.width());
}

// What stands beside the timeline: bars of what was settled, or curves of the residual.
void drawBeside(const StageDrawing& d, const Rect& area) {
  const RunRecord* run = d.run;
  if (movesRobot(run, d.state.model)) {
    const auto text = [&](std::int64_t at) {
      return actionSweepText(*run, d.views.actions, at, -1);
    };
    drawCallBars(d.state, d.look,
                 {"tokens fixed per iteration", d.views.actions.calls(), text, &d.views.errors},
                 area);
  } else if (decodesTokens(run, d.state.model)) {
    const auto text = [&](std::int64_t at) { return callText(*run, d.views.timeline, at, -1); };
    drawCallBars(
        d.state, d.look,
        {"tokens accepted per call", d.views.timeline.calls(), text, &d.views.errors}, area);
  } else {
    const bool tabs = drawBesideTabs(d.state, d.look, area);
    if (tabs && d.state.showTrials) drawTrials(d.state, d.look, area, d.views.typed);
    else drawCurves(d.state, d.look, run, {d.views.digest, d.views.errors}, area, !tabs);
  }
}

void drawCentre(const StageDrawing& d, const Rect& area) {
  const Look& look = d.look;
  if (d.ofActions() || d.state.beforeRun() || (!d.run && movesRobot(d.run, d.state.model)))
    return drawRobot(d, area);
  if (!d.run) return drawWelcome(d.state, look, area);
  const Strip* batch = d.picture<Strip>("batch", d.sweep());
  const bool many = batch && batch->images.size() > 1;
  // Tokens that differ are marked in their grid.
  const bool judged = d.state.showError && !d.ofTokens() && !d.views.errors.empty();
  const RunRecord* exact = d.state.showError && !d.ofTokens() && !judged
                               ? sequentialOf(d.state, d.run->start.run)
                               : nullptr;
  const int count = 1 + many + d.state.showResidual + (exact != nullptr) + judged;
  const float words = look.fonts.small->FontSize + look.px(16);
  const Rect inner{{area.min.x + look.px(20), area.min.y + look.px(12)},
                   {area.max.x - look.px(20), area.max.y - look.px(4)}};
  const std::vector<Rect> boxes = tiles(inner, count, look.px(30), words);
  std::size_t next = 0;
  if (many) {
    const Rect& tile = boxes[next++];
    const BatchDrawn drawn = drawBatch(look, d.views.textures, *batch, d.state.picture, tile);
    if (drawn.clicked) d.state.picture = *drawn.clicked;
    drawCaption(d, {{tile.min.x, tile.min.y}, {tile.max.x, drawn.area.max.y}},
                "batch of " + std::to_string(batch->images.size()) + ", click to choose");
  }
  drawSample(d, batch, boxes[next++]);
  if (d.state.showResidual)
    d.ofTokens() ? drawTokens(d, boxes[next++]) : drawResidual(d, boxes[next++]);
  if (judged) drawTrueError(d, boxes[next++]);
  if (exact) drawError(d, *exact, boxes[next++]);
}

}  // namespace

void drawCaption(const StageDrawing& d, const Rect& tile, const std::string& text) {
  drawText(d.look.fonts.small, {tile.centre().x, tile.max.y + d.look.px(7)},
           d.look.colours.muted,
           shortened(d.look.fonts.small, text, tile.width() + d.look.px(20)), Align::Centre);
}

std::string sampleCaption(const RunRecord& run, const RunDigest& digest, std::int64_t sweep,
                          std::int64_t pictured) {
  if (sweep < 0 || sweep >= digest.size()) return "noise";
  const SweepMark& mark = digest.sweeps()[sweep];
  const Plan& plan = run.planAt(sweep);
  const StageSpan& stage = digest.stages()[mark.stage];
  std::string text = "sample at " +
                     (mark.stage < static_cast<int>(plan.stages.size())
                          ? plan.stages[mark.stage]
                          : std::to_string(mark.stage)) +
                     ", iteration " + std::to_string(mark.inStage);
  if (stage.ended) text += " of " + std::to_string(stage.sweeps);
  if (pictured >= 0 && pictured < sweep) {
    const SweepMark& seen = digest.sweeps()[pictured];
    const std::int64_t late = sweep - pictured;
    text += seen.stage == mark.stage
                ? " (picture of iteration " + std::to_string(seen.inStage) + ")"
                : " (picture taken " + std::to_string(late) + " iterations before)";
  }
  return text;
}

const RunRecord* sequentialOf(const ViewState& state, int run) {
  const auto baseline = state.baselines.find(run);
  const bool same = baseline != state.baselines.end() &&
                    (baseline->second.maxError || baseline->second.tokens);
  return same && state.recording ? state.recording->run(baseline->second.run) : nullptr;
}

void drawStage(ViewState& state, const Look& look, StageViewState& views) {
  const ImVec2 size = ImGui::GetIO().DisplaySize;
  ImGui::SetNextWindowPos({0, 0});
  ImGui::SetNextWindowSize(size);
  const ImGuiWindowFlags flags = ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove |
                                 ImGuiWindowFlags_NoSavedSettings |
                                 ImGuiWindowFlags_NoBringToFrontOnFocus | ImGuiWindowFlags_NoNav |
                                 ImGuiWindowFlags_NoScrollWithMouse;
  // The views place everything themselves, up to the edges.
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
  const bool visible = ImGui::Begin("stage", nullptr, flags);
  ImGui::PopStyleVar();
  if (visible) {
    const RunRecord* run = state.recording ? state.recording->run(state.cursor.run) : nullptr;
    views.digest.update(run);
    views.timeline.update(run);
    updateTokens(views, run, state.cursor.sweep);
    views.actions.update(run);
    updateActions(views, run, state.cursor.sweep);
    views.errors.update(run);
    const StageDrawing d{state, look, views, run};
    // A batch that is smaller than the one before has no such picture.
    if (run) state.picture = std::clamp(state.picture, 0, std::max(1, run->start.input.count) - 1);
    const StageRegions regions =
        stageRegions(gl(size), look.scale,
                     run && !d.ofTokens() && !d.ofActions() && !state.compare.on);
    updateCompareView(state, views, run);
    const Rect below{regions.map.min, regions.curves.max};
    fillRect(below, look.colours.ground);
    drawStripPanel(d, regions.strip);
    if (run && state.compare.on) {
      drawCompare(d, regions.centre);
      drawCompareSide(d, regions.side);
    } else {
      drawCentre(d, regions.centre);
      drawSide(d, regions.side);
    }
    const float line = std::max(1.0f, std::floor(look.px(1)));
    fillRect({below.min, {below.max.x, below.min.y + line}}, look.colours.line);
    fillRect({{regions.side.min.x, 0}, {regions.side.min.x + line, below.min.y}},
             look.colours.line);
    drawConvergenceMap(state, look, run,
                       {views.digest, views.timeline, views.actions, views.errors}, views.map,
                       regions.map);
    drawBeside(d, regions.curves);
    drawNotices(state, look, {{0, 0}, {regions.side.min.x, size.y}});
  }
  ImGui::End();
}

}  // namespace jacobiscope
