// Recordings as files of the user's: opened beside the runs that are there, saved, and kept from
// one start to the next.
#pragma once

#include <QObject>
#include <memory>

#include "ui/shell/engine.h"
#include "ui/shell/kept_runs.h"

namespace jacobiscope {

class Recordings : public QObject {
  Q_OBJECT

 public:
  // `window` is the parent of the dialogs; none of them blocks it.
  Recordings(Engine& engine, QWidget* window);

  static bool isRecording(const QString& file);
  // Its runs appear among the others. What is missing of a damaged one is told; what is no
  // recording at all ends in a notice.
  void open(const QString& file);
  void openDialog();
  // The run, or all of them where it is 0. Returns whether it was written.
  bool save(const QString& file, int run);
  void saveDialog(int run);

  // From now on runs are kept in that folder; those of earlier sessions are opened.
  void keepIn(const QString& folder, std::uint64_t quota);
  // nullptr: none are kept.
  KeptRuns* kept() const { return m_kept.get(); }

 private:
  std::vector<const RunRecord*> runsToSave(int run) const;
  void restore();

  Engine& m_engine;
  QWidget* m_window;
  QString m_folder;  // of the last recording opened or saved
  std::unique_ptr<KeptRuns> m_kept;
};

}  // namespace jacobiscope
