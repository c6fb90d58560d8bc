// What the Schedule menu does besides choosing one of the list.
#include "ui/shell/main_window.h"
#include "ui/shell/search_dialog.h"

namespace jacobiscope {

namespace {

constexpr double kUsualError = 1e-3;  // of a search: invisible in eight bits a colour

}  // namespace

void MainWindow::connectScheduleActions() {
  const Actions& a = *m_actions;
  ViewState& view = m_engine->view();
  for (const auto& [action, flag] : {std::pair(a.editSchedule, &view.editSchedule),
                                     std::pair(a.showTrials, &view.showTrials)}) {
    // What is true is in the view state; the tick of the action follows.
    connect(action, &QAction::triggered, this, [this, flag = flag] {
      *flag = !*flag;
      refreshSoon();
    });
  }
  connect(a.search, &QAction::triggered, this, &MainWindow::askForSearch);
}

void MainWindow::askForSearch() {
  const double before = m_engine->view().searchBound;
  showSearch(this, before > 0 ? before : kUsualError, m_engine->input().count,
             [this](double error, int batch) { m_engine->search(error, batch); });
}

void MainWindow::refreshScheduleActions() {
  const ViewState& view = m_engine->view();
  const Actions& a = *m_actions;
  const bool has = view.model && view.model->vocabulary == 0 &&
                   findKnob(view.model->knobs, "segments");
  const bool flow = has && canSearch(*view.model);
  a.search->setEnabled(flow && !view.running);
  a.editSchedule->setEnabled(has);
  a.editSchedule->setChecked(view.editSchedule);
  a.showTrials->setEnabled(view.analysis && !view.analysis->trials.empty());
  a.showTrials->setChecked(view.showTrials);
  for (QAction* action : {a.importSchedule, a.exportSchedule, a.copySchedule}) {
    action->setEnabled(flow);
  }
}

}  // namespace jacobiscope
