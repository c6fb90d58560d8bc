// A trained policy that acts on observations, chunk by chunk: the actor of aggregation. No Torch
// header in sight.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "engine/vla/sim/action.h"
#include "engine/vla/sim/observation.h"

namespace jacobiscope {

class PolicyActor {
 public:
  // A policy's folder or file; `decoder` as parseDecoder() reads it ("student:jacobi:exit=2").
  // Throws Error for a model that cannot be read, UsageError for a decoder that it has not.
  PolicyActor(const std::filesystem::path& model, const std::string& decoder);
  ~PolicyActor();
  PolicyActor(PolicyActor&&) noexcept;
  PolicyActor& operator=(PolicyActor&&) noexcept;

  int pictureSize() const;  // pixels a side that it sees
  // An episode begins; random drafts follow from its seed.
  void begin(std::uint64_t seed);
  // The steps that are to be carried out before it looks again (knob `execute`).
  std::vector<Action> act(const Observation& seen);

 private:
  struct Mind;
  std::unique_ptr<Mind> m_mind;
};

}  // namespace jacobiscope
