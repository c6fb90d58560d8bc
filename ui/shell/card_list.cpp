#include "ui/shell/card_list.h"

#include <QKeyEvent>
#include <QMimeData>
#include <QPainter>
#include <QPainterPath>
#include <QStyledItemDelegate>

namespace jacobiscope {

namespace {

constexpr int kId = Qt::UserRole;
constexpr int kSubtitle = Qt::UserRole + 1;
constexpr int kPicture = Qt::UserRole + 2;

class CardDelegate : public QStyledItemDelegate {
 public:
  CardDelegate(CardList* list, bool pictures)
      : QStyledItemDelegate(list), m_list(list), m_pictures(pictures) {}

  QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override {
    return {100, m_list->cardHeight()};
  }

  void paint(QPainter* painter, const QStyleOptionViewItem& option,
             const QModelIndex& index) const override {
    painter->save();
    painter->setRenderHints(QPainter::Antialiasing | QPainter::SmoothPixmapTransform);
    const QRect card = option.rect.adjusted(8, 1, -8, -1);
    paintGround(painter, option, card);
    QRect text = card.adjusted(8, 0, -8, 0);
    if (m_pictures) {
      const int side = card.height() - 12;
      const QRect square(card.left() + 6, card.top() + 6, side, side);
      paintPicture(painter, option, square, index.data(kPicture).value<QPixmap>());
      text.setLeft(square.right() + 9);
    }
    paintText(painter, option, text, index);
    painter->restore();
  }

 private:
  void paintGround(QPainter* painter, const QStyleOptionViewItem& option, QRect card) const {
    QColor ground = option.palette.color(QPalette::Text);
    ground.setAlphaF(option.state & QStyle::State_Selected    ? 0.11
                     : option.state & QStyle::State_MouseOver ? 0.05
                                                              : 0.0);
    const bool focused = (option.state & QStyle::State_HasFocus) && m_list->hasFocus();
    painter->setPen(focused ? QPen(option.palette.color(QPalette::Highlight), 1) : Qt::NoPen);
    painter->setBrush(ground);
    painter->drawRoundedRect(QRectF(card).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
  }

  void paintPicture(QPainter* painter, const QStyleOptionViewItem& option, QRect square,
                    const QPixmap& picture) const {
    QPainterPath frame;
    frame.addRoundedRect(square, 4, 4);
    painter->fillPath(frame, option.palette.color(QPalette::Base));
    if (picture.isNull()) return;
    painter->setClipPath(frame);
    const QSizeF fitted = QSizeF(picture.size()).scaled(square.size(), Qt::KeepAspectRatio);
    QRectF target({0, 0}, fitted);
    target.moveCenter(QRectF(square).center());
    painter->drawPixmap(target, picture, QRectF(picture.rect()));
    painter->setClipping(false);
  }

  void paintText(QPainter* painter, const QStyleOptionViewItem& option, QRect text,
                 const QModelIndex& index) const {
    const QString title = index.data(Qt::DisplayRole).toString();
    const QString subtitle = index.data(kSubtitle).toString();
    QFont small = option.font;
    small.setPixelSize(qMax(9, qRound(QFontInfo(option.font).pixelSize() * 0.85)));
    const QColor ink = option.palette.color(QPalette::Text);
    const QColor faint = option.palette.color(QPalette::PlaceholderText);
    const QFontMetrics large(option.font), little(small);
    const auto draw = [&](QRect room, const QFont& font, const QColor& color, const QString& what) {
      painter->setFont(font);
      painter->setPen(color);
      painter->drawText(room, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                        QFontMetrics(font).elidedText(what, Qt::ElideRight, room.width()));
    };
    if (m_pictures) {
      const int height = large.height() + little.height() + 1;
      const int top = text.top() + (text.height() - height) / 2;
      draw({text.left(), top, text.width(), large.height()}, option.font, ink, title);
      draw({text.left(), top + large.height() + 1, text.width(), little.height()}, small, faint,
           subtitle);
      return;
    }
    draw(text, option.font, ink, title);
    const int used = large.horizontalAdvance(title) + 8;
    if (used < text.width()) draw(text.adjusted(used, 1, 0, 1), small, faint, subtitle);
  }

  CardList* m_list;
  bool m_pictures;
};

}  // namespace

CardList::CardList(const QString& name, bool pictures, QWidget* parent)
    : QListWidget(parent), m_pictures(pictures) {
  setAccessibleName(name);
  setItemDelegate(new CardDelegate(this, pictures));
  setMouseTracking(true);
  setFrameShape(QFrame::NoFrame);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
  setUniformItemSizes(true);
  connect(this, &QListWidget::itemClicked, this,
          [this](QListWidgetItem* item) { Q_EMIT chosen(idOf(item)); });
}

int CardList::cardHeight() const {
  const int line = fontMetrics().height();
  return m_pictures ? line * 2 + 16 : line + 13;
}

QSize CardList::sizeHint() const {
  const int rows = m_fitted > 0 ? qBound(1, count(), m_fitted) : 3;
  return {180, rows * cardHeight()};
}

QSize CardList::minimumSizeHint() const {
  return {120, m_fitted > 0 ? sizeHint().height() : cardHeight()};
}

QString CardList::idOf(const QListWidgetItem* item) const {
  return item ? item->data(kId).toString() : QString();
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
    set(kId, card.id);
    set(Qt::DisplayRole, card.title);
    set(kSubtitle, card.subtitle);
    set(Qt::ToolTipRole, card.help.isEmpty() ? card.subtitle : card.help);
    set(Qt::AccessibleTextRole, card.title + ", " + card.subtitle);
    if (entry->data(kPicture).value<QPixmap>().cacheKey() != card.thumbnail.cacheKey()) {
      entry->setData(kPicture, card.thumbnail);
    }
    if (card.id == current && !current.isEmpty() && currentItem() != entry) setCurrentItem(entry);
  }
  if (current.isEmpty()) setCurrentRow(-1);
  if (count() != before) updateGeometry();
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
  QListWidget::keyPressEvent(event);
}

}  // namespace jacobiscope
