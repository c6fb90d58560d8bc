#include "ui/shell/library_panel.h"

#include <QCryptographicHash>
#include <QDir>
#include <QGuiApplication>
#include <QLabel>
#include <QMenu>
#include <QMimeData>
#include <QStandardPaths>
#include <QUrl>
#include <QVBoxLayout>
#include <limits>

#include "engine/core/error.h"
#include "engine/record/branch_text.h"
#include "engine/record/run_tree.h"
#include "ui/shell/picture.h"
#include "ui/shell/status_text.h"

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

// Which model, and from what.
QString describe(const RunRecord& run, const Engine& engine) {
  QString text = QString::fromStdString(run.start.model.title);
  const QString picture = QString::fromStdString(run.start.input.picture);
  if (!picture.isEmpty()) text += " · from " + picture;
  if (run.start.parent) {
    text += "\n" + QString::fromStdString(branchText(run));
    const auto changes = branchChanges(run, std::numeric_limits<int>::max());
    if (!changes.empty()) text += "\n" + QString::fromStdString(changes);
  }
  const auto origin = engine.origins().find(run.start.run);
  return origin == engine.origins().end() ? text
                                      : text + "\nOpened from " +
                                            QString::fromStdString(origin->second);
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

  column->addWidget(heading("MODELS"));
  m_models = new CardList("Models", true);
  m_models->setFitted(4);
  column->addWidget(m_models);
  auto* open = new QPushButton("Open checkpoint…");
  open->setObjectName("flat");
  open->setFocusPolicy(Qt::TabFocus);
  column->addWidget(open);

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

  connect(open, &QPushButton::clicked, this, &LibraryPanel::openRequested);
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

void LibraryPanel::refreshRuns() {
  QList<Card> cards;
  const Recording& recording = m_engine.recording();
  const int current = m_engine.view().cursor.run;
  if (std::exchange(m_shownRun, current) != current) unfold(current);
  QList<bool> lines;  // by level
  int foldedDepth = std::numeric_limits<int>::max();
  for (const RunTreeEntry& entry : runTree(recording)) {
    if (entry.depth > foldedDepth) continue;
    const bool folded = entry.branches > 0 && m_folded.contains(entry.run);
    foldedDepth = folded ? entry.depth : std::numeric_limits<int>::max();
    const RunRecord& run = *recording.run(entry.run);
    Card card{QString::number(entry.run), runTitle(run, m_engine.view()),
              runSubtitle(run, m_engine.view()), describe(run, m_engine), thumbnailOf(run)};
    lines.resize(entry.depth);
    if (entry.depth > 0) lines[entry.depth - 1] = !entry.last;
    card.depth = entry.depth;
    card.last = entry.last;
    card.parent = entry.branches > 0;
    card.folded = folded;
    card.lines = lines;
    cards << card;
  }
  const auto gone = [&](int run) { return !recording.run(run); };
  std::erase_if(m_thumbnails, [&](const auto& entry) { return gone(entry.first); });
  std::erase_if(m_folded, gone);
  m_runs->setCards(cards, current > 0 ? QString::number(current) : QString());
}

// What the cursor moves to is seen.
void LibraryPanel::unfold(int run) {
  while (const int parent = parentOf(m_engine.recording(), run)) {
    m_folded.erase(parent);
    run = parent;
  }
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

// A branch begins at the cursor, which goes to the run first.
void LibraryPanel::addBranchActions(QMenu* menu, int run) {
  const auto select = [this, run] {
    if (m_engine.view().cursor.run != run) m_engine.selectRun(run);
  };
  connect(menu->addAction("Branch from the cursor"), &QAction::triggered, this, [this, select] {
    select();
    m_engine.branch(QGuiApplication::keyboardModifiers() & Qt::ShiftModifier);
  });
  connect(menu->addAction("Take over its knobs"), &QAction::triggered, this, [this, select] {
    select();
    m_engine.takeKnobsOfRun();
  });
  connect(menu->addAction("Measure true error"), &QAction::triggered, this, [this, select] {
    select();
    m_engine.judge();
  });
  menu->addSeparator();
}

void LibraryPanel::runMenu(const QPoint& position) {
  const QString id = m_runs->idOf(m_runs->itemAt(position));
  if (id.isEmpty()) return;
  const int run = id.toInt();
  auto* menu = new QMenu(m_runs);
  menu->setAttribute(Qt::WA_DeleteOnClose);
  addBranchActions(menu, run);
  connect(menu->addAction("Save picture as PNG…"), &QAction::triggered, this,
          [this, run] { Q_EMIT savePictureRequested(run); });
  connect(menu->addAction("Export…"), &QAction::triggered, this,
          [this, run] { Q_EMIT exportRequested(run); });
  connect(menu->addAction("Copy recipe"), &QAction::triggered, this,
          [this, run] { Q_EMIT copyRecipeRequested(run); });
  connect(menu->addAction("Save recording…"), &QAction::triggered, this,
          [this, run] { Q_EMIT saveRecordingRequested(run); });
  menu->addSeparator();
  connect(menu->addAction("Delete"), &QAction::triggered, this,
          [this, run] { m_engine.eraseRun(run); });
  menu->popup(m_runs->viewport()->mapToGlobal(position));
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
