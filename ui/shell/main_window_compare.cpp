// The comparison of two runs, as far as menus and keys reach it.
#include <algorithm>

#include "ui/shell/main_window.h"

namespace jacobiscope {

namespace {

constexpr float kDividerStep = 0.05f;  // of the picture

}  // namespace

void MainWindow::connectCompare() {
  const Actions& a = *m_actions;
  CompareState& compare = m_engine->view().compare;
  const auto changes = [this](QAction* action, auto change) {
    connect(action, &QAction::triggered, this, [this, change] {
      change();
      refreshSoon();
    });
  };
  changes(a.compare, [this, &compare] {
    compare.on = !compare.on;
    // The keys that move the divider and leave are the stage's.
    if (compare.on) m_stage->setFocus();
  });
  changes(a.leaveCompare, [&compare] { compare.on = false; });
  changes(a.logDifference, [&compare] { compare.logarithmic = !compare.logarithmic; });
  changes(a.holdB, [this, &compare] {
    holdB(compare, m_stage->views().compare.digest, !compare.pinned);
  });
  const auto move = [&compare](float by) {
    compare.divider = std::clamp(compare.divider + by, 0.0f, 1.0f);
  };
  changes(a.dividerLeft, [move] { move(-kDividerStep); });
  changes(a.dividerRight, [move] { move(kDividerStep); });
  connect(a.compareModes, &QActionGroup::triggered, this, [this, &compare](QAction* action) {
    compare.mode = static_cast<CompareMode>(action->data().toInt());
    refreshSoon();
  });
  connect(a.alignments, &QActionGroup::triggered, this, [this, &compare](QAction* action) {
    compare.alignment = static_cast<Alignment>(action->data().toInt());
    refreshSoon();
  });
}

void MainWindow::refreshCompare() {
  const Actions& a = *m_actions;
  const ViewState& view = m_engine->view();
  const CompareState& compare = view.compare;
  const bool pair = compare.on && m_engine->currentRun() && comparedWith(view);
  a.compare->setEnabled(compare.on || m_engine->currentRun());
  a.compare->setChecked(compare.on);
  a.leaveCompare->setEnabled(compare.on);
  a.holdB->setEnabled(pair);
  a.holdB->setChecked(compare.pinned.has_value());
  a.logDifference->setEnabled(pair && compare.mode == CompareMode::Difference);
  a.logDifference->setChecked(compare.logarithmic);
  for (QAction* action : {a.dividerLeft, a.dividerRight})
    action->setEnabled(pair && compare.mode == CompareMode::Split);
  for (QAction* action : a.compareModes->actions()) {
    action->setEnabled(pair);
    action->setChecked(action->data().toInt() == static_cast<int>(compare.mode));
  }
  for (QAction* action : a.alignments->actions()) {
    action->setEnabled(pair && !compare.pinned);
    action->setChecked(action->data().toInt() == static_cast<int>(compare.alignment));
  }
}

}  // namespace jacobiscope
