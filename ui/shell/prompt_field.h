// The prompt in the top row: a line that completes the words the model knows, and a button
// with examples and with all of those words.
#pragma once

#include <QLineEdit>
#include <QMenu>
#include <QToolButton>
#include <QWidget>

#include "engine/core/family.h"

class QCompleter;

namespace jacobiscope {

class PromptField : public QWidget {
  Q_OBJECT

 public:
  explicit PromptField(QWidget* parent = nullptr);

  // The examples and words of another model.
  void setModel(const ModelInfo& model);
  // Shows the text, unless it is what the line says already.
  void setText(const QString& text);
  QString text() const { return m_line->text(); }
  // Adds a word behind what is written.
  void addWord(const QString& word);
  // In a narrow window the button is an arrow only.
  void setNamed(bool named);

  QLineEdit* line() { return m_line; }
  QToolButton* button() { return m_button; }
  // Lists every word; a click or Enter adds it, so that a prompt can be put together.
  void showWords();

 Q_SIGNALS:
  void edited(const QString& text);
  // Enter: generate what is written.
  void confirmed();

 private:
  void confirm();

  QLineEdit* m_line;
  QToolButton* m_button;
  QMenu* m_menu;
  QCompleter* m_completer = nullptr;
  QStringList m_words;
};

// The word that is being typed at the end of a text, and the text before it. Pure.
struct LastWord {
  QString before, word;
  bool operator==(const LastWord&) const = default;
};
LastWord lastWord(const QString& text);

// What the model knows, in few words: "knows cat, pizza, moon and 97 more". Pure.
QString knownWords(const QStringList& words, int shown);

}  // namespace jacobiscope
