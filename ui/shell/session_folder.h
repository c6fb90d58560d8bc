// The user's folder in which a session is kept between two starts. Of several windows only the
// first one keeps its session there: what waits in one must not begin in another, too.
#pragma once

#include <QLockFile>
#include <QString>
#include <memory>

namespace jacobiscope {

class SessionFolder {
 public:
  // Makes the folder where it is missing. An empty path: nothing is kept.
  explicit SessionFolder(const QString& path);

  // Whether the session is kept; not where another window does so, or nothing can be written.
  bool ours() const { return m_lock && m_lock->isLocked(); }
  bool takenByAnother() const { return m_lock && m_lock->error() == QLockFile::LockFailedError; }
  QString file(const QString& name) const { return m_path + '/' + name; }

 private:
  QString m_path;
  std::unique_ptr<QLockFile> m_lock;  // of a program that was killed: known as such by its number
};

}  // namespace jacobiscope
