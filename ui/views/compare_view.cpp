#include "ui/views/compare_view.h"

#include <algorithm>

#include "ui/views/action_text.h"
#include "ui/views/compare_drawing.h"
#include "ui/views/notices_view.h"

namespace jacobiscope {

namespace {

// Names muted, values not, in the middle of a line.
void drawErrors(const Look& look, const PictureErrors& errors, const Rect& line) {
  ImFont* font = look.fonts.body;
  const std::vector<ErrorText> texts = errorTexts(errors);
  const float word = look.px(6), gap = look.px(26);
  const auto valueOf = [](const ErrorText& text) {
    return text.value + (text.unit.empty() ? "" : " " + text.unit);
  };
  const auto widthOf = [&](const ErrorText& text) {
    return textSize(font, text.name).x + word + textSize(font, valueOf(text)).x;
  };
  float width = -gap;
  for (const ErrorText& text : texts) width += widthOf(text) + gap;
  float x = std::max(line.min.x, line.centre().x - width / 2);
  for (const ErrorText& text : texts) {
    drawText(font, {x, line.min.y}, look.colours.muted, text.name);
    drawText(font, {x + textSize(font, text.name).x + word, line.min.y}, look.colours.text,
             valueOf(text));
    if (hoverArea(("##" + text.name).c_str(),
                  {{x, line.min.y}, {x + widthOf(text), line.max.y}}))
      tooltip(look, text.help);
    x += widthOf(text) + gap;
  }
}

// What the errors are of, and how many tokens differ.
std::string noteOf(const CompareDigest& digest) {
  std::string note;
  if (digest.errors)
    note = digest.ofResults          ? "between the results, float values from −1 to 1"
           : movesRobot(digest.a.run->start.model) ? "between the camera's pictures, 8 bits"
                                     : "between the pictures shown, 8 bits";
  const std::string tokens = tokensText(digest);
  if (!note.empty() && !tokens.empty()) note += "   ·   ";
  return note + tokens;
}

void drawFindings(const StageDrawing& d, const Rect& area) {
  const CompareDigest& digest = d.views.compare.digest;
  const Look& look = d.look;
  const float line = look.fonts.body->FontSize + look.px(2);
  const Rect first{area.min, {area.max.x, area.min.y + line}};
  if (digest.errors) drawErrors(look, *digest.errors, first);
  else
    drawText(look.fonts.small, {first.centre().x, first.min.y}, look.colours.warning,
             shortened(look.fonts.small, noErrorsText(digest), area.width()), Align::Centre);
  drawText(look.fonts.small, {area.centre().x, first.max.y + look.px(4)}, look.colours.muted,
           shortened(look.fonts.small, noteOf(digest), area.width()), Align::Centre);
}

void drawNothing(const StageDrawing& d, const Rect& area) {
  const Look& look = d.look;
  const glm::vec2 middle = area.centre();
  drawText(look.fonts.body, {middle.x, middle.y - look.px(26)}, look.colours.text,
           "There is nothing to compare this run with yet.", Align::Centre);
  drawText(look.fonts.small, {middle.x, middle.y}, look.colours.muted,
           "Generate another run, or one position at a time (mode sequential), or open a "
           "recording.",
           Align::Centre);
}

}  // namespace

void updateCompareView(const ViewState& state, StageViewState& views, const RunRecord* run) {
  CompareDigest& digest = views.compare.digest;
  updateCompare(digest, state, state.compare.on ? run : nullptr, views.tokens);
  views.map.other = -1;
  if (!digest.on()) return;
  const bool axis = shareTimeAxis(*run, *digest.b.run) ||
                    (!state.compare.pinned && state.compare.alignment == Alignment::Iteration);
  if (axis) views.map.other = digest.b.sweep;
}

std::string momentOf(const StageDrawing& d, bool ofB) {
  const CompareDigest& digest = d.views.compare.digest;
  const CompareSide& side = ofB ? digest.b : digest.a;
  const RunDigest& sweeps = ofB ? digest.digestB : d.views.digest;
  const std::string name = runName(*side.run) + " · ";
  const ActionTimeline& actions = ofB ? digest.actionsB : d.views.actions;
  if (actions.rows() > 0) return name + momentText(*side.run, actions, side.sweep);
  if (side.sweep < 0) return name + "before its first sweep";
  if (decodesTokens(side.run->start.model))
    return name + "call " + std::to_string(side.sweep + 1) + " of " +
           std::to_string(side.run->snapshots.size());
  const std::int64_t taken = side.taken ? side.taken->sweep.index : -1;
  std::string text = sampleCaption(*side.run, sweeps, side.sweep, taken);
  if (text.starts_with("sample at ")) text = text.substr(std::string("sample at ").size());
  return name + text;
}

void drawCompare(const StageDrawing& d, const Rect& area) {
  const Look& look = d.look;
  d.views.compare.places.clear();
  d.views.compare.probed.clear();
  const Rect head{{area.min.x + look.px(16), area.min.y + look.px(12)},
                  {area.max.x - look.px(16), area.max.y}};
  const float top = head.min.y + drawCompareBar(d, head) + look.px(10);
  const float feet = look.fonts.body->FontSize + look.fonts.small->FontSize + look.px(18);
  const Rect middle{{area.min.x, top}, {area.max.x, area.max.y - feet}};
  const CompareDigest& digest = d.views.compare.digest;
  if (!digest.on()) return drawNothing(d, middle);
  const bool scenes = d.ofActions() && digest.actionsB.rows() > 0;
  if (scenes) drawCompareScenes(d, middle);
  else drawComparePictures(d, middle);
  drawFindings(d, {{head.min.x, middle.max.y + look.px(4)}, {head.max.x, area.max.y}});
}

}  // namespace jacobiscope
