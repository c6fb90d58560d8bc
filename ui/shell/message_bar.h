// One question at a time above the stage, that blocks nothing: text and buttons.
#pragma once

#include <QFrame>
#include <QLabel>
#include <QPushButton>
#include <functional>

namespace jacobiscope {

class MessageBar : public QFrame {
  Q_OBJECT

 public:
  explicit MessageBar(QWidget* parent = nullptr);

  // Replaces what is asked now. `apply` runs when the user presses the button named
  // `action`; the other button, named `dismiss`, and Escape only close the bar.
  void ask(const QString& text, const QString& action, std::function<void()> apply,
           const QString& dismiss = "Cancel");
  QString text() const { return m_text->text(); }

 protected:
  void keyPressEvent(QKeyEvent* event) override;

 private:
  QLabel* m_text;
  QPushButton *m_action, *m_dismiss;
  std::function<void()> m_apply;
};

}  // namespace jacobiscope
