#include "ui/shell/message_bar.h"

#include <QHBoxLayout>
#include <QKeyEvent>

namespace jacobiscope {

MessageBar::MessageBar(QWidget* parent) : QFrame(parent) {
  setObjectName("messageBar");
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(12, 8, 12, 8);
  m_text = new QLabel;
  m_text->setWordWrap(true);
  m_text->setTextFormat(Qt::PlainText);  // names come from files
  row->addWidget(m_text, 1);
  m_action = new QPushButton;
  m_action->setObjectName("accent");
  row->addWidget(m_action);
  m_dismiss = new QPushButton;
  row->addWidget(m_dismiss);
  connect(m_action, &QPushButton::clicked, this, [this] {
    hide();
    if (const auto apply = std::exchange(m_apply, {})) apply();
  });
  connect(m_dismiss, &QPushButton::clicked, this, [this] {
    m_apply = {};
    hide();
  });
  hide();
}

void MessageBar::ask(const QString& text, const QString& action, std::function<void()> apply,
                     const QString& dismiss) {
  m_text->setText(text);
  setAccessibleName(text);
  m_action->setText(action);
  m_dismiss->setText(dismiss);
  m_apply = std::move(apply);
  show();
  m_action->setFocus();
}

void MessageBar::keyPressEvent(QKeyEvent* event) {
  if (event->key() != Qt::Key_Escape) return QFrame::keyPressEvent(event);
  m_apply = {};
  hide();
}

}  // namespace jacobiscope
