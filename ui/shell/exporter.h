// Runs as films, figures and tables: asks for a file and writes it beside the window's work.
#pragma once

#include <QObject>
#include <QThreadPool>

#include "engine/export/export.h"
#include "ui/shell/engine.h"

namespace jacobiscope {

class Exporter : public QObject {
  Q_OBJECT

 public:
  // `window` is the parent of the dialog, which does not block it.
  Exporter(Engine& engine, QWidget* window);
  // Waits for what is being written.
  ~Exporter() override;

  // What this build and machine cannot write is not among the dialog's choices. Of a film, size
  // and rate are asked for as well.
  void openDialog(int run);
  // Writes what the run holds now, on another thread; ended() and a notice follow. A file that
  // is there is replaced, once the new one is whole.
  void start(int run, ExportKind kind, const QString& file);

 Q_SIGNALS:
  void ended(const QString& file, bool written);

 private:
  void write(int run, ExportKind kind, const QString& file);
  void tell(const QString& file, const QString& problem, const QString& hint);

  Engine& m_engine;
  QWidget* m_window;
  QThreadPool m_pool;
  FilmOptions m_film;  // as it was asked for last
  QString m_folder;  // of the last file written
};

}  // namespace jacobiscope
