// States of decoders at the ends of stages, of the last runs: a branch goes on from the nearest
// one instead of decoding everything before it again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "engine/core/event.h"

namespace jacobiscope {

struct Boundary {
  std::int64_t sweeps = 0;  // of the run so far; 0: its beginning
  std::shared_ptr<const Decoder::State> state;
  std::optional<Sweep> last;  // the sweep before it
  // Of the run so far, in order.
  std::vector<std::shared_ptr<const PlanChanged>> plans;
};

// The beginning of a run is kept as long as anything of it. Beyond a number of boundaries every
// second one of a run goes, beyond a number of bytes the oldest run.
class Boundaries {
 public:
  struct Limits {
    std::size_t bytes = std::size_t{256} << 20;  // of all states, as they say themselves
    std::size_t runs = 16;
    std::size_t perRun = 64;
  };

  Boundaries() : Boundaries(Limits()) {}
  explicit Boundaries(Limits limits) : m_limits(limits) {}

  // A run begins; `first` is its beginning.
  void begin(const Started& start, Boundary first);
  // Of a run that has begun, further on than those before.
  void add(int run, Boundary boundary);
  // All of that run after at most `sweeps` sweeps, in order; none where the run of that number is
  // another one.
  std::vector<Boundary> upTo(const Replay& run, std::int64_t sweeps) const;
  void clear() { m_runs.clear(); }

  std::size_t bytes() const;
  std::size_t count() const;

 private:
  struct Held {
    Started start;
    std::vector<Boundary> boundaries;
    std::size_t bytes() const;
  };

  const Held* held(const Replay& run) const;
  void keepWithin();

  Limits m_limits;
  std::deque<Held> m_runs;  // the oldest first
};

}  // namespace jacobiscope
