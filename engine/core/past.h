// The first sweeps of a run that is to be decoded again, checked against the model that is to do
// it.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "engine/core/event.h"

namespace jacobiscope {

class Past {
 public:
  // Throws UsageError for a run of another model (its weights differ), for an empty past, for
  // sweeps that are not 0, 1, 2, ..., and for knobs that this model does not have.
  Past(Replay run, const ModelInfo& model);

  const Started& start() const { return m_run.start; }
  const Replay& replay() const { return m_run; }
  std::int64_t size() const { return static_cast<std::int64_t>(m_run.past.size()); }
  const Snapshot& at(std::int64_t sweep) const {
    return *m_run.past[static_cast<std::size_t>(sweep)];
  }
  // Complete: as the run began, and in force during a sweep.
  const KnobValues& startKnobs() const { return m_startKnobs; }
  const std::shared_ptr<const KnobValues>& knobs(std::int64_t sweep) const {
    return m_knobs[static_cast<std::size_t>(sweep)];
  }

 private:
  Replay m_run;
  KnobValues m_startKnobs;
  std::vector<std::shared_ptr<const KnobValues>> m_knobs;  // neighbours that agree share theirs
};

// Whether decodes of these begin from the same, whatever a picture's file is called.
bool sameInput(const Input& a, const Input& b);

// Whether two passes did the same: kind, window, frontier, verdict, calls, residual and facts, bit
// for bit. Not how long they took, nor the words.
bool samePass(const Sweep& a, const Sweep& b);

}  // namespace jacobiscope
