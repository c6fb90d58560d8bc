#include "ui/shell/message_bar.h"

#include <QAccessible>
#include <QApplication>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <utility>

namespace jacobiscope {

namespace {

// What comes by itself, such as the end of a verification, must not take the keys from a text:
// the next blank would answer.
bool isTyping() {
  const QWidget* field = QApplication::focusWidget();
  return field && field->testAttribute(Qt::WA_InputMethodEnabled);
}

}  // namespace

MessageBar::MessageBar(QWidget* parent) : QFrame(parent) {
  setObjectName("messageBar");
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(12, 8, 12, 8);
  m_text = new QLabel;
  m_text->setWordWrap(true);
  m_text->setTextFormat(Qt::PlainText);  // names come from files
  row->addWidget(m_text, 1);
  for (int i = 0; i < kMostAnswers; ++i) {
    auto* button = new QPushButton;
    if (i == 0) button->setObjectName("accent");
    connect(button, &QPushButton::clicked, this, [this, i] { answer(i); });
    row->addWidget(button);
    m_buttons.push_back(button);
  }
  m_dismiss = new QPushButton;
  row->addWidget(m_dismiss);
  connect(m_dismiss, &QPushButton::clicked, this, [this] { answer(-1); });
  hide();
}

void MessageBar::ask(const QString& text, const QString& action, std::function<void()> apply,
                     const QString& dismiss) {
  show({text, {{action, std::move(apply)}}, dismiss}, true);
}

void MessageBar::askNext(const QString& text, std::vector<Answer> answers,
                         const QString& dismiss) {
  Question question{text, std::move(answers), dismiss};
  if (isHidden()) return show(std::move(question), !isTyping());
  m_later.push_back(std::move(question));
}

void MessageBar::show(Question question, bool takesFocus) {
  m_asked = std::move(question);
  m_text->setText(m_asked.text);
  setAccessibleName(m_asked.text);
  for (int i = 0; i < kMostAnswers; ++i) {
    const bool used = i < std::ssize(m_asked.answers);
    m_buttons[i]->setText(used ? m_asked.answers[i].text : QString());
    m_buttons[i]->setVisible(used);
  }
  m_dismiss->setText(m_asked.dismiss);
  QFrame::show();
  if (takesFocus) (m_asked.answers.empty() ? m_dismiss : m_buttons[0])->setFocus();
  QAccessibleEvent alert(this, QAccessible::Alert);
  QAccessible::updateAccessibility(&alert);
}

// The next question comes first: what is done may ask one more.
void MessageBar::answer(int choice) {
  const Question asked = std::exchange(m_asked, {});
  hide();
  if (!m_later.empty()) {
    Question next = std::move(m_later.front());
    m_later.pop_front();
    show(std::move(next), true);
  }
  if (choice >= 0 && choice < std::ssize(asked.answers)) asked.answers[choice].act();
}

void MessageBar::keyPressEvent(QKeyEvent* event) {
  event->key() == Qt::Key_Escape ? answer(-1) : QFrame::keyPressEvent(event);
}

}  // namespace jacobiscope
