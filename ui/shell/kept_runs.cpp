#include "ui/shell/kept_runs.h"

#include <QDateTime>
#include <QDir>
#include <algorithm>
#include <ranges>

namespace jacobiscope {

namespace {

constexpr std::uint64_t kPicturesOfARun = std::uint64_t{64} << 20;  // bytes
// Sliders begin many small runs: more files than this are of no use to anybody.
constexpr qsizetype kMostFiles = 500;

// By name, which begins with the time: oldest first.
QFileInfoList filesIn(const QString& folder) {
  return QDir(folder).entryInfoList({"*.jtrace"}, QDir::Files, QDir::Name);
}

}  // namespace

KeptRuns::KeptRuns(const QString& folder, std::uint64_t quota, QObject* parent)
    : QObject(parent), m_folder(folder), m_quota(quota) {
  QDir().mkpath(folder);
  trim();
}

void KeptRuns::add(const Event& event) {
  if (const auto* started = std::get_if<Started>(&event)) begin(*started);
  if (!m_writer) return;
  m_writer->add(event);
  if (!m_writer->problem()) return;
  const Error problem = *m_writer->problem();
  m_writer.reset();
  if (!std::exchange(m_told, true)) {
    Q_EMIT failed(QString::fromStdString(problem.what()), QString::fromStdString(problem.hint()));
  }
}

void KeptRuns::begin(const Started& started) {
  m_writer.reset();  // pictures of the run before come until now
  m_open.clear();
  trim();
  if (m_quota == 0) return;
  const QString time = QDateTime::currentDateTimeUtc().toString("yyyyMMdd-HHmmss-zzz");
  m_open = QString("%1/%2-%3.jtrace").arg(m_folder, time).arg(started.run);
  try {
    m_writer = std::make_unique<TraceWriter>(m_open.toStdString(),
                                             std::min(m_quota / 2, kPicturesOfARun));
    m_files[started.run] = m_open;
  } catch (const Error& error) {
    if (!std::exchange(m_told, true)) {
      Q_EMIT failed(QString::fromStdString(error.what()), QString::fromStdString(error.hint()));
    }
  }
}

void KeptRuns::rewrite(const RunRecord& run) {
  const auto file = m_files.find(run.start.run);
  if (file == m_files.end() || file->second == m_open) return;  // which grows by itself
  try {
    writeTrace(file->second.toStdString(), {&run});
  } catch (const Error&) {
    // The file stays as it was, without what can be measured again.
  }
}

void KeptRuns::setQuota(std::uint64_t quota) {
  m_quota = quota;
  trim();
}

void KeptRuns::trim() {
  const QFileInfoList files = filesIn(m_folder);
  std::uint64_t kept = 0;
  qsizetype count = 0;
  for (const QFileInfo& file : files | std::views::reverse) {
    kept += static_cast<std::uint64_t>(file.size());
    const bool fits = kept <= m_quota && ++count <= kMostFiles;
    if (!fits && file.filePath() != m_open) QFile::remove(file.filePath());
  }
}

QStringList KeptRuns::newest(int most, std::uint64_t bytes) const {
  QStringList found;
  const QFileInfoList files = filesIn(m_folder);
  for (const QFileInfo& file : files | std::views::reverse) {
    const bool known = std::ranges::any_of(
        m_files, [&](const auto& entry) { return entry.second == file.filePath(); });
    if (known) continue;
    const auto size = static_cast<std::uint64_t>(file.size());
    if (found.size() >= most || size > bytes) break;
    bytes -= size;
    found.prepend(file.filePath());
  }
  return found;
}

std::uint64_t KeptRuns::bytes() const {
  std::uint64_t sum = 0;
  for (const QFileInfo& file : filesIn(m_folder)) sum += static_cast<std::uint64_t>(file.size());
  return sum;
}

void KeptRuns::erase(int run) {
  const auto found = m_files.find(run);
  if (found == m_files.end()) return;
  if (found->second == m_open) {
    m_writer.reset();
    m_open.clear();
  }
  QFile::remove(found->second);
  m_files.erase(found);
}

void KeptRuns::clear() {
  for (const QFileInfo& file : filesIn(m_folder)) {
    if (file.filePath() != m_open) QFile::remove(file.filePath());
  }
}

}  // namespace jacobiscope
