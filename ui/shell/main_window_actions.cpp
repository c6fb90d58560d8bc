// What the actions of the window do.
#include <QApplication>
#include <QDockWidget>
#include <QMenu>

#include "ui/shell/breakpoints_dialog.h"
#include "ui/shell/dialogs.h"
#include "ui/shell/main_window.h"
#include "ui/views/action_text.h"
#include "ui/views/token_text.h"
#include "ui/views/transport.h"

namespace jacobiscope {

namespace {

constexpr double kZoomStep = 0.1, kLeastZoom = 0.7, kMostZoom = 2.0;

}  // namespace

void MainWindow::connectFileActions() {
  const Actions& a = *m_actions;
  connect(a.open, &QAction::triggered, m_files, &Files::openDialog);
  connect(a.picture, &QAction::triggered, &m_files->ownPicture(), &OwnPicture::openDialog);
  connect(a.noise, &QAction::triggered, &m_files->ownPicture(), &OwnPicture::remove);
  connect(&m_files->ownPicture(), &OwnPicture::changed, this, &MainWindow::refreshSoon);
  connect(a.save, &QAction::triggered, this, [this] {
    const Cursor& cursor = m_engine->view().cursor;
    m_files->saveDialog(cursor.run, cursor.sweep);
  });
  connect(a.exportRun, &QAction::triggered, this,
          [this] { m_files->exporter().openDialog(m_engine->view().cursor.run); });
  connect(a.openRecording, &QAction::triggered, m_recordings, &Recordings::openDialog);
  connect(a.saveRecording, &QAction::triggered, this,
          [this] { m_recordings->saveDialog(m_engine->view().cursor.run); });
  connect(a.saveRecordings, &QAction::triggered, this, [this] { m_recordings->saveDialog(0); });
  connect(a.copy, &QAction::triggered, m_files, &Files::copyPicture);
  connect(a.quit, &QAction::triggered, this, &QWidget::close);
  connect(a.undo, &QAction::triggered, &m_edits->stack(), &QUndoStack::undo);
  connect(a.redo, &QAction::triggered, &m_edits->stack(), &QUndoStack::redo);
  connect(&m_edits->stack(), &QUndoStack::indexChanged, this, &MainWindow::refreshSoon);
  connect(a.resetKnobs, &QAction::triggered, m_engine.get(), &Engine::resetKnobs);
  connect(a.preferences, &QAction::triggered, this, [this] {
    showPreferences(this, m_settings, m_recordings->kept(), [this](const Settings& changed) {
      m_settings.theme = changed.theme;
      m_settings.cividis = changed.cividis;
      m_settings.quotaMegabytes = changed.quotaMegabytes;
      m_settings.keptMegabytes = changed.keptMegabytes;
      m_settings.tellsOfRuns = changed.tellsOfRuns;
      m_announcer->setOn(changed.tellsOfRuns);
      applyQuotas();
      applyTheme();
      refreshSoon();
    });
  });
  connect(a.tour, &QAction::triggered, this, [this] { showTour(this); });
  connect(a.shortcuts, &QAction::triggered, this,
          [this] { showShortcuts(this, m_actions->withShortcut()); });
  connect(a.about, &QAction::triggered, this, [this] { showAbout(this); });
  connect(m_files, &Files::checkpointOpened, this, [this](const QString& path) {
    addRecent(m_settings.recent, path);
    listModels();
  });
}

void MainWindow::connectViewActions() {
  const Actions& a = *m_actions;
  ViewState& view = m_engine->view();
  const auto toggles = {std::pair(a.followHand, &view.followHand),
                        std::pair(a.showResidual, &view.showResidual),
                        std::pair(a.showSegments, &view.showSegments),
                        std::pair(a.showError, &view.showError),
                        std::pair(a.showGhosts, &view.showGhosts),
                        std::pair(a.showCamera, &view.showCamera),
                        std::pair(a.showFrontier, &view.showFrontier),
                        std::pair(a.mapOfError, &view.mapOfError)};
  for (const auto& [action, flag] : toggles) {
    // What is true is in the view state, where the stage changes it too; the tick of the
    // action follows a moment later.
    connect(action, &QAction::triggered, this, [this, flag = flag] {
      *flag = !*flag;
      refreshSoon();
    });
  }
  connect(a.followLive, &QAction::triggered, this, [this] {
    ViewState& view = m_engine->view();
    view.cursor.followLive = !view.cursor.followLive;
    if (view.cursor.followLive) view.transport.playing = false;
    view.cursor = followedCursor(m_engine->recording(), view.cursor);
    refreshSoon();
  });
  connect(m_menus->view, &QMenu::aboutToShow, this, &MainWindow::refreshActions);
  connect(a.previousPicture, &QAction::triggered, this, [this] { showPicture(-1); });
  connect(a.nextPicture, &QAction::triggered, this, [this] { showPicture(1); });
  connect(a.previousToken, &QAction::triggered, this, [this] { lookAtToken(-1); });
  connect(a.nextToken, &QAction::triggered, this, [this] { lookAtToken(1); });
  connect(a.zoomIn, &QAction::triggered, this, [this] { zoomTo(m_settings.zoom + kZoomStep); });
  connect(a.zoomOut, &QAction::triggered, this, [this] { zoomTo(m_settings.zoom - kZoomStep); });
  connect(a.zoomReset, &QAction::triggered, this, [this] { zoomTo(1); });
  connect(a.fullScreen, &QAction::triggered, this,
          [this](bool on) { on ? showFullScreen() : showNormal(); });
  connect(a.clearMessages, &QAction::triggered, this, [this] {
    m_engine->view().notices.clear();
    refreshSoon();
  });
  connect(a.theme, &QActionGroup::triggered, this, [this](QAction* action) {
    m_settings.theme = static_cast<ThemeChoice>(action->data().toInt());
    applyTheme();
    refreshSoon();
  });
  connect(a.colors, &QActionGroup::triggered, this, [this](QAction* action) {
    m_settings.cividis = action->data().toBool();
    applyTheme();
    refreshSoon();
  });
}

void MainWindow::connectRunActions() {
  const Actions& a = *m_actions;
  connect(a.generate, &QAction::triggered, this, [this] {
    // What the field asks for and the model has not got is not what was generated before.
    if (!m_top->takeInput()) return;
    commitEdits();
    m_engine->generate();
  });
  connect(a.newSeed, &QAction::triggered, this, [this](bool on) {
    m_engine->drawsSeed = on;
    refreshSoon();
  });
  connect(a.stop, &QAction::triggered, m_engine.get(), &Engine::stop);
  connect(a.arrange, &QAction::triggered, m_engine.get(), &Engine::showTable);
  connect(a.resetLayout, &QAction::triggered, m_engine.get(), &Engine::resetLayout);
  connect(a.pause, &QAction::triggered, this,
          [this] {
            if (m_engine->view().paused) commitEdits();
            m_engine->setPaused(!m_engine->view().paused);
          });
  connect(a.step, &QAction::triggered, this, [this] { step(false); });
  connect(a.stepBlock, &QAction::triggered, this, [this] { step(true); });
  connect(a.breakpoints, &QAction::triggered, this, [this] {
    showBreakpoints(this, m_engine->breakpoints(), [this](std::vector<Breakpoint> set) {
      m_engine->setBreakpoints(std::move(set));
    });
  });
  const auto moves = {std::pair(a.first, Move::First),
                      std::pair(a.back, Move::Back),
                      std::pair(a.forward, Move::Forward),
                      std::pair(a.last, Move::Last),
                      std::pair(a.previousBlock, Move::PreviousStage),
                      std::pair(a.nextBlock, Move::NextStage)};
  for (const auto& [action, move] : moves) {
    connect(action, &QAction::triggered, this, [this, move = move] { moveCursor(move); });
  }
  connect(a.play, &QAction::triggered, this, [this] { replay(false); });
  connect(a.playBackward, &QAction::triggered, this, [this] { replay(true); });
  connect(a.speed, &QActionGroup::triggered, this, [this](QAction* action) {
    m_engine->view().transport.speed = action->data().toDouble();
    refreshSoon();
  });
  connect(a.pace, &QActionGroup::triggered, this,
          [this](QAction* action) { m_engine->setPace(action->data().toDouble()); });
  connect(a.calibrate, &QAction::triggered, m_engine.get(), &Engine::calibrate);
}

void MainWindow::connectStage() {
  connect(m_stage, &StageWidget::answered, this, [this] {
    const bool wantsSave = std::exchange(m_engine->view().wantsSave, false);
    const bool wantsCopy = std::exchange(m_engine->view().wantsCopy, false);
    if (std::exchange(m_engine->view().wantsSearch, false)) askForSearch();
    m_engine->takeAnswers();
    if (wantsSave) m_actions->save->trigger();
    if (wantsCopy) m_actions->copy->trigger();
    refreshSoon();
  });
  connect(m_stage, &StageWidget::viewChanged, this, &MainWindow::refreshSoon);
}

// What is typed and not confirmed yet counts for what is computed next.
void MainWindow::commitEdits() {
  m_stage->commitText();
  QWidget* field = focusWidget();
  if (!field || !field->hasFocus() || field == m_stage) return;
  // A field commits when the focus leaves it; it comes back for the keys that follow.
  field->clearFocus();
  field->setFocus();
}

void MainWindow::step(bool wholeBlock) {
  commitEdits();
  m_engine->step(wholeBlock);
}

// At the end of what a paused run computed, forward computes one more sweep.
void MainWindow::moveCursor(Move move) {
  ViewState& view = m_engine->view();
  const RunRecord* run = m_engine->currentRun();
  if (!run) return;
  view.transport.playing = false;
  const bool atEnd = view.cursor.sweep + 1 >= static_cast<std::int64_t>(run->snapshots.size());
  if (move == Move::Forward && atEnd && view.paused && !run->ended()) return step(false);
  view.cursor = movedCursor(view.cursor, *run, move);
  refreshSoon();
}

void MainWindow::replay(bool backward) {
  ViewState& view = m_engine->view();
  const RunRecord* run = m_engine->currentRun();
  if (!run) return;
  Transport& transport = view.transport;
  if (transport.playing && transport.backward == backward) {
    transport.playing = false;
    return refreshSoon();
  }
  const auto last = static_cast<std::int64_t>(run->snapshots.size()) - 1;
  // Played from where nothing is left: from the other end.
  if (!backward && view.cursor.sweep >= last) view.cursor.sweep = 0;
  if (backward && view.cursor.sweep <= 0) view.cursor.sweep = last;
  view.cursor.followLive = false;
  transport.playing = true;
  transport.backward = backward;
  transport.fraction = 0;
  refreshSoon();
}

void MainWindow::showPicture(int step) {
  const RunRecord* run = m_engine->currentRun();
  if (!run) return;
  ViewState& view = m_engine->view();
  view.picture = std::clamp(view.picture + step, 0, run->start.input.count - 1);
  refreshSoon();
}

void MainWindow::lookAtToken(int step) {
  const RunRecord* run = m_engine->currentRun();
  if (!run || !decodesTokens(run->start.model)) return;
  ViewState& view = m_engine->view();
  const int last = run->start.model.gridRows * run->start.model.gridColumns - 1;
  view.pinned = view.pinned < 0 ? 0 : std::clamp(view.pinned + step, 0, last);
  refreshSoon();
}

// What the stage draws of the token or of the chunk, for those who hear it.
void MainWindow::describeStage() {
  const ViewState& view = m_engine->view();
  const RunRecord* run = m_engine->currentRun();
  QString text = "Pictures and convergence of the decode. Everything here is also in the menus "
                 "and in the Parameters dock.";
  if (run && view.pinned >= 0 && decodesTokens(run->start.model)) {
    const auto calls = tokenCalls(*run, view.cursor.sweep, view.pinned);
    text = QString("Token %1: ").arg(view.pinned) +
           (calls.empty() ? "not reached yet" : QString::fromStdString(verdictText(calls)));
  }
  const StageViewState& views = m_stage->views();
  if (run && views.actions.run() == run->start.run && view.cursor.sweep >= 0) {
    text = QString::fromStdString(momentText(*run, views.actions, view.cursor.sweep));
    const std::string stop = earlyStopText(views.chunk, views.chunk.reached - 1);
    if (!stop.empty()) text += "; " + QString::fromStdString(stop);
  }
  const CompareDigest& pair = views.compare.digest;
  // It is of the last frame: a run that was deleted since is still in it.
  const Recording& recording = m_engine->recording();
  if (recording.run(pair.a.id) && recording.run(pair.b.id))
    text = QString::fromStdString(comparisonText(pair));
  if (m_stage->accessibleDescription() != text) m_stage->setAccessibleDescription(text);
}

void MainWindow::zoomTo(double zoom) {
  m_settings.zoom = std::clamp(zoom, kLeastZoom, kMostZoom);
  applyTheme();
  refreshSoon();
}

}  // namespace jacobiscope
