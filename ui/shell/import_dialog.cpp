#include "ui/shell/import_dialog.h"

#include <QDialogButtonBox>
#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QVBoxLayout>
#include <algorithm>

#include "engine/core/error.h"
#include "engine/core/schedule_text.h"
#include "ui/shell/dialogs.h"
#include "ui/views/schedule_lanes.h"

namespace jacobiscope {

namespace {

constexpr qint64 kLargestFile = 1 << 20;  // a schedule takes a few lines

// "4 × 16", "cap 10", "z", in the words of the lanes.
QStringList wordsOf(const LaneCut& cut, const BlockSchedule& block, int positions) {
  const bool guesses = block.method != Method::Sequential;
  return {QString::fromStdString(cutText(cut, positions)),
          QString::fromStdString(capText(cut, positions)),
          guesses ? QString(block.zeroGuess ? "zeros" : "z") : QString()};
}

}  // namespace

KnobValues scheduleKnobsOf(const std::string& text, const ModelInfo& model) {
  const int stages = static_cast<int>(model.stages.size());
  KnobValues set = parseSchedule(text, stages, model.positions);
  for (auto& [key, value] : set) value = acceptKnob(requireKnob(model.knobs, key), value);
  readSchedule(completeKnobs(model.knobs, set), stages, model.positions);
  return set;
}

ImportDialog::ImportDialog(QWidget* parent, const ModelInfo& model, const KnobValues& knobs,
                           std::function<void(const KnobValues&)> use)
    : QDialog(parent), m_model(model), m_knobs(knobs), m_use(std::move(use)) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(20, 16, 20, 16);
  column->setSpacing(10);
  auto* intro = new QLabel("A schedule as [Stack-GS-J-Else], as the published lists num_GS, "
                           "max_jacobi and guess, or as this program exports it. Lists begin with "
                           "the first block sampled.");
  intro->setWordWrap(true);
  column->addWidget(intro);
  m_text = new QPlainTextEdit;
  m_text->setAccessibleName("Schedule");
  m_text->setPlaceholderText("[7-8-32-10]\n\nor\n\nnum_GS = [8, 1, 1, 1]\n"
                             "max_jacobi = [32, 10, 10, 10]\nguess = [0, 0, 1, 1]");
  m_text->setTabChangesFocus(true);
  column->addWidget(m_text, 2);
  m_verdict = new QLabel;
  m_verdict->setWordWrap(true);
  m_verdict->setAccessibleName("What the text means");
  column->addWidget(m_verdict);
  m_table = new QTableWidget(0, 4);
  m_table->setHorizontalHeaderLabels({"block", "solved by", "at most", "first guess"});
  m_table->setAccessibleName("The schedule block by block");
  m_table->verticalHeader()->hide();
  m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
  m_table->setSelectionMode(QAbstractItemView::NoSelection);
  m_table->setFocusPolicy(Qt::NoFocus);
  m_table->setShowGrid(false);
  m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
  m_table->horizontalHeader()->setHighlightSections(false);
  m_table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
  column->addWidget(m_table, 3);

  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
  buttons->button(QDialogButtonBox::Cancel)->setIcon({});
  auto* file = buttons->addButton("&Open file…", QDialogButtonBox::ActionRole);
  m_button = buttons->addButton("&Use", QDialogButtonBox::AcceptRole);
  m_button->setObjectName("accent");
  m_button->setDefault(true);
  column->addWidget(buttons);
  connect(m_text, &QPlainTextEdit::textChanged, this, &ImportDialog::check);
  connect(file, &QPushButton::clicked, this, &ImportDialog::askForFile);
  connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
  connect(buttons, &QDialogButtonBox::accepted, this, [this] {
    m_use(m_set);
    accept();
  });
  check();
}

void ImportDialog::check() {
  const std::string text = m_text->toPlainText().toStdString();
  m_set.clear();
  m_table->setRowCount(0);
  if (QString::fromStdString(text).trimmed().isEmpty()) {
    say(QString("%1 blocks of %2 positions each.")
            .arg(m_model.stages.size())
            .arg(m_model.positions),
        false);
  } else {
    try {
      m_set = scheduleKnobsOf(text, m_model);
      fillTable(m_set);
      say("This is what it means to " + QString::fromStdString(m_model.name) + ":", false);
    } catch (const Error& error) {
      say(QString::fromStdString(std::string(error.what()) + " " + error.hint()).trimmed(), true);
    }
  }
  m_button->setEnabled(!m_set.empty());
}

void ImportDialog::fillTable(const KnobValues& set) {
  KnobValues all = m_knobs;
  for (const auto& [key, value] : set) all[key] = value;
  const int stages = static_cast<int>(m_model.stages.size());
  const std::vector<int> positions(m_model.stages.size(), m_model.positions);
  const auto cuts = laneCuts(m_model, all, positions);
  const auto blocks = readSchedule(completeKnobs(m_model.knobs, all), stages, m_model.positions);
  m_table->setRowCount(stages);
  for (int stage = 0; stage < std::min<int>(stages, std::ssize(cuts)); ++stage) {
    const QStringList words = QStringList(QString::fromStdString(m_model.stages[stage])) +
                              wordsOf(cuts[stage], blocks[stage], m_model.positions);
    for (int i = 0; i < words.size(); ++i)
      m_table->setItem(stage, i, new QTableWidgetItem(words[i]));
  }
  m_table->resizeRowsToContents();
}

void ImportDialog::say(const QString& message, bool problem) {
  m_verdict->setObjectName(problem ? "problem" : "muted");
  m_verdict->setText(problem ? "✕ " + message : message);
  m_verdict->style()->polish(m_verdict);
}

void ImportDialog::askForFile() {
  auto* dialog = new QFileDialog(this, "Open schedule");
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setFileMode(QFileDialog::ExistingFile);
  dialog->setNameFilters({"Schedules (*.txt *.json *.yaml *.py)", "All files (*)"});
  connect(dialog, &QFileDialog::fileSelected, this, &ImportDialog::openFile);
  dialog->open();
}

void ImportDialog::openFile(const QString& path) {
  QFile file(path);
  if (!file.open(QIODevice::ReadOnly) || file.size() > kLargestFile) {
    const QString why = file.isOpen() ? "it is too large for a schedule" : file.errorString();
    m_text->clear();
    return say(QFileInfo(path).fileName() + " cannot be read: " + why + ".", true);
  }
  m_text->setPlainText(QString::fromUtf8(file.readAll()));
}

void showImport(QWidget* parent, const ModelInfo& model, const KnobValues& knobs,
                std::function<void(const KnobValues&)> use) {
  const QString name = "importSchedule";
  if (raiseDialog(parent, name)) return;
  auto* dialog = new ImportDialog(parent, model, knobs, std::move(use));
  dressDialog(dialog, name, "Import schedule");
  dialog->resize(480, 560);
  dialog->show();
}

}  // namespace jacobiscope
