// Messages of the desktop, for somebody who looks at another window.
#pragma once

#include <QString>
#include <memory>

namespace jacobiscope {

class Notifier {
 public:
  virtual ~Notifier() = default;
  // Plain text. A later message takes the place of one that is still shown.
  virtual void show(const QString& title, const QString& text) = 0;
};

// Speaks org.freedesktop.Notifications; says nothing where nobody listens or where the program
// was built without Qt DBus.
std::unique_ptr<Notifier> desktopNotifier();

}  // namespace jacobiscope
