#include "ui/stage/imgui_input.h"

#include <imgui.h>

#include <set>

namespace jacobiscope {

namespace {

// One notch of a wheel is 120 eighths of a degree; so many pixels of a trackpad feel alike.
constexpr double kNotch = 120, kPixelsPerNotch = 60;

int buttonOf(Qt::MouseButton button) {
  switch (button) {
    case Qt::LeftButton: return 0;
    case Qt::RightButton: return 1;
    case Qt::MiddleButton: return 2;
    default: return -1;
  }
}

int keyOf(int key) {
  switch (key) {
    case Qt::Key_Tab:
    case Qt::Key_Backtab: return ImGuiKey_Tab;
    case Qt::Key_Left: return ImGuiKey_LeftArrow;
    case Qt::Key_Right: return ImGuiKey_RightArrow;
    case Qt::Key_Up: return ImGuiKey_UpArrow;
    case Qt::Key_Down: return ImGuiKey_DownArrow;
    case Qt::Key_PageUp: return ImGuiKey_PageUp;
    case Qt::Key_PageDown: return ImGuiKey_PageDown;
    case Qt::Key_Home: return ImGuiKey_Home;
    case Qt::Key_End: return ImGuiKey_End;
    case Qt::Key_Insert: return ImGuiKey_Insert;
    case Qt::Key_Delete: return ImGuiKey_Delete;
    case Qt::Key_Backspace: return ImGuiKey_Backspace;
    case Qt::Key_Space: return ImGuiKey_Space;
    case Qt::Key_Return: return ImGuiKey_Enter;
    case Qt::Key_Enter: return ImGuiKey_KeyPadEnter;
    case Qt::Key_Escape: return ImGuiKey_Escape;
    case Qt::Key_A: return ImGuiKey_A;
    case Qt::Key_C: return ImGuiKey_C;
    case Qt::Key_V: return ImGuiKey_V;
    case Qt::Key_X: return ImGuiKey_X;
    case Qt::Key_Y: return ImGuiKey_Y;
    case Qt::Key_Z: return ImGuiKey_Z;
    default: return -1;
  }
}

}  // namespace

void ImGuiInput::mouse(const QMouseEvent& event, double ratio) {
  m_items.push_back(Move{event.position() * ratio});
  const int button = buttonOf(event.button());
  if (button < 0 || event.type() == QEvent::MouseMove) return;
  m_items.push_back(Modifiers{event.modifiers()});
  m_items.push_back(Button{button, event.type() != QEvent::MouseButtonRelease});
}

void ImGuiInput::wheel(const QWheelEvent& event) {
  m_items.push_back(Modifiers{event.modifiers()});
  // Trackpads report pixels; where they do not, angles say as much.
  const QPointF pixels = event.pixelDelta();
  const QPointF notches = pixels.isNull() ? QPointF(event.angleDelta()) / kNotch
                                          : pixels / kPixelsPerNotch;
  m_items.push_back(Wheel{notches.x(), notches.y()});
}

void ImGuiInput::key(const QKeyEvent& event) {
  const bool down = event.type() == QEvent::KeyPress;
  m_items.push_back(Modifiers{event.modifiers()});
  const int key = keyOf(event.key());
  // A key held down repeats by release and press pairs or presses alone: each a new press.
  if (key >= 0) {
    if (down && event.isAutoRepeat()) m_items.push_back(Key{key, false});
    if (down || !event.isAutoRepeat()) m_items.push_back(Key{key, down});
  }
  const bool command = event.modifiers() & (Qt::ControlModifier | Qt::MetaModifier);
  if (down && !command) text(event.text());
}

void ImGuiInput::text(const QString& text) {
  QString printable;
  for (const QChar letter : text)
    if (letter.isPrint()) printable += letter;
  if (!printable.isEmpty()) m_items.push_back(Text{printable});
}

void ImGuiInput::leave() { m_items.push_back(Move{{-1e6, -1e6}}); }

void ImGuiInput::releaseAll() {
  for (int button = 0; button < 3; ++button) m_items.push_back(Button{button, false});
  for (int key = 0; key < ImGuiKey_COUNT; ++key) m_items.push_back(Key{key, false});
  m_items.push_back(Modifiers{});
}

bool ImGuiInput::feed(ImGuiIO& io) {
  bool clicked = false, wheeled = false;
  std::set<int> keys;
  std::set<int> buttons;
  while (!m_items.empty()) {
    const Item& item = m_items.front();
    if (const auto* move = std::get_if<Move>(&item)) {
      if (clicked || wheeled) break;
      const bool outside = move->at.x() < -1e5;
      io.MousePos = outside ? ImVec2(-FLT_MAX, -FLT_MAX)
                            : ImVec2(float(move->at.x()), float(move->at.y()));
    } else if (const auto* button = std::get_if<Button>(&item)) {
      if (io.MouseDown[button->button] != button->down) {
        if (wheeled || buttons.contains(button->button)) break;
        buttons.insert(button->button);
        io.MouseDown[button->button] = button->down;
        clicked = true;
      }
    } else if (const auto* wheel = std::get_if<Wheel>(&item)) {
      if (clicked) break;
      io.MouseWheel += float(wheel->y);
      io.MouseWheelH += float(wheel->x);
      wheeled = true;
    } else if (const auto* key = std::get_if<Key>(&item)) {
      if (io.KeysDown[key->key] != key->down) {
        if (keys.contains(key->key) || io.InputQueueCharacters.Size > 0) break;
        keys.insert(key->key);
        io.KeysDown[key->key] = key->down;
      }
    } else if (const auto* held = std::get_if<Modifiers>(&item)) {
      io.KeyCtrl = held->held & Qt::ControlModifier;
      io.KeyShift = held->held & Qt::ShiftModifier;
      io.KeyAlt = held->held & Qt::AltModifier;
      io.KeySuper = held->held & Qt::MetaModifier;
    } else if (const auto* text = std::get_if<Text>(&item)) {
      if (clicked) break;
      io.AddInputCharactersUTF8(text->text.toUtf8().constData());
    }
    m_items.pop_front();
  }
  return !m_items.empty();
}

void ImGuiInput::mapKeys(ImGuiIO& io) {
  for (int key = 0; key < ImGuiKey_COUNT; ++key) io.KeyMap[key] = key;
}

}  // namespace jacobiscope
