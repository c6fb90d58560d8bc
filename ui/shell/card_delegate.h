// How a card of a list is painted, and where its parts lie.
#pragma once

#include <QStyledItemDelegate>

namespace jacobiscope {

// What an item of a list of cards holds beside its title.
enum CardRole {
  kCardId = Qt::UserRole,
  kCardSubtitle,
  kCardPicture,
  kCardDepth,   // in a tree, as in Card
  kCardLast,
  kCardParent,
  kCardFolded,
  kCardLines
};

class CardDelegate : public QStyledItemDelegate {
 public:
  CardDelegate(QWidget* list, bool pictures);

  QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
  void paint(QPainter* painter, const QStyleOptionViewItem& option,
             const QModelIndex& index) const override;

  int cardHeight() const;
  // Within the row of the list that the card has. Where the sign lies that folds what stands
  // below it.
  static QRect foldPlace(const QRect& row, const QModelIndex& index);

 private:
  QWidget* m_list;
  bool m_pictures;
};

}  // namespace jacobiscope
