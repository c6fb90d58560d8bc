#include "ui/shell/actions.h"

#include <QMenu>

#include "ui/shell/svg_icon.h"
#include "ui/shell/theme.h"
#include "ui/views/compare_state.h"

namespace jacobiscope {

Actions::Actions(QWidget* window) : m_window(window) {
  open = make("&Open checkpoint…", QKeySequence::Open, "Open a model, a picture or a recording");
  picture = make("Start from &picture…", QKeySequence("Ctrl+I"),
                 "A PNG or JPEG of your own as input: encoded, varied, decoded");
  noise = make("Start from &noise", {}, "Remove the picture: the next run starts from noise");
  save = make("&Save picture as PNG…", QKeySequence::Save,
              "Save the picture at the cursor with its recipe inside");
  exportRun = make("&Export…", QKeySequence("Ctrl+E"),
                   "The run at the cursor as film, figure or table");
  openRecording = make("Open recor&ding…", QKeySequence("Ctrl+Shift+O"),
                       "Look at recorded runs; no model is needed");
  saveRecording = make("Save &recording…", QKeySequence("Ctrl+Shift+S"),
                       "Save the run under the cursor, every sweep of it");
  saveRecordings = make("Save a&ll recordings…", {}, "Save all runs of the list in one file");
  copy = make("&Copy picture", QKeySequence("Ctrl+Shift+C"));
  connectEngine = make("Connec&t…", QKeySequence("Ctrl+Shift+E"),
                       "Decode on another machine, reached through ssh, and watch here");
  disconnectEngine = make("D&isconnect", {}, "Back to the engine of this machine");
  quit = make("&Quit", QKeySequence::Quit);
  quit->setMenuRole(QAction::QuitRole);

  undo = make("&Undo", QKeySequence("Ctrl+Z"), "Take the last change of a knob or prompt back");
  redo = make("Re&do", QKeySequence("Ctrl+Shift+Z"), "Make the change again");
  resetKnobs = make("&Reset all knobs", QKeySequence("Ctrl+Shift+R"),
                    "Every knob back to the model's default");
  preferences = make("&Preferences…", QKeySequence("Ctrl+,"));
  preferences->setMenuRole(QAction::PreferencesRole);

  followLive = makeToggle("&Follow live", QKeySequence("L"),
                          "The cursor stays at the newest sweep of the running decode");
  followHand = makeToggle("Picture follows the &hand", {},
                          "A knob moved after a run restarts it from its solution");
  showResidual = makeToggle("Show &residual", QKeySequence("Ctrl+1"));
  showSegments = makeToggle("Show &segments", QKeySequence("Ctrl+2"));
  showError = makeToggle("Show &error against sequential", QKeySequence("Ctrl+3"));
  showGhosts = makeToggle("Ghost of every &iteration", QKeySequence("Ctrl+4"),
                          "The way of the tool after every iteration of the chunk");
  showCamera = makeToggle("Ca&mera the policy sees", QKeySequence("Ctrl+5"));
  showFrontier = makeToggle("Frontier &lines", QKeySequence("Ctrl+8"),
                            "Behind which positions are settled, and measured to be exact");
  mapOfError = makeToggle("True error in the ma&p", QKeySequence("Ctrl+7"),
                          "In place of the residual, where it was measured");
  zoomIn = make("Zoom &in", QKeySequence::ZoomIn);
  zoomOut = make("Zoom &out", QKeySequence::ZoomOut);
  zoomReset = make("&Actual size", QKeySequence("Ctrl+0"));
  fullScreen = makeToggle("F&ull screen", QKeySequence("F11"));
  clearMessages = make("&Dismiss messages", QKeySequence("Ctrl+D"));
  previousPicture = make("Previous picture of the &batch", QKeySequence("Ctrl+Left"));
  nextPicture = make("&Next picture of the batch", QKeySequence("Ctrl+Right"));
  previousToken = make("Look at the pre&vious token", QKeySequence("["),
                       "Its details stand on the right of the stage");
  nextToken = make("Look at the ne&xt token", QKeySequence("]"),
                   "Its details stand on the right of the stage");
  compare = makeToggle("Compare A|&B", QKeySequence("C"),
                       "The run shown, A, beside another one, B: pictures, errors, what differs");
  compare->setIconText("A|B");
  leaveCompare = make("&Leave the comparison", QKeySequence("Esc"));
  compareModes = makeChoices({{"&Split slider", int(CompareMode::Split)},
                              {"Side &by side", int(CompareMode::SideBySide)},
                              {"&Difference map", int(CompareMode::Difference)}});
  alignments = makeChoices({});
  for (const AlignmentName& name : alignmentNames()) {
    QAction* action = alignments->addAction("B follows by " + QString::fromStdString(name.label));
    action->setCheckable(true);
    action->setData(int(name.alignment));
  }
  holdB = makeToggle("&Hold B at its moment", {}, "B stays while the timeline moves A");
  logDifference = makeToggle("Difference in l&og scale");
  dividerLeft = make("Di&vider to the left", QKeySequence("Shift+Left"));
  dividerRight = make("Divider to the ri&ght", QKeySequence("Shift+Right"));
  theme = makeChoices({{"&System", int(ThemeChoice::System)},
                       {"&Dark", int(ThemeChoice::Dark)},
                       {"&Light", int(ThemeChoice::Light)}});
  colors = makeChoices({{"&Viridis", false}, {"&Cividis", true}});

  generate = make("&Generate", QKeySequence("Ctrl+Return"),
                  "Decode with these knobs and seed; during a run, as a job behind it");
  newSeed = makeToggle("&New seed each time", {}, "Draw another seed at every press of Generate");
  stop = make("&Stop", QKeySequence("Ctrl+."),
              "Stop the run or the analysis; jobs behind it wait until Start is pressed");
  pause = make("&Pause", QKeySequence("P"), "Hold the decode between two sweeps");
  step = make("S&tep", QKeySequence("N"), "One sweep, then pause");
  stepBlock = make("Step &block", QKeySequence("Shift+N"), "To the end of the block, then pause");
  breakpoints = make("Breakp&oints…", QKeySequence("Ctrl+B"),
                     "Pause by itself where a residual rises, a value overflows, a block stalls, "
                     "or few drafts are accepted");
  arrange = make("Arran&ge the table", {},
                 "Shows how the next run begins; things can be dragged there");
  resetLayout = make("Reset layo&ut", {}, "Things lie again where the seed puts them");
  first = make("To the sta&rt", QKeySequence("Home"), "Before the first sweep, at the noise");
  back = make("&Back", QKeySequence("Left"), "One sweep back in the recording");
  play = make("P&lay recording", QKeySequence("Space"), "Replay what was recorded");
  playBackward = make("Play back&ward", QKeySequence("Shift+Space"));
  forward = make("&Forward", QKeySequence("Right"),
                 "One sweep forward in the recording; at the end of a paused run, compute one");
  last = make("L&ast sweep", QKeySequence("End"));
  previousBlock = make("Previous bloc&k", QKeySequence("PgUp"));
  nextBlock = make("Ne&xt block", QKeySequence("PgDown"));
  speed = makeChoices({{"¼×", 0.25}, {"½×", 0.5}, {"1×", 1.0}, {"2×", 2.0}, {"4×", 4.0},
                       {"8×", 8.0}, {"16×", 16.0}});
  pace = makeChoices({{"As fast as it goes", 0.0},
                      {"1 sweep a second", 1.0},
                      {"2 sweeps a second", 2.0},
                      {"5 sweeps a second", 5.0},
                      {"10 sweeps a second", 10.0},
                      {"30 sweeps a second", 30.0}});

  branch = make("Bran&ch from here", QKeySequence("B"),
                "The run goes on from the cursor with the knobs as they are now, as a run of its "
                "own");
  branchPaused = make("Branch from here, &held", QKeySequence("Shift+B"),
                      "The same, paused at the branch point");
  takeKnobs = make("Take o&ver the run's knobs", {},
                   "The knobs become those that were in force at the cursor");
  judge = make("&Measure true error", QKeySequence("Ctrl+J"),
               "Decodes the same input one position at a time and says how far every sweep of the "
               "run was from that");
  judgeByItself = makeToggle("Measure true error when &idle", {},
                             "Without being asked, while nothing runs");

  calibrate = make("&Calibrate", QKeySequence("Ctrl+K"),
                   "Measure the model's blocks and propose a schedule");
  search = make("&Find fastest schedule…", QKeySequence("Ctrl+Shift+K"),
                "Search for the schedule that is fastest on this machine within an error");
  showTrials = makeToggle("Show schedules &tried", QKeySequence("Ctrl+6"),
                          "Seconds and error of what the search tried, beside the timeline");
  editSchedule = makeToggle("&Edit schedule", QKeySequence("S"),
                            "Handles on the rows of the convergence map cut blocks into segments");
  importSchedule = make("&Import schedule…", {},
                        "From [Stack-GS-J-Else] or the three published lists, typed or in a file");
  exportSchedule = make("E&xport schedule…", {}, "As a file that Import schedule reads");
  copySchedule = make("Co&py schedule", {},
                      "As [Stack-GS-J-Else] where it can be said so, else as the published lists");
  tour = make("First &tour", QKeySequence::HelpContents);
  shortcuts = make("&Keyboard shortcuts", QKeySequence("Ctrl+?"));
  about = make("&About Jacobiscope");
  about->setMenuRole(QAction::AboutRole);
}

QAction* Actions::make(const QString& text, const QKeySequence& keys, const QString& help) {
  auto* action = new QAction(text, m_window);
  action->setShortcut(keys);
  QString tip = help.isEmpty() ? QString(text).remove('&').remove(u'…') : help;
  if (!keys.isEmpty()) tip += " (" + keys.toString(QKeySequence::NativeText) + ")";
  action->setToolTip(tip);
  // Shown menus take no shortcuts of hidden bars: the window itself listens.
  m_window->addAction(action);
  m_all << action;
  return action;
}

QAction* Actions::makeToggle(const QString& text, const QKeySequence& keys, const QString& help) {
  QAction* action = make(text, keys, help);
  action->setCheckable(true);
  return action;
}

QActionGroup* Actions::makeChoices(const QList<std::pair<QString, QVariant>>& choices) {
  auto* group = new QActionGroup(m_window);
  for (const auto& [text, value] : choices) {
    QAction* action = group->addAction(text);
    action->setCheckable(true);
    action->setData(value);
  }
  return group;
}

void Actions::attachPlainKeys(QWidget* stage) const {
  for (QAction* action : withShortcut()) {
    const auto modifiers = action->shortcut()[0].keyboardModifiers();
    const int key = action->shortcut()[0].key();
    const bool function = key >= Qt::Key_F1 && key <= Qt::Key_F35;
    if (function || (modifiers & ~Qt::ShiftModifier)) continue;
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    m_window->removeAction(action);
    stage->addAction(action);
  }
}

QList<QAction*> Actions::withShortcut() const {
  QList<QAction*> found;
  for (QAction* action : m_all) {
    if (!action->shortcut().isEmpty()) found << action;
  }
  return found;
}

Menus::Menus(QMenuBar* bar, const Actions& a) {
  QMenu* file = bar->addMenu("&File");
  file->addActions({a.open, a.openRecording});
  recent = file->addMenu("Open &recent");
  file->addSeparator();
  file->addActions({a.picture, a.noise});
  file->addSeparator();
  file->addActions({a.save, a.exportRun, a.copy});
  file->addActions({a.saveRecording, a.saveRecordings});
  file->addSeparator();
  file->addActions({a.connectEngine, a.disconnectEngine});
  file->addSeparator();
  file->addAction(a.quit);

  QMenu* edit = bar->addMenu("&Edit");
  edit->addActions({a.undo, a.redo});
  edit->addSeparator();
  edit->addActions({a.resetKnobs, a.preferences});

  view = bar->addMenu("&View");
  view->addActions({a.followLive, a.followHand});
  view->addSeparator();
  view->addActions({a.showResidual, a.showSegments, a.showError});
  view->addActions({a.showGhosts, a.showCamera, a.showFrontier, a.mapOfError});
  view->addSeparator();
  view->addActions({a.previousPicture, a.nextPicture});
  view->addActions({a.previousToken, a.nextToken});
  view->addSeparator();
  view->addAction(a.compare);
  QMenu* comparing = view->addMenu("Com&parison");
  comparing->addActions(a.compareModes->actions());
  comparing->addSeparator();
  comparing->addActions(a.alignments->actions());
  comparing->addAction(a.holdB);
  comparing->addSeparator();
  comparing->addActions({a.logDifference, a.dividerLeft, a.dividerRight, a.leaveCompare});
  view->addSeparator();
  view->addActions({a.zoomIn, a.zoomOut, a.zoomReset});
  view->addMenu("&Theme")->addActions(a.theme->actions());
  view->addMenu("&Colour map")->addActions(a.colors->actions());
  view->addAction(a.fullScreen);
  view->addSeparator();
  view->addAction(a.clearMessages);

  QMenu* run = bar->addMenu("&Run");
  run->addActions({a.generate, a.newSeed, a.arrange, a.resetLayout, a.stop});
  run->addSeparator();
  run->addActions({a.pause, a.step, a.stepBlock, a.breakpoints});
  run->addSeparator();
  run->addActions({a.branch, a.branchPaused, a.takeKnobs});
  run->addActions({a.judge, a.judgeByItself});
  run->addSeparator();
  run->addMenu("Pac&e")->addActions(a.pace->actions());
  run->addSeparator();
  run->addActions({a.first, a.back, a.play, a.playBackward, a.forward, a.last});
  run->addActions({a.previousBlock, a.nextBlock});
  run->addMenu("Spee&d of replay")->addActions(a.speed->actions());

  presets = bar->addMenu("&Schedule");
  QMenu* help = bar->addMenu("&Help");
  help->addActions({a.tour, a.shortcuts});
  help->addSeparator();
  help->addAction(a.about);
}

void setIcons(const Actions& a, const QColor& ink, const QColor& faint) {
  const std::pair<QAction*, const char*> icons[] = {
      {a.stop, "stop"}, {a.first, "first"},       {a.back, "back"},
      {a.play, "play"}, {a.forward, "forward"},   {a.last, "last"},
      {a.open, "open"}, {a.newSeed, "dice"},      {a.playBackward, "play-backward"},
      {a.resetKnobs, "reset"}, {a.noise, "close"}};
  for (const auto& [action, name] : icons) action->setIcon(themedIcon(name, ink, faint));
}

}  // namespace jacobiscope
