// The window: menus, top row, docks and status bar around the stage.
#pragma once

#include <QLabel>
#include <QMainWindow>
#include <QProgressBar>
#include <QTemporaryDir>
#include <QTimer>
#include <memory>

#include "engine/core/model_library.h"
#include "ui/shell/actions.h"
#include "ui/shell/branch_bar.h"
#include "ui/shell/break_bar.h"
#include "ui/shell/connection_bar.h"
#include "ui/shell/cursor_moves.h"
#include "ui/shell/edit_history.h"
#include "ui/shell/engine.h"
#include "ui/shell/files.h"
#include "ui/shell/library_panel.h"
#include "ui/shell/parameters_panel.h"
#include "ui/shell/recordings.h"
#include "ui/shell/session_folder.h"
#include "ui/shell/run_announcer.h"
#include "ui/shell/settings.h"
#include "ui/shell/top_bar.h"
#include "ui/stage/stage_widget.h"

namespace jacobiscope {

class MainWindow : public QMainWindow {
  Q_OBJECT

 public:
  // `store` is where settings are read from and written to, shortly after they changed and when
  // the window closes; `dataFolder` is where jobs and runs are kept, empty: nowhere.
  MainWindow(const std::vector<FamilyEntry>& families, const std::vector<ModelEntry>& models,
             std::unique_ptr<QSettings> store, const QString& dataFolder = {});
  ~MainWindow() override;

  // Loads the model used last, else the first bundled one that has weights, else the first.
  void openLastModel();
  // A recording, or whatever Files opens.
  void open(const QString& path);

  Engine& engine() { return *m_engine; }
  StageWidget& stage() { return *m_stage; }
  Files& files() { return *m_files; }
  Recordings& recordings() { return *m_recordings; }
  const Actions& actions() const { return *m_actions; }
  TopBar& topBar() { return *m_top; }
  LibraryPanel& library() { return *m_library; }
  ParametersPanel& parameters() { return *m_parameters; }
  MessageBar& messageBar() { return *m_bar; }
  BreakBar& breakBar() { return *m_breakBar; }
  BranchBar& branchBar() { return *m_branchBar; }
  Connection& connection() { return *m_connection; }
  ConnectionBar& connectionBar() { return *m_connectionBar; }

 protected:
  void closeEvent(QCloseEvent* event) override;
  void changeEvent(QEvent* event) override;
  void dragEnterEvent(QDragEnterEvent* event) override;
  void dropEvent(QDropEvent* event) override;

 private:
  void buildDocks();
  void buildStatusBar();
  void connectFileActions();
  void connectViewActions();
  void connectRunActions();
  void connectBranchActions();
  void connectScheduleActions();
  void askForSearch();
  void exportSchedule();
  void writeScheduleTo(const QString& path);
  void copySchedule();
  void connectStage();
  void connectCompare();
  void refreshCompare();
  void connectConnection();

  bool isElsewhere() const;  // the engine
  std::vector<ModelEntry> modelsThere() const;
  void restore();
  void restoreSession();
  void remember();
  void applyTheme();
  void applyQuotas();
  void refreshSoon();
  void refresh();
  void refreshActions();
  void refreshBranchActions();
  void refreshStatus();
  void refreshPresets();
  void refreshScheduleActions();
  void refreshRecent();
  void listModels();
  std::string fileOfModel(const ModelInfo& model) const;

  void commitEdits();
  void step(bool wholeBlock);
  void moveCursor(Move move);
  void replay(bool backward);
  void showPicture(int step);
  void lookAtToken(int step);
  void describeStage();
  void zoomTo(double zoom);

  std::vector<ModelEntry> m_models;
  std::unique_ptr<QSettings> m_store;
  Settings m_settings, m_written;
  SessionFolder m_folder;
  QTemporaryDir m_controlImages;  // see themeStyleSheet()

  std::unique_ptr<Engine> m_engine;
  std::unique_ptr<Actions> m_actions;
  std::unique_ptr<Menus> m_menus;
  MessageBar* m_bar;
  BreakBar* m_breakBar;
  BranchBar* m_branchBar;
  Connection* m_connection;
  ConnectionBar* m_connectionBar;
  StageWidget* m_stage;
  Files* m_files;
  Recordings* m_recordings;
  RunAnnouncer* m_announcer;
  EditHistory* m_edits;
  TopBar* m_top;
  LibraryPanel* m_library;
  ParametersPanel* m_parameters;
  QDockWidget *m_libraryDock, *m_parametersDock;
  QLabel *m_device, *m_iteration, *m_calls, *m_speed, *m_exactness, *m_recorded, *m_task;
  QProgressBar* m_progress;
  QActionGroup* m_presets;
  QStringList m_presetNames;
  QString m_lastNotice;
  int m_loads = 0;  // to name the window after the loaded model
  QTimer m_keep;     // writes down what changed: no end of the program is sure to be a good one
  QTimer m_refresh;  // docks need no more than thirty updates a second
};

}  // namespace jacobiscope
