#include "ui/shell/breakpoints_dialog.h"

#include <QLabel>
#include <QVBoxLayout>
#include <algorithm>
#include <utility>

#include "ui/shell/dialogs.h"

namespace jacobiscope {

namespace {

constexpr int kGap = 8, kRowHeight = 34;

// What a row says. The numbers stand within the sentence: `before` threshold `between` over
// `after`; `scale` turns the threshold into what is shown.
struct Words {
  QString title, before, between, after, help, unit;
  QString thresholdName, overName;  // for those who hear them
  double scale = 1;
  int decimals = 0;
};

Words wordsOf(BreakpointKind kind) {
  switch (kind) {
    case BreakpointKind::Rise:
      return {"&Rising residual", "", "over", "iterations in a row",
              "The iteration moves away from its solution.", "", "", "Iterations of a rise"};
    case BreakpointKind::Overflow:
      return {"&Overflow", "", "", "", "A value is infinite or not a number, or a simulation diverges.",
              "", "", ""};
    case BreakpointKind::Stall:
      return {"&Stall", "residual falls less than", "over", "iterations",
              "Nor do they settle more positions than decoding one by one would.", " ×",
              "Factor of a stall", "Iterations of a stall", 1, 1};
    case BreakpointKind::Acceptance: break;
  }
  return {"&Low acceptance", "fewer than", "of the drafts over", "calls",
          "Where tokens are drafted, how many of the drafts become final.", " %",
          "Share of drafts", "Calls of an acceptance", 100, 0};
}

}  // namespace

BreakpointsDialog::BreakpointsDialog(QWidget* parent, const std::vector<Breakpoint>& set,
                                     std::function<void(std::vector<Breakpoint>)> changed)
    : QDialog(parent), m_changed(std::move(changed)) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(20, 16, 20, 16);
  auto* intro = new QLabel("The run pauses at the first sweep that meets one of these, and says "
                           "why. Every sweep before it can still be looked at.");
  intro->setWordWrap(true);
  column->addWidget(intro);
  column->addSpacing(kGap);
  auto* grid = new QGridLayout;
  grid->setHorizontalSpacing(20);
  grid->setVerticalSpacing(2);
  grid->setColumnStretch(1, 1);
  column->addLayout(grid);
  for (const BreakpointLimits& limits : breakpointLimits()) {
    const auto found = std::ranges::find(set, limits.initial.kind, &Breakpoint::kind);
    m_rows.push_back(addRow(grid, limits, found == set.end() ? limits.initial : *found));
  }
  column->addSpacing(kGap);
  column->addStretch(1);
  addClose(this, column);
}

BreakpointsDialog::Row BreakpointsDialog::addRow(QGridLayout* grid, const BreakpointLimits& limits,
                                                 const Breakpoint& set) {
  const Words words = wordsOf(set.kind);
  Row row{set.kind, new QCheckBox(words.title), nullptr, nullptr};
  row.on->setChecked(set.on);
  row.on->setToolTip(words.help);
  auto* help = new QLabel(words.help);
  help->setObjectName("muted");
  const int at = grid->rowCount();
  grid->addWidget(row.on, at, 0);
  const bool hasNumbers = limits.most > 0;
  if (hasNumbers) {
    auto* sentence = new QHBoxLayout;
    grid->addLayout(sentence, at, 1);
    addNumbers(sentence, row, limits, set);
  }
  grid->addWidget(help, at + hasNumbers, 1);
  grid->setRowMinimumHeight(at, kRowHeight);
  grid->setRowMinimumHeight(at + 2, kGap);
  connect(row.on, &QCheckBox::toggled, this, &BreakpointsDialog::tell);
  return row;
}

void BreakpointsDialog::addNumbers(QHBoxLayout* sentence, Row& row, const BreakpointLimits& limits,
                                   const Breakpoint& set) {
  const Words words = wordsOf(set.kind);
  sentence->setSpacing(kGap);
  const auto add = [&](QAbstractSpinBox* field, const QString& name, const QString& before) {
    field->setKeyboardTracking(false);
    field->setAccessibleName(name);
    field->setEnabled(set.on);
    connect(row.on, &QCheckBox::toggled, field, &QWidget::setEnabled);
    sentence->addWidget(new QLabel(before));
    sentence->addWidget(field);
  };
  if (limits.highest > 0) {
    row.threshold = new QDoubleSpinBox;
    row.threshold->setDecimals(words.decimals);
    row.threshold->setRange(limits.lowest * words.scale, limits.highest * words.scale);
    row.threshold->setSingleStep(words.decimals > 0 ? 0.1 : 5);
    row.threshold->setSuffix(words.unit);
    row.threshold->setValue(set.threshold * words.scale);
    add(row.threshold, words.thresholdName, words.before);
    connect(row.threshold, &QDoubleSpinBox::valueChanged, this, &BreakpointsDialog::tell);
  }
  row.over = new QSpinBox;
  row.over->setRange(limits.fewest, limits.most);
  row.over->setValue(set.over);
  add(row.over, words.overName, words.between);
  connect(row.over, &QSpinBox::valueChanged, this, &BreakpointsDialog::tell);
  sentence->addWidget(new QLabel(words.after));
  sentence->addStretch(1);
}

void BreakpointsDialog::tell() { m_changed(read()); }

std::vector<Breakpoint> BreakpointsDialog::read() const {
  std::vector<Breakpoint> all;
  for (const Row& row : m_rows) {
    Breakpoint breakpoint{row.kind, row.on->isChecked(), 0, 0};
    if (row.over) breakpoint.over = row.over->value();
    if (row.threshold) breakpoint.threshold = row.threshold->value() / wordsOf(row.kind).scale;
    all.push_back(breakpoint);
  }
  return all;
}

void showBreakpoints(QWidget* parent, const std::vector<Breakpoint>& set,
                     std::function<void(std::vector<Breakpoint>)> changed) {
  const QString name = "breakpoints";
  if (raiseDialog(parent, name)) return;
  auto* dialog = new BreakpointsDialog(parent, set, std::move(changed));
  dressDialog(dialog, name, "Breakpoints");
  dialog->show();
}

}  // namespace jacobiscope
