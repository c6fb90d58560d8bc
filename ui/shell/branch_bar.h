// Above the stage when a knob was changed while a moment of the past is looked at: the change can
// be tried there, as a branch.
#pragma once

#include <QFrame>
#include <QLabel>
#include <QPushButton>

#include "ui/shell/engine.h"

namespace jacobiscope {

class BranchBar : public QFrame {
  Q_OBJECT

 public:
  explicit BranchBar(Engine& engine, QWidget* parent = nullptr);

  // Shows what is offered now, or nothing.
  void refresh();
  QString text() const { return m_text->text(); }
  QPushButton* branch() const { return m_branch; }
  QPushButton* newRun() const { return m_newRun; }
  QPushButton* dismiss() const { return m_dismiss; }

 private:
  Engine& m_engine;
  bool m_offered = false;  // since a knob was changed, until it was taken up or dismissed
  QLabel *m_sign, *m_text;
  QColor m_ink;  // of the sign
  QPushButton *m_branch, *m_newRun, *m_dismiss;
};

}  // namespace jacobiscope
