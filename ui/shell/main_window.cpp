#include "ui/shell/main_window.h"

#include <QApplication>
#include <QCloseEvent>
#include <QDialog>
#include <QDockWidget>
#include <QMenuBar>
#include <QMimeData>
#include <QStatusBar>
#include <QVBoxLayout>
#include <algorithm>
#include <chrono>

#include "ui/shell/status_text.h"
#include "ui/shell/svg_icon.h"
#include "ui/shell/wheel_guard.h"

namespace jacobiscope {

namespace {

constexpr std::chrono::milliseconds kRefresh{33};
constexpr std::chrono::seconds kKeep{1};
constexpr int kNoticeMilliseconds = 10000;

}  // namespace

MainWindow::MainWindow(const std::vector<FamilyEntry>& families,
                       const std::vector<ModelEntry>& models, std::unique_ptr<QSettings> store,
                       const QString& dataFolder)
    : m_models(models),
      m_store(std::move(store)),
      m_settings(readSettings(*m_store)),
      m_written(m_settings),
      m_folder(dataFolder) {
  setWindowTitle("Jacobiscope");
  setWindowIcon(applicationIcon());
  setAttribute(Qt::WA_WindowPropagation);  // dialogs share the palette
  setAcceptDrops(true);
  setDockNestingEnabled(true);
  resize(1440, 900);

  new WheelGuard(this);
  m_engine = std::make_unique<Engine>(families);
  m_actions = std::make_unique<Actions>(this);
  m_menus = std::make_unique<Menus>(menuBar(), *m_actions);

  auto* centre = new QWidget;
  auto* column = new QVBoxLayout(centre);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  m_bar = new MessageBar;
  m_breakBar = new BreakBar(*m_engine);
  m_branchBar = new BranchBar(*m_engine);
  m_connection = new Connection(*m_engine, this);
  m_connectionBar = new ConnectionBar(*m_connection);
  m_stage = new StageWidget(m_engine->view(), centre);
  m_stage->setAccessibleName("Stage");
  column->addWidget(m_bar);
  column->addWidget(m_breakBar);
  column->addWidget(m_branchBar);
  column->addWidget(m_connectionBar);
  column->addWidget(m_stage, 1);
  setCentralWidget(centre);

  m_files = new Files(*m_engine, *m_bar, this);
  m_recordings = new Recordings(*m_engine, this);
  m_announcer = new RunAnnouncer(
      *m_engine, desktopNotifier(), [] { return QApplication::activeWindow() != nullptr; },
      RunAnnouncer::kLong, this);
  m_edits = new EditHistory(*m_engine, EditHistory::kPause, this);
  m_top = new TopBar(*m_engine, *m_actions, this);
  addToolBar(m_top);
  buildDocks();
  buildStatusBar();
  m_presets = new QActionGroup(this);
  m_actions->attachPlainKeys(m_stage);
  connectFileActions();
  connectViewActions();
  connectRunActions();
  connectBranchActions();
  connectScheduleActions();
  connectStage();
  connectCompare();
  connectConnection();

  m_refresh.setSingleShot(true);
  m_refresh.setInterval(kRefresh);
  connect(&m_refresh, &QTimer::timeout, this, &MainWindow::refresh);
  connect(m_engine.get(), &Engine::eventsArrived, this, [this] {
    m_files->followLoading();
    refreshSoon();
  });
  m_keep.setInterval(kKeep);
  connect(&m_keep, &QTimer::timeout, this, &MainWindow::remember);
  restore();
  m_keep.start();
  m_stage->setFocus();
  restoreSession();
}

MainWindow::~MainWindow() {
  // A widget still signals while it goes: a dock that is hidden, a field that loses the
  // focus. Left to QWidget's destructor, those signals would reach this window's slots and
  // the engine after both are gone. So all widgets go here, and the window hears none of it.
  m_engine->disconnect(this);
  for (QObject* child : findChildren<QObject*>()) child->disconnect(this);
  // Dialogs first: what they call back uses the stage and the docks.
  qDeleteAll(findChildren<QDialog*>(QString(), Qt::FindDirectChildrenOnly));
  while (auto* child = findChild<QWidget*>(QString(), Qt::FindDirectChildrenOnly)) delete child;
}

void MainWindow::buildDocks() {
  m_library = new LibraryPanel(*m_engine);
  m_libraryDock = new QDockWidget("Library", this);
  m_libraryDock->setObjectName("libraryDock");
  m_libraryDock->setWidget(m_library);
  m_libraryDock->setTitleBarWidget(new QWidget);  // its three headings say what it is
  addDockWidget(Qt::LeftDockWidgetArea, m_libraryDock);

  m_parameters = new ParametersPanel(*m_engine);
  m_parametersDock = new QDockWidget("Parameters", this);
  m_parametersDock->setObjectName("parametersDock");
  m_parametersDock->setWidget(m_parameters);
  addDockWidget(Qt::RightDockWidgetArea, m_parametersDock);
  m_parametersDock->hide();
  resizeDocks({m_libraryDock, m_parametersDock}, {236, 280}, Qt::Horizontal);

  QAction* before = m_menus->view->actions().first();
  m_menus->view->insertAction(before, m_libraryDock->toggleViewAction());
  m_menus->view->insertAction(before, m_parametersDock->toggleViewAction());
  m_menus->view->insertSeparator(before);
  connect(m_parametersDock, &QDockWidget::visibilityChanged, this, &MainWindow::refreshSoon);

  connect(m_library, &LibraryPanel::modelChosen, m_files, &Files::choose);
  connect(m_library, &LibraryPanel::openRequested, m_files, &Files::openDialog);
  connect(m_library, &LibraryPanel::savePictureRequested, this,
          [this](int run) { m_files->saveDialog(run); });
  connect(m_library, &LibraryPanel::exportRequested, &m_files->exporter(), &Exporter::openDialog);
  connect(m_library, &LibraryPanel::saveRecordingRequested, m_recordings,
          &Recordings::saveDialog);
  connect(m_library, &LibraryPanel::compareRequested, this, [this](int run) {
    CompareState& compare = m_engine->view().compare;
    compare.on = true;
    compare.b = run;
    compare.pinned.reset();
    m_stage->setFocus();  // as where the comparison is turned on by its action
    refreshSoon();
  });
  connect(m_library, &LibraryPanel::copyRecipeRequested, m_files, &Files::copyRecipe);
  connect(m_top, &TopBar::modelChosen, m_files, &Files::choose);
}

void MainWindow::buildStatusBar() {
  statusBar()->setSizeGripEnabled(false);
  for (QLabel** label : {&m_device, &m_iteration, &m_calls, &m_speed, &m_exactness}) {
    *label = new QLabel;
    statusBar()->addWidget(*label);
  }
  m_task = new QLabel;
  m_progress = new QProgressBar;
  m_progress->setRange(0, 1000);
  m_progress->setTextVisible(false);
  m_progress->setFixedWidth(120);
  m_recorded = new QLabel;
  statusBar()->addPermanentWidget(m_task);
  statusBar()->addPermanentWidget(m_progress);
  statusBar()->addPermanentWidget(m_recorded);
  m_calls->setToolTip("Forward passes of the network, against those of a sequential run");
  m_speed->setToolTip("Against a sequential run of the same model, batch, guidance and device, "
                      "measured in this session");
  m_exactness->setToolTip("Difference from the sequential run of the same seed and class or "
                          "prompt");
}

void MainWindow::applyTheme() {
  const bool dark = m_settings.theme == ThemeChoice::Dark ||
                    (m_settings.theme == ThemeChoice::System && systemIsDark());
  const ThemeColors& colors = themeColors(dark);
  setPalette(themePalette(colors));
  setStyleSheet(themeStyleSheet(colors, m_settings.zoom, m_controlImages.path()));
  setIcons(*m_actions, colors.text, colors.line);
  m_library->setModelIcon(drawIcon("model", colors.muted, 32, 2));
  m_library->jobs()->setColors(colors.text, colors.line);
  Theme& theme = m_engine->view().theme;
  theme.dark = dark;
  theme.cividis = m_settings.cividis;
  theme.zoom = static_cast<float>(m_settings.zoom);
  for (QAction* action : m_actions->theme->actions()) {
    action->setChecked(action->data().toInt() == static_cast<int>(m_settings.theme));
  }
  for (QAction* action : m_actions->colors->actions()) {
    action->setChecked(action->data().toBool() == m_settings.cividis);
  }
  m_stage->refresh();
}

void MainWindow::listModels() {
  std::vector<ModelEntry> all = isElsewhere() ? modelsThere() : m_models;
  for (const QString& path : isElsewhere() ? QStringList() : m_settings.recent) {
    const QFileInfo file(path);
    const bool listed = std::ranges::any_of(all, [&](const ModelEntry& model) {
      return model.path.string() == path.toStdString();
    });
    if (listed || !file.exists()) continue;
    ModelEntry entry;
    entry.name = file.completeBaseName().toStdString();
    entry.title = file.fileName().toStdString();
    entry.family = file.absolutePath().toStdString();
    entry.path = path.toStdString();
    entry.description = path.toStdString();
    all.push_back(entry);
  }
  QList<std::pair<QString, QString>> titles;
  for (const ModelEntry& model : all) {
    titles << std::pair(QString::fromStdString(model.title),
                        QString::fromStdString(model.path.string()));
  }
  m_library->setPlace(QString::fromStdString(m_engine->place()));
  m_library->setModels(all);
  m_files->setModels(all);
  m_top->setModels(titles);
  refreshRecent();
}

// ---- Events of the window ---------------------------------------------------------------

void MainWindow::closeEvent(QCloseEvent* event) {
  remember();
  QMainWindow::closeEvent(event);
}

void MainWindow::changeEvent(QEvent* event) {
  QMainWindow::changeEvent(event);
  if (event->type() == QEvent::ApplicationPaletteChange &&
      m_settings.theme == ThemeChoice::System) {
    applyTheme();
  }
  if (event->type() == QEvent::WindowStateChange) m_actions->fullScreen->setChecked(isFullScreen());
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
  const auto urls = event->mimeData()->urls();
  // What was dragged out of this window is not opened again by letting go too early.
  if (!event->source() && std::ranges::any_of(urls, &QUrl::isLocalFile)) {
    event->acceptProposedAction();
  }
}

void MainWindow::dropEvent(QDropEvent* event) {
  const auto urls = event->mimeData()->urls();
  event->acceptProposedAction();
  for (const QUrl& url : urls) {
    if (url.isLocalFile()) open(url.toLocalFile());
  }
}

// ---- Keeping up -------------------------------------------------------------------------

void MainWindow::refreshSoon() {
  m_stage->refresh();
  if (!m_refresh.isActive()) m_refresh.start();
}

void MainWindow::refresh() {
  const auto& model = m_engine->view().model;
  if (model && m_engine->loads() != m_loads) {
    m_loads = m_engine->loads();
    setWindowTitle(QString::fromStdString(model->title) + " — Jacobiscope");
  }
  m_engine->judgeWhenIdle();
  refreshActions();
  refreshBranchActions();
  describeStage();
  refreshPresets();
  refreshStatus();
  m_top->refresh();
  m_library->refresh();
  m_breakBar->refresh();
  m_branchBar->refresh();
  if (m_parametersDock->isVisible()) m_parameters->refresh();
  m_stage->refresh();
}

void MainWindow::refreshActions() {
  const ViewState& view = m_engine->view();
  const RunRecord* run = m_engine->currentRun();
  const bool recorded = run && !run->snapshots.empty();
  const Actions& a = *m_actions;
  a.disconnectEngine->setEnabled(m_connection->state() != Connection::State::Here);
  // Tokens have neither blocks to calibrate nor segments.
  a.calibrate->setEnabled(view.model && view.model->vocabulary == 0);
  refreshScheduleActions();
  const ModelInfo* shown = run ? &run->start.model : view.model ? &*view.model : nullptr;
  const bool robot = shown && movesRobot(*shown);
  const bool tokens = shown && shown->vocabulary > 0 && !robot;
  a.showSegments->setEnabled(!tokens && !robot);
  a.showResidual->setEnabled(!robot);
  a.showError->setEnabled(!robot || (run && !run->exactness.empty()));
  a.showGhosts->setEnabled(robot);
  a.showCamera->setEnabled(robot);
  a.arrange->setEnabled(view.before && !view.running && !view.beforeRun());
  a.resetLayout->setEnabled(view.ownLayout && !view.running);
  a.stepBlock->setText(robot ? "Step c&hunk" : "Step &block");
  a.previousBlock->setText(robot ? "Previous chun&k" : "Previous bloc&k");
  a.stepBlock->setToolTip(robot ? "The whole chunk, carried out, then pause (Shift+N)"
                                : "To the end of the block, then pause (Shift+N)");
  a.nextBlock->setText(robot ? "Ne&xt chunk" : "Ne&xt block");
  for (QAction* action : {a.previousToken, a.nextToken}) action->setEnabled(tokens && recorded);
  a.showResidual->setText(tokens ? "Show token g&rid" : "Show &residual");
  a.showError->setText(tokens ? "Show &differences from sequential"
                              : "Show &error against sequential");
  QUndoStack& edits = m_edits->stack();
  a.undo->setEnabled(edits.canUndo());
  a.undo->setText(("&Undo " + edits.undoText()).trimmed());
  a.redo->setEnabled(edits.canRedo());
  a.redo->setText(("Re&do " + edits.redoText()).trimmed());
  a.resetKnobs->setEnabled(view.model.has_value());
  a.noise->setEnabled(m_engine->input().arrays.contains("image"));
  a.stop->setEnabled(view.running || (view.progress && !m_engine->loading()));
  a.pause->setEnabled(view.running);
  a.pause->setText(view.paused ? "&Resume" : "&Pause");
  a.step->setEnabled(view.running);
  a.stepBlock->setEnabled(view.running);
  for (QAction* action : {a.save, a.exportRun, a.copy, a.saveRecording, a.first, a.back, a.play,
                          a.playBackward, a.forward, a.last, a.previousBlock, a.nextBlock}) {
    action->setEnabled(recorded);
  }
  refreshCompare();
  const bool playing = view.transport.playing;
  a.play->setText(playing ? "&Hold replay" : "P&lay recording");
  const ThemeColors& colors = themeColors(view.theme.dark);
  a.play->setIcon(themedIcon(playing ? "pause" : "play", colors.text, colors.line));
  const bool batch = run && run->start.input.count > 1;
  a.previousPicture->setEnabled(batch && view.picture > 0);
  a.nextPicture->setEnabled(batch && view.picture + 1 < run->start.input.count);
  a.clearMessages->setEnabled(!view.notices.empty());
  a.followLive->setChecked(view.cursor.followLive);
  a.followHand->setChecked(view.followHand);
  a.showResidual->setChecked(view.showResidual);
  a.showSegments->setChecked(view.showSegments);
  a.showError->setChecked(view.showError);
  a.showGhosts->setChecked(view.showGhosts);
  a.showCamera->setChecked(view.showCamera);
  a.newSeed->setChecked(m_engine->drawsSeed);
  for (QAction* action : a.speed->actions()) {
    action->setChecked(action->data().toDouble() == view.transport.speed);
  }
  for (QAction* action : a.pace->actions()) {
    action->setChecked(action->data().toDouble() == m_engine->pace());
  }
}

void MainWindow::refreshStatus() {
  const ViewState& view = m_engine->view();
  const StatusText text = statusText(view);
  const bool lost = m_connection->state() == Connection::State::Lost;
  const QString device = lost ? "○ " + text.device + " · connection lost" : "● " + text.device;
  const std::pair<QLabel*, QString> labels[] = {{m_device, device},
                                                {m_iteration, text.iteration},
                                                {m_calls, text.calls},
                                                {m_speed, text.speed},
                                                {m_exactness, text.exactness},
                                                {m_recorded, text.recording}};
  for (const auto& [label, words] : labels) {
    if (label->text() != words) label->setText(words);
  }
  m_task->setVisible(view.progress.has_value());
  m_progress->setVisible(view.progress.has_value());
  if (view.progress) {
    m_task->setText(view.progress->what == "judge"
                        ? QString("true error of #%1").arg(m_engine->judging())
                        : QString::fromStdString(view.progress->what));
    m_progress->setValue(qRound(view.progress->fraction * 1000));
    m_progress->setAccessibleName(m_task->text());
  }
  const QString notice =
      view.notices.empty() ? QString()
                           : QString::fromStdString(view.notices.back().message + " " +
                                                    view.notices.back().hint);
  if (notice == m_lastNotice) return;
  m_lastNotice = notice;
  notice.isEmpty() ? statusBar()->clearMessage()
                   : statusBar()->showMessage(notice, kNoticeMilliseconds);
}

}  // namespace jacobiscope
