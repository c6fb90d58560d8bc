#include "ui/shell/card_list.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QMimeData>
#include <QPainter>
#include <QPainterPath>
#include <QStyledItemDelegate>

namespace jacobiscope {

namespace {

constexpr int kId = Qt::UserRole;
constexpr int kSubtitle = Qt::UserRole + 1;
constexpr int kPicture = Qt::UserRole + 2;
constexpr int kDepth = Qt::UserRole + 3, kLast = Qt::UserRole + 4, kParent = Qt::UserRole + 5;
constexpr int kFolded = Qt::UserRole + 6, kLines = Qt::UserRole + 7;

constexpr int kIndent = 14, kMostIndents = 4;  // deeper ones stand no farther right
constexpr int kFoldWidth = 16;                 // of the sign that folds, at the right end

int indentOf(const QModelIndex& index) {
  return kIndent * qMin(index.data(kDepth).toInt(), kMostIndents);
}

// Where the sign lies that folds what stands below the card.
QRect foldRect(const QRect& card) {
  return {card.right() - kFoldWidth - 4, card.center().y() - kFoldWidth / 2, kFoldWidth,
          kFoldWidth};
}

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
    const QRect card = option.rect.adjusted(8 + indentOf(index), 1, -8, -1);
    paintLines(painter, option, index);
    paintGround(painter, option, card);
    QRect text = card.adjusted(8, 0, -8, 0);
    if (index.data(kParent).toBool()) {
      paintFold(painter, option, foldRect(card), index.data(kFolded).toBool());
      text.setRight(foldRect(card).left() - 4);
    }
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

  // From the parent's picture down, and across to the card.
  void paintLines(QPainter* painter, const QStyleOptionViewItem& option,
                  const QModelIndex& index) const {
    const int depth = qMin(index.data(kDepth).toInt(), kMostIndents);
    if (depth == 0) return;
    QColor ink = option.palette.color(QPalette::Text);
    ink.setAlphaF(0.35);
    painter->setPen(QPen(ink, 1));
    const QRectF row = option.rect;
    const auto x = [&](int level) { return row.left() + 8 + kIndent * level + 9.5; };
    const QVariantList lines = index.data(kLines).toList();
    for (int level = 0; level + 1 < depth && level < lines.size(); ++level) {
      if (lines[level].toBool()) painter->drawLine(QLineF(x(level), row.top(), x(level), row.bottom() + 1));
    }
    const double left = x(depth - 1), middle = row.center().y(), bend = 5;
    QPainterPath path({left, row.top() - 5});
    path.lineTo(left, middle - bend);
    path.quadTo({left, middle}, {left + bend, middle});
    path.lineTo(row.left() + 8 + indentOf(index) + 2, middle);
    painter->setBrush(Qt::NoBrush);
    painter->drawPath(path);
    if (!index.data(kLast).toBool()) {
      painter->drawLine(QLineF(left, middle - bend, left, row.bottom() + 1));
    }
  }

  void paintFold(QPainter* painter, const QStyleOptionViewItem& option, const QRect& rect,
                 bool folded) const {
    const QPointF c = QRectF(rect).center();
    const double a = 3.5, b = 2;
    QPen pen(option.palette.color(QPalette::PlaceholderText), 1.5);
    pen.setCapStyle(Qt::RoundCap);
    painter->setPen(pen);
    painter->setBrush(Qt::NoBrush);
    const QPointF down[] = {c + QPointF(-a, -b), c + QPointF(0, b), c + QPointF(a, -b)};
    const QPointF right[] = {c + QPointF(-b, -a), c + QPointF(b, 0), c + QPointF(-b, a)};
    painter->drawPolyline(folded ? right : down, 3);
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
    setBranch(entry, card);
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

void CardList::setBranch(QListWidgetItem* entry, const Card& card) {
  QVariantList lines;
  for (const bool goesOn : card.lines) lines << goesOn;
  const std::pair<int, QVariant> values[] = {{kDepth, card.depth},
                                             {kLast, card.last},
                                             {kParent, card.parent},
                                             {kFolded, card.folded},
                                             {kLines, lines}};
  for (const auto& [role, value] : values) {
    if (entry->data(role) != value) entry->setData(role, value);
  }
}

QRect CardList::foldPlace(const QListWidgetItem* card) const {
  if (!card || !card->data(kParent).toBool()) return {};
  const int indent = indentOf(indexFromItem(card));
  return foldRect(visualItemRect(card).adjusted(8 + indent, 1, -8, -1));
}

void CardList::mousePressEvent(QMouseEvent* event) {
  const QPoint point = event->position().toPoint();
  const QListWidgetItem* card = itemAt(point);
  if (event->button() == Qt::LeftButton && foldPlace(card).adjusted(-4, -6, 4, 6).contains(point)) {
    Q_EMIT foldRequested(idOf(card), !card->data(kFolded).toBool());
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
  if (folds && currentItem() && currentItem()->data(kParent).toBool()) {
    Q_EMIT foldRequested(idOf(currentItem()), event->key() == Qt::Key_Left);
    return;
  }
  QListWidget::keyPressEvent(event);
}

}  // namespace jacobiscope
