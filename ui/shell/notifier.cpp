#include "ui/shell/notifier.h"

#ifdef JACOBISCOPE_DBUS
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QVariantMap>
#endif

namespace jacobiscope {

namespace {

#ifdef JACOBISCOPE_DBUS
// https://specifications.freedesktop.org/notification-spec
class DBusNotifier : public QObject, public Notifier {
 public:
  void show(const QString& title, const QString& text) override {
    QDBusMessage call = QDBusMessage::createMethodCall(
        "org.freedesktop.Notifications", "/org/freedesktop/Notifications",
        "org.freedesktop.Notifications", "Notify");
    const QVariantMap hints{{"desktop-entry", "org.jacobiscope.Jacobiscope"}};
    constexpr int kAsTheDesktopLikes = -1;  // milliseconds
    call << "Jacobiscope" << m_shown << "org.jacobiscope.Jacobiscope" << title
         << text.toHtmlEscaped() << QStringList() << hints << kAsTheDesktopLikes;
    auto* watcher =
        new QDBusPendingCallWatcher(QDBusConnection::sessionBus().asyncCall(call), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, watcher] {
      const QDBusPendingReply<uint> reply = *watcher;
      if (!reply.isError()) m_shown = reply.value();
      watcher->deleteLater();
    });
  }

 private:
  uint m_shown = 0;  // the desktop's number of the last message; 0: none
};
#else
class SilentNotifier : public Notifier {
 public:
  void show(const QString&, const QString&) override {}
};
#endif

}  // namespace

std::unique_ptr<Notifier> desktopNotifier() {
#ifdef JACOBISCOPE_DBUS
  return std::make_unique<DBusNotifier>();
#else
  return std::make_unique<SilentNotifier>();
#endif
}

}  // namespace jacobiscope
