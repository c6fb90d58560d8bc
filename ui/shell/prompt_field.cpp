#include "ui/shell/prompt_field.h"

#include <QAbstractItemView>
#include <QCompleter>
#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QSignalBlocker>
#include <QStringListModel>
#include <QVBoxLayout>

namespace jacobiscope {

namespace {

constexpr int kWordsInTip = 40;
constexpr int kMostVisible = 10;  // lines of the completion

// Completes the last word and leaves what stands before it.
class WordCompleter : public QCompleter {
 public:
  WordCompleter(const QStringList& words, QLineEdit* line) : QCompleter(words, line), m_line(line) {
    setCaseSensitivity(Qt::CaseInsensitive);
    setMaxVisibleItems(kMostVisible);
    popup()->setObjectName("completions");
  }
  QString pathFromIndex(const QModelIndex& index) const override {
    return m_before + QCompleter::pathFromIndex(index);
  }
  QStringList splitPath(const QString& text) const override {
    // Behind the cursor something may follow: only the end is completed.
    const LastWord last = lastWord(text);
    m_before = last.before;
    const bool atEnd = m_line->cursorPosition() == m_line->text().size();
    // No word begins with this: an empty beginning would offer them all after every space.
    return {last.word.isEmpty() || !atEnd ? QString(QChar(0)) : last.word};
  }

 private:
  QLineEdit* m_line;
  mutable QString m_before;  // of the text that was split last
};

}  // namespace

LastWord lastWord(const QString& text) {
  qsizetype at = text.size();
  while (at > 0 && (text[at - 1].isLetterOrNumber() || text[at - 1] == '-')) --at;
  return {text.left(at), text.mid(at)};
}

QString knownWords(const QStringList& words, int shown) {
  if (words.isEmpty()) return {};
  const qsizetype count = std::min<qsizetype>(words.size(), shown);
  QString text = "knows " + words.mid(0, count).join(", ");
  if (count < words.size()) text += QString(" and %1 more").arg(words.size() - count);
  return text;
}

PromptField::PromptField(QWidget* parent) : QWidget(parent) {
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(4);
  m_line = new QLineEdit;
  m_line->setAccessibleName("Prompt");
  m_line->setMinimumWidth(90);
  row->addWidget(m_line, 1);
  m_button = new QToolButton;
  m_button->setFocusPolicy(Qt::TabFocus);
  m_button->setAccessibleName("Examples and words");
  m_button->setToolTip("Example prompts, and the words the model knows");
  m_button->setPopupMode(QToolButton::InstantPopup);
  m_menu = new QMenu(m_button);
  m_button->setMenu(m_menu);
  row->addWidget(m_button);
  setFocusProxy(m_line);
  setNamed(true);
  connect(m_line, &QLineEdit::textChanged, this, &PromptField::edited);
  connect(m_line, &QLineEdit::returnPressed, this, &PromptField::confirm);
}

void PromptField::setNamed(bool named) { m_button->setText(named ? "Examples ▾" : "▾"); }

void PromptField::setModel(const ModelInfo& model) {
  m_words.clear();
  for (const std::string& word : model.words) m_words << QString::fromStdString(word);
  const bool robot = !model.action.empty();
  const QString what = robot ? "what the robot is to do" : "what the picture is to show";
  const QString name = robot ? "Instruction" : "Prompt";
  const QString example =
      model.prompts.empty() ? what : QString::fromStdString(model.prompts.front());
  m_line->setPlaceholderText(robot ? QString("instruction") : "for example: " + example);
  m_line->setAccessibleName(name);
  m_button->setToolTip(robot ? "Example instructions, and the words the model knows"
                             : "Example prompts, and the words the model knows");
  const QString known = knownWords(m_words, kWordsInTip);
  m_line->setToolTip(known.isEmpty() ? name + ": " + what
                                     : name + ". The model " + known + ".");
  m_line->setAccessibleDescription(m_line->toolTip());
  m_line->setCompleter(nullptr);
  delete m_completer;
  m_completer = m_words.isEmpty() ? nullptr : new WordCompleter(m_words, m_line);
  m_line->setCompleter(m_completer);

  m_menu->clear();
  for (const std::string& prompt : model.prompts) {
    const QString text = QString::fromStdString(prompt);
    connect(m_menu->addAction(QString(text).replace('&', "&&")), &QAction::triggered, this,
            [this, text] { setText(text); });
  }
  if (!m_words.isEmpty()) {
    m_menu->addSeparator();
    QAction* words =
        m_menu->addAction(QString("All %1 words the model knows…").arg(m_words.size()));
    connect(words, &QAction::triggered, this, &PromptField::showWords);
  }
  m_button->setVisible(!m_menu->isEmpty());
}

void PromptField::setText(const QString& text) {
  if (text == m_line->text()) return;
  m_line->setText(text);
  m_line->home(false);  // where there is little room, its beginning is seen
}

void PromptField::addWord(const QString& word) {
  QString text = m_line->text();
  if (!text.isEmpty() && !text.back().isSpace()) text += ' ';
  setText(text + word);
  m_line->end(false);
}

void PromptField::confirm() {
  // Enter on a word of the list takes the word; Enter without one generates.
  if (m_completer && m_completer->popup()->isVisible()) {
    if (m_completer->popup()->currentIndex().isValid()) return;
    m_completer->popup()->hide();
  }
  Q_EMIT confirmed();
}

void PromptField::showWords() {
  auto* box = new QFrame(this, Qt::Popup);
  box->setObjectName("words");
  box->setAttribute(Qt::WA_DeleteOnClose);
  auto* column = new QVBoxLayout(box);
  column->setContentsMargins(12, 10, 12, 12);
  auto* title =
      new QLabel(QString("The model knows %1 words; click to add one").arg(m_words.size()));
  title->setObjectName("muted");
  column->addWidget(title);
  auto* list = new QListWidget;
  list->setAccessibleName("Words");
  list->setFlow(QListView::LeftToRight);
  list->setWrapping(true);
  list->setResizeMode(QListView::Adjust);
  list->setSpacing(2);
  list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  list->addItems(m_words);
  column->addWidget(list);
  connect(list, &QListWidget::itemClicked, this,
          [this](const QListWidgetItem* item) { addWord(item->text()); });
  connect(list, &QListWidget::itemActivated, this,
          [this](const QListWidgetItem* item) { addWord(item->text()); });
  const int width = std::max(460, m_line->width());
  const int wide = list->fontMetrics().horizontalAdvance(m_words.join("mmm"));
  const int lines = std::clamp(wide / (width - 60) + 1, 2, 9);
  box->resize(width, 56 + lines * (list->fontMetrics().height() + 12));
  box->move(m_line->mapToGlobal(QPoint(0, m_line->height() + 4)));
  box->show();
  list->setFocus();
}

}  // namespace jacobiscope
