#include "ui/shell/wheel_guard.h"

#include <QAbstractSpinBox>
#include <QApplication>
#include <QComboBox>
#include <QEvent>
#include <QSlider>

namespace jacobiscope {

namespace {

// The field that the widget is or, as the line of a spin box, belongs to.
QWidget* fieldOf(QObject* watched) {
  auto* widget = qobject_cast<QWidget*>(watched);
  for (QWidget* field : {widget, widget ? widget->parentWidget() : nullptr}) {
    if (qobject_cast<QAbstractSpinBox*>(field) || qobject_cast<QComboBox*>(field) ||
        qobject_cast<QSlider*>(field)) {
      return field;
    }
  }
  return nullptr;
}

}  // namespace

WheelGuard::WheelGuard(QObject* parent) : QObject(parent) { qApp->installEventFilter(this); }

bool WheelGuard::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() == QEvent::Polish) {
    // With this policy the wheel itself would give the focus.
    auto* field = fieldOf(watched);
    if (field && field->focusPolicy() == Qt::WheelFocus) field->setFocusPolicy(Qt::StrongFocus);
  } else if (event->type() == QEvent::Wheel) {
    const QWidget* field = fieldOf(watched);
    if (field && !field->hasFocus()) {
      event->ignore();  // what it stands in may scroll
      return true;
    }
  }
  return QObject::eventFilter(watched, event);
}

}  // namespace jacobiscope
