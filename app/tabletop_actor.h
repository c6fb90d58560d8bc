// Who acts while episodes of the table top are recorded: the expert with noise, or a policy that
// the expert helps out now and then.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "engine/vla/sim/record_episode.h"

namespace jacobiscope {

class PolicyActor;

struct ActingPolicy {
  std::filesystem::path model;     // empty: the expert acts
  std::string decoder = "jacobi";  // as in --decoders: student:jacobi:exit=2
  double mix = 0.3;                // share of chunks in which the expert acts instead
};

class TabletopActor {
 public:
  // `noise` is on what the expert does, see withNoise(); `size` is of the pictures. Throws Error
  // where the policy cannot be loaded, UsageError where it sees pictures of another size.
  TabletopActor(ActingPolicy policy, double noise, int size);
  ~TabletopActor();

  // Who acts in the episode of that seed; to be used before the next one is asked for.
  Actor episode(std::uint64_t seed);

 private:
  Action act(const Observation& seen, const Action& expert, std::uint64_t seed, int step);

  ActingPolicy m_policy;
  double m_noise;
  std::unique_ptr<PolicyActor> m_actor;
  // Of the running chunk.
  std::vector<Action> m_chunk;
  std::size_t m_done = 0;
  bool m_expertActs = false;
};

}  // namespace jacobiscope
