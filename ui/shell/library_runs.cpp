// The list of runs in the library: a tree, with a menu for each run.
#include <QGuiApplication>
#include <QMenu>
#include <limits>

#include "engine/record/branch_text.h"
#include "engine/record/run_tree.h"
#include "ui/shell/library_panel.h"
#include "ui/shell/status_text.h"

namespace jacobiscope {

namespace {

// Which model, and from what.
QString describe(const RunRecord& run, const Engine& engine) {
  QString text = QString::fromStdString(run.start.model.title);
  const QString picture = QString::fromStdString(run.start.input.picture);
  if (!picture.isEmpty()) text += " · from " + picture;
  if (run.start.parent) {
    text += "\n" + QString::fromStdString(branchText(run));
    const auto changes = branchChanges(run, std::numeric_limits<int>::max());
    if (!changes.empty()) text += "\n" + QString::fromStdString(changes);
  }
  const auto origin = engine.origins().find(run.start.run);
  return origin == engine.origins().end() ? text
                                      : text + "\nOpened from " +
                                            QString::fromStdString(origin->second);
}

}  // namespace

void LibraryPanel::refreshRuns() {
  QList<Card> cards;
  const Recording& recording = m_engine.recording();
  const int current = m_engine.view().cursor.run;
  if (std::exchange(m_shownRun, current) != current) unfold(current);
  QList<bool> lines;  // by level
  int foldedDepth = std::numeric_limits<int>::max();
  for (const RunTreeEntry& entry : runTree(recording)) {
    if (entry.depth > foldedDepth) continue;
    const bool folded = entry.branches > 0 && m_folded.contains(entry.run);
    foldedDepth = folded ? entry.depth : std::numeric_limits<int>::max();
    const RunRecord& run = *recording.run(entry.run);
    Card card{QString::number(entry.run), runTitle(run, m_engine.view()),
              runSubtitle(run, m_engine.view()), describe(run, m_engine), thumbnailOf(run)};
    lines.resize(entry.depth);
    if (entry.depth > 0) lines[entry.depth - 1] = !entry.last;
    card.depth = entry.depth;
    card.last = entry.last;
    card.parent = entry.branches > 0;
    card.folded = folded;
    card.lines = lines;
    cards << card;
  }
  const auto gone = [&](int run) { return !recording.run(run); };
  std::erase_if(m_thumbnails, [&](const auto& entry) { return gone(entry.first); });
  std::erase_if(m_folded, gone);
  m_runs->setCards(cards, current > 0 ? QString::number(current) : QString());
}

// What the cursor moves to is seen.
void LibraryPanel::unfold(int run) {
  while (const int parent = parentOf(m_engine.recording(), run)) {
    m_folded.erase(parent);
    run = parent;
  }
}

// A branch begins at the cursor, which goes to the run first.
void LibraryPanel::addBranchActions(QMenu* menu, int run) {
  const auto select = [this, run] {
    if (m_engine.view().cursor.run != run) m_engine.selectRun(run);
  };
  connect(menu->addAction("Branch from the cursor"), &QAction::triggered, this, [this, select] {
    select();
    m_engine.branch(QGuiApplication::keyboardModifiers() & Qt::ShiftModifier);
  });
  connect(menu->addAction("Take over its knobs"), &QAction::triggered, this, [this, select] {
    select();
    m_engine.takeKnobsOfRun();
  });
  connect(menu->addAction("Measure true error"), &QAction::triggered, this, [this, select] {
    select();
    m_engine.judge();
  });
  menu->addSeparator();
}

void LibraryPanel::runMenu(const QPoint& position) {
  const QString id = m_runs->idOf(m_runs->itemAt(position));
  if (id.isEmpty()) return;
  const int run = id.toInt();
  auto* menu = new QMenu(m_runs);
  menu->setAttribute(Qt::WA_DeleteOnClose);
  addBranchActions(menu, run);
  connect(menu->addAction("Save picture as PNG…"), &QAction::triggered, this,
          [this, run] { Q_EMIT savePictureRequested(run); });
  connect(menu->addAction("Export…"), &QAction::triggered, this,
          [this, run] { Q_EMIT exportRequested(run); });
  connect(menu->addAction("Copy recipe"), &QAction::triggered, this,
          [this, run] { Q_EMIT copyRecipeRequested(run); });
  connect(menu->addAction("Save recording…"), &QAction::triggered, this,
          [this, run] { Q_EMIT saveRecordingRequested(run); });
  QAction* compare = menu->addAction("Compare with the run shown");
  compare->setEnabled(run != m_engine.view().cursor.run);
  connect(compare, &QAction::triggered, this, [this, run] { Q_EMIT compareRequested(run); });
  menu->addSeparator();
  connect(menu->addAction("Delete"), &QAction::triggered, this,
          [this, run] { m_engine.eraseRun(run); });
  menu->popup(m_runs->viewport()->mapToGlobal(position));
}

}  // namespace jacobiscope
