// A picture of the user's as what the next runs start from: read, fitted to the loaded
// model, and kept in the engine's input until it is removed.
#pragma once

#include <QObject>
#include <QString>

#include "ui/shell/engine.h"

namespace jacobiscope {

class OwnPicture : public QObject {
  Q_OBJECT

 public:
  // `window` is the parent of the dialog, which does not block it.
  OwnPicture(Engine& engine, QWidget* window);

  // Whether the ending is that of a PNG or JPEG.
  static bool isPicture(const QString& file);
  // Whether the loaded model, or the one that is being loaded as far as is known, reads
  // pictures.
  bool mayBeTaken() const;
  // The file as input of the next runs; while a model is being loaded, as soon as it is
  // there. What cannot be taken ends in a notice and changes nothing; false then.
  bool take(const QString& file);
  void openDialog();
  // As take(), once a model is there.
  void takeLater(const QString& file) { m_waiting = file; }
  // The file that runs start from; empty: none.
  QString file() const;
  // Back to noise.
  void remove();
  // To be called when something arrived: another model reads pictures of another size, or
  // none.
  void followLoading();

 Q_SIGNALS:
  void changed();

 private:
  Engine& m_engine;
  QWidget* m_window;
  QString m_file;     // taken last
  QString m_waiting;  // for the model that is being loaded
  QString m_folder;   // where the dialog opens
  int m_loads = 0;    // the input fits the model of this load
};

}  // namespace jacobiscope
