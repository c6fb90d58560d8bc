// Undo and redo of what the user set: knobs, schedules (which are knobs), prompt, class and seed.
// What a job or a model brought along is no edit, nor is a seed that was drawn.
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QUndoStack>
#include <chrono>
#include <functional>

#include "ui/shell/engine.h"

namespace jacobiscope {

class EditHistory : public QObject {
  Q_OBJECT

 public:
  static constexpr std::chrono::milliseconds kPause{1000};

  // Edits of the same knob or of the prompt with less than `pause` between them are one step: the
  // drag of a slider, the typing of a sentence.
  explicit EditHistory(Engine& engine, std::chrono::milliseconds pause = kPause,
                       QObject* parent = nullptr);

  QUndoStack& stack() { return m_stack; }

 private:
  template <class Value>
  void add(const QString& name, const Value& before, const Value& after,
           std::function<void(const Value&)> apply);

  Engine& m_engine;
  std::chrono::milliseconds m_pause;
  QElapsedTimer m_sinceLast;
  int m_series = 0;  // edits of one series may be one step
  bool m_moving = false;  // what changes now is an undo or a redo
  QUndoStack m_stack{this};  // a child, so that whoever goes can be silenced with its children
};

}  // namespace jacobiscope
