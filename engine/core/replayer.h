// Decodes the first sweeps of a run again, one at a time, with the knobs of each, and makes sure
// that they come out the same.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "engine/core/boundaries.h"
#include "engine/core/past.h"

namespace jacobiscope {

class Replayer {
 public:
  // `decoder` has just begun with the past's input and startKnobs(), and outlives this. `from`: a
  // boundary of that run to begin at; nullptr: its beginning.
  Replayer(Decoder& decoder, std::shared_ptr<const Past> past, const Boundary* from);

  std::int64_t next() const { return m_next; }  // sweeps that are done or were left out
  bool done() const { return m_next == m_past->size(); }
  // Decodes the sweep next(), and returns the plan where its knobs are others than those of the
  // sweep before. Throws Error where it is not the sweep that was told.
  std::optional<Plan> step();

 private:
  Decoder& m_decoder;
  std::shared_ptr<const Past> m_past;
  std::int64_t m_next = 0;
  const KnobValues* m_inForce;
};

}  // namespace jacobiscope
