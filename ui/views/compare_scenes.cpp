// Two robots looked at together: both scenes from the same side, the ways of both tools, and by
// how much their action tokens differ.
#include <algorithm>

#include "ui/views/action_text.h"
#include "ui/views/compare_drawing.h"
#include "ui/views/path_view.h"

namespace jacobiscope {

namespace {

struct Scenes {
  const Scene3D *a = nullptr, *b = nullptr;
  const Image *cameraA = nullptr, *cameraB = nullptr;
};

Scenes scenesOf(const StageDrawing& d) {
  const CompareDigest& digest = d.views.compare.digest;
  Scenes scenes;
  scenes.a = d.pictureOf<Scene3D>(digest.a.run, "scene", digest.a.sweep);
  scenes.b = d.pictureOf<Scene3D>(digest.b.run, "scene", digest.b.sweep);
  if (!d.state.showCamera) return scenes;
  scenes.cameraA = d.pictureOf<Image>(digest.a.run, "camera", digest.a.sweep);
  scenes.cameraB = d.pictureOf<Image>(digest.b.run, "camera", digest.b.sweep);
  return scenes;
}

void drawWays(const StageDrawing& d, const SceneView& view, bool a, bool b) {
  if (b) drawChunkWay(d.look, view, d.views.compare.digest.chunkB, lookOfB(d.look).colour);
  if (a) drawChunkWay(d.look, view, d.views.chunk, lookOfA(d.look).colour);
}

// Which way is whose, in the upper left corner.
void drawMoment(const StageDrawing& d, glm::vec2 corner, float room, bool ofB) {
  const Look& look = d.look;
  const float badge = badgeSide(look), gap = look.px(7);
  const std::string words = shortened(look.fonts.small, momentOf(d, ofB), room - badge - gap);
  fillRect({corner - glm::vec2(look.px(5), look.px(3)),
            corner + glm::vec2(badge + gap + textSize(look.fonts.small, words).x + look.px(7),
                               badge + look.px(3))},
           withAlpha(look.colours.base, 0.62f), look.px(5));
  drawBadge(look, corner, badge, ofB ? lookOfB(look) : lookOfA(look));
  drawText(look.fonts.small,
           {corner.x + badge + gap, corner.y + (badge - look.fonts.small->FontSize) / 2},
           look.colours.text, words);
}

// Bins between the tokens by colour; equal ones are empty wells.
void drawDifferenceMatrix(const StageDrawing& d, const Rect& cells) {
  const CompareDigest& digest = d.views.compare.digest;
  if (!digest.actions || cells.empty()) return;
  const ActionComparison& actions = *digest.actions;
  const Look& look = d.look;
  const ModelInfo& model = d.run->start.model;
  ImFont* font = look.fonts.small;
  const CellGrid grid{cells, actions.steps, actions.dimensions};
  drawText(font, {cells.centre().x, cells.min.y - font->FontSize - look.px(5)},
           look.colours.muted, "bins between the action tokens", Align::Centre);
  for (int p = 0; p < grid.rows * grid.columns; ++p) {
    const Rect cell = grid.cell(p).inset(std::max(0.5f, look.px(0.75f)));
    const int bins = actions.bins[p];
    if (bins <= 0) {
      fillRect(cell, bins < 0 ? look.colours.base : look.colours.well);
      continue;
    }
    const Rgba colour = mapColour(kBinScale.unit(bins), look.cividis);
    fillRect(cell, colour);
    const std::string text = std::to_string(bins);
    if (textSize(font, text).x < cell.width() - look.px(2))
      drawText(font, {cell.centre().x, cell.centre().y - font->FontSize / 2}, inkOn(colour), text,
               Align::Centre);
  }
  for (int column = 0; column < grid.columns; ++column)
    drawText(font, {grid.cell(0, column).centre().x, cells.max.y + look.px(3)},
             look.colours.muted, columnLetter(model.action[column]), Align::Centre);
  for (int row = 0; row < grid.rows; ++row)
    drawText(font, {cells.min.x - look.px(8), grid.cell(row, 0).centre().y - font->FontSize / 2},
             look.colours.muted, std::to_string(row + 1), Align::Right);
  if (!hoverArea("##action differences", cells)) return;
  const int at = grid.indexAt(gl(ImGui::GetIO().MousePos)).value_or(-1);
  if (at < 0) return;
  const int step = at / grid.columns;
  const ActionDimension& dimension = model.action[at % grid.columns];
  const auto value = [&](const ChunkField& field) {
    return at < std::ssize(field.cells) ? valueText(dimension, field.cells[at].value)
                                        : std::string("—");
  };
  std::string text = "step " + std::to_string(step + 1) + ", " + dimension.name + "\nA " +
                     value(d.views.chunk) + "\nB " + value(digest.chunkB) + "\nΔ " +
                     valueText(dimension, actions.values[at]);
  if (step < std::ssize(actions.millimetres))
    text += "\ntools after this step: " + fixedText(actions.millimetres[step], 1) + " mm apart";
  d.views.compare.probed = text;
  tooltip(look, text);
}

void drawCameras(const StageDrawing& d, const Scenes& scenes, const Rect& rect) {
  if (rect.empty() || (!scenes.cameraA && !scenes.cameraB)) return;
  const Look& look = d.look;
  const auto show = [&](const char* place, const Image* image) {
    return image ? d.views.textures.show(place, *image) : nullptr;
  };
  const SplitTextures both{show("compare/A", scenes.cameraA), show("compare/B", scenes.cameraB)};
  const float x = dividerX(d.state.compare, rect);
  drawSplitTextures(both, rect, rect, d.state.compare.mode == CompareMode::Split ? x : rect.max.x);
  if (d.state.compare.mode == CompareMode::Split && both.a && both.b)
    fillRect({{x - look.px(1), rect.min.y}, {x + look.px(1), rect.max.y}}, rgba(255, 255, 255));
  outlineRect(rect, look.colours.line, std::max(1.0f, look.px(1)), look.px(3));
  drawCaption(d, rect, "camera the policy sees");
}

void drawBeside(const StageDrawing& d, const Scenes& scenes, const Rect& area) {
  const float middle = std::round(area.centre().x);
  SceneHand& hand = d.views.robot.hand;
  for (const bool ofB : {false, true}) {
    const Scene3D* scene = ofB ? scenes.b : scenes.a;
    const Rect half = ofB ? Rect{{middle + d.look.px(1), area.min.y}, area.max}
                          : Rect{area.min, {middle - d.look.px(1), area.max.y}};
    d.views.compare.places[ofB ? "B" : "A"] = half;
    drawMoment(d, half.min + glm::vec2(d.look.px(16), d.look.px(8)),
               half.width() - d.look.px(40), ofB);
    if (!scene) continue;
    const SceneView view = viewOf(hand.camera, *scene, half, half);
    SceneRenderer& renderer = ofB ? d.views.compare.sceneB : d.views.robot.renderer;
    ImDrawList* draw = ImGui::GetWindowDrawList();
    if (const ImTextureID texture = renderer.draw(*scene, view, sceneStyleOf(d.look)))
      draw->AddImage(texture, im(half.min), im(half.max), {0, 1}, {1, 0});
    draw->PushClipRect(im(half.min), im(half.max), true);
    drawWays(d, view, !ofB, ofB);
    draw->PopClipRect();
    drawMoment(d, half.min + glm::vec2(d.look.px(16), d.look.px(8)),
               half.width() - d.look.px(40), ofB);
    ImGui::PushID(ofB);
    handleScene(d.look, *scene, view, false, hand);
    ImGui::PopID();
  }
}

}  // namespace

void drawCompareScenes(const StageDrawing& d, const Rect& area) {
  const Look& look = d.look;
  const Scenes scenes = scenesOf(d);
  const Scene3D* first = scenes.a ? scenes.a : scenes.b;
  if (!first)
    return drawText(look.fonts.small, area.centre(), look.colours.muted,
                    "no scene recorded here", Align::Centre);
  if (d.state.compare.mode == CompareMode::SideBySide) return drawBeside(d, scenes, area);
  const ModelInfo& model = d.run->start.model;
  const RobotRegions regions = robotRegions(
      area, look.scale, {model.chunk, static_cast<int>(model.action.size()),
                         scenes.cameraA || scenes.cameraB, look.fonts.small->FontSize});
  RobotViewState& robot = d.views.robot;
  robot.view = viewOf(robot.hand.camera, *first, area, regions.free);
  const bool split = d.state.compare.mode == CompareMode::Split && scenes.a && scenes.b;
  const auto draw = [&](SceneRenderer& renderer, const Scene3D* scene) {
    return scene ? renderer.draw(*scene, robot.view, sceneStyleOf(look)) : nullptr;
  };
  const SplitTextures both{draw(robot.renderer, scenes.a),
                           split || !scenes.a ? draw(d.views.compare.sceneB, scenes.b) : nullptr,
                           false};
  d.views.compare.places["A"] = d.views.compare.places["B"] = area;
  if (split) handleDivider(d, regions.free);
  drawSplitTextures(both, area, area, dividerX(d.state.compare, regions.free));
  ImGui::GetWindowDrawList()->PushClipRect(im(area.min), im(area.max), true);
  drawWays(d, robot.view, true, true);
  ImGui::GetWindowDrawList()->PopClipRect();
  if (split) drawDivider(d, regions.free);
  const float left = regions.free.min.x + look.px(20), line = badgeSide(look) + look.px(8);
  const float top = area.min.y + (split ? look.px(40) : look.px(10));
  for (const bool ofB : {false, true})
    drawMoment(d, {left, top + (ofB ? line : 0)}, regions.free.width() - look.px(40), ofB);
  drawCameras(d, scenes, regions.camera);
  drawDifferenceMatrix(d, regions.matrix);
  handleScene(look, *first, robot.view, false, robot.hand);
}

}  // namespace jacobiscope
