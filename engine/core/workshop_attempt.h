// The engine's one catch, for the files that the workshop is spread over.
#pragma once

#include "engine/core/failure.h"
#include "engine/core/workshop.h"

namespace jacobiscope {

template <class Action>
void Workshop::attempt(const std::string& what, Action action) {
  try {
    action();
  } catch (...) {
    const int id = what == "run" && m_run ? m_run->id() : 0;
    Failed failed = failure(id, what, std::current_exception());
    if (what == "run") {
      m_replay.reset();
      m_run.reset();
      m_pacer.end();
    }
    if (what == "analyse") m_analysis.reset();
    if (what == "judge") m_judge.reset();
    if (what == "picture") m_darkroom.clear();
    m_events.publish(std::move(failed));
  }
}

}  // namespace jacobiscope
