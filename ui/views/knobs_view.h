// The sliders: one row per knob under the heading of its group, made from the knobs a
// family describes. Edits go to ViewState::knobEdits; the shell checks and sends them.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ui/views/drawing.h"

namespace jacobiscope {

// Text that is being typed, kept by the caller between frames. One field at a time.
struct TypedText {
  std::string field;  // empty: none
  std::string text;
  bool leave = false;  // what was typed is committed in the next frame, as by Enter
  // Where the sliders ("guidance/slider"), number fields ("guidance/number"), cells of the
  // schedule ("cap/3": block in decode order) and the button "calibrate" lay in the last
  // frame, in device pixels.
  std::map<std::string, Rect> places;
};

// Groups of knobs in the order in which the model names them. Pure.
struct KnobGroup {
  std::string name;
  std::vector<const Knob*> knobs;
};
std::vector<KnobGroup> knobGroups(const ModelInfo& model);

// A list with an entry per stage is edited in the schedule table, not by a row. Pure.
bool isScheduleList(const Knob& knob, const ModelInfo& model);

// What the tooltip of a knob says: help, range, default and when a change acts. Pure.
std::string knobText(const Knob& knob);

// One row: label, slider with number field (or combo, checkbox, text), reset.
void drawKnob(ViewState& state, const Look& look, const Knob& knob, float labelWidth,
              TypedText& typed);

// Room for the longest label, but never so much that the sliders become too short.
float knobLabelWidth(const Look& look, const ModelInfo& model, float width);

// A field of text that is committed by Enter or by leaving it. Returns what was committed.
// At rest it looks like text, on the side of `align`, and like a field when pointed at.
std::optional<std::string> textField(const Look& look, const char* id, const std::string& shown,
                                     float width, Align align, TypedText& typed);

// Text for a knob, or a notice that says what was wrong with it.
void editFromText(ViewState& state, const Knob& knob, const std::string& text);

}  // namespace jacobiscope
