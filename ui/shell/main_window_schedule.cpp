// What the Schedule menu does besides choosing one of the list.
#include <QClipboard>
#include <QFileDialog>
#include <QFileInfo>
#include <QGuiApplication>
#include <QSaveFile>
#include <QStatusBar>

#include "engine/core/error.h"
#include "engine/core/schedule_text.h"
#include "ui/shell/import_dialog.h"
#include "ui/shell/main_window.h"
#include "ui/shell/search_dialog.h"

namespace jacobiscope {

namespace {

constexpr int kMessageMilliseconds = 5000;
constexpr double kUsualError = 1e-3;  // of a search: invisible in eight bits a colour

// The schedule in force as it is exported: everything it says, and above it, as remarks, how the
// paper and its code would write it.
QString fileText(const ModelInfo& model, const KnobValues& knobs) {
  const int blocks = static_cast<int>(model.stages.size());
  const KnobValues all = completeKnobs(model.knobs, knobs);
  const auto schedule = readSchedule(all, blocks, model.positions);
  QString text = "# Schedule for " + QString::fromStdString(model.name) + ", " +
                 QString::number(blocks) + " blocks of " + QString::number(model.positions) +
                 " tokens, from the first block sampled to block 0\n";
  const auto remark = [&text](const std::optional<std::string>& lines) {
    if (!lines) return;
    for (const QString& line : QString::fromStdString(*lines).split('\n', Qt::SkipEmptyParts))
      text += "# " + line + "\n";
  };
  remark(stackNotation(schedule, model.positions));
  remark(publishedLists(schedule, model.positions));
  text += QString::fromStdString(scheduleText(all, blocks, model.positions));
  return text.endsWith('\n') ? text : text + "\n";
}

// The shortest notation that says all of it.
QString shortText(const ModelInfo& model, const KnobValues& knobs) {
  const int blocks = static_cast<int>(model.stages.size());
  const KnobValues all = completeKnobs(model.knobs, knobs);
  const auto schedule = readSchedule(all, blocks, model.positions);
  if (const auto text = stackNotation(schedule, model.positions))
    return QString::fromStdString(*text);
  if (const auto text = publishedLists(schedule, model.positions))
    return QString::fromStdString(*text);
  return QString::fromStdString(scheduleText(all, blocks, model.positions));
}

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
  connect(a.importSchedule, &QAction::triggered, this, [this] {
    const ViewState& view = m_engine->view();
    if (!view.model) return;
    showImport(this, *view.model, view.knobs,
               [this](const KnobValues& knobs) { m_engine->editKnobs(knobs); });
  });
  // What is typed there is for the blocks of the model that was.
  connect(m_engine.get(), &Engine::modelChanged, this, [this] {
    if (auto* dialog = findChild<ImportDialog*>()) dialog->close();
  });
  connect(a.exportSchedule, &QAction::triggered, this, &MainWindow::exportSchedule);
  connect(a.copySchedule, &QAction::triggered, this, &MainWindow::copySchedule);
}

// Lists that do not fit the model say so instead of being exported.
void MainWindow::copySchedule() {
  const ViewState& view = m_engine->view();
  if (!view.model) return;
  try {
    const QString text = shortText(*view.model, view.knobs);
    QGuiApplication::clipboard()->setText(text);
    statusBar()->showMessage("Copied " + text.simplified(), kMessageMilliseconds);
  } catch (const Error& error) {
    m_engine->notify("knob", error.what(), error.hint());
  }
}

void MainWindow::exportSchedule() {
  auto* dialog = new QFileDialog(this, "Export schedule");
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setAcceptMode(QFileDialog::AcceptSave);
  dialog->setDefaultSuffix("txt");
  dialog->setNameFilters({"Schedules (*.txt)", "All files (*)"});
  connect(dialog, &QFileDialog::fileSelected, this, &MainWindow::writeScheduleTo);
  dialog->open();
}

void MainWindow::writeScheduleTo(const QString& path) {
  const ViewState& view = m_engine->view();
  if (!view.model) return;
  try {
    const QByteArray text = fileText(*view.model, view.knobs).toUtf8();
    QSaveFile file(path);
    const bool written =
        file.open(QIODevice::WriteOnly) && file.write(text) == text.size() && file.commit();
    if (!written) {
      const std::string name = QFileInfo(path).fileName().toStdString();
      m_engine->notify("save", name + " cannot be written: " + file.errorString().toStdString() +
                                   ".", "Choose another folder.");
    }
  } catch (const Error& error) {
    m_engine->notify("knob", error.what(), error.hint());
  }
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
