// What goes in and out of the window as a file: checkpoints, pictures, recipes.
#pragma once

#include <QObject>
#include <QStringList>
#include <optional>
#include <vector>

#include "engine/core/model_library.h"
#include "ui/shell/engine.h"
#include "ui/shell/exporter.h"
#include "ui/shell/message_bar.h"
#include "ui/shell/own_picture.h"
#include "ui/shell/recipes.h"

namespace jacobiscope {

class Files : public QObject {
  Q_OBJECT

 public:
  // `window` is the parent of the dialogs; none of them blocks it.
  Files(Engine& engine, MessageBar& bar, QWidget* window);

  void setModels(const std::vector<ModelEntry>& models);

  // A checkpoint (file, folder or a family's own name) is loaded; of a picture,
  // figure or film that carries a recipe it is asked what to do with it; a picture without one
  // becomes the input. What cannot be read ends in a notice.
  void open(const QString& path);
  // As open, but the model that is loaded stays as it is, with what was measured of it.
  void choose(const QString& path);
  void openDialog();
  OwnPicture& ownPicture() { return *m_own; }
  Exporter& exporter() { return *m_exporter; }
  Recipes& recipes() { return *m_recipes; }

  // The picture of the run after the sweep (or its outcome) as PNG with its recipe.
  // Returns whether it was written; otherwise there is a notice.
  bool save(const QString& file, int run, std::optional<std::int64_t> sweep = std::nullopt);
  void saveDialog(int run, std::optional<std::int64_t> sweep = std::nullopt);
  void copyPicture();
  void copyRecipe(int run);

  // To be called when something arrived: tells which checkpoint was opened, and goes on with a
  // recipe that waited for its model or for the run.
  void followLoading();

 Q_SIGNALS:
  // A file that is not in the list of models was loaded.
  void checkpointOpened(const QString& path);

 private:
  void askForPathThere();
  void openPicture(const QString& path);

  Engine& m_engine;
  OwnPicture* m_own;
  Recipes* m_recipes;
  Exporter* m_exporter;
  QWidget* m_window;
  std::vector<ModelEntry> m_models;
  QString m_opening;   // a checkpoint on the way
  int m_loadsBefore = 0;
  QString m_folder;  // of the last picture saved
};

}  // namespace jacobiscope
