#include "ui/shell/card_list.h"

#include <QKeyEvent>
#include <QMimeData>
#include <QMouseEvent>

namespace jacobiscope {

CardList::CardList(const QString& name, bool pictures, QWidget* parent)
    : QListWidget(parent) {
  setAccessibleName(name);
  m_delegate = new CardDelegate(this, pictures);
  setItemDelegate(m_delegate);
  setMouseTracking(true);
  setFrameShape(QFrame::NoFrame);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
  setUniformItemSizes(true);
  connect(this, &QListWidget::itemClicked, this,
          [this](QListWidgetItem* item) { Q_EMIT chosen(idOf(item)); });
}

int CardList::cardHeight() const { return m_delegate->cardHeight(); }

QSize CardList::sizeHint() const {
  const int rows = m_fitted > 0 ? qBound(1, count(), m_fitted) : 3;
  return {180, rows * cardHeight()};
}

QSize CardList::minimumSizeHint() const {
  return {120, m_fitted > 0 ? sizeHint().height() : cardHeight()};
}

QString CardList::idOf(const QListWidgetItem* item) const {
  return item ? item->data(kCardId).toString() : QString();
}

void CardList::setCards(const QList<Card>& cards, const QString& current) {
  const QSignalBlocker blocker(this);
  const int before = count();
  while (count() > cards.size()) delete takeItem(count() - 1);
  while (count() < cards.size()) addItem(new QListWidgetItem);
  for (int row = 0; row < cards.size(); ++row) {
    const Card& card = cards[row];
    QListWidgetItem* entry = item(row);
    const auto set = [&](int role, const QString& text) {
      if (entry->data(role).toString() != text) entry->setData(role, text);
    };
    set(kCardId, card.id);
    set(Qt::DisplayRole, card.title);
    set(kCardSubtitle, card.subtitle);
    setBranch(entry, card);
    set(Qt::ToolTipRole, card.help.isEmpty() ? card.subtitle : card.help);
    set(Qt::AccessibleTextRole, card.title + ", " + card.subtitle);
    if (entry->data(kCardPicture).value<QPixmap>().cacheKey() != card.thumbnail.cacheKey()) {
      entry->setData(kCardPicture, card.thumbnail);
    }
    if (card.id == current && !current.isEmpty() && currentItem() != entry) setCurrentItem(entry);
  }
  if (current.isEmpty()) setCurrentRow(-1);
  if (count() != before) updateGeometry();
}

void CardList::setBranch(QListWidgetItem* entry, const Card& card) {
  QVariantList lines;
  for (const bool goesOn : card.lines) lines << goesOn;
  const std::pair<int, QVariant> values[] = {{kCardDepth, card.depth},
                                             {kCardLast, card.last},
                                             {kCardParent, card.parent},
                                             {kCardFolded, card.folded},
                                             {kCardLines, lines}};
  for (const auto& [role, value] : values) {
    if (entry->data(role) != value) entry->setData(role, value);
  }
}

QRect CardList::foldPlace(const QListWidgetItem* card) const {
  return card ? CardDelegate::foldPlace(visualItemRect(card), indexFromItem(card)) : QRect();
}

void CardList::mousePressEvent(QMouseEvent* event) {
  const QPoint point = event->position().toPoint();
  const QListWidgetItem* card = itemAt(point);
  if (event->button() == Qt::LeftButton && foldPlace(card).adjusted(-4, -6, 4, 6).contains(point)) {
    Q_EMIT foldRequested(idOf(card), !card->data(kCardFolded).toBool());
    return;
  }
  QListWidget::mousePressEvent(event);
}

void CardList::setDragData(std::function<QMimeData*(const QString& id)> data) {
  m_dragData = std::move(data);
  setDragEnabled(true);
  setDragDropMode(QAbstractItemView::DragOnly);
}

void CardList::setMovable() {
  setDragDropMode(QAbstractItemView::InternalMove);
  setDefaultDropAction(Qt::MoveAction);
}

bool CardList::letGo(const QPointF& point) {
  const QListWidgetItem* card = currentItem();
  if (!card) return false;
  // Between two cards, or behind the last.
  const QListWidgetItem* below = itemAt(point.toPoint());
  int to = below ? row(below) : count();
  if (below && point.y() > visualItemRect(below).center().y()) ++to;
  if (to > row(card)) --to;
  Q_EMIT moved(idOf(card), to);
  return true;
}

// The cards are set anew by whoever listens: the view itself moves and removes none.
void CardList::dropEvent(QDropEvent* event) {
  const bool movable = dragDropMode() == QAbstractItemView::InternalMove;
  if (!movable || event->source() != this || !letGo(event->position())) return event->ignore();
  event->setDropAction(Qt::CopyAction);
  event->accept();
}

QMimeData* CardList::mimeData(const QList<QListWidgetItem*>& items) const {
  if (dragDropMode() == QAbstractItemView::InternalMove) return QListWidget::mimeData(items);
  if (!m_dragData || items.isEmpty()) return nullptr;
  return m_dragData(idOf(items.first()));
}

void CardList::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter ||
      event->key() == Qt::Key_Space) {
    if (currentItem()) Q_EMIT chosen(idOf(currentItem()));
    return;
  }
  const bool folds = event->key() == Qt::Key_Left || event->key() == Qt::Key_Right;
  if (folds && currentItem() && currentItem()->data(kCardParent).toBool()) {
    Q_EMIT foldRequested(idOf(currentItem()), event->key() == Qt::Key_Left);
    return;
  }
  QListWidget::keyPressEvent(event);
}

}  // namespace jacobiscope
