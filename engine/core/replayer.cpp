#include "engine/core/replayer.h"

#include <string>
#include <utility>

#include "engine/core/error.h"

namespace jacobiscope {

Replayer::Replayer(Decoder& decoder, std::shared_ptr<const Past> past, const Boundary* from)
    : m_decoder(decoder), m_past(std::move(past)), m_inForce(&m_past->startKnobs()) {
  if (!from) return;
  m_decoder.restore(*from->state);
  m_next = from->sweeps;
  if (m_next == 0) return;
  // A state says nothing of knobs. Those of the next sweep come with it.
  m_inForce = m_past->knobs(m_next - 1).get();
  if (*m_inForce != m_past->startKnobs()) m_decoder.setKnobs(*m_inForce);
}

std::optional<Plan> Replayer::step() {
  std::optional<Plan> plan;
  const KnobValues* const knobs = m_past->knobs(m_next).get();
  if (knobs != m_inForce && *knobs != *m_inForce) {
    m_decoder.setKnobs(*knobs);
    plan = m_decoder.plan();
  }
  m_inForce = knobs;
  const auto sweep = m_decoder.sweep();
  if (!sweep || !samePass(*sweep, m_past->at(m_next).sweep)) {
    throw Error("Sweep " + std::to_string(m_next + 1) + " of the run does not come out the same: "
                "this build, device or number of threads does not reproduce it.",
                "Branch where it was recorded, with the same threads, or run it anew.");
  }
  ++m_next;
  return plan;
}

}  // namespace jacobiscope
