// The jobs that wait, above the runs: a list that can be put in another order, and buttons for
// the one that is chosen. Hidden while nothing waits.
#pragma once

#include <QLabel>
#include <QPushButton>
#include <QToolButton>
#include <QWidget>
#include <functional>

#include "ui/shell/card_list.h"
#include "ui/shell/engine.h"

namespace jacobiscope {

class JobsPanel : public QWidget {
  Q_OBJECT

 public:
  explicit JobsPanel(Engine& engine, QWidget* parent = nullptr);

  // Draws the buttons in the colours of the theme.
  void setColors(const QColor& ink, const QColor& faint);
  // `pictureOf` gives the picture of the model at a path.
  void refresh(const std::function<QPixmap(const std::string& path)>& pictureOf);

  CardList* list() const { return m_list; }
  QPushButton* startButton() const { return m_start; }
  // Of the chosen job.
  QToolButton* upButton() const { return m_up; }
  QToolButton* downButton() const { return m_down; }
  QToolButton* cancelButton() const { return m_cancel; }

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  QToolButton* addButton(const QString& name, const QString& tip, std::function<void()> act);
  void enableButtons();
  void moveBy(int rows);
  void cancel();
  void showMenu(const QPoint& position);

  Engine& m_engine;
  QLabel* m_heading;
  QPushButton* m_start;
  QToolButton *m_up, *m_down, *m_cancel;
  CardList* m_list;
  int m_chosen = 0;  // id of a job
};

}  // namespace jacobiscope
