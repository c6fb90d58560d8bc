#include "ui/shell/session_folder.h"

#include <QDir>

namespace jacobiscope {

SessionFolder::SessionFolder(const QString& path) : m_path(path) {
  if (path.isEmpty()) return;
  QDir().mkpath(path);
  m_lock = std::make_unique<QLockFile>(file("session.lock"));
  m_lock->setStaleLockTime(0);  // a window may be open for days
  m_lock->tryLock(0);
}

}  // namespace jacobiscope
