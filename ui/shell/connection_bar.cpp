#include "ui/shell/connection_bar.h"

#include <QAccessible>
#include <QHBoxLayout>

namespace jacobiscope {

ConnectionBar::ConnectionBar(Connection& connection, QWidget* parent)
    : QFrame(parent), m_connection(connection) {
  setObjectName("messageBar");
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(12, 8, 12, 8);
  row->setSpacing(10);
  m_text = new QLabel;
  m_text->setWordWrap(true);
  m_text->setTextFormat(Qt::PlainText);  // it quotes ssh and the other machine
  row->addWidget(m_text, 1);
  m_away = new QPushButton;
  row->addWidget(m_away);
  m_again = new QPushButton;
  m_again->setObjectName("accent");
  row->addWidget(m_again);
  connect(&m_connection, &Connection::changed, this, &ConnectionBar::refresh);
  connect(m_again, &QPushButton::clicked, &m_connection, &Connection::openAgain);
  connect(m_away, &QPushButton::clicked, this, [this] {
    const auto state = m_connection.state();
    const bool goes = state == Connection::State::Connecting || state == Connection::State::Lost;
    goes ? m_connection.close() : m_connection.dismissProblem();
  });
  hide();
}

void ConnectionBar::refresh() {
  const auto& problem = m_connection.problem();
  const QString why = problem ? QString::fromStdString(problem->message + " " + problem->hint)
                              : QString();
  if (m_connection.state() == Connection::State::Connecting) {
    return say(QString("Connecting to %1…").arg(m_connection.place().host), "Cancel", {});
  }
  if (!problem) return hide();
  const bool lost = m_connection.state() == Connection::State::Lost;
  lost ? say(why, "Use the engine here", "Reconnect") : say(why, "Dismiss", "Try again");
}

void ConnectionBar::say(const QString& text, const QString& away, const QString& again) {
  m_text->setText(text);
  setAccessibleName(text);
  m_away->setText(away);
  m_again->setText(again);
  m_again->setVisible(!again.isEmpty());
  show();
  QAccessibleEvent alert(this, QAccessible::Alert);
  QAccessible::updateAccessibility(&alert);
}

}  // namespace jacobiscope
