// A schedule typed, pasted or read from a file, with what it means to the loaded model while it
// is typed.
#pragma once

#include <QDialog>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTableWidget>
#include <functional>

#include "engine/core/family.h"

namespace jacobiscope {

// The knobs that a schedule written in any notation sets for the model, each checked. Throws
// UsageError. Pure.
KnobValues scheduleKnobsOf(const std::string& text, const ModelInfo& model);

class ImportDialog : public QDialog {
  Q_OBJECT

 public:
  // `use` gets the knobs when Use is pressed; then the dialog closes.
  ImportDialog(QWidget* parent, const ModelInfo& model, const KnobValues& knobs,
               std::function<void(const KnobValues&)> use);

  void setText(const QString& text) { m_text->setPlainText(text); }
  // The text of a file; what cannot be read is said below the text.
  void openFile(const QString& file);

 private:
  void check();
  void fillTable(const KnobValues& set);
  void say(const QString& message, bool problem);
  void askForFile();

  ModelInfo m_model;
  KnobValues m_knobs, m_set;
  std::function<void(const KnobValues&)> m_use;
  QPlainTextEdit* m_text;
  QTableWidget* m_table;
  QLabel* m_verdict;
  QPushButton* m_button;
};

// Shows the dialog, or brings the one that is open to the front. It blocks nothing.
void showImport(QWidget* parent, const ModelInfo& model, const KnobValues& knobs,
                std::function<void(const KnobValues&)> use);

}  // namespace jacobiscope
