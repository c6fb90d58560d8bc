#include "ui/shell/recordings.h"

#include <QFileDialog>
#include <QFileInfo>
#include <QStandardPaths>

#include "engine/core/error.h"

namespace jacobiscope {

namespace {

constexpr char kFilter[] = "Recordings (*.jtrace)";
constexpr char kEarlier[] = "an earlier session";
// Of earlier sessions: what a start has time and a list has room for.
constexpr int kMostRestored = 20;
constexpr std::uint64_t kMostRestoredBytes = std::uint64_t{64} << 20;

}  // namespace

Recordings::Recordings(Engine& engine, QWidget* window)
    : QObject(window),
      m_engine(engine),
      m_window(window),
      m_folder(QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation)) {}

bool Recordings::isRecording(const QString& file) {
  return QFileInfo(file).suffix().compare("jtrace", Qt::CaseInsensitive) == 0;
}

void Recordings::open(const QString& file) {
  const std::string name = QFileInfo(file).fileName().toStdString();
  try {
    const TraceContents contents = m_engine.openRecording(file.toStdString(), name);
    m_folder = QFileInfo(file).absolutePath();
    if (!contents.missing.empty()) {
      m_engine.notify({"open", name + ": " + contents.missing, "What is whole was opened.",
                       Severity::Warning});
    } else if (contents.runs.empty()) {
      m_engine.notify({"open", name + " holds no runs.", {}, Severity::Info});
    }
  } catch (const Error& error) {
    m_engine.notify("open", error.what(), error.hint());
  }
}

void Recordings::openDialog() {
  auto* dialog = new QFileDialog(m_window, "Open recording");
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setFileMode(QFileDialog::ExistingFile);
  dialog->setNameFilters({kFilter, "All files (*)"});
  dialog->setDirectory(m_folder);
  connect(dialog, &QFileDialog::fileSelected, this, &Recordings::open);
  dialog->open();
}

std::vector<const RunRecord*> Recordings::runsToSave(int run) const {
  std::vector<const RunRecord*> wanted;
  for (const auto& [id, record] : m_engine.recording().runs()) {
    if (run == 0 || id == run) wanted.push_back(&record);
  }
  return wanted;
}

bool Recordings::save(const QString& file, int run) {
  try {
    const auto runs = runsToSave(run);
    if (runs.empty()) throw Error("There is no recording yet.", "Press Generate first.");
    writeTrace(file.toStdString(), runs);
  } catch (const Error& error) {
    m_engine.notify("save", error.what(), error.hint());
    return false;
  }
  m_folder = QFileInfo(file).absolutePath();
  return true;
}

void Recordings::saveDialog(int run) {
  const auto runs = runsToSave(run);
  if (runs.empty()) {
    return m_engine.notify("save", "There is no recording yet.", "Press Generate first.");
  }
  auto* dialog = new QFileDialog(m_window, run == 0 ? "Save all recordings" : "Save recording");
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setAcceptMode(QFileDialog::AcceptSave);
  dialog->setDefaultSuffix("jtrace");
  dialog->setNameFilter(kFilter);
  dialog->setDirectory(m_folder);
  dialog->selectFile(run == 0 ? QString("runs.jtrace")
                              : QString("%1-%2.jtrace")
                                    .arg(QString::fromStdString(runs[0]->start.model.name))
                                    .arg(runs[0]->start.input.seed));
  connect(dialog, &QFileDialog::fileSelected, this,
          [this, run](const QString& file) { save(file, run); });
  dialog->open();
}

void Recordings::keepIn(const QString& folder, std::uint64_t quota) {
  m_kept = std::make_unique<KeptRuns>(folder, quota);
  connect(&m_engine, &Engine::happened, m_kept.get(), &KeptRuns::add);
  connect(&m_engine, &Engine::runErased, m_kept.get(), &KeptRuns::erase);
  connect(&m_engine, &Engine::happened, this, [this](const Event& event) {
    const auto* progress = std::get_if<Progress>(&event);
    const bool judged = progress && progress->what == "judge" && progress->fraction >= 1;
    const Recording& recording = m_engine.recording();
    const RunRecord* run = judged ? recording.run(m_engine.judging()) : nullptr;
    // Of a recording whose pictures were thinned the file holds more than is here.
    if (run && recording.droppedPictures() == 0) m_kept->rewrite(*run);
  });
  connect(m_kept.get(), &KeptRuns::failed, this, [this](const QString& what, const QString& hint) {
    m_engine.notify("record", what.toStdString(),
                    "Runs go on and are not kept for the next time. " + hint.toStdString());
  });
  restore();
}

void Recordings::restore() {
  std::string broken;  // what is missing of the last one
  std::size_t restored = 0;
  for (const QString& file : m_kept->newest(kMostRestored, kMostRestoredBytes)) {
    try {
      const TraceContents contents = m_engine.openRecording(file.toStdString(), kEarlier);
      for (const int run : contents.runs) m_kept->know(run, file);
      restored += contents.runs.size();
      broken = contents.missing;
    } catch (const Error&) {
      broken.clear();  // ended before its run had begun, or is no recording: nothing is lost
    }
  }
  // A run that was cut off by the end of the program is worth a word.
  if (!broken.empty() && restored > 0) {
    m_engine.notify({"record", "Restored the last recording.", broken, Severity::Info});
  }
}

}  // namespace jacobiscope
