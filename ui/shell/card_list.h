// A list of cards: thumbnail, title and a second line. Screen readers get both lines.
#pragma once

#include <QListWidget>
#include <functional>

namespace jacobiscope {

struct Card {
  QString id;
  QString title;
  QString subtitle;
  QString help;      // tool tip
  QPixmap thumbnail;  // null: none is kept free for it either
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

 protected:
  QMimeData* mimeData(const QList<QListWidgetItem*>& items) const override;
  void keyPressEvent(QKeyEvent* event) override;
  void dropEvent(QDropEvent* event) override;

 private:
  bool m_pictures;
  int m_fitted = 0;
  std::function<QMimeData*(const QString&)> m_dragData;
};

}  // namespace jacobiscope
