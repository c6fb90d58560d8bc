// What the window remembers between two starts, and how it comes back.
#include <QFileInfo>
#include <algorithm>

#include "engine/core/error.h"
#include "ui/shell/main_window.h"

namespace jacobiscope {

namespace {

// Grows when docks or toolbars change so that an old layout no longer fits.
constexpr int kLayoutVersion = 1;

}  // namespace

void MainWindow::restore() {
  const bool placed = restoreGeometry(m_settings.geometry);
  if (!placed) resize(1440, 900);
  restoreState(m_settings.layout, kLayoutVersion);
  m_engine->input().seed = m_settings.seed;
  m_engine->input().count = m_settings.count;
  m_engine->input().prompt = m_settings.prompt;
  m_engine->input().label = m_settings.label;
  m_engine->anyClass = m_settings.anyClass;
  m_engine->drawsSeed = m_settings.drawsSeed;
  m_engine->restoreLayout(m_settings.places);
  if (!m_settings.ownPicture.isEmpty()) m_files->ownPicture().takeLater(m_settings.ownPicture);
  m_engine->rememberedKnobs() = m_settings.knobs;
  m_engine->view().followHand = m_settings.followHand;
  m_engine->judgesByItself = m_settings.judgesByItself;
  m_engine->setBreakpoints(m_settings.breakpoints);
  applyQuotas();
  m_announcer->setOn(m_settings.tellsOfRuns);
  applyTheme();
  listModels();
  refresh();
}

void MainWindow::remember() {
  m_settings.geometry = saveGeometry();
  m_settings.layout = saveState(kLayoutVersion);
  m_settings.seed = m_engine->input().seed;
  m_settings.count = m_engine->input().count;
  m_settings.prompt = m_engine->input().prompt;
  m_settings.label = m_engine->input().label;
  m_settings.anyClass = m_engine->anyClass;
  m_settings.drawsSeed = m_engine->drawsSeed;
  m_settings.followHand = m_engine->view().followHand;
  m_settings.judgesByItself = m_engine->judgesByItself;
  m_settings.breakpoints = m_engine->breakpoints();
  m_settings.knobs = m_engine->rememberedKnobs();
  // What belongs to a model is only known once it is there; a path of another machine says nothing
  // at the next start.
  if (m_engine->view().model && !m_engine->loading() && !isElsewhere()) {
    m_settings.lastModel = QString::fromStdString(m_engine->loadedPath());
    m_settings.ownPicture = m_files->ownPicture().file();
    m_settings.places = m_engine->layoutByHand();
  }
  if (m_settings == m_written) return;
  m_written = m_settings;
  writeSettings(*m_store, m_settings);
  m_store->sync();
}

void MainWindow::restoreSession() {
  if (m_folder.takenByAnother()) {
    m_engine->notify({"session", "Another window of Jacobiscope is open.",
                      "Jobs and runs of this one will not be kept.", Severity::Info});
  }
  if (!m_folder.ours()) return;
  m_recordings->keepIn(m_folder.file("runs"), std::uint64_t(m_settings.keptMegabytes) * 1000000);
  try {
    m_engine->jobs().keepIn(m_folder.file("jobs.json"));
  } catch (const Error& error) {
    m_engine->notify("job", error.what(), error.hint());
  }
  const auto waiting = m_engine->jobs().jobs().size();
  if (waiting == 0) return;
  m_bar->ask(waiting == 1 ? QString("1 job is waiting from the last time.")
                          : QString("%1 jobs are waiting from the last time.").arg(waiting),
             "Start", [this] { m_engine->startJobs(); }, "Not now");
}

void MainWindow::open(const QString& path) {
  // A folder is a model, whatever its name.
  const bool recording = Recordings::isRecording(path) && !QFileInfo(path).isDir();
  recording ? m_recordings->open(path) : m_files->open(path);
}

void MainWindow::openLastModel() {
  const auto known = [this](const QString& path) {
    return QFileInfo::exists(path) || std::ranges::any_of(m_models, [&](const ModelEntry& model) {
             return model.path.string() == path.toStdString();
           });
  };
  if (!m_settings.lastModel.isEmpty() && known(m_settings.lastModel)) {
    return m_files->open(m_settings.lastModel);
  }
  const ModelEntry* first = nullptr;
  for (const ModelEntry& model : m_models) {
    // The toy needs no file: it is the choice only where there is nothing else.
    if (!first || (!QFileInfo::exists(QString::fromStdString(first->path.string())) &&
                   model.bundled)) {
      first = &model;
    }
  }
  if (first) m_files->open(QString::fromStdString(first->path.string()));
}

void MainWindow::applyQuotas() {
  m_engine->recording().setPictureByteCap(std::size_t(m_settings.quotaMegabytes) * 1000000);
  if (KeptRuns* kept = m_recordings->kept()) {
    kept->setQuota(std::uint64_t(m_settings.keptMegabytes) * 1000000);
  }
}

}  // namespace jacobiscope
