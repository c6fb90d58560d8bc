#include "ui/views/scene_hand.h"

#include <cmath>
#include <glm/geometric.hpp>

namespace jacobiscope {

namespace {

constexpr float kHeld = 0.02f;       // metres above the table at which things are held
constexpr float kMoved = 0.002f;     // less is a click
constexpr float kKeyPixels = 24;     // that an arrow turns

void turnByKeys(const Look& look, const SceneView& view, SceneHand& hand) {
  const ImGuiIO& io = ImGui::GetIO();
  const auto pressed = [](int key) { return ImGui::IsKeyPressed(ImGui::GetKeyIndex(key)); };
  glm::vec2 by{0};
  // Left and right alone belong to the timeline.
  if (io.KeyShift && pressed(ImGuiKey_LeftArrow)) by.x += 1;
  if (io.KeyShift && pressed(ImGuiKey_RightArrow)) by.x -= 1;
  if (pressed(ImGuiKey_UpArrow)) by.y += 1;
  if (pressed(ImGuiKey_DownArrow)) by.y -= 1;
  if (by != glm::vec2(0))
    hand.camera = orbited(hand.camera, by * look.px(kKeyPixels), view.area);
  for (const ImWchar letter : io.InputQueueCharacters) {
    if (letter == '+' || letter == '=') hand.camera = zoomed(hand.camera, 1.15f);
    if (letter == '-') hand.camera = zoomed(hand.camera, 1 / 1.15f);
  }
}

void turnByMouse(const Scene3D& scene, const SceneView& view, SceneHand& hand) {
  const ImGuiIO& io = ImGui::GetIO();
  const glm::vec2 by = gl(io.MouseDelta);
  if (by == glm::vec2(0)) return;
  const bool pans = io.KeyShift || ImGui::IsMouseDown(1) || ImGui::IsMouseDown(2);
  hand.camera = pans ? panned(hand.camera, scene, by, view.area)
                     : orbited(hand.camera, by, view.area);
}

}  // namespace

std::optional<MovedThing> handleScene(const Look& look, const Scene3D& scene,
                                      const SceneView& view, bool things, SceneHand& hand) {
  const ImGuiIO& io = ImGui::GetIO();
  ImGui::SetCursorScreenPos(im(view.area.min));
  pressArea("scene", im(view.area.size()),
            ImGuiButtonFlags_MouseButtonLeft | ImGuiButtonFlags_MouseButtonRight |
                ImGuiButtonFlags_MouseButtonMiddle);
  const bool hovered = ImGui::IsItemHovered(), active = ImGui::IsItemActive();
  const Ray ray = rayThrough(view, gl(io.MousePos));
  if (!things) hand.dragged.reset();
  const auto under = things && hovered && !active ? thingAt(scene, ray) : std::nullopt;
  if (under || hand.dragged) ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
  if (ImGui::IsItemActivated() && ImGui::IsMouseClicked(0) && !io.KeyShift && things) {
    const auto thing = thingAt(scene, ray);
    const auto at = hitOnPlane(ray, kHeld);
    if (thing && at) {
      hand.dragged = MovedThing{*thing, 0, 0};
      hand.grabbed = *at;
    }
  }
  std::optional<MovedThing> put;
  if (hand.dragged && active) {
    if (const auto at = hitOnPlane(ray, kHeld)) {
      hand.dragged->x = at->x - hand.grabbed.x;
      hand.dragged->y = at->y - hand.grabbed.y;
    }
  } else if (hand.dragged) {
    if (std::hypot(hand.dragged->x, hand.dragged->y) > kMoved) put = hand.dragged;
    hand.dragged.reset();
  } else if (active) {
    turnByMouse(scene, view, hand);
  }
  if (!hovered) return put;
  if (io.MouseWheel != 0) hand.camera = zoomed(hand.camera, std::pow(1.12f, io.MouseWheel));
  if (ImGui::IsMouseDoubleClicked(0)) hand.camera = {};
  if (!io.WantTextInput) turnByKeys(look, view, hand);
  return put;
}

}  // namespace jacobiscope
