// Computes a stored run again in the window, as a run that everybody can watch, and says what came
// out of the comparison.
#pragma once

#include <QObject>

#include "engine/export/verification.h"
#include "ui/shell/engine.h"
#include "ui/shell/message_bar.h"

namespace jacobiscope {

class Verifier : public QObject {
  Q_OBJECT

 public:
  // Pictures that differ by no more steps of 8 bits are told as within the bound.
  static constexpr double kWithin = 1;

  Verifier(Engine& engine, MessageBar& bar, QWidget* window);

  bool busy() const { return m_busy; }
  // Begins the run; nothing else may run. `shows`: the comparison opens at its end, else the bar
  // tells the verdict. What cannot be repeated ends in a notice.
  void begin(const QString& name, const StoredRun& stored, bool shows);

 private:
  void take(const Event& event);
  void judge(const RunRecord& again);

  Engine& m_engine;
  MessageBar& m_bar;
  QWidget* m_window;
  bool m_busy = false;
  int m_run = 0;  // 0: it has not begun yet
  QString m_name;
  StoredRun m_stored;
  bool m_shows = false;
};

}  // namespace jacobiscope
