// What decoding one position at a time gives, stage by stage.
#pragma once

#include <memory>
#include <vector>

#include "engine/core/past.h"

namespace jacobiscope {

// Of the stages that a run has begun, each with the knobs that were in force in the run's last
// sweep of it, but for the choice of how to decode.
struct SequentialReference {
  Input input;
  KnobValues startKnobs;               // complete, as the run began
  std::vector<KnobValues> stageKnobs;  // sequential
  std::vector<Array> stages;           // Decoder::iterate() at the end of each
  std::shared_ptr<const Decoder::State> state;  // there
};

// Not for plans that act: what a robot does next depends on what it did.
class SequentialDecode {
 public:
  // `family` outlives this. What `known` (may be nullptr) has of the same input and knobs is not
  // decoded again. Throws UsageError where the model has no sequential decoding.
  SequentialDecode(Family& family, const Past& past,
                   std::shared_ptr<const SequentialReference> known);

  // One pass. False when done.
  bool step();
  double progress() const;  // 0 to 1
  std::shared_ptr<const SequentialReference> result() const { return m_reference; }

 private:
  bool done() const { return m_reference->stages.size() >= m_reference->stageKnobs.size(); }
  void putKnobs();
  bool continues(const SequentialReference& known) const;

  std::shared_ptr<SequentialReference> m_reference;
  std::unique_ptr<Decoder> m_decoder;  // nullptr: everything was known
  Plan m_plan;
  bool m_between = true;
  double m_share = 0;  // of the running stage
};

}  // namespace jacobiscope
