#include "ui/shell/job_queue.h"

#include <QFile>
#include <QSaveFile>
#include <algorithm>

#include "engine/core/error.h"

namespace jacobiscope {

void JobQueue::keepIn(const QString& file) {
  m_file = file;
  QFile kept(file);
  if (!kept.exists()) return;
  try {
    if (!kept.open(QIODevice::ReadOnly)) throw Error("The list of jobs could not be read.");
    m_jobs = parseJobs(kept.readAll().toStdString());
  } catch (const Error& error) {
    kept.close();
    const QString aside = file + ".damaged";
    QFile::remove(aside);
    QFile::rename(file, aside);
    throw Error(error.what(), "It was set aside as " + aside.toStdString() + ".");
  }
  m_lastId = static_cast<int>(m_jobs.size());
  m_held = true;
  Q_EMIT changed();
}

void JobQueue::setHeld(bool held) {
  if (m_held == held) return;
  m_held = held;
  Q_EMIT changed();
}

void JobQueue::add(Job job) {
  if (empty()) m_held = false;
  job.id = ++m_lastId;
  m_jobs.push_back(std::move(job));
  change();
}

int JobQueue::rowOf(int id) const {
  const auto found = std::ranges::find(m_jobs, id, &Job::id);
  return found == m_jobs.end() ? -1 : static_cast<int>(found - m_jobs.begin());
}

std::optional<Job> JobQueue::take(int id) {
  const int row = rowOf(id);
  if (row < 0) return std::nullopt;
  Job job = std::move(m_jobs[row]);
  m_jobs.erase(m_jobs.begin() + row);
  change();
  return job;
}

void JobQueue::move(int id, int row) {
  const int from = rowOf(id);
  if (from < 0) return;
  row = std::clamp(row, 0, static_cast<int>(m_jobs.size()) - 1);
  if (from == row) return;
  const auto begin = m_jobs.begin();
  if (from < row) {
    std::rotate(begin + from, begin + from + 1, begin + row + 1);
  } else {
    std::rotate(begin + row, begin + from, begin + from + 1);
  }
  change();
}

void JobQueue::change() {
  if (!m_file.isEmpty()) {
    QSaveFile file(m_file);
    const std::string text = jobsText(m_jobs);
    const bool written = file.open(QIODevice::WriteOnly) &&
                         file.write(text.data(), qint64(text.size())) == qint64(text.size()) &&
                         file.commit();
    if (!written && !m_toldNotKept) Q_EMIT notKept(file.errorString());
    m_toldNotKept = !written;
  }
  Q_EMIT changed();
}

}  // namespace jacobiscope
