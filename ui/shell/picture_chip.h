// The small label in the top row that says which picture the next run starts from.
#pragma once

#include <QFrame>
#include <QIcon>
#include <QLabel>
#include <QToolButton>

#include "engine/core/family.h"

namespace jacobiscope {

class PictureChip : public QFrame {
  Q_OBJECT

 public:
  explicit PictureChip(QWidget* parent = nullptr);

  // The input's picture with its name, shortened where it is long.
  void setPicture(const Input& input);
  // In a narrow window the picture alone has to do; the name is in the tooltip.
  void setNamed(bool named) { m_text->setVisible(named); }
  void setIcon(const QIcon& icon) { m_remove->setIcon(icon); }
  QString text() const { return m_text->text(); }

 Q_SIGNALS:
  void removed();

 private:
  Array m_shown;
  QLabel *m_picture, *m_text;
  QToolButton* m_remove;
};

}  // namespace jacobiscope
