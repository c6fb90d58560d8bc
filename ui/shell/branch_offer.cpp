#include "ui/shell/branch_offer.h"

#include "engine/core/error.h"
#include "engine/record/branch_text.h"

namespace jacobiscope {

namespace {

constexpr int kNamed = 3;

void refuse(BranchOffer& offer, std::string why, std::string hint) {
  offer.why = std::move(why);
  offer.hint = std::move(hint);
}

}  // namespace

BranchOffer branchOffer(const RunRecord& run, std::int64_t sweep,
                        const std::optional<ModelInfo>& model, const KnobValues& wished) {
  BranchOffer offer;
  offer.run = run.start.run;
  offer.sweeps = sweep + 1;
  if (sweep < 0 || run.snapshots.empty()) {
    refuse(offer, "A branch begins after a sweep, and the cursor is before the first.",
           "Move the cursor to where the run should go on differently.");
    return offer;
  }
  const bool done = run.finished && run.finished->outcome == Outcome::Done;
  if (done && sweep + 1 >= std::ssize(run.snapshots)) {
    refuse(offer, "After the last sweep nothing is left to decode.",
           "Move the cursor back to where the run should go on differently.");
  }
  if (!model || model->hash != run.start.model.hash) return offer;
  const KnobValues& held = knobsAt(run, sweep);
  KnobValues newRun;
  for (auto& [key, value] : changedKnobs(model->knobs, held, wished)) {
    const Knob* knob = findKnob(model->knobs, key);
    (knob->scope == KnobScope::NextRun ? newRun : offer.changes)[key] = value;
  }
  offer.what = changesText(model->knobs, held, offer.changes, kNamed);
  offer.newRunOnly = changesText(model->knobs, held, newRun, kNamed);
  return offer;
}

}  // namespace jacobiscope
