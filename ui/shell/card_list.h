// A list of cards: thumbnail, title and a second line. Screen readers get both lines.
#pragma once

#include <QListWidget>
#include <functional>

#include "ui/shell/card_delegate.h"

namespace jacobiscope {

struct Card {
  QString id;
  QString title;
  QString subtitle;
  QString help;      // tool tip
  QPixmap thumbnail;  // null: none is kept free for it either
  // In a tree, whose cards come in its order: how deep it stands, whether it is the last below its
  // parent, and whether cards stand below it, shown or folded away.
  int depth = 0;
  bool last = true;
  bool parent = false, folded = false;
  // For every level above, whether its line goes on past this card.
  QList<bool> lines = {};
};

class CardList : public QListWidget {
  Q_OBJECT

 public:
  // With `pictures` every card keeps room for a thumbnail and is two lines high.
  CardList(const QString& name, bool pictures, QWidget* parent = nullptr);

  // Shows these cards; touches only what changed, so that a selection or an open menu
  // survives. `current` is the id of the chosen card, or empty.
  void setCards(const QList<Card>& cards, const QString& current);
  QString idOf(const QListWidgetItem* item) const;
  // Where the sign lies that folds what stands below the card; empty: nothing stands there.
  QRect foldPlace(const QListWidgetItem* card) const;
  // What is dragged out with a card; without it nothing can be dragged.
  void setDragData(std::function<QMimeData*(const QString& id)> data);
  // Cards can be dragged to another place of the list, which only tells of it.
  void setMovable();
  // The chosen card is let go at that point of the list. Returns whether it was taken.
  bool letGo(const QPointF& point);
  // As high as its cards, at least one, at most `most` of them.
  void setFitted(int most) { m_fitted = most; }

  QSize sizeHint() const override;
  QSize minimumSizeHint() const override;
  int cardHeight() const;

 Q_SIGNALS:
  // The user clicked the card or pressed Enter on it.
  void chosen(const QString& id);
  // The card was let go where it would be at this row.
  void moved(const QString& id, int row);
  // The user wants what stands below the card shown or hidden.
  void foldRequested(const QString& id, bool folded);

 protected:
  QMimeData* mimeData(const QList<QListWidgetItem*>& items) const override;
  void keyPressEvent(QKeyEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void dropEvent(QDropEvent* event) override;

 private:
  static void setBranch(QListWidgetItem* entry, const Card& card);

  CardDelegate* m_delegate;
  int m_fitted = 0;
  std::function<QMimeData*(const QString&)> m_dragData;
};

}  // namespace jacobiscope
