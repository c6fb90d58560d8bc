// The left dock: models that can be opened, schedules of the loaded one, jobs that wait, runs of
// this session.
#pragma once

#include <QElapsedTimer>
#include <QLabel>
#include <QPushButton>
#include <QTemporaryDir>
#include <QWidget>
#include <map>
#include <set>

#include "engine/core/model_library.h"
#include "ui/shell/card_list.h"
#include "ui/shell/engine.h"
#include "ui/shell/jobs_panel.h"

namespace jacobiscope {

class LibraryPanel : public QWidget {
  Q_OBJECT

 public:
  explicit LibraryPanel(Engine& engine, QWidget* parent = nullptr);

  void setModels(const std::vector<ModelEntry>& models);
  // Whose models they are, where they are not this machine's: "user@host".
  void setPlace(const QString& place);
  // Shown where a model has no picture yet.
  void setModelIcon(const QPixmap& icon);
  void refresh();

  CardList* models() const { return m_models; }
  CardList* schedules() const { return m_schedules; }
  JobsPanel* jobs() const { return m_jobs; }
  CardList* runs() const { return m_runs; }

 Q_SIGNALS:
  void modelChosen(const QString& path);
  void openRequested();
  void savePictureRequested(int run);
  void exportRequested(int run);
  void copyRecipeRequested(int run);
  void saveRecordingRequested(int run);
  void compareRequested(int run);

 private:
  void refreshModels();
  void refreshSchedules();
  void refreshRuns();
  void unfold(int run);
  void runMenu(const QPoint& position);
  void addBranchActions(QMenu* menu, int run);
  QPixmap modelPicture(const std::string& path) const;
  QPixmap thumbnailOf(const RunRecord& run);
  void rememberPicture(const RunRecord& run);
  QMimeData* dragData(const QString& id);

  // The picture of a run, small.
  struct Thumbnail {
    QPixmap pixmap;
    std::int64_t sweep = -1;
    bool final = false;
    QElapsedTimer age;
  };

  Engine& m_engine;
  std::vector<ModelEntry> m_entries;
  std::map<QString, QPixmap> m_modelPictures;  // by path
  std::map<int, Thumbnail> m_thumbnails;       // by run
  std::set<int> m_folded;  // runs whose branches are hidden
  int m_shownRun = 0;      // the one under the cursor when the list was filled last
  QPixmap m_modelIcon;
  QLabel *m_modelsHeading, *m_presetsHeading;
  QPushButton* m_open;
  JobsPanel* m_jobs;
  CardList *m_models, *m_schedules, *m_runs;
  QTemporaryDir m_dragged;  // files that were dragged out live until the window closes
};

}  // namespace jacobiscope
