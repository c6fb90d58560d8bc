// Above the stage while a breakpoint holds the run: why, and what can be done about it.
#pragma once

#include <QFrame>
#include <QLabel>
#include <QPushButton>

#include "ui/shell/engine.h"

namespace jacobiscope {

class BreakBar : public QFrame {
  Q_OBJECT

 public:
  explicit BreakBar(Engine& engine, QWidget* parent = nullptr);

  // Shows the breakpoint that holds the run now, or nothing.
  void refresh();
  QString text() const { return m_text->text(); }
  QPushButton* showGood() const { return m_showGood; }
  QPushButton* goOn() const { return m_goOn; }

 private:
  Engine& m_engine;
  QLabel* m_text;
  QPushButton *m_showGood, *m_goOn;
};

}  // namespace jacobiscope
