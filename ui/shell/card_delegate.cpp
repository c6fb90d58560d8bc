#include "ui/shell/card_delegate.h"

#include <QPainter>
#include <QPainterPath>
#include <QPixmap>
#include <QWidget>

namespace jacobiscope {

namespace {

constexpr int kIndent = 14, kMostIndents = 4;  // deeper ones stand no farther right
constexpr int kFoldWidth = 16;                 // of the sign that folds, at the right end

int indentOf(const QModelIndex& index) {
  return kIndent * qMin(index.data(kCardDepth).toInt(), kMostIndents);
}

// Where the sign lies that folds what stands below the card.
QRect foldRect(const QRect& card) {
  return {card.right() - kFoldWidth - 4, card.center().y() - kFoldWidth / 2, kFoldWidth,
          kFoldWidth};
}

void paintGround(QPainter* painter, const QStyleOptionViewItem& option, QRect card,
                 bool listFocused) {
  QColor ground = option.palette.color(QPalette::Text);
  ground.setAlphaF(option.state & QStyle::State_Selected    ? 0.11
                   : option.state & QStyle::State_MouseOver ? 0.05
                                                            : 0.0);
  const bool focused = (option.state & QStyle::State_HasFocus) && listFocused;
  painter->setPen(focused ? QPen(option.palette.color(QPalette::Highlight), 1) : Qt::NoPen);
  painter->setBrush(ground);
  painter->drawRoundedRect(QRectF(card).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
}

// From the parent's picture down, and across to the card; each row draws its own part.
void paintLines(QPainter* painter, const QStyleOptionViewItem& option,
                const QModelIndex& index) {
  const int depth = qMin(index.data(kCardDepth).toInt(), kMostIndents);
  const bool open = index.data(kCardParent).toBool() && !index.data(kCardFolded).toBool();
  QColor ink = option.palette.color(QPalette::Text);
  ink.setAlphaF(0.35);
  painter->setPen(QPen(ink, 1));
  const QRectF row = option.rect;
  const auto x = [&](int level) { return row.left() + 8 + kIndent * level + 9.5; };
  const QVariantList lines = index.data(kCardLines).toList();
  for (int level = 0; level + 1 < depth && level < lines.size(); ++level) {
    if (!lines[level].toBool()) continue;
    painter->drawLine(QLineF(x(level), row.top(), x(level), row.bottom() + 1));
  }
  if (open) painter->drawLine(QLineF(x(depth), row.bottom() - 4, x(depth), row.bottom() + 1));
  if (depth == 0) return;
  const double left = x(depth - 1), middle = row.center().y(), bend = 5;
  QPainterPath path({left, row.top()});
  path.lineTo(left, middle - bend);
  path.quadTo({left, middle}, {left + bend, middle});
  path.lineTo(row.left() + 8 + indentOf(index) + 2, middle);
  painter->setBrush(Qt::NoBrush);
  painter->drawPath(path);
  if (!index.data(kCardLast).toBool()) {
    painter->drawLine(QLineF(left, middle - bend, left, row.bottom() + 1));
  }
}

void paintFold(QPainter* painter, const QStyleOptionViewItem& option, const QRect& rect,
               bool folded) {
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
                  const QPixmap& picture) {
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
               const QModelIndex& index, bool pictures) {
  const QString title = index.data(Qt::DisplayRole).toString();
  const QString subtitle = index.data(kCardSubtitle).toString();
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
  if (pictures) {
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

}  // namespace

CardDelegate::CardDelegate(QWidget* list, bool pictures)
    : QStyledItemDelegate(list), m_list(list), m_pictures(pictures) {}

int CardDelegate::cardHeight() const {
  const int line = m_list->fontMetrics().height();
  return m_pictures ? line * 2 + 16 : line + 13;
}

QSize CardDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const {
  return {100, cardHeight()};
}

QRect CardDelegate::foldPlace(const QRect& row, const QModelIndex& index) {
  if (!index.data(kCardParent).toBool()) return {};
  return foldRect(row.adjusted(8 + indentOf(index), 1, -8, -1));
}

void CardDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
           const QModelIndex& index) const {
  painter->save();
  painter->setRenderHints(QPainter::Antialiasing | QPainter::SmoothPixmapTransform);
  const QRect card = option.rect.adjusted(8 + indentOf(index), 1, -8, -1);
  paintLines(painter, option, index);
  paintGround(painter, option, card, m_list->hasFocus());
  QRect text = card.adjusted(8, 0, -8, 0);
  if (index.data(kCardParent).toBool()) {
    paintFold(painter, option, foldRect(card), index.data(kCardFolded).toBool());
    text.setRight(foldRect(card).left() - 4);
  }
  if (m_pictures) {
    const int side = card.height() - 12;
    const QRect square(card.left() + 6, card.top() + 6, side, side);
    paintPicture(painter, option, square, index.data(kCardPicture).value<QPixmap>());
    text.setLeft(square.right() + 9);
  }
  paintText(painter, option, text, index, m_pictures);
  painter->restore();
}

}  // namespace jacobiscope
