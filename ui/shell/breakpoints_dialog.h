// Where breakpoints are set: a row for each kind.
#pragma once

#include <QCheckBox>
#include <QDialog>
#include <QDoubleSpinBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QSpinBox>
#include <functional>
#include <vector>

#include "engine/core/breakpoint.h"

namespace jacobiscope {

class BreakpointsDialog : public QDialog {
  Q_OBJECT

 public:
  // `set` are shown; `changed` gets all of them at every change, at once.
  BreakpointsDialog(QWidget* parent, const std::vector<Breakpoint>& set,
                    std::function<void(std::vector<Breakpoint>)> changed);

 private:
  // What a kind has not got is nullptr.
  struct Row {
    BreakpointKind kind;
    QCheckBox* on;
    QSpinBox* over;
    QDoubleSpinBox* threshold;
  };
  Row addRow(QGridLayout* grid, const BreakpointLimits& limits, const Breakpoint& set);
  // Within the row's sentence; fills its fields in.
  void addNumbers(QHBoxLayout* sentence, Row& row, const BreakpointLimits& limits,
                  const Breakpoint& set);
  void tell();
  std::vector<Breakpoint> read() const;

  std::function<void(std::vector<Breakpoint>)> m_changed;
  std::vector<Row> m_rows;
};

// Shows the dialog, or brings the one that is open to the front. It blocks nothing.
void showBreakpoints(QWidget* parent, const std::vector<Breakpoint>& set,
                     std::function<void(std::vector<Breakpoint>)> changed);

}  // namespace jacobiscope
