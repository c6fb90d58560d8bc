// Runs are kept in a folder of the user's while they go on, so that the end of the program, good
// or bad, costs none. A quota bounds the folder: the oldest files go first.
#pragma once

#include <QObject>
#include <QStringList>
#include <cstdint>
#include <map>
#include <memory>

#include "engine/core/event.h"
#include "engine/record/trace_writer.h"

namespace jacobiscope {

class KeptRuns : public QObject {
  Q_OBJECT

 public:
  // Makes the folder where it is missing. `quota` in bytes; 0: nothing is kept from now on.
  KeptRuns(const QString& folder, std::uint64_t quota, QObject* parent = nullptr);

  // Writes what happened to the file of its run: one file a run.
  void add(const Event& event);
  // The file of a run that has ended is written anew: more is known of it.
  void rewrite(const RunRecord& run);
  void setQuota(std::uint64_t quota);

  // The newest files, latest last, that together hold no more than `bytes` and are no more than
  // `most`; those of this session are not among them.
  QStringList newest(int most, std::uint64_t bytes) const;
  std::uint64_t bytes() const;  // of all files
  // Names the file that a run came from.
  void know(int run, const QString& file) { m_files[run] = file; }
  // Deletes the file of a run, where it has one.
  void erase(int run);
  // Deletes all of them but that of a run that goes on.
  void clear();

  const QString& folder() const { return m_folder; }

 Q_SIGNALS:
  // A run could not be written on; the run itself is not concerned.
  void failed(const QString& message, const QString& hint);

 private:
  void begin(const Started& started);
  void trim();

  QString m_folder;
  std::uint64_t m_quota;
  std::map<int, QString> m_files;  // by run
  std::unique_ptr<TraceWriter> m_writer;
  QString m_open;  // what it writes to
  bool m_told = false;
};

}  // namespace jacobiscope
