// Every action of the window, once: menus, toolbar and shortcuts share them.
#pragma once

#include <QAction>
#include <QActionGroup>
#include <QList>
#include <QMenuBar>

namespace jacobiscope {

struct Actions {
  explicit Actions(QWidget* window);

  // File
  QAction *open, *picture, *noise, *save, *exportRun, *copy, *quit;
  QAction *openRecording, *saveRecording, *saveRecordings;
  QAction *connectEngine, *disconnectEngine;
  // Edit
  QAction *undo, *redo, *resetKnobs, *preferences;
  // View
  QAction *followLive, *followHand, *showResidual, *showSegments, *showError;
  QAction *showGhosts, *showCamera, *showFrontier, *mapOfError;
  QAction *zoomIn, *zoomOut, *zoomReset, *fullScreen, *clearMessages;
  QAction *previousPicture, *nextPicture, *previousToken, *nextToken;
  QAction *compare, *leaveCompare, *holdB, *logDifference, *dividerLeft, *dividerRight;
  QActionGroup* compareModes;  // data: CompareMode as int
  QActionGroup* alignments;    // data: Alignment as int
  QActionGroup* theme;  // data: ThemeChoice as int
  QActionGroup* colors;  // data: whether cividis
  // Run
  QAction *generate, *newSeed, *stop, *pause, *step, *stepBlock, *breakpoints;
  QAction *arrange, *resetLayout;
  QAction *first, *back, *play, *playBackward, *forward, *last, *previousBlock, *nextBlock;
  QActionGroup* speed;  // data: times the recorded pace
  QActionGroup* pace;   // data: sweeps a second, 0 as fast as it goes
  QAction *branch, *branchPaused, *takeKnobs, *judge, *judgeByItself;
  // Schedule
  QAction *calibrate, *search, *showTrials, *editSchedule;
  QAction *importSchedule, *exportSchedule, *copySchedule;
  // Help
  QAction *tour, *shortcuts, *about;

  // Keys without Ctrl act only while `stage` has the focus: elsewhere arrows, Space and
  // letters belong to fields, lists and buttons.
  void attachPlainKeys(QWidget* stage) const;

  // Every action that has a shortcut, for the list in the Help menu.
  QList<QAction*> withShortcut() const;

 private:
  QAction* make(const QString& text, const QKeySequence& keys = {}, const QString& help = {});
  QAction* makeToggle(const QString& text, const QKeySequence& keys = {},
                      const QString& help = {});
  QActionGroup* makeChoices(const QList<std::pair<QString, QVariant>>& choices);

  QWidget* m_window;
  QList<QAction*> m_all;
};

// Fills the menu bar. `recent`, `presets` and `docks` are filled by the window.
struct Menus {
  Menus(QMenuBar* bar, const Actions& actions);

  QMenu *recent, *presets, *view;
};

// Icons in the colours of the theme.
void setIcons(const Actions& actions, const QColor& ink, const QColor& disabledInk);

}  // namespace jacobiscope
