#include "ui/views/drawing.h"
#include "ui/views/notices_view.h"

#include <algorithm>
#include <cmath>

namespace jacobiscope {

namespace {

constexpr int kMostShown = 3;

// A triangle (warning), a diamond (problem) or a dot (information).
void drawSeverity(const Look& look, glm::vec2 centre, Severity severity) {
  ImDrawList* draw = ImGui::GetWindowDrawList();
  const float r = look.px(7);
  const Palette& c = look.colours;
  const auto at = [&](float x, float y) { return im(centre + glm::vec2(x, y) * r); };
  if (severity == Severity::Warning) {
    draw->AddTriangleFilled(at(0, -1), at(1, 0.8f), at(-1, 0.8f), c.warning);
  } else if (severity == Severity::Problem) {
    draw->AddQuadFilled(at(0, -1.1f), at(1.1f, 0), at(0, 1.1f), at(-1.1f, 0), c.problem);
  } else {
    draw->AddCircleFilled(im(centre), r, c.accent);
  }
  const Rgba ink = severity == Severity::Warning ? inkOn(c.warning) : rgba(255, 255, 255);
  drawText(look.fonts.small, centre - glm::vec2(0, look.fonts.small->FontSize / 2), ink,
           severity == Severity::Info ? "i" : "!", Align::Centre);
}

// Returns the height taken; `dismissed` is set when its cross was pressed.
float drawNotice(const Look& look, const Notice& notice, int number, glm::vec2 corner,
                 float width, bool& dismissed) {
  const float pad = look.px(11), icon = look.px(26), cross = look.px(26);
  const float wrap = width - pad * 2 - icon - cross;
  ImFont* body = look.fonts.body;
  ImFont* small = look.fonts.small;
  const auto height = [&](ImFont* font, const std::string& text) {
    return text.empty() ? 0 : font->CalcTextSizeA(font->FontSize, FLT_MAX, wrap, text.c_str()).y;
  };
  const float message = height(body, notice.message);
  const float hint = height(small, notice.hint);
  const float gap = notice.hint.empty() ? 0 : look.px(3);
  const Rect box{corner, corner + glm::vec2(width, message + gap + hint + pad * 2)};
  const Palette& c = look.colours;
  fillRect(box, c.raised, look.px(8));
  outlineRect(box, c.line, std::max(1.0f, look.px(1)), look.px(8));
  drawSeverity(look, box.min + glm::vec2(pad + look.px(8), pad + body->FontSize / 2),
               notice.severity);
  ImDrawList* draw = ImGui::GetWindowDrawList();
  const float x = box.min.x + pad + icon;
  draw->AddText(body, body->FontSize, {x, box.min.y + pad}, c.text, notice.message.c_str(),
                nullptr, wrap);
  if (!notice.hint.empty())
    draw->AddText(small, small->FontSize, {x, box.min.y + pad + message + gap}, c.muted,
                  notice.hint.c_str(), nullptr, wrap);
  const Rect button{{box.max.x - cross - look.px(4), box.min.y + look.px(4)},
                    {box.max.x - look.px(4), box.min.y + look.px(4) + cross}};
  ImGui::PushID(number);
  ImGui::SetCursorScreenPos(im(button.min));
  dismissed = pressArea("dismiss", im(button.size()));
  drawVerdict(button.centre(), look.px(4), Verdict::Diverged,
              ImGui::IsItemHovered() ? c.text : c.muted, look.px(1.5f));
  ImGui::PopID();
  return box.height();
}

}  // namespace

void drawNotices(ViewState& state, const Look& look, const Rect& area) {
  if (state.notices.empty()) return;
  const float width = std::min(look.px(640), area.width() - look.px(24));
  if (width < look.px(120)) return;
  ImGui::SetNextWindowPos(
      {std::round(area.centre().x - width / 2), area.min.y + look.px(10)});
  ImGui::SetNextWindowSize({width, 0});
  ImGui::PushStyleColor(ImGuiCol_WindowBg, 0u);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
  const ImGuiWindowFlags flags = ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove |
                                 ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoNav |
                                 ImGuiWindowFlags_NoFocusOnAppearing |
                                 ImGuiWindowFlags_AlwaysAutoResize;
  if (ImGui::Begin("notices", nullptr, flags)) {
    const int count = static_cast<int>(state.notices.size());
    int gone = -1;
    glm::vec2 corner = gl(ImGui::GetCursorScreenPos());
    for (int i = count - 1; i >= std::max(0, count - kMostShown); --i) {
      bool dismissed = false;
      corner.y += drawNotice(look, state.notices[i], i, corner, width, dismissed) + look.px(6);
      if (dismissed) gone = i;
    }
    ImGui::SetCursorScreenPos(im(corner));
    ImGui::Dummy({width, 1});
    if (gone >= 0) state.notices.erase(state.notices.begin() + gone);
  }
  ImGui::End();
  ImGui::PopStyleVar();
  ImGui::PopStyleColor();
}

Welcome welcomeOf(const ViewState& state) {
  if (state.model && !state.model->action.empty())
    return {"Press Generate", "and watch " + state.model->name + " obey, step by step."};
  if (state.model && state.model->vocabulary > 0)
    return {"Press Generate", "and watch " + state.model->name + " decide, token by token."};
  if (state.model)
    return {"Press Generate",
            "and watch " + state.model->name + " converge, iteration by iteration."};
  if (state.progress && state.progress->what == "load") return {"Loading the model…", ""};
  return {"Choose a model", "in the list on the left, or open a checkpoint."};
}

void drawWelcome(const ViewState& state, const Look& look, const Rect& area) {
  const Welcome welcome = welcomeOf(state);
  ImFont* title = look.fonts.title;
  const float size = title->FontSize;
  const ImVec2 extent = title->CalcTextSizeA(size, FLT_MAX, 0, welcome.title.c_str());
  const glm::vec2 middle = area.centre();
  ImGui::GetWindowDrawList()->AddText(
      title, size,
      {std::round(middle.x - extent.x / 2), std::round(middle.y - extent.y - look.px(2))},
      look.colours.text, welcome.title.c_str());
  drawText(look.fonts.body, {middle.x, middle.y + look.px(6)}, look.colours.muted, welcome.hint,
           Align::Centre);
}

}  // namespace jacobiscope
