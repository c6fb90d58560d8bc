#include "ui/shell/jobs_panel.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QMenu>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/shell/svg_icon.h"

namespace jacobiscope {

namespace {

constexpr int kMostVisible = 4;
constexpr int kIconSide = 14;

QString help(const Job& job) {
  return QString::fromStdString(jobTitle(job) + "\n" + jobSubtitle(job)) +
         "\nDrag it, or press Alt with an arrow key, for another turn; Del cancels it.";
}

}  // namespace

JobsPanel::JobsPanel(Engine& engine, QWidget* parent) : QWidget(parent), m_engine(engine) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  auto* row = new QHBoxLayout;
  row->setContentsMargins(10, 6, 10, 2);
  row->setSpacing(0);
  column->addLayout(row);
  m_heading = new QLabel;
  m_heading->setObjectName("heading");
  row->addWidget(m_heading, 1);
  m_start = new QPushButton("Start");
  m_start->setObjectName("small");
  m_start->setToolTip("Run the jobs that wait, one after the other");
  m_start->setFocusPolicy(Qt::TabFocus);
  row->addWidget(m_start);
  m_up = addButton("Earlier", "Move the chosen job up (Alt+Up)", [this] { moveBy(-1); });
  m_down = addButton("Later", "Move the chosen job down (Alt+Down)", [this] { moveBy(1); });
  m_cancel = addButton("Cancel job", "Cancel the chosen job (Del)", [this] { cancel(); });
  for (QToolButton* button : {m_up, m_down, m_cancel}) row->addWidget(button);

  m_list = new CardList("Jobs", true);
  m_list->setFitted(kMostVisible);
  m_list->setContextMenuPolicy(Qt::CustomContextMenu);
  m_list->setMovable();
  m_list->installEventFilter(this);
  column->addWidget(m_list);
  connect(m_start, &QPushButton::clicked, &m_engine, &Engine::startJobs);
  connect(m_list, &QListWidget::currentRowChanged, this,
          [this] {
            m_chosen = m_list->idOf(m_list->currentItem()).toInt();
            enableButtons();
          });
  connect(m_list, &CardList::moved, this,
          [this](const QString& id, int to) { m_engine.jobs().move(id.toInt(), to); });
  connect(m_list, &QWidget::customContextMenuRequested, this, &JobsPanel::showMenu);
  hide();
}

QToolButton* JobsPanel::addButton(const QString& name, const QString& tip,
                                  std::function<void()> act) {
  auto* button = new QToolButton;
  button->setObjectName("small");
  button->setAccessibleName(name);
  button->setToolTip(tip);
  button->setIconSize({kIconSide, kIconSide});
  button->setFocusPolicy(Qt::TabFocus);
  connect(button, &QToolButton::clicked, this, std::move(act));
  return button;
}

void JobsPanel::setColors(const QColor& ink, const QColor& faint) {
  m_up->setIcon(themedIcon("arrow-up", ink, faint));
  m_down->setIcon(themedIcon("arrow-down", ink, faint));
  m_cancel->setIcon(themedIcon("close", ink, faint));
}

void JobsPanel::refresh(const std::function<QPixmap(const std::string& path)>& pictureOf) {
  const JobQueue& queue = m_engine.jobs();
  QList<Card> cards;
  for (const Job& job : queue.jobs()) {
    cards << Card{QString::number(job.id), QString::fromStdString(jobTitle(job)),
                  QString::fromStdString(jobSubtitle(job)), help(job), pictureOf(job.path)};
  }
  // The chosen one began or was cancelled: the one that took its place is chosen.
  if (queue.rowOf(m_chosen) < 0) {
    const int row = std::clamp(m_list->currentRow(), 0, std::max(0, int(queue.jobs().size()) - 1));
    m_chosen = queue.empty() ? 0 : queue.jobs()[row].id;
  }
  m_list->setCards(cards, m_chosen > 0 ? QString::number(m_chosen) : QString());
  const QString heading = QString(queue.held() ? "JOBS · %1 HELD" : "JOBS · %1").arg(cards.size());
  if (m_heading->text() != heading) m_heading->setText(heading);
  m_start->setVisible(queue.held());
  enableButtons();
  setVisible(!queue.empty());
}

void JobsPanel::enableButtons() {
  const JobQueue& queue = m_engine.jobs();
  const int row = queue.rowOf(m_chosen);
  m_up->setEnabled(row > 0);
  m_down->setEnabled(row >= 0 && row + 1 < int(queue.jobs().size()));
  m_cancel->setEnabled(row >= 0);
}

void JobsPanel::moveBy(int rows) {
  m_engine.jobs().move(m_chosen, m_engine.jobs().rowOf(m_chosen) + rows);
}

void JobsPanel::cancel() { m_engine.jobs().take(m_chosen); }

bool JobsPanel::eventFilter(QObject* watched, QEvent* event) {
  if (watched != m_list || event->type() != QEvent::KeyPress) {
    return QWidget::eventFilter(watched, event);
  }
  const auto* key = static_cast<QKeyEvent*>(event);
  const bool moves = key->modifiers() & Qt::AltModifier;
  if (moves && key->key() == Qt::Key_Up) {
    moveBy(-1);
  } else if (moves && key->key() == Qt::Key_Down) {
    moveBy(1);
  } else if (key->key() == Qt::Key_Delete || key->key() == Qt::Key_Backspace) {
    cancel();
  } else {
    return false;
  }
  return true;
}

void JobsPanel::showMenu(const QPoint& position) {
  const int id = m_list->idOf(m_list->itemAt(position)).toInt();
  const int row = m_engine.jobs().rowOf(id);
  if (row < 0) return;
  auto* menu = new QMenu(m_list);
  menu->setAttribute(Qt::WA_DeleteOnClose);
  const auto add = [&](const QString& text, std::function<void(JobQueue&)> act) {
    connect(menu->addAction(text), &QAction::triggered, this,
            [this, act = std::move(act)] { act(m_engine.jobs()); });
  };
  add("Run next", [id](JobQueue& jobs) { jobs.move(id, 0); });
  add("Run last", [id](JobQueue& jobs) { jobs.move(id, int(jobs.jobs().size()) - 1); });
  menu->addSeparator();
  add("Cancel", [id](JobQueue& jobs) { jobs.take(id); });
  menu->popup(m_list->viewport()->mapToGlobal(position));
}

}  // namespace jacobiscope
