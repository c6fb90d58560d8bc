// The two lines above a comparison: which runs, how B follows A, how both are looked at.
#include <algorithm>
#include <array>

#include "ui/views/compare_drawing.h"

namespace jacobiscope {

namespace {

constexpr std::array<const char*, 3> kModes = {"Split", "Side by side", "Difference"};

// Items of one line that go on in the next where there is no room.
class Flow {
 public:
  Flow(const Rect& area, float gap, float line)
      : m_area(area), m_at(area.min), m_gap(gap), m_line(line) {}

  // Where an item of that width goes; the next one goes behind it.
  Rect next(float width) {
    if (m_at.x > m_area.min.x && m_at.x + width > m_area.max.x) newLine();
    const Rect rect{m_at, {std::min(m_at.x + width, m_area.max.x), m_at.y + m_line}};
    m_at.x += width + m_gap;
    return rect;
  }
  void newLine() { m_at = {m_area.min.x, m_at.y + m_line + m_gap / 2}; }
  void space(float width) { m_at.x += width; }
  float height() const { return m_at.y + m_line - m_area.min.y; }

 private:
  Rect m_area;
  glm::vec2 m_at;
  float m_gap, m_line;
};

std::string entryText(const RunRecord& run) {
  std::string text = runName(run);
  if (!run.ended()) return text + " · running";
  const std::int64_t calls = run.calls();
  text += " · " + std::to_string(calls) + (calls == 1 ? " call" : " calls");
  return run.start.parent ? text + " · branch of #" + std::to_string(run.start.parent->run) : text;
}

void chooseA(ViewState& state, const RunRecord& run) {
  state.cursor = {run.start.run, std::ssize(run.snapshots) - 1, false};
  state.transport.playing = false;
}

// A run beside itself is another moment of it: that one has to be held.
void chooseB(ViewState& state, int run) {
  state.compare.b = run;
  state.compare.pinned.reset();
  if (run == state.cursor.run) state.compare.pinned = state.cursor.sweep;
}

struct RunChoice {
  const char* id;
  SideLook side;
  const RunRecord* shown;
  bool ofB;
};

void drawRunChoice(const StageDrawing& d, const RunChoice& choice, const Rect& rect) {
  const Look& look = d.look;
  const float badge = badgeSide(look);
  drawBadge(look, {rect.min.x, rect.centre().y - badge / 2}, badge, choice.side);
  ImGui::SetCursorScreenPos({rect.min.x + badge + look.px(6), rect.min.y});
  ImGui::SetNextItemWidth(std::max(look.px(40), rect.width() - badge - look.px(6)));
  d.views.compare.places[choice.id] = rect;
  const std::string text = choice.shown ? entryText(*choice.shown) : "no other run";
  if (!ImGui::BeginCombo((std::string("##") + choice.id).c_str(), text.c_str(),
                         ImGuiComboFlags_HeightLarge))
    return;
  ViewState& state = d.state;
  if (choice.ofB && ImGui::Selectable("the one that suits: sequential, else the run before",
                                      state.compare.b == 0))
    chooseB(state, 0);
  const auto& runs = state.recording->runs();
  for (auto run = runs.rbegin(); run != runs.rend(); ++run) {
    std::string entry = entryText(run->second);
    if (choice.ofB && run->first == state.cursor.run) entry += " · another moment of A";
    const bool chosen = choice.ofB ? state.compare.b == run->first : choice.shown == &run->second;
    if (!ImGui::Selectable((entry + "##" + std::to_string(run->first)).c_str(), chosen)) continue;
    choice.ofB ? chooseB(state, run->first) : chooseA(state, run->second);
  }
  ImGui::EndCombo();
}

// Buttons without gaps, of which one is down.
void drawModes(const StageDrawing& d, const Rect& rect) {
  const Look& look = d.look;
  fillRect(rect, look.colours.raised, look.px(5));
  float x = rect.min.x;
  const float width = rect.width() / float(kModes.size());
  for (std::size_t i = 0; i < kModes.size(); ++i, x += width) {
    const Rect button{{x, rect.min.y}, {x + width, rect.max.y}};
    d.views.compare.places["mode " + std::to_string(i)] = button;
    ImGui::SetCursorScreenPos(im(button.min));
    if (pressArea(kModes[i], im(button.size()))) d.state.compare.mode = static_cast<CompareMode>(i);
    const bool on = d.state.compare.mode == static_cast<CompareMode>(i);
    if (on) fillRect(button, look.colours.accent, look.px(5));
    else if (ImGui::IsItemHovered()) fillRect(button, look.colours.hover, look.px(5));
    drawText(look.fonts.small,
             {button.centre().x, button.centre().y - look.fonts.small->FontSize / 2},
             on ? rgba(255, 255, 255) : look.colours.text, kModes[i], Align::Centre);
  }
  outlineRect(rect, look.colours.line, std::max(1.0f, look.px(1)), look.px(5));
}

void drawAlignment(const StageDrawing& d, const Rect& rect) {
  CompareState& compare = d.state.compare;
  const auto& names = alignmentNames();
  const auto chosen = std::ranges::find(names, compare.alignment, &AlignmentName::alignment);
  ImGui::SetCursorScreenPos(im(rect.min));
  ImGui::SetNextItemWidth(rect.width());
  ImGui::BeginDisabled(compare.pinned.has_value());
  const std::string text = "by " + chosen->label;
  if (ImGui::BeginCombo("##alignment", text.c_str())) {
    for (const AlignmentName& name : names)
      if (ImGui::Selectable(("by " + name.label).c_str(), name.alignment == compare.alignment))
        compare.alignment = name.alignment;
    ImGui::EndCombo();
  }
  ImGui::EndDisabled();
  if (ImGui::IsItemHovered(ImGuiHoveredFlags_AllowWhenDisabled))
    tooltip(d.look, "Which moment of B stands beside the cursor's moment of A");
}

void drawPin(const StageDrawing& d, const Rect& rect) {
  CompareState& compare = d.state.compare;
  ImGui::SetCursorScreenPos(im(rect.min));
  bool pinned = compare.pinned.has_value();
  d.views.compare.places["pin"] = rect;
  if (ImGui::Checkbox("hold B", &pinned)) holdB(compare, d.views.compare.digest, pinned);
  if (ImGui::IsItemHovered()) tooltip(d.look, "B stays at this moment while the timeline moves A");
}

void drawClose(const StageDrawing& d, const Rect& rect) {
  ImGui::SetCursorScreenPos(im(rect.min));
  if (pressArea("leave", im(rect.size()))) d.state.compare.on = false;
  const bool hot = ImGui::IsItemHovered();
  drawVerdict(rect.centre(), d.look.px(4.5f), Verdict::Diverged,
              hot ? d.look.colours.text : d.look.colours.muted, d.look.px(1.5f));
  if (hot) tooltip(d.look, "Leave the comparison (Esc)");
}

}  // namespace

float drawCompareBar(const StageDrawing& d, const Rect& area) {
  const Look& look = d.look;
  const CompareDigest& digest = d.views.compare.digest;
  const float line = ImGui::GetFrameHeight(), gap = look.px(10);
  drawClose(d, {{area.max.x - line, area.min.y}, {area.max.x, area.min.y + line}});
  const Rect inner{area.min, {area.max.x - line - gap, area.max.y}};
  Flow flow(inner, gap, line);
  const float choice = std::clamp((inner.width() - gap) / 2, look.px(150), look.px(330));
  drawRunChoice(d, {"choice A", lookOfA(look), d.run, false}, flow.next(choice));
  drawRunChoice(d, {"choice B", lookOfB(look), digest.b.run, true}, flow.next(choice));
  if (!digest.on()) return flow.height();
  flow.newLine();
  float modes = 0;
  for (const char* mode : kModes) modes = std::max(modes, textSize(look.fonts.small, mode).x);
  drawModes(d, flow.next((modes + look.px(22)) * float(kModes.size())));
  drawAlignment(d, flow.next(look.px(206)));
  const float pin = textSize(look.fonts.body, "hold B").x + line + look.px(8);
  drawPin(d, flow.next(pin));
  if (d.state.compare.mode == CompareMode::Difference && !digest.map.rgba.empty()) {
    const Rect rect = flow.next(textSize(look.fonts.body, "log scale").x + line + look.px(8));
    ImGui::SetCursorScreenPos(im(rect.min));
    d.views.compare.places["log"] = rect;
    ImGui::Checkbox("log scale", &d.state.compare.logarithmic);
  }
  return flow.height();
}

}  // namespace jacobiscope
