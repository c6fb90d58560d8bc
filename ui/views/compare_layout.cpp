#include "ui/views/compare_layout.h"

#include <glm/common.hpp>

namespace jacobiscope {

namespace {

// The middle of the frame stays so far from the picture's edges that it shows nothing beside it.
float kept(float middle, float frame, float picture) {
  if (picture <= frame) return 0.5f;
  const float edge = frame / picture / 2;
  return std::clamp(middle, edge, 1 - edge);
}

glm::vec2 sizeOf(const CompareState& state, const Rect& frame, float aspect) {
  return fitted(frame, aspect).size() * state.zoom;
}

void keepInside(CompareState& state, const Rect& frame, float aspect) {
  const glm::vec2 size = sizeOf(state, frame, aspect);
  state.x = kept(state.x, frame.width(), size.x);
  state.y = kept(state.y, frame.height(), size.y);
}

}  // namespace

Rect pictureRect(const CompareState& state, const Rect& frame, float aspect) {
  if (frame.empty() || aspect <= 0) return {frame.min, frame.min};
  if (state.zoom <= 1) return fitted(frame, aspect);
  CompareState inside = state;
  keepInside(inside, frame, aspect);
  const glm::vec2 size = sizeOf(state, frame, aspect);
  const glm::vec2 corner = frame.centre() - glm::vec2(inside.x, inside.y) * size;
  return {glm::round(corner), glm::round(corner) + glm::round(size)};
}

void zoomAt(CompareState& state, const Rect& frame, float aspect, glm::vec2 at, float factor) {
  const Rect before = pictureRect(state, frame, aspect);
  if (before.empty()) return;
  const glm::vec2 point = (at - before.min) / before.size();
  state.zoom = std::clamp(state.zoom * factor, 1.0f, kMostZoom);
  const glm::vec2 middle = point - (at - frame.centre()) / sizeOf(state, frame, aspect);
  state.x = middle.x;
  state.y = middle.y;
  keepInside(state, frame, aspect);
}

void pan(CompareState& state, const Rect& frame, float aspect, glm::vec2 by) {
  const glm::vec2 size = sizeOf(state, frame, aspect);
  if (size.x <= 0 || size.y <= 0) return;
  state.x -= by.x / size.x;
  state.y -= by.y / size.y;
  keepInside(state, frame, aspect);
}

void resetZoom(CompareState& state) {
  state.zoom = 1;
  state.x = state.y = 0.5f;
}

Rect common(const Rect& a, const Rect& b) {
  const Rect both{glm::max(a.min, b.min), glm::min(a.max, b.max)};
  return both.empty() ? Rect{both.min, both.min} : both;
}

float dividerX(const CompareState& state, const Rect& seen) {
  return std::round(seen.min.x + seen.width() * std::clamp(state.divider, 0.0f, 1.0f));
}

float dividerAt(float x, const Rect& seen) {
  return seen.empty() ? 0.5f : std::clamp((x - seen.min.x) / seen.width(), 0.0f, 1.0f);
}

}  // namespace jacobiscope
