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

namespace {

QString describe(const Recipe& recipe) {
  QString text = QString::fromStdString(recipe.model.empty() ? "a model" : recipe.model);
  text += QString(" · seed %1").arg(recipe.input.seed);
  if (recipe.input.label) text += QString(" · class %1").arg(*recipe.input.label);
  if (!recipe.input.prompt.empty()) {
    text += " · “" + QString::fromStdString(recipe.input.prompt) + "”";
  }
  if (recipe.input.count > 1) text += QString(" · %1 pictures").arg(recipe.input.count);
  if (!recipe.input.picture.empty()) {
    text += " · from " + QString::fromStdString(recipe.input.picture);
  }
  return text;
}

}  // namespace

Files::Files(Engine& engine, MessageBar& bar, QWidget* window)
    : QObject(window),
      m_engine(engine),
      m_bar(bar),
      m_own(new OwnPicture(engine, window)),
      m_exporter(new Exporter(engine, window)),
      m_window(window),
      m_folder(QStandardPaths::writableLocation(QStandardPaths::PicturesLocation)) {}

void Files::open(const QString& path) {
  const QFileInfo file(path);
  const bool known = std::ranges::any_of(m_models, [&](const ModelEntry& model) {
    return model.path.string() == path.toStdString();
  });
  if (!known && !file.exists()) {
    return m_engine.notify("load", path.toStdString() + " does not exist.");
  }
  if (!known && file.isFile() && OwnPicture::isPicture(path)) return openPicture(path);
  if (!known && !m_engine.place().empty()) {
    return m_engine.notify("load",
                           file.fileName().toStdString() + " is on this machine, the engine is on " +
                               m_engine.place() + ".",
                           "Copy it there and open it by its path there, or disconnect.");
  }
  m_waiting.reset();
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
    if (!path.trimmed().isEmpty()) m_engine.load(path.trimmed().toStdString());
  });
  dialog->open();
}

void Files::openDialog() {
  if (!m_engine.place().empty()) return askForPathThere();
  auto* dialog = new QFileDialog(m_window, "Open checkpoint");
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setFileMode(QFileDialog::ExistingFile);
  dialog->setNameFilters({"Checkpoints and pictures (*.safetensors *.pth *.pt *.json *.png *.jpg "
                          "*.jpeg)",
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

void Files::openPicture(const QString& file) {
  // Only a PNG can carry a recipe.
  const bool png = QFileInfo(file).suffix().compare("png", Qt::CaseInsensitive) == 0;
  try {
    const auto recipe = png ? readRecipe(file) : std::nullopt;
    if (!recipe && (!png || m_own->mayBeTaken())) {
      m_own->take(file);
      return;
    }
    if (!recipe) {
      return m_engine.notify("load", file.toStdString() + " carries no recipe.",
                             "Only pictures saved by this program do.");
    }
    m_bar.ask(QString("Apply the recipe of %1? (%2)")
                  .arg(QFileInfo(file).fileName(), describe(*recipe)),
              "Apply", [this, recipe = *recipe] { apply(recipe); });
  } catch (const Error& error) {
    m_engine.notify("load", error.what(), error.hint());
  }
}

const ModelEntry* Files::entryFor(const Recipe& recipe) const {
  const auto found = std::ranges::find_if(
      m_models, [&](const ModelEntry& model) { return model.name == recipe.model; });
  return found == m_models.end() ? nullptr : &*found;
}

void Files::apply(const Recipe& recipe) {
  const auto& loaded = m_engine.view().model;
  if (loaded && loaded->hash == recipe.modelHash) return applyToModel(recipe);
  if (const ModelEntry* entry = entryFor(recipe)) {
    m_engine.load(entry->path);
    m_waiting = recipe;
    return;
  }
  m_engine.notify("load", "The picture was made with " + recipe.model + ", which is not loaded.",
                  "Open its checkpoint, then drop the picture again.");
}

void Files::followLoading() {
  if (m_engine.loading()) return;
  m_own->followLoading();
  const QString opened = std::exchange(m_opening, QString());
  if (!opened.isEmpty() && m_engine.loads() > m_loadsBefore) Q_EMIT checkpointOpened(opened);
  if (!m_waiting) return;
  const Recipe recipe = *std::exchange(m_waiting, std::nullopt);
  // A load that failed left the old model, and said why.
  const auto& loaded = m_engine.view().model;
  if (loaded && loaded->name == recipe.model) applyToModel(recipe);
}

void Files::applyToModel(const Recipe& recipe) {
  const ModelInfo& model = *m_engine.view().model;
  try {
    m_engine.setKnobs(recipeKnobs(recipe, model.knobs));
  } catch (const Error& error) {
    return m_engine.notify("knob", error.what(), error.hint());
  }
  const auto classes = static_cast<std::int64_t>(model.classes.size());
  m_engine.input() = recipe.input;
  m_engine.input().picture.clear();  // its pixels are not in the recipe
  m_engine.anyClass = !recipe.input.label;
  if (recipe.input.label && (*recipe.input.label < 0 || *recipe.input.label >= classes)) {
    m_engine.input().label.reset();
    m_engine.notify("run", "The model has no class " + std::to_string(*recipe.input.label) + ".");
  }
  m_engine.drawsSeed = false;
  if (model.hash != recipe.modelHash) {
    m_engine.notify("load", "The model's weights are not those the picture was made with.",
                    "The outcome will differ.");
  }
  if (!recipe.input.picture.empty()) {
    m_engine.notify("run",
                    "The picture began from " + recipe.input.picture +
                        ", which the recipe does not carry.",
                    "Now the seed's noise is used; open " + recipe.input.picture +
                        " to start from it.");
  } else if (!recipe.inputHash.empty()) {
    m_engine.notify("run", "The picture began from arrays that the recipe does not carry.",
                    "The seed is used instead.");
  }
  if (recipe.timeline.size() > 1) {
    m_engine.notify("knob", "Knobs were moved while the picture was made.",
                    "The values at its beginning are set.");
  }
}

}  // namespace jacobiscope
