#include "ui/views/robot_view.h"

#include <algorithm>

#include "ui/views/action_matrix.h"
#include "ui/views/action_text.h"
#include "ui/views/image_view.h"
#include "ui/views/path_view.h"
#include "ui/views/token_panel.h"

namespace jacobiscope {

namespace {

// What is seen: of the recording at the cursor, or of what the next run would begin with.
struct RobotPictures {
  const Scene3D* scene = nullptr;
  const Image* camera = nullptr;
  std::int64_t taken = -1;  // sweep of the scene; -1: before any
};

template <class Picture>
const Picture* pictureIn(const std::vector<Panel>& panels, const char* id) {
  const auto panel = std::ranges::find(panels, id, &Panel::id);
  return panel != panels.end() ? std::get_if<Picture>(&panel->picture) : nullptr;
}

RobotPictures picturesOf(const StageDrawing& d) {
  RobotPictures pictures;
  if (!d.state.beforeRun()) {
    pictures.scene = d.picture<Scene3D>("scene", d.sweep(), &pictures.taken);
    pictures.camera = d.picture<Image>("camera", d.sweep());
  }
  // Before its first sweep a run stands as it was shown before.
  if (pictures.scene || !d.state.before || (d.run && d.sweep() >= 0)) return pictures;
  const auto& panels = d.state.before->preview.panels;
  pictures.scene = pictureIn<Scene3D>(panels, "scene");
  pictures.camera = pictureIn<Image>(panels, "camera");
  return pictures;
}

const ModelInfo& modelOf(const StageDrawing& d) {
  return d.run && movesRobot(d.run->start.model) ? d.run->start.model : *d.state.model;
}

void showSweep(const StageDrawing& d, std::int64_t sweep) {
  d.state.cursor.run = d.run->start.run;
  d.state.cursor.sweep = sweep;
  d.state.cursor.followLive = false;
  d.state.transport.playing = false;
}

// The iteration of this chunk that the pointer looked at in the last frame, on the map or in
// the legend.
int hoveredIteration(const StageDrawing& d) {
  const RobotViewState& robot = d.views.robot;
  if (robot.hovered >= 0) return robot.hovered;
  for (const ChunkIteration& iteration : d.views.chunk.iterations)
    if (iteration.sweep == d.views.map.hovered) return iteration.iteration;
  return -1;
}

// Whether something moved between the picture of the scene and the cursor.
bool isOld(const StageDrawing& d, std::int64_t taken) {
  const auto& acts = d.views.actions.acts();
  const auto after = std::ranges::upper_bound(acts, taken, {}, &ActedStep::sweep);
  return after != acts.end() && after->sweep <= d.sweep();
}

using Lines = std::vector<std::pair<std::string, Rgba>>;

// What is seen, told in the upper left corner.
Lines momentLines(const StageDrawing& d, const RobotPictures& pictures) {
  const Look& look = d.look;
  Lines lines;
  if (d.state.beforeRun()) {
    lines.push_back({"how the next run begins", look.colours.text});
    lines.push_back({"Drag things to where they should lie.", look.colours.muted});
    if (const std::string& note = d.state.before->preview.note; !note.empty())
      lines.push_back({note, look.colours.warning});
  } else if (d.run && d.ofActions()) {
    std::string text = momentText(*d.run, d.views.actions, d.sweep());
    if (d.sweep() >= 0 && d.sweep() < d.views.actions.size()) {
      const EpisodeState outcome = d.views.actions.count(d.sweep()).outcome;
      if (outcome != EpisodeState::Running) text += std::string(" · ") + outcomeName(outcome);
    }
    lines.push_back({text, look.colours.text});
    if (pictures.scene && isOld(d, pictures.taken))
      lines.push_back({"the scene is of an earlier step", look.colours.muted});
    const int hovered = hoveredIteration(d);
    if (const std::string stop = earlyStopText(d.views.chunk, hovered); !stop.empty())
      lines.push_back({stop, look.colours.text});
  }
  return lines;
}

// What makes words readable whatever is behind them.
void drawVeil(const Look& look, const Rect& around) {
  if (around.empty()) return;
  const glm::vec2 edge{look.px(7), look.px(2)};
  fillRect({around.min - edge, around.max + edge}, withAlpha(look.colours.base, 0.62f), look.px(5));
}

// Beside the legend, or below it where there is no room for both.
void drawMoment(const StageDrawing& d, const Lines& lines, const Rect& free, const Rect& legend) {
  const Look& look = d.look;
  ImFont* font = look.fonts.small;
  const float left = free.min.x + look.px(18), room = free.max.x - look.px(18) - left;
  const bool beside = legend.empty() || lines.empty() ||
                      left + textSize(font, lines.front().first).x + look.px(16) < legend.min.x;
  float y = beside ? free.min.y + look.px(14) : legend.max.y + look.px(8);
  for (const auto& [text, ink] : lines) {
    const std::string whole = wrapped(font, text, room);
    const glm::vec2 size = textSize(font, whole);
    drawVeil(look, {{left, y}, glm::vec2(left, y) + size});
    drawText(font, {left, y}, ink, whole);
    y += size.y + look.px(5);
  }
}

// What can be done to the table, in the lower left corner.
void drawTableButtons(const StageDrawing& d, const Rect& free) {
  ViewState& state = d.state;
  if (!state.before || state.running) return;
  const bool before = state.beforeRun();
  if (before && !state.ownLayout) return;
  const Look& look = d.look;
  ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {look.px(10), look.px(3)});
  ImGui::SetCursorScreenPos({free.min.x + look.px(18), free.max.y - look.px(38)});
  if (before) {
    if (ImGui::Button("Reset layout")) state.wantsLayoutReset = true;
  } else if (ImGui::Button("Arrange the table")) {
    state.before->shown = true;
    state.before->cursor = state.cursor;
  }
  ImGui::PopStyleVar();
}

void drawCamera(const StageDrawing& d, const Image* image, const Rect& rect) {
  if (!image || rect.empty()) return;
  const float line = std::max(1.0f, d.look.px(2));
  fillRect(rect, rgba(0, 0, 0), d.look.px(3));
  const Rect inner = rect.inset(line);
  const Rect shown = drawImage(d.look, d.views.textures, "camera", *image, inner);
  probePixel(d.look, "camera", *image, shown);
  outlineRect(rect, d.look.colours.line, std::max(1.0f, d.look.px(1)), d.look.px(3));
  drawCaption(d, rect, "camera the policy sees");
}

// Behind the camera and the cells, with what is written around them.
void drawColumnVeil(const Look& look, const RobotRegions& regions) {
  if (regions.matrix.empty()) return;
  const float line = look.fonts.small->FontSize;
  const Rect& top = regions.camera.empty() ? regions.matrix : regions.camera;
  const float above = regions.camera.empty() ? line + look.px(12) : look.px(6);
  const float left = std::min(regions.matrix.min.x - look.px(24), top.min.x - look.px(8));
  fillRect({{left, top.min.y - above},
            {regions.matrix.max.x + look.px(10), regions.matrix.max.y + 2 * line + look.px(15)}},
           withAlpha(look.colours.base, look.dark ? 0.45f : 0.6f), look.px(8));
}

// Of the chunk's iterate at the cursor; what was carried out is the last one.
std::vector<float> errorsOfChunk(const StageDrawing& d) {
  if (!d.state.showError || d.views.errors.empty() || !d.run) return {};
  const ChunkSpan* chunk = d.views.actions.chunkAt(d.sweep());
  if (!chunk || chunk->begun < 0) return {};
  const std::int64_t at = std::min(d.sweep(), chunk->decoded);
  const Exactness* exactness = exactnessAt(*d.run, at);
  const ModelInfo& model = modelOf(d);
  if (!exactness) return {};
  return errorsOf(*exactness, model.chunk * static_cast<int>(model.action.size()));
}

std::string binsOffText(const ModelInfo& model, const std::vector<float>& errors, int position) {
  if (position < 0 || position >= std::ssize(errors) || std::isnan(errors[position])) return {};
  const float bins = errors[position];
  if (bins == 0) return "\nas decoded sequentially";
  const ActionDimension& dimension = model.action[position % std::ssize(model.action)];
  std::string text = "\n" + numberText(bins) + (bins == 1 ? " bin" : " bins");
  if (!dimension.unit.empty())
    text += " (" + fixedText(bins * dimension.perBin, 2) +
            (dimension.unit == "°" ? "" : " ") + dimension.unit + ")";
  return text + " off the sequential decode";
}

void drawMatrix(const StageDrawing& d, const Rect& rect) {
  const ModelInfo& model = modelOf(d);
  const bool before = d.state.beforeRun();
  const ChunkField none;
  const ChunkField& field = before ? none : d.views.chunk;
  int& step = d.views.robot.step;
  const std::vector<float> errors = before ? std::vector<float>() : errorsOfChunk(d);
  const PointedAction pointed = drawActionMatrix(d.look, field, model, step, errors, rect);
  if (pointed.clicked >= 0) step = pointed.clicked == step ? -1 : pointed.clicked;
  if (pointed.hovered >= 0 && !field.cells.empty())
    tooltip(d.look, cellText(model, field, pointed.hovered) +
                        binsOffText(model, errors, pointed.hovered));
}

void drawOverScene(const StageDrawing& d, const SceneView& view, const RobotRegions& regions,
                   const RobotPictures& pictures) {
  const bool before = d.state.beforeRun();
  const int iterations = iterationSpan(d.views.chunk, d.views.actions);
  const int hovered = hoveredIteration(d);
  Rect legend;
  if (!before && d.ofActions()) {
    drawPaths(d.look, view, d.views.chunk,
              {iterations, d.state.showGhosts, hovered, d.views.robot.step});
    const PointedIteration pointed =
        drawIterationLegend(d.look, d.views.chunk, iterations, regions.legend, hovered);
    d.views.robot.hovered = pointed.hovered;
    legend = pointed.area;
    if (pointed.clicked >= 0) showSweep(d, d.views.chunk.iterations[pointed.clicked].sweep);
  } else {
    d.views.robot.hovered = -1;
  }
  drawColumnVeil(d.look, regions);
  drawMoment(d, momentLines(d, pictures), regions.free, legend);
  drawCamera(d, pictures.camera, regions.camera);
  drawMatrix(d, regions.matrix);
  drawTableButtons(d, regions.free);
}

}  // namespace

int iterationSpan(const ChunkField& field, const ActionTimeline& timeline) {
  int span = static_cast<int>(std::ssize(field.iterations));
  if (field.whole || field.sweep < 0 || field.sweep >= timeline.size()) return span;
  const ChunkSpan* chunk = timeline.chunkAt(field.sweep);
  if (!chunk || chunk == timeline.chunks().data()) return span;
  return std::max(span, (chunk - 1)->iterations());
}

void updateActions(StageViewState& views, const RunRecord* run, std::int64_t sweep) {
  const ActionTimeline& timeline = views.actions;
  views.chunk = timeline.rows() > 0 ? chunkAt(*run, timeline, sweep) : ChunkField{};
}

void drawRobot(const StageDrawing& d, const Rect& area) {
  const Look& look = d.look;
  const ModelInfo& model = modelOf(d);
  RobotViewState& robot = d.views.robot;
  const RobotPictures pictures = picturesOf(d);
  robot.regions = robotRegions(
      area, look.scale, {model.chunk, static_cast<int>(model.action.size()),
                         d.state.showCamera && pictures.camera, look.fonts.small->FontSize});
  if (!pictures.scene) {
    drawText(look.fonts.small, area.centre(), look.colours.muted,
             d.state.model && !d.run ? "The table is being set up…" : "no scene recorded here",
             Align::Centre);
    return;
  }
  Scene3D moved;
  const Scene3D* shown = pictures.scene;
  const bool before = d.state.beforeRun();
  const auto& held = robot.hand.dragged ? robot.hand.dragged : d.state.moved;
  if (before && held) {
    moved = withThingMoved(*shown, held->thing, {held->x, held->y},
                           robot.hand.dragged.has_value());
    shown = &moved;
  }
  robot.view = viewOf(robot.hand.camera, *shown, area, robot.regions.free);
  const ImTextureID texture = robot.renderer.draw(*shown, robot.view, sceneStyleOf(look));
  if (texture)
    ImGui::GetWindowDrawList()->AddImage(texture, im(area.min), im(area.max), {0, 1}, {1, 0});
  drawOverScene(d, robot.view, robot.regions, pictures);
  const auto put = handleScene(look, *pictures.scene, robot.view, before && !d.state.moved,
                               robot.hand);
  if (!put) return;
  d.state.wantsMove = put;
  d.state.moved = put;
}

void drawRobotSide(const StageDrawing& d) {
  if (!d.ofActions()) return;
  headingItem(d.look, "this run");
  drawNumbers(d.look, actionNumbers(d.state, *d.run, d.views.chunk, d.views.actions));
}

}  // namespace jacobiscope
