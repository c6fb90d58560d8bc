#include "ui/shell/library_panel.h"

#include <QCryptographicHash>
#include <QDir>
#include <QLabel>
#include <QMimeData>
#include <QStandardPaths>
#include <QUrl>
#include <QVBoxLayout>

#include "engine/core/error.h"
#include "ui/shell/picture.h"

namespace jacobiscope {

namespace {

constexpr int kThumbnailSide = 128;
constexpr int kThumbnailMilliseconds = 250;  // between two pictures of a running decode

// Where the latest picture of a model is kept between two starts.
QString pictureFile(const QString& path) {
  const QString folder = QStandardPaths::writableLocation(QStandardPaths::CacheLocation);
  const auto hash = QCryptographicHash::hash(path.toUtf8(), QCryptographicHash::Sha1).toHex();
  return folder + "/models/" + QString::fromLatin1(hash) + ".png";
}

QImage small(const QImage& image) {
  if (image.width() <= kThumbnailSide && image.height() <= kThumbnailSide) return image;
  return image.scaled(kThumbnailSide, kThumbnailSide, Qt::KeepAspectRatio,
                      Qt::SmoothTransformation);
}

QLabel* heading(const QString& text) {
  auto* label = new QLabel(text);
  label->setObjectName("heading");
  label->setContentsMargins(10, 8, 8, 2);
  return label;
}

}  // namespace

LibraryPanel::LibraryPanel(Engine& engine, QWidget* parent) : QWidget(parent), m_engine(engine) {
  setObjectName("content");
  setAttribute(Qt::WA_StyledBackground);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 4, 0, 4);
  column->setSpacing(0);

  m_modelsHeading = heading("MODELS");
  column->addWidget(m_modelsHeading);
  m_models = new CardList("Models", true);
  m_models->setFitted(4);
  column->addWidget(m_models);
  m_open = new QPushButton("Open checkpoint…");
  m_open->setObjectName("flat");
  m_open->setFocusPolicy(Qt::TabFocus);
  column->addWidget(m_open);

  m_presetsHeading = heading("SCHEDULES");
  column->addWidget(m_presetsHeading);
  m_schedules = new CardList("Schedules", false);
  m_schedules->setFitted(8);
  column->addWidget(m_schedules);

  m_jobs = new JobsPanel(engine);
  column->addWidget(m_jobs);
  column->addWidget(heading("RUNS"));
  m_runs = new CardList("Runs", true);
  m_runs->setContextMenuPolicy(Qt::CustomContextMenu);
  m_runs->setDragData([this](const QString& id) { return dragData(id); });
  column->addWidget(m_runs, 1);

  connect(m_open, &QPushButton::clicked, this, &LibraryPanel::openRequested);
  connect(m_models, &CardList::chosen, this, &LibraryPanel::modelChosen);
  connect(m_schedules, &CardList::chosen, this, [this](const QString& name) {
    m_engine.choosePreset(name.toStdString());
  });
  connect(m_runs, &CardList::chosen, this,
          [this](const QString& id) { m_engine.selectRun(id.toInt()); });
  connect(m_runs, &CardList::foldRequested, this, [this](const QString& id, bool folded) {
    folded ? void(m_folded.insert(id.toInt())) : void(m_folded.erase(id.toInt()));
    refreshRuns();
  });
  connect(m_runs, &QWidget::customContextMenuRequested, this, &LibraryPanel::runMenu);
}

void LibraryPanel::setModels(const std::vector<ModelEntry>& models) {
  m_entries = models;
  for (const ModelEntry& model : models) {
    const QString path = QString::fromStdString(model.path.string());
    QPixmap& picture = m_modelPictures[path];
    if (picture.isNull()) picture.load(QString::fromStdString(model.thumbnail.string()));
    if (picture.isNull()) picture.load(pictureFile(path));
  }
  refreshModels();
}

void LibraryPanel::setPlace(const QString& place) {
  m_modelsHeading->setText(place.isEmpty() ? "MODELS" : "MODELS · " + place);
  m_open->setText(place.isEmpty() ? "Open checkpoint…" : "Open path there…");
}

void LibraryPanel::setModelIcon(const QPixmap& icon) {
  m_modelIcon = icon;
  refreshModels();
}

void LibraryPanel::refresh() {
  refreshRuns();  // first: a run that ended gives its model a picture
  refreshModels();
  refreshSchedules();
  m_jobs->refresh([this](const std::string& path) { return modelPicture(path); });
}

QPixmap LibraryPanel::modelPicture(const std::string& path) const {
  const auto found = m_modelPictures.find(QString::fromStdString(path));
  return found == m_modelPictures.end() || found->second.isNull() ? m_modelIcon : found->second;
}

void LibraryPanel::refreshModels() {
  const auto& loaded = m_engine.view().model;
  QList<Card> cards;
  for (const ModelEntry& entry : m_entries) {
    const QString path = QString::fromStdString(entry.path.string());
    const bool current = loaded && m_engine.loadedPath() == entry.path.string();
    Card card{path, QString::fromStdString(entry.title), QString::fromStdString(entry.family),
              QString::fromStdString(entry.description), modelPicture(entry.path.string())};
    if (current && loaded->title != entry.title) {
      card.subtitle = QString::fromStdString(loaded->title);
    }
    cards << card;
  }
  m_models->setCards(cards, loaded ? QString::fromStdString(m_engine.loadedPath()) : QString());
}

void LibraryPanel::refreshSchedules() {
  // Tokens have no blocks to schedule.
  const auto& model = m_engine.view().model;
  m_presetsHeading->setText(model && model->vocabulary > 0 ? "PRESETS" : "SCHEDULES");
  QList<Card> cards;
  for (const Preset& preset : m_engine.presets()) {
    const QString name = QString::fromStdString(preset.name);
    const QString origin = QString::fromStdString(preset.origin);
    cards << Card{name, name, origin, origin, {}};
  }
  const QString current = QString::fromStdString(m_engine.view().preset);
  if (m_engine.view().model && current == "custom") {
    cards << Card{"custom", "custom", "set by hand", "The knobs equal none of the list", {}};
  }
  m_schedules->setCards(cards, current);
}

QPixmap LibraryPanel::thumbnailOf(const RunRecord& run) {
  Thumbnail& kept = m_thumbnails[run.start.run];
  const bool due = !kept.age.isValid() || kept.age.hasExpired(kThumbnailMilliseconds);
  if (kept.final || (!due && !run.ended())) return kept.pixmap;
  kept.age.start();
  kept.final = run.ended();
  const auto picture = lastPicture(m_engine.recording(), run.start.run);
  if (picture && picture->sweep != kept.sweep) {
    kept.sweep = picture->sweep;
    kept.pixmap = QPixmap::fromImage(small(picture->image));
  }
  if (picture && picture->last) rememberPicture(run);
  return kept.pixmap;
}

// The newest whole picture of a model stands for it in the list.
void LibraryPanel::rememberPicture(const RunRecord& run) {
  const auto& loaded = m_engine.view().model;
  if (!loaded || loaded->hash != run.start.model.hash) return;
  const QString path = QString::fromStdString(m_engine.loadedPath());
  const auto entry = std::find_if(m_entries.begin(), m_entries.end(), [&](const ModelEntry& model) {
    return model.path.string() == m_engine.loadedPath();
  });
  if (entry == m_entries.end() || !entry->thumbnail.empty()) return;
  m_modelPictures[path] = m_thumbnails[run.start.run].pixmap;
  QDir().mkpath(QFileInfo(pictureFile(path)).absolutePath());
  m_modelPictures[path].save(pictureFile(path));
}

QMimeData* LibraryPanel::dragData(const QString& id) {
  const RunRecord* run = m_engine.recording().run(id.toInt());
  const auto picture = run ? lastPicture(m_engine.recording(), id.toInt()) : std::nullopt;
  if (!picture) return nullptr;
  auto* data = new QMimeData;
  data->setImageData(picture->image);
  const QString file = m_dragged.filePath(
      QString("%1-%2.png").arg(QString::fromStdString(run->start.model.name)).arg(id));
  try {
    savePng(file, picture->image, recipeFor(*run, *picture));
    data->setUrls({QUrl::fromLocalFile(file)});
  } catch (const Error& error) {
    m_engine.notify("save", error.what(), error.hint());
  }
  return data;
}

}  // namespace jacobiscope
