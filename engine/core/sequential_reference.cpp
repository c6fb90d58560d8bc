#include "engine/core/sequential_reference.h"

#include <algorithm>
#include <utility>

#include "engine/core/error.h"
#include "engine/core/sequential_knobs.h"

namespace jacobiscope {

SequentialDecode::SequentialDecode(Family& family, const Past& past,
                                   std::shared_ptr<const SequentialReference> known)
    : m_reference(std::make_shared<SequentialReference>()) {
  const ModelInfo& model = family.info();
  m_reference->input = past.start().input;
  m_reference->startKnobs = past.startKnobs();
  for (std::int64_t i = 0; i < past.size(); ++i) {
    const int stage = past.at(i).sweep.window.stage;
    if (stage < 0 || stage > std::ssize(m_reference->stageKnobs)) {
      throw UsageError("Sweep " + std::to_string(i + 1) + " of the run leaves out a stage.");
    }
    // The last one of its stage counts: that is what the stage came to.
    const bool last = i + 1 == past.size() || past.at(i + 1).sweep.window.stage != stage;
    if (!last) continue;
    auto& stageKnobs = m_reference->stageKnobs;
    stageKnobs.resize(std::max<std::size_t>(stageKnobs.size(), stage + 1));
    stageKnobs[stage] = sequentialKnobs(model, *past.knobs(i));
  }
  const bool goesOn = known && continues(*known);
  if (goesOn) {
    m_reference->stages = known->stages;
    m_reference->state = known->state;
    if (done()) return;
  }
  m_decoder = family.begin(sequentialKnobs(model, past.startKnobs()), past.start().input);
  if (goesOn) m_decoder->restore(*known->state);
  m_plan = m_decoder->plan();
}

// Whether it is the same decode, as far as it goes, and goes no further.
bool SequentialDecode::continues(const SequentialReference& known) const {
  if (!sameInput(known.input, m_reference->input)) return false;
  if (known.startKnobs != m_reference->startKnobs) return false;
  return known.state && known.stages.size() == known.stageKnobs.size() &&
         known.stageKnobs.size() <= m_reference->stageKnobs.size() &&
         std::ranges::equal(known.stageKnobs.begin(), known.stageKnobs.end(),
                            m_reference->stageKnobs.begin(),
                            m_reference->stageKnobs.begin() + std::ssize(known.stageKnobs));
}

void SequentialDecode::putKnobs() {
  m_decoder->setKnobs(m_reference->stageKnobs[m_reference->stages.size()]);
  m_plan = m_decoder->plan();
  m_between = false;
}

bool SequentialDecode::step() {
  if (done()) return false;
  if (m_between) putKnobs();
  const auto sweep = m_decoder->sweep();
  if (!sweep) throw Error("The sequential decode ended before the run's last stage.");
  const auto stage = m_reference->stages.size();
  m_share = double(sweep->frontier) / std::max(1, m_plan.positions.at(stage));
  if (!endsStage(m_plan, *sweep)) return true;
  m_reference->stages.push_back(m_decoder->iterate());
  m_between = true;
  m_share = 0;
  if (!done()) return true;
  m_reference->state = m_decoder->state();
  return false;
}

double SequentialDecode::progress() const {
  const auto stages = m_reference->stageKnobs.size();
  return stages == 0 ? 1 : (double(m_reference->stages.size()) + m_share) / double(stages);
}

}  // namespace jacobiscope
