// Qt's input events, kept in order until a frame can take them. ImGui reads a state, not
// events: a press and a release that arrive together would cancel out. So a frame takes
// events only up to where the next one would undo or overtake what it already took, and
// says whether some are left for another frame.
#pragma once

#include <QEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPointF>
#include <QString>
#include <QWheelEvent>
#include <deque>
#include <variant>

struct ImGuiIO;

namespace jacobiscope {

class ImGuiInput {
 public:
  // Positions are multiplied by `ratio`: device pixels per Qt pixel.
  void mouse(const QMouseEvent& event, double ratio);
  void wheel(const QWheelEvent& event);
  void key(const QKeyEvent& event);
  void text(const QString& text);  // typed or committed by an input method
  void leave();                    // the mouse left the widget
  void releaseAll();               // focus went away: nothing is held any more

  // Whether events wait for a frame.
  bool waiting() const { return !m_items.empty(); }

  // Feeds the next frame; true when events are left over.
  bool feed(ImGuiIO& io);

  // Tells ImGui which of its keys is where in KeysDown.
  static void mapKeys(ImGuiIO& io);

 private:
  struct Move { QPointF at; };
  struct Button { int button; bool down; };
  struct Wheel { double x, y; };
  struct Key { int key; bool down; };
  struct Modifiers { Qt::KeyboardModifiers held; };
  struct Text { QString text; };
  using Item = std::variant<Move, Button, Wheel, Key, Modifiers, Text>;

  std::deque<Item> m_items;
};

}  // namespace jacobiscope
