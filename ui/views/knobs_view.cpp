#include "ui/views/drawing.h"
#include "ui/views/knobs_view.h"

#include <imgui_internal.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "engine/core/error.h"
#include "engine/core/scales.h"

namespace jacobiscope {

namespace {

constexpr std::size_t kLongestText = 8192;  // a list of 256 entries and more

const KnobValue& valueOf(const ViewState& state, const Knob& knob) {
  const auto found = state.knobs.find(knob.key);
  return found == state.knobs.end() ? knob.initial : found->second;
}

void edit(ViewState& state, const Knob& knob, KnobValue value) {
  if (value != valueOf(state, knob)) state.knobEdits.emplace_back(knob.key, std::move(value));
}

std::string shownText(const Knob& knob, const KnobValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  return numberText(asNumber(value), knob.kind == KnobKind::Integer ? 18 : 6);
}

// ImGui's slider gives the behaviour; the filled bar is drawn over its empty frame.
bool filledSlider(const Look& look, const char* id, float width, float* unit) {
  const float height = ImGui::GetFrameHeight();
  const float bar = std::round(look.px(12));
  const glm::vec2 corner = gl(ImGui::GetCursorScreenPos());
  for (ImGuiCol colour : {ImGuiCol_FrameBg, ImGuiCol_FrameBgHovered, ImGuiCol_FrameBgActive,
                          ImGuiCol_SliderGrab, ImGuiCol_SliderGrabActive, ImGuiCol_Border})
    ImGui::PushStyleColor(colour, 0u);
  ImGui::SetNextItemWidth(width);
  const bool moved = ImGui::SliderFloat(id, unit, 0, 1, "", ImGuiSliderFlags_NoInput);
  ImGui::PopStyleColor(6);
  const bool hot = ImGui::IsItemHovered() || ImGui::IsItemActive();
  const float top = std::round(corner.y + (height - bar) / 2);
  const Rect frame{{corner.x, top}, {corner.x + width, top + bar}};
  const float rounding = look.px(3);
  fillRect(frame, hot ? look.colours.hover : look.colours.raised, rounding);
  if (!look.dark) outlineRect(frame, look.colours.line, 1, rounding);
  const float fill = std::round(corner.x + width * std::clamp(*unit, 0.0f, 1.0f));
  if (fill > corner.x + 1)
    fillRect({frame.min, {fill, frame.max.y}}, hot ? look.colours.accent : look.colours.accentDim,
             rounding);
  if (hot)
    fillRect({{fill - look.px(1.5f), frame.min.y - look.px(2)},
              {fill + look.px(1.5f), frame.max.y + look.px(2)}},
             look.colours.text, look.px(1.5f));
  return moved;
}

void drawReset(ViewState& state, const Look& look, const Knob& knob) {
  const float side = ImGui::GetFrameHeight();
  const Rect box{gl(ImGui::GetCursorScreenPos()),
                 gl(ImGui::GetCursorScreenPos()) + glm::vec2(look.px(16), side)};
  if (valueOf(state, knob) == knob.initial) {
    ImGui::Dummy(im(box.size()));
    return;
  }
  if (pressArea("reset", im(box.size()))) edit(state, knob, knob.initial);
  const bool hovered = ImGui::IsItemHovered();
  const Rgba ink = hovered ? look.colours.text : look.colours.muted;
  drawText(look.fonts.body, {box.centre().x, box.min.y + look.px(3)}, ink, "↺", Align::Centre);
  if (hovered) tooltip(look, "Back to " + shownText(knob, knob.initial));
}

// What stands right of the label, within `width`.
void drawField(ViewState& state, const Look& look, const Knob& knob, float width,
               TypedText& typed) {
  const KnobValue& value = valueOf(state, knob);
  if (knob.kind == KnobKind::Toggle) {
    bool on = asNumber(value) != 0;
    if (ImGui::Checkbox("##toggle", &on)) edit(state, knob, on);
  } else if (knob.kind == KnobKind::Choice) {
    const std::string now = shownText(knob, value);
    ImGui::SetNextItemWidth(width);
    if (ImGui::BeginCombo("##choice", now.c_str(), ImGuiComboFlags_HeightLarge)) {
      for (const std::string& choice : knob.choices)
        if (ImGui::Selectable(choice.c_str(), choice == now)) edit(state, knob, choice);
      ImGui::EndCombo();
    }
  } else if (knob.kind == KnobKind::List) {
    if (const auto text = textField(look, "##list", shownText(knob, value), width, Align::Right,
                                    typed))
      editFromText(state, knob, *text);
  } else {
    const float number = look.px(56), slider = width - number - look.px(8);
    const glm::vec2 at = gl(ImGui::GetCursorScreenPos());
    const glm::vec2 right = at + glm::vec2(slider + look.px(8), 0);
    const float height = ImGui::GetFrameHeight();
    typed.places[knob.key + "/slider"] = {at, at + glm::vec2(slider, height)};
    typed.places[knob.key + "/number"] = {right, right + glm::vec2(number, height)};
    float unit = static_cast<float>(sliderUnit(knob, asNumber(value)));
    if (filledSlider(look, "##slider", slider, &unit))
      edit(state, knob, knobNumber(knob, sliderValue(knob, unit)));
    ImGui::SameLine(0, look.px(8));
    if (const auto text = textField(look, "##number", shownText(knob, value), number,
                                    Align::Right, typed))
      editFromText(state, knob, *text);
  }
}

}  // namespace

std::vector<KnobGroup> knobGroups(const ModelInfo& model) {
  std::vector<KnobGroup> groups;
  for (const Knob& knob : model.knobs) {
    auto found = std::ranges::find(groups, knob.group, &KnobGroup::name);
    if (found == groups.end()) found = groups.insert(groups.end(), {knob.group, {}});
    found->knobs.push_back(&knob);
  }
  return groups;
}

bool isScheduleList(const Knob& knob, const ModelInfo& model) {
  return knob.kind == KnobKind::List && !model.stages.empty() &&
         knob.listLength == static_cast<int>(model.stages.size());
}

std::string knobText(const Knob& knob) {
  std::string text = knob.help;
  const bool numeric = knob.kind == KnobKind::Integer || knob.kind == KnobKind::Number ||
                       (knob.kind == KnobKind::List && knob.maximum > knob.minimum);
  if (numeric)
    text += "\nFrom " + numberText(knob.minimum) + " to " + numberText(knob.maximum) + ".";
  text += "\nDefault: " +
          (knob.kind == KnobKind::Toggle ? std::string(asNumber(knob.initial) != 0 ? "on" : "off")
                                         : shownText(knob, knob.initial)) +
          ".";
  switch (knob.scope) {
    case KnobScope::Live: return text + "\nA change acts at the next iteration.";
    case KnobScope::NextStage: return text + "\nA change acts at the next block.";
    case KnobScope::NextRun: break;
  }
  return text + "\nA change acts at the next run.";
}

std::optional<std::string> textField(const Look& look, const char* id, const std::string& shown,
                                     float width, Align align, TypedText& typed) {
  static thread_local std::vector<char> buffer(kLongestText);
  const std::string field = std::to_string(ImGui::GetID(id));
  const bool typing = typed.field == field;
  const std::string& text = typing ? typed.text : shown;
  const std::size_t length = std::min(text.size(), buffer.size() - 1);
  std::memcpy(buffer.data(), text.data(), length);
  buffer[length] = 0;
  const Rect box{gl(ImGui::GetCursorScreenPos()),
                 gl(ImGui::GetCursorScreenPos()) + glm::vec2(width, ImGui::GetFrameHeight())};
  const bool hot = typing || (ImGui::IsWindowHovered() && box.contains(gl(ImGui::GetMousePos())));
  // ImGui writes from the left; at rest the text is drawn here instead.
  if (!typing) ImGui::PushStyleColor(ImGuiCol_Text, 0u);
  if (!hot) ImGui::PushStyleColor(ImGuiCol_FrameBg, 0u);
  if (!hot) ImGui::PushStyleColor(ImGuiCol_Border, 0u);
  ImGui::SetNextItemWidth(width);
  ImGui::InputText(id, buffer.data(), buffer.size(), ImGuiInputTextFlags_AutoSelectAll);
  ImGui::PopStyleColor((typing ? 0 : 1) + (hot ? 0 : 2));
  if (typing && typed.leave) ImGui::ClearActiveID();
  const bool active = ImGui::IsItemActive();
  if (active) {
    typed.field = field;
    typed.text = buffer.data();
  }
  if (!typing) {
    const float pad = ImGui::GetStyle().FramePadding.x;
    const std::string cut = shortened(look.fonts.body, shown, width - pad);
    const float y = box.centre().y - look.fonts.body->FontSize / 2;
    const float x = align == Align::Left ? box.min.x + pad : box.max.x - pad;
    if (!active) drawText(look.fonts.body, {x, y}, look.colours.text, cut, align);
    return std::nullopt;
  }
  if (active) return std::nullopt;
  // Left or confirmed in this frame. ImGui writes the last text on Enter only, so what was
  // there a frame ago counts when the user clicked somewhere else.
  const bool escaped = ImGui::IsKeyPressed(ImGui::GetKeyIndex(ImGuiKey_Escape));
  std::string committed = std::exchange(typed.text, {});
  typed.field.clear();
  if (escaped || committed == shown) return std::nullopt;
  return committed;
}

void editFromText(ViewState& state, const Knob& knob, const std::string& text) {
  try {
    edit(state, knob, parseKnob(knob, text));
  } catch (const Error& error) {
    state.notices.push_back({"knob", error.what(), error.hint()});
  }
}

float knobLabelWidth(const Look& look, const ModelInfo& model, float width) {
  float widest = look.px(60);
  for (const Knob& knob : model.knobs)
    if (!isScheduleList(knob, model))
      widest = std::max(widest, textSize(look.fonts.body, knob.label).x);
  return std::round(std::min(widest + look.px(10), width * 0.5f));
}

void drawKnob(ViewState& state, const Look& look, const Knob& knob, float label,
              TypedText& typed) {
  ImGui::PushID(knob.key.c_str());
  const float width = ImGui::GetContentRegionAvail().x;
  const glm::vec2 corner = gl(ImGui::GetCursorScreenPos());
  const float height = ImGui::GetFrameHeight();
  pressArea("label", {label, height});
  const bool asked = ImGui::IsItemHovered();
  drawText(look.fonts.body, {corner.x, corner.y + (height - look.fonts.body->FontSize) / 2},
           knob.idle ? look.colours.muted : look.colours.text,
           shortened(look.fonts.body, knob.label, label - look.px(6)));
  ImGui::SameLine(0, 0);
  const float reset = look.px(18);
  ImGui::BeginDisabled(knob.idle);
  drawField(state, look, knob, width - label - reset, typed);
  if (knob.kind == KnobKind::Toggle) {
    ImGui::SameLine(0, 0);
    ImGui::SetCursorPosX(ImGui::GetCursorPosX() + width - label - reset -
                         ImGui::GetFrameHeight());
  } else {
    ImGui::SameLine(0, look.px(2));
  }
  drawReset(state, look, knob);
  ImGui::EndDisabled();
  if (asked) tooltip(look, knobText(knob));
  ImGui::PopID();
}

}  // namespace jacobiscope
