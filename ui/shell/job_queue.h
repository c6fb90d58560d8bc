// The jobs that wait behind the run, in order. Every change is written to a file at once, so that
// they survive the end of the program, however it ends.
#pragma once

#include <QObject>
#include <QString>
#include <optional>
#include <vector>

#include "ui/shell/job.h"

namespace jacobiscope {

class JobQueue : public QObject {
  Q_OBJECT

 public:
  using QObject::QObject;

  // From now on they are kept in this file. What it holds waits behind nothing and is held; a
  // file that cannot be read is renamed to "FILE.damaged" and Error says so.
  void keepIn(const QString& file);

  const std::vector<Job>& jobs() const { return m_jobs; }
  bool empty() const { return m_jobs.empty(); }
  // Held jobs are not started until somebody says so.
  bool held() const { return m_held && !empty(); }
  void setHeld(bool held);

  void add(Job job);  // behind the others; it gets an id
  std::optional<Job> take(int id);
  // To that row; the others close up.
  void move(int id, int row);
  int rowOf(int id) const;  // -1: no such job

 Q_SIGNALS:
  void changed();
  // The file could not be written; the jobs themselves are as they should be.
  void notKept(const QString& why);

 private:
  void change();

  std::vector<Job> m_jobs;
  QString m_file;
  int m_lastId = 0;
  bool m_held = false;
  bool m_toldNotKept = false;
};

}  // namespace jacobiscope
