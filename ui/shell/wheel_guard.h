// The wheel scrolls; it changes a field only when that field was clicked or reached by Tab
// before. Otherwise a value moves because the pointer happened to pass over it.
#pragma once

#include <QObject>

namespace jacobiscope {

// Watches every field of the program for as long as it lives.
class WheelGuard : public QObject {
  Q_OBJECT

 public:
  explicit WheelGuard(QObject* parent);

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;
};

}  // namespace jacobiscope
