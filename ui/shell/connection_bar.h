// Above the stage while an engine elsewhere is being reached, was not, or was lost.
#pragma once

#include <QFrame>
#include <QLabel>
#include <QPushButton>

#include "ui/shell/connection.h"

namespace jacobiscope {

class ConnectionBar : public QFrame {
  Q_OBJECT

 public:
  explicit ConnectionBar(Connection& connection, QWidget* parent = nullptr);

  QString text() const { return m_text->text(); }
  QPushButton* again() const { return m_again; }  // Reconnect, Try again
  QPushButton* away() const { return m_away; }    // Cancel, Dismiss, to the engine here

 private:
  void refresh();
  void say(const QString& text, const QString& away, const QString& again);

  Connection& m_connection;
  QLabel* m_text;
  QPushButton *m_away, *m_again;
};

}  // namespace jacobiscope
