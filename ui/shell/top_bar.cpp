#include "ui/shell/top_bar.h"

#include <QAbstractItemView>
#include <QCompleter>
#include <QEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QSignalBlocker>

#include "engine/record/action_timeline.h"

namespace jacobiscope {

namespace {

constexpr int kMostPictures = 64;
constexpr int kModelWidth = 200, kNarrowModelWidth = 130;
constexpr int kRoomForName = 1200;  // of the window, for everything beside a picture's name

}  // namespace

TopBar::TopBar(Engine& engine, const Actions& actions, QWidget* parent)
    : QToolBar("Top row", parent), m_engine(engine), m_actions(actions) {
  setObjectName("topBar");
  setMovable(false);
  setContextMenuPolicy(Qt::PreventContextMenu);

  m_model = new QComboBox;
  m_model->setAccessibleName("Model");
  m_model->setToolTip("Model");
  m_model->setSizeAdjustPolicy(QComboBox::AdjustToContents);
  m_model->setMaximumWidth(kModelWidth);
  connect(m_model, &QComboBox::activated, this,
          [this](int row) { Q_EMIT modelChosen(m_model->itemData(row).toString()); });
  addWidget(m_model);

  m_class = new QComboBox;
  m_class->setEditable(true);
  m_class->setInsertPolicy(QComboBox::NoInsert);
  m_class->setAccessibleName("Class");
  m_class->setToolTip("Class of the picture; type to search");
  m_class->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  // In a narrow window it gives way, so that the transport stays in sight.
  m_class->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
  m_class->setMinimumContentsLength(6);
  m_class->lineEdit()->setPlaceholderText("class: any");
  m_class->completer()->setCompletionMode(QCompleter::PopupCompletion);
  m_class->completer()->setFilterMode(Qt::MatchContains);
  m_class->completer()->setCaseSensitivity(Qt::CaseInsensitive);
  connect(m_class, &QComboBox::activated, this, &TopBar::takeClass);
  connect(m_class->lineEdit(), &QLineEdit::editingFinished, this, &TopBar::takeClass);
  // Enter comes before the end of editing: the class is taken first, and only one that the
  // model has is generated.
  connect(m_class->lineEdit(), &QLineEdit::returnPressed, this, [this] {
    if (takeClass()) m_actions.generate->trigger();
  });
  m_classPlace = addWidget(m_class);
  m_prompt = new PromptField;
  m_prompt->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  connect(m_prompt, &PromptField::edited, this,
          [this](const QString& text) { m_engine.setPrompt(text.toStdString()); });
  connect(m_prompt, &PromptField::confirmed, actions.generate, &QAction::trigger);
  m_promptPlace = addWidget(m_prompt);
  m_promptPlace->setVisible(false);
  auto* gap = new QWidget;
  gap->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  m_gapPlace = addWidget(gap);
  m_picture = new PictureChip;
  connect(m_picture, &PictureChip::removed, actions.noise, &QAction::trigger);
  m_picturePlace = addWidget(m_picture);
  m_picturePlace->setVisible(false);

  auto* seedLabel = new QLabel("seed");
  seedLabel->setObjectName("muted");
  m_seedPlace = addWidget(seedLabel);
  m_seed = new SeedBox;
  m_seed->setAccessibleName("Seed");
  m_seed->setToolTip("Seed: the same number gives the same noise");
  m_seed->setFixedWidth(110);
  connect(m_seed, &SeedBox::valueChanged, this,
          [this] { m_engine.setSeed(m_seed->value()); });
  addWidget(m_seed);
  addButton(actions.newSeed);

  m_count = new QSpinBox;
  m_count->setRange(1, kMostPictures);
  connect(m_count, &QSpinBox::valueChanged, this,
          [this](int count) { m_engine.input().count = count; });
  addWidget(m_count);

  m_generate = new QPushButton("Generate");
  m_generate->setObjectName("accent");
  m_generate->setFocusPolicy(Qt::TabFocus);
  m_generate->setToolTip(actions.generate->toolTip());
  connect(m_generate, &QPushButton::clicked, actions.generate, &QAction::trigger);
  addWidget(m_generate);
  addButton(actions.stop);
  addButton(actions.first);
  addButton(actions.back);
  m_play = addButton(actions.play);
  addButton(actions.forward);
  m_speed = new QToolButton;
  addMenuButton(m_speed, *actions.speed, "Speed of replay");
  addButton(actions.compare)->setToolButtonStyle(Qt::ToolButtonTextOnly);
}

QToolButton* TopBar::addButton(QAction* action) {
  auto* button = new QToolButton;
  button->setDefaultAction(action);
  button->setToolButtonStyle(Qt::ToolButtonIconOnly);
  button->setFocusPolicy(Qt::TabFocus);
  button->setAccessibleName(action->text().remove('&'));
  addWidget(button);
  return button;
}

void TopBar::addMenuButton(QToolButton* button, const QActionGroup& group, const QString& name) {
  auto* menu = new QMenu(button);
  menu->addActions(group.actions());
  button->setMenu(menu);
  button->setPopupMode(QToolButton::InstantPopup);
  button->setFocusPolicy(Qt::TabFocus);
  button->setAccessibleName(name);
  button->setToolTip(name);
  addWidget(button);
}

void TopBar::setModels(const QList<std::pair<QString, QString>>& models) {
  const QSignalBlocker blocker(m_model);
  m_model->clear();
  for (const auto& [title, path] : models) m_model->addItem(title, path);
  refreshModel();
}

void TopBar::refreshModel() {
  const auto& model = m_engine.view().model;
  const QSignalBlocker blocker(m_model);
  if (!model) {
    m_model->setCurrentIndex(-1);
    return;
  }
  m_model->setCurrentIndex(m_model->findData(QString::fromStdString(m_engine.loadedPath())));
}

// Row 0 is the null class; row i + 1 is class i.
void TopBar::refreshClasses() {
  const auto& model = m_engine.view().model;
  const bool has = model && !model->classes.empty();
  m_classPlace->setVisible(has);
  m_gapPlace->setVisible(!has && !(model && model->prompted));
  const QSignalBlocker blocker(m_class);
  const std::string hash = model ? model->hash : std::string();
  if (hash != m_classesOf) {
    m_classesOf = hash;
    m_class->clear();
    if (has) {
      m_class->addItem("any class");
      for (const std::string& name : model->classes) m_class->addItem(QString::fromStdString(name));
    }
  } else if (m_class->lineEdit()->hasFocus()) {
    return;  // not under the hand that types
  }
  const int row = m_engine.input().label ? static_cast<int>(*m_engine.input().label) + 1 : 0;
  if (has && m_class->currentIndex() != row) m_class->setCurrentIndex(row);
}

// Pictures at once, or episodes one after the other.
void TopBar::refreshCount() {
  const auto& model = m_engine.view().model;
  const bool robot = model && movesRobot(*model);
  const int count = m_engine.input().count;
  m_count->setPrefix(robot ? QString() : QString("× "));
  m_count->setSuffix(!robot ? QString() : count == 1 ? " episode" : " episodes");
  m_count->setAccessibleName(robot ? "Number of episodes" : "Number of pictures");
  m_count->setToolTip(robot ? "Episodes per press, each with the next seed"
                            : "Pictures per press");
  m_count->setFixedWidth(robot ? 112 : 66);
  m_seed->setToolTip(robot ? "Seed: the same number lays the table alike"
                           : "Seed: the same number gives the same noise");
  if (m_count->value() != count) m_count->setValue(count);
}

void TopBar::refreshPrompt() {
  const auto& model = m_engine.view().model;
  const bool has = model && model->prompted;
  m_promptPlace->setVisible(has);
  if (!has) return m_seedPlace->setVisible(true);
  if (model->hash != m_wordsOf) {
    m_wordsOf = model->hash;
    m_prompt->setModel(*model);
    styleCompletions();
  }
  m_prompt->setNamed(width() >= kRoomForName);
  m_seedPlace->setVisible(width() >= kRoomForName);
  m_prompt->setText(QString::fromStdString(m_engine.input().prompt));
}

bool TopBar::takeClass() {
  const QString text = m_class->lineEdit()->text().trimmed();
  int row = m_class->findText(text, Qt::MatchFixedString);
  if (row < 0 && text.isEmpty()) row = 0;
  // A class may also be told by its number.
  bool isNumber = false;
  const int number = text.toInt(&isNumber);
  if (row < 0 && isNumber && number >= 0 && number + 1 < m_class->count()) row = number + 1;
  const auto label = m_engine.input().label;
  const bool known = row >= 0;
  if (!known) {
    m_engine.notify("run", "The model has no class \"" + text.toStdString() + "\".",
                    "Choose one of the list.");
    row = label ? static_cast<int>(*label) + 1 : 0;
  } else {
    m_engine.setLabel(row == 0 ? std::nullopt : std::optional<std::int64_t>(row - 1));
  }
  const QSignalBlocker blocker(m_class);
  m_class->setCurrentIndex(row);
  m_class->lineEdit()->setText(m_class->itemText(row));
  return known;
}

void TopBar::refreshPicture() {
  const Input& input = m_engine.input();
  const bool has = input.arrays.contains("image");
  if (has) m_picture->setPicture(input);
  m_picture->setIcon(m_actions.noise->icon());
  // The transport stays in sight.
  const bool crowded = has || (m_engine.view().model && m_engine.view().model->prompted);
  const bool narrow = crowded && width() < kRoomForName;
  m_picture->setNamed(!narrow);
  m_model->setMaximumWidth(narrow ? kNarrowModelWidth : kModelWidth);
  m_picturePlace->setVisible(has);
}

void TopBar::resizeEvent(QResizeEvent* event) {
  QToolBar::resizeEvent(event);
  refreshPrompt();
  refreshPicture();
}

void TopBar::changeEvent(QEvent* event) {
  QToolBar::changeEvent(event);
  if (event->type() == QEvent::StyleChange) styleCompletions();
}

// The lists of completions are windows of their own, which inherit no theme.
void TopBar::styleCompletions() {
  if (!m_class || !m_prompt) return;
  for (QCompleter* completer : {m_class->completer(), m_prompt->line()->completer()}) {
    if (!completer || completer->popup()->styleSheet() == window()->styleSheet()) continue;
    completer->popup()->setPalette(palette());
    completer->popup()->setStyleSheet(window()->styleSheet());
  }
}

void TopBar::refresh() {
  refreshModel();
  refreshClasses();
  refreshPrompt();
  refreshPicture();
  const ViewState& view = m_engine.view();
  if (!m_seed->hasFocus() || m_engine.drawsSeed) m_seed->setValue(m_engine.input().seed);
  m_seed->setEnabled(!m_engine.drawsSeed);
  refreshCount();
  for (QAction* action : m_actions.speed->actions()) {
    if (action->isChecked()) m_speed->setText(action->text() + " ▾");
  }
  m_play->setAccessibleName(view.transport.playing ? "Pause replay" : "Play recording");
}

}  // namespace jacobiscope
