// A decode in progress: the decoder with its knobs, clocks and last snapshot. Lives on
// the engine thread.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "engine/core/boundaries.h"
#include "engine/core/clocks.h"
#include "engine/core/event_box.h"

namespace jacobiscope {

class Run {
 public:
  struct Options {
    PictureClock camera;
    bool pictureAtStageEnd = true;
    Rerun rerun = {};
  };

  // `knobs` is complete. Announces nothing yet.
  Run(int id, std::unique_ptr<Decoder> decoder, KnobValues knobs, bool warm, Options options,
      EventBox& events);

  int id() const { return m_id; }
  // Whether the decoder holds a solution of every stage even when stopped midway.
  bool warm() const { return m_warm; }
  bool repeats() const { return !m_options.rerun.empty(); }

  // Publishes Started, and returns it.
  Started announce(const Input& input, const ModelInfo& model,
                   const std::optional<BranchPoint>& parent = {});

  // Of a branch: a sweep of its parent, the next one, becomes its own and is published as such.
  // `knobs` and `plan` were in force during it; `decoded`: this decoder did it again. Knobs that
  // are set before goOn() wait for it.
  void retell(const Snapshot& parents, std::shared_ptr<const KnobValues> knobs, Plan plan,
              bool decoded);
  // The past is told: `changes` (checked) come into force, UsageError where the decoder refuses
  // them. Then the knobs that waited are as if set now.
  void goOn(const std::vector<std::pair<Knob, KnobValue>>& changes);
  Decoder& decoder() { return *m_decoder; }

  struct Step {
    Clock::time_point start;
    bool endsStage = false;
    bool endsPlan = false;  // it was the last stage
    bool endsRerun = false;  // what is repeated had ended here
  };
  // One sweep and its snapshot; nothing when the decoder is done.
  std::optional<Step> sweep(bool paced);

  const Plan& plan() const { return m_plan; }  // in force
  const Sweep& lastSweep() const { return m_last->sweep; }  // after the first sweep()
  bool betweenStages() const { return m_betweenStages; }
  bool atEnd() const { return m_atEnd; }  // nothing is left that a knob could act on
  // Where it stands; only betweenStages().
  Boundary boundary() const;

  // Notes a checked value; what is Live waits for applyKnobs(), what is NextStage for the
  // end of the stage. Scope NextRun is not for a run.
  void setKnob(const Knob& knob, KnobValue value);
  // Hands new values to the decoder, and publishes the plan if it changed. UsageError when
  // the decoder refuses them: the old ones stay in force.
  void applyKnobs();

  // Publishes the last snapshot again with pictures, unless it has them.
  void completePicture();
  void waited(Clock::duration time) { m_waitTime += time; }

  // The ending, with the result of a run that is done. Does not publish it.
  Finished finish(Outcome outcome) const;
  std::unique_ptr<Decoder> takeDecoder() { return std::move(m_decoder); }
  // What was published without pictures, in order.
  std::vector<std::shared_ptr<const Snapshot>> takeUnpictured() {
    return std::move(m_unpictured);
  }

 private:
  void publish(Sweep sweep, bool paced);
  void obeyRerun();
  void count(const Sweep& sweep);
  void tell(std::shared_ptr<const Snapshot> snapshot, bool decoded);
  void put(std::shared_ptr<const KnobValues> knobs);
  void putPlan(Plan plan);
  std::vector<Panel> photograph();

  const int m_id;
  std::unique_ptr<Decoder> m_decoder;
  const bool m_warm;
  Options m_options;
  EventBox& m_events;
  Plan m_plan;
  std::shared_ptr<const Snapshot> m_last;
  std::vector<std::shared_ptr<const Snapshot>> m_unpictured;

  std::shared_ptr<const KnobValues> m_knobs;  // in force
  KnobValues m_wanted;                        // from the next sweep on
  KnobValues m_nextStage;                     // what the next stage changes
  bool m_retells = false;
  std::vector<std::pair<Knob, KnobValue>> m_waiting;  // set while it retells
  std::vector<std::shared_ptr<const PlanChanged>> m_planChanges;
  bool m_betweenStages = true;
  bool m_atEnd = false;  // after the last sweep of the plan: no knob has anything to act on
  std::vector<std::pair<std::int64_t, KnobValues>> m_timeline;

  std::int64_t m_sweeps = 0, m_calls = 0;
  Clock::duration m_computeTime{}, m_captureTime{}, m_waitTime{};
};

}  // namespace jacobiscope
