// What a robot's next run would begin with: it is asked of the engine whenever the input changes,
// and things on the table are moved by hand.
#include <utility>

#include "ui/shell/engine.h"

namespace jacobiscope {

namespace {

constexpr char kLayout[] = "layout";  // the input's array

bool sameStart(const Input& a, const Input& b) {
  return a.seed == b.seed && a.prompt == b.prompt && a.arrays == b.arrays;
}

}  // namespace

Input Engine::inputForModel() const {
  const bool robot = !m_view.model->action.empty();
  Input input = m_input;
  if (m_view.model->classes.empty()) input.label.reset();
  if (!m_view.model->prompted) input.prompt.clear();
  std::erase_if(input.arrays,
                [&](const auto& entry) { return (entry.first == kLayout) != robot; });
  if (robot) input.picture.clear();
  return input;
}

void Engine::setInput(const Input& input) {
  m_input = input;
  m_input.arrays.clear();
  m_view.ownLayout = false;
  const auto layout = input.arrays.find(kLayout);
  const bool robot = m_view.model && !m_view.model->action.empty();
  layout != input.arrays.end() && robot ? askForLayout(layout->second) : inputChanged();
}

void Engine::inputChanged() { m_rest.start(); }

void Engine::dropLayoutOfOtherSeed() {
  if (!m_view.ownLayout || m_input.seed == m_layoutSeed) return;
  m_input.arrays.erase(kLayout);
  m_view.ownLayout = false;
}

void Engine::look(bool show) {
  if (!m_view.model || m_view.model->action.empty() || m_view.running) return;
  dropLayoutOfOtherSeed();
  Input input = inputForModel();
  if (m_lookedHash == m_view.model->hash && sameStart(m_looked, input)) return;
  m_lookedHash = m_view.model->hash;
  m_looked = std::move(input);
  m_looksToShow = show;
  m_session->post(command::Preview{m_looked});
}

void Engine::moveThing(const MovedThing& moved) {
  const auto drop = [this] { m_view.moved.reset(); };
  if (m_view.running || !m_view.before) return drop();
  const Arrays& known = m_view.before->preview.arrays;
  const auto found = known.find(kLayout);
  if (found == known.end()) return drop();
  Array layout = found->second;
  auto* places = std::get_if<std::vector<float>>(&layout.values);
  const std::size_t row = static_cast<std::size_t>(moved.thing) * 3;
  if (moved.thing < 0 || !places || row + 1 >= places->size()) return drop();
  (*places)[row] += moved.x;
  (*places)[row + 1] += moved.y;
  askForLayout(std::move(layout));
}

// The answer puts the things there.
void Engine::askForLayout(Array layout) {
  m_rest.stop();
  m_looked = inputForModel();
  m_looked.arrays[kLayout] = std::move(layout);
  m_lookedHash = m_view.model->hash;
  m_looksToShow = true;
  m_session->post(command::Preview{m_looked});
}

std::vector<float> Engine::layoutByHand() const {
  const auto found = m_input.arrays.find(kLayout);
  if (!m_view.ownLayout || found == m_input.arrays.end()) return {};
  const auto* places = std::get_if<std::vector<float>>(&found->second.values);
  return places ? *places : std::vector<float>();
}

void Engine::restoreLayout(const std::vector<float>& places) {
  if (places.empty()) return;
  m_layoutToRestore = Array{{std::ssize(places) / 3, 3}, places};
}

void Engine::resetLayout() {
  m_input.arrays.erase(kLayout);
  m_view.ownLayout = false;
  look(true);
}

void Engine::showTable() {
  if (!m_view.before || m_view.running) return;
  m_view.compare.on = false;  // it would hide the table
  m_view.before->shown = true;
  m_view.before->cursor = m_view.cursor;
  Q_EMIT eventsArrived();
}

void Engine::handle(const Previewed& event) {
  if (!m_view.model || m_lookedHash != m_view.model->hash || !sameStart(event.input, m_looked))
    return;  // of an input that has changed since
  m_view.moved.reset();
  std::erase_if(m_view.notices, [](const Notice& notice) { return notice.what == "preview"; });
  const auto layout = event.input.arrays.find(kLayout);
  if (layout != event.input.arrays.end() && event.input.seed == m_input.seed) {
    m_input.arrays[kLayout] = layout->second;
    m_view.ownLayout = true;
    m_layoutSeed = m_input.seed;
  }
  m_view.before = BeforeRun{event.preview, m_view.cursor, m_looksToShow};
}

}  // namespace jacobiscope
