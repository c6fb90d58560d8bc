#include "ui/shell/exporter.h"

#include <QFileDialog>
#include <QFileInfo>
#include <QStandardPaths>

#include "engine/core/error.h"
#include "engine/core/failure.h"
#include "ui/shell/film_dialog.h"

namespace jacobiscope {

namespace {

// "GIF of the process (*.gif)"
QString filterOf(const ExportFormat& format) {
  const QString title = QString::fromStdString(format.title);
  return QString("%1%2 (*%3)").arg(title.left(1).toUpper(), title.mid(1),
                                   QString::fromStdString(format.endings.front()));
}

// The kind that the file's ending names, else that of the chosen filter.
ExportKind kindOf(const QString& file, const QString& filter) {
  if (const auto kind = exportKindOf(file.toStdString())) return *kind;
  for (const ExportFormat& format : exportFormats())
    if (filterOf(format) == filter) return format.kind;
  return ExportKind::Png;
}

}  // namespace

Exporter::Exporter(Engine& engine, QWidget* window)
    : QObject(window),
      m_engine(engine),
      m_window(window),
      m_folder(QStandardPaths::writableLocation(QStandardPaths::PicturesLocation)) {
  m_pool.setMaxThreadCount(1);  // one after the other: decoding goes on beside it
}

Exporter::~Exporter() { m_pool.waitForDone(); }

void Exporter::openDialog(int run) {
  const RunRecord* record = m_engine.recording().run(run);
  if (!record) return m_engine.notify("save", "There is no run yet.", "Press Generate first.");
  QStringList filters;
  for (const ExportFormat& format : exportFormats())
    if (!whyNot(format.kind)) filters << filterOf(format);
  auto* dialog = new QFileDialog(m_window, "Export run");
  dialog->setObjectName("exportDialog");
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setAcceptMode(QFileDialog::AcceptSave);
  dialog->setNameFilters(filters);
  dialog->setDirectory(m_folder);
  const QString name = QString("%1-%2").arg(QString::fromStdString(record->start.model.name))
                           .arg(record->start.input.seed);
  // The ending follows the filter.
  const auto adapt = [dialog](const QString& filter) {
    const ExportFormat& format = exportFormat(kindOf({}, filter));
    dialog->setDefaultSuffix(QString::fromStdString(format.endings.front()).mid(1));
  };
  connect(dialog, &QFileDialog::filterSelected, this, adapt);
  connect(dialog, &QFileDialog::fileSelected, this, [this, dialog, run](const QString& file) {
    write(run, kindOf(file, dialog->selectedNameFilter()), file);
  });
  dialog->selectNameFilter(filters.value(1));
  adapt(dialog->selectedNameFilter());
  dialog->selectFile(name);
  dialog->open();
}

void Exporter::write(int run, ExportKind kind, const QString& file) {
  const bool film =
      kind == ExportKind::Gif || kind == ExportKind::Apng || kind == ExportKind::Mp4;
  if (!film) return start(run, kind, file);
  askFilm(m_window, m_film, [this, run, kind, file](const FilmOptions& film) {
    m_film = film;
    start(run, kind, file);
  });
}

void Exporter::start(int run, ExportKind kind, const QString& file) {
  const RunRecord* record = m_engine.recording().run(run);
  if (!record) return m_engine.notify("save", "There is no run yet.", "Press Generate first.");
  ExportOptions options;
  options.film = m_film;
  options.figure.cividis = m_engine.view().theme.cividis;
  m_folder = QFileInfo(file).absolutePath();
  // Snapshots are shared and never change; the rest is copied.
  auto work = [this, copy = *record, kind, file, options] {
    QString problem, hint;
    try {
      exportRun(copy, kind, file.toStdString(), options);
    } catch (...) {
      const Failed failed = failure(0, "save", std::current_exception());
      problem = QString::fromStdString(failed.message);
      hint = QString::fromStdString(failed.hint);
    }
    QMetaObject::invokeMethod(this, [this, file, problem, hint] { tell(file, problem, hint); });
  };
  m_pool.start(std::move(work));
}

void Exporter::tell(const QString& file, const QString& problem, const QString& hint) {
  if (problem.isEmpty()) {
    m_engine.notify("save", file.toStdString() + " is written.", "", Severity::Info);
  } else {
    m_engine.notify("save", problem.toStdString(), hint.toStdString());
  }
  Q_EMIT ended(file, problem.isEmpty());
}

}  // namespace jacobiscope
