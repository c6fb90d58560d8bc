#include "ui/shell/files.h"

#include <QClipboard>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QGuiApplication>
#include <QInputDialog>
#include <QStandardPaths>
#include <algorithm>

#include "engine/core/error.h"
#include "ui/shell/picture.h"

namespace jacobiscope {

Files::Files(Engine& engine, MessageBar& bar, QWidget* window)
    : QObject(window),
      m_engine(engine),
      m_own(new OwnPicture(engine, window)),
      m_recipes(new Recipes(engine, bar, window)),
      m_exporter(new Exporter(engine, window)),
      m_window(window),
      m_folder(QStandardPaths::writableLocation(QStandardPaths::PicturesLocation)) {
  connect(m_recipes, &Recipes::located, this, &Files::open);
}

void Files::setModels(const std::vector<ModelEntry>& models) {
  m_models = models;
  m_recipes->setModels(models);
}

void Files::open(const QString& path) {
  const QFileInfo file(path);
  const bool known = std::ranges::any_of(m_models, [&](const ModelEntry& model) {
    return model.path.string() == path.toStdString();
  });
  if (!known && !file.exists()) {
    return m_engine.notify("load", path.toStdString() + " does not exist.");
  }
  const bool picture = OwnPicture::isPicture(path) || mayCarryRecipe(path.toStdString());
  if (!known && file.isFile() && picture) return openPicture(path);
  if (!known && !m_engine.place().empty()) {
    return m_engine.notify("load",
                           file.fileName().toStdString() +
                               " is on this machine, the engine is on " + m_engine.place() + ".",
                           "Copy it there and open it by its path there, or disconnect.");
  }
  m_recipes->forget();
  m_opening = known ? QString() : file.absoluteFilePath();
  m_loadsBefore = m_engine.loads();
  m_engine.load(path.toStdString());
}

void Files::choose(const QString& path) {
  const bool loaded = m_engine.view().model && m_engine.loadedPath() == path.toStdString();
  if (!loaded || m_engine.loading()) open(path);
}

// The engine reads it, not this machine.
void Files::askForPathThere() {
  auto* dialog = new QInputDialog(m_window);
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setWindowTitle("Open checkpoint");
  dialog->setLabelText("Path of a checkpoint on " + QString::fromStdString(m_engine.place()));
  dialog->setOkButtonText("Open");
  dialog->resize(520, dialog->sizeHint().height());
  connect(dialog, &QInputDialog::textValueSelected, this, [this](const QString& path) {
    if (path.trimmed().isEmpty()) return;
    m_recipes->forget();
    m_engine.load(path.trimmed().toStdString());
  });
  dialog->open();
}

void Files::openDialog() {
  if (!m_engine.place().empty()) return askForPathThere();
  auto* dialog = new QFileDialog(m_window, "Open checkpoint");
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setFileMode(QFileDialog::ExistingFile);
  dialog->setNameFilters({"Checkpoints and pictures (*.safetensors *.pth *.pt *.json *.png *.jpg "
                          "*.jpeg *.apng *.gif *.svg *.pdf)",
                          "All files (*)"});
  connect(dialog, &QFileDialog::fileSelected, this, &Files::open);
  dialog->open();
}

bool Files::save(const QString& file, int run, std::optional<std::int64_t> sweep) {
  const RunRecord* record = m_engine.recording().run(run);
  const auto picture = !record ? std::nullopt
                       : sweep ? pictureAt(m_engine.recording(), run, *sweep)
                               : lastPicture(m_engine.recording(), run);
  if (!picture) {
    m_engine.notify("save", "There is no picture yet.", "Press Generate first.");
    return false;
  }
  try {
    savePng(file, picture->image, recipeFor(*record, *picture));
  } catch (const Error& error) {
    m_engine.notify("save", error.what(), error.hint());
    return false;
  }
  m_folder = QFileInfo(file).absolutePath();
  return true;
}

void Files::saveDialog(int run, std::optional<std::int64_t> sweep) {
  const RunRecord* record = m_engine.recording().run(run);
  if (!record) return m_engine.notify("save", "There is no picture yet.", "Press Generate first.");
  const QString name = QString("%1-%2.png")
                           .arg(QString::fromStdString(record->start.model.name))
                           .arg(record->start.input.seed);
  auto* dialog = new QFileDialog(m_window, "Save picture");
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setAcceptMode(QFileDialog::AcceptSave);
  dialog->setDefaultSuffix("png");
  dialog->setNameFilter("PNG pictures (*.png)");
  dialog->setDirectory(m_folder);
  dialog->selectFile(name);
  connect(dialog, &QFileDialog::fileSelected, this,
          [this, run, sweep](const QString& file) { save(file, run, sweep); });
  dialog->open();
}

void Files::copyPicture() {
  const Cursor& cursor = m_engine.view().cursor;
  const auto picture = pictureAt(m_engine.recording(), cursor.run, cursor.sweep);
  if (!picture) return m_engine.notify("save", "There is no picture yet.", "Press Generate first.");
  QGuiApplication::clipboard()->setImage(picture->image);
}

void Files::copyRecipe(int run) {
  const RunRecord* record = m_engine.recording().run(run);
  if (!record) return;
  QGuiApplication::clipboard()->setText(QString::fromStdString(recipeText(recipeOf(*record))));
}

void Files::openPicture(const QString& path) {
  const QFileInfo file(path);
  const bool carries = mayCarryRecipe(path.toStdString());
  try {
    const auto stored = carries ? readStoredRun(path.toStdString()) : std::nullopt;
    if (stored) return m_recipes->offer(file.fileName(), *stored);
  } catch (const Error& error) {
    return m_engine.notify("load", error.what(), error.hint());
  }
  // A JPEG cannot carry one.
  if (!carries || (OwnPicture::isPicture(path) && m_own->mayBeTaken())) {
    m_own->take(path);
  } else {
    m_engine.notify("load", path.toStdString() + " carries no recipe.",
                    "Only what was saved by this program does.");
  }
}

void Files::followLoading() {
  if (!m_engine.loading()) {
    m_own->followLoading();
    const QString opened = std::exchange(m_opening, QString());
    if (!opened.isEmpty() && m_engine.loads() > m_loadsBefore) Q_EMIT checkpointOpened(opened);
  }
  m_recipes->follow();
}

}  // namespace jacobiscope
