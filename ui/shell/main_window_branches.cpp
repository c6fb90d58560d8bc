// Branches and the measuring of true errors, as actions of the window.
#include <QFileInfo>
#include <algorithm>

#include "ui/shell/main_window.h"

namespace jacobiscope {

void MainWindow::connectBranchActions() {
  const Actions& a = *m_actions;
  const auto branch = [this](bool paused) {
    commitEdits();
    m_engine->branch(paused);
  };
  connect(a.branch, &QAction::triggered, this, [branch] { branch(false); });
  connect(a.branchPaused, &QAction::triggered, this, [branch] { branch(true); });
  connect(a.takeKnobs, &QAction::triggered, m_engine.get(), &Engine::takeKnobsOfRun);
  connect(a.judge, &QAction::triggered, m_engine.get(), &Engine::judge);
  connect(a.judgeByItself, &QAction::triggered, this, [this](bool on) {
    m_engine->judgesByItself = on;
    refreshSoon();
  });
  m_engine->modelFile = [this](const ModelInfo& model) { return fileOfModel(model); };
}

void MainWindow::refreshBranchActions() {
  const Actions& a = *m_actions;
  const RunRecord* run = m_engine->currentRun();
  const auto& model = m_engine->view().model;
  // Where there can be no branch, it says why.
  for (QAction* action : {a.branch, a.branchPaused})
    action->setEnabled(run && !run->snapshots.empty());
  a.takeKnobs->setEnabled(run && model && model->hash == run->start.model.hash);
  m_engine->view().canJudge = m_engine->canJudge();
  a.judge->setEnabled(m_engine->view().canJudge);
  a.judgeByItself->setChecked(m_engine->judgesByItself);
  a.showFrontier->setChecked(m_engine->view().showFrontier);
  a.mapOfError->setChecked(m_engine->view().mapOfError);
  a.mapOfError->setEnabled(run && !run->exactness.empty());
}

// Where it was loaded from when the run was recorded, else the model of the list that bears its
// name. Whether the weights are the same is seen when it is loaded.
std::string MainWindow::fileOfModel(const ModelInfo& model) const {
  const std::vector<ModelEntry>& models = isElsewhere() ? m_connection->models() : m_models;
  const auto listed = [&](const auto& same) {
    const auto found = std::ranges::find_if(models, same);
    return found == models.end() ? std::string() : found->path.string();
  };
  const std::string known =
      listed([&](const ModelEntry& entry) { return entry.path.string() == model.path; });
  if (!known.empty()) return known;
  const QString path = QString::fromStdString(model.path);
  if (!isElsewhere() && QFileInfo(path).isAbsolute() && QFileInfo::exists(path)) return model.path;
  return listed([&](const ModelEntry& entry) { return entry.name == model.name; });
}

}  // namespace jacobiscope
