// Tells by a message of the desktop that a long run has ended while nobody looked.
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <chrono>
#include <functional>
#include <memory>

#include "ui/shell/engine.h"
#include "ui/shell/notifier.h"

namespace jacobiscope {

class RunAnnouncer : public QObject {
  Q_OBJECT

 public:
  static constexpr std::chrono::milliseconds kLong{10000};

  // `isLookedAt` says whether the user has the window before them. Runs that took less than
  // `least` are not told of.
  RunAnnouncer(Engine& engine, std::unique_ptr<Notifier> notifier,
               std::function<bool()> isLookedAt, std::chrono::milliseconds least = kLong,
               QObject* parent = nullptr);

  void setOn(bool on) { m_on = on; }

 private:
  void follow(const Event& event);
  void tell(int run, const QString& how);

  Engine& m_engine;
  std::unique_ptr<Notifier> m_notifier;
  std::function<bool()> m_isLookedAt;
  std::chrono::milliseconds m_least;
  QElapsedTimer m_age;  // of the run
  int m_run = 0;
  bool m_on = true;
};

}  // namespace jacobiscope
