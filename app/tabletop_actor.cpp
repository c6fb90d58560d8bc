#include "app/tabletop_actor.h"

#include <utility>

#include "engine/core/error.h"
#include "engine/core/random.h"
#ifdef JACOBISCOPE_WITH_TORCH
#include "engine/train/policy_actor.h"
#endif

#ifdef JACOBISCOPE_WITH_MUJOCO

namespace jacobiscope {

#ifndef JACOBISCOPE_WITH_TORCH
class PolicyActor {};
#endif

TabletopActor::TabletopActor(ActingPolicy policy, double noise, [[maybe_unused]] int size)
    : m_policy(std::move(policy)), m_noise(noise) {
  if (m_policy.model.empty()) return;
#ifdef JACOBISCOPE_WITH_TORCH
  m_actor = std::make_unique<PolicyActor>(m_policy.model, m_policy.decoder);
  if (const int side = m_actor->pictureSize(); side != size) {
    throw UsageError(m_policy.model.string() + " sees pictures of " + std::to_string(side) +
                         " pixels a side, not of " + std::to_string(size) + ".",
                     "Give --size " + std::to_string(side) + ".");
  }
#else
  throw Error("This build has no LibTorch, which policy= needs.",
              "Build with -DJACOBISCOPE_TORCH=ON.");
#endif
}

TabletopActor::~TabletopActor() = default;

Actor TabletopActor::episode(std::uint64_t seed) {
  if (!m_actor) return noisyExpert(m_noise, seed);
  m_chunk.clear();
  m_done = 0;
#ifdef JACOBISCOPE_WITH_TORCH
  m_actor->begin(seed);
#endif
  return [this, seed](const Observation& seen, const Action& expert, int step) {
    return act(seen, expert, seed, step);
  };
}

Action TabletopActor::act(const Observation& seen, const Action& expert, std::uint64_t seed,
                          int step) {
  if (m_done == m_chunk.size()) {
#ifdef JACOBISCOPE_WITH_TORCH
    m_chunk = m_actor->act(seen);
#endif
    m_done = 0;
    const auto number = static_cast<std::uint32_t>(step);
    m_expertActs = uniforms(seed, Purpose::Accept, number, 1)[0] < m_policy.mix;
  }
  const Action said = m_chunk[m_done++];
  return m_expertActs ? withNoise(expert, m_noise, seed, step) : said;
}

}  // namespace jacobiscope

#endif
