// One question at a time above the stage, that blocks nothing: text and buttons.
#pragma once

#include <QFrame>
#include <QLabel>
#include <QPushButton>
#include <deque>
#include <functional>
#include <vector>

namespace jacobiscope {

class MessageBar : public QFrame {
  Q_OBJECT

 public:
  struct Answer {
    QString text;
    std::function<void()> act;
  };

  explicit MessageBar(QWidget* parent = nullptr);

  // Replaces what is asked now. `apply` runs when the user presses the button named
  // `action`; the other button, named `dismiss`, and Escape only close the bar.
  void ask(const QString& text, const QString& action, std::function<void()> apply,
           const QString& dismiss = "Cancel");
  // Asked once everything before it was answered. The first of at most kMostAnswers is what most
  // will want.
  void askNext(const QString& text, std::vector<Answer> answers,
               const QString& dismiss = "Cancel");
  QString text() const { return m_text->text(); }

  static constexpr int kMostAnswers = 3;

 protected:
  void keyPressEvent(QKeyEvent* event) override;

 private:
  struct Question {
    QString text;
    std::vector<Answer> answers;
    QString dismiss;
  };
  void show(Question question, bool takesFocus);
  void answer(int choice);  // -1: none of them

  QLabel* m_text;
  std::vector<QPushButton*> m_buttons;
  QPushButton* m_dismiss;
  Question m_asked;
  std::deque<Question> m_later;
};

}  // namespace jacobiscope
