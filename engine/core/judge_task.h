// The oracle: how far every sweep of a run was from what decoding one position at a time gives,
// found by decoding both.
#pragma once

#include <memory>
#include <optional>

#include "engine/core/event_box.h"
#include "engine/core/replayer.h"
#include "engine/core/sequential_reference.h"

namespace jacobiscope {

// First the sequential decode of the same input, then the run's sweeps once more, each followed
// by its Exactness. Where stages are carried out by a simulator, worlds would part: there every
// chunk is decoded sequentially from the state in which the run's chunk began.
class JudgeTask : public LongTask {
 public:
  // `family` and `events` outlive this. `from`: the run's beginning where it began warm, else
  // nullptr. `known`: of an earlier judging, or nullptr. Throws UsageError where the model cannot
  // decode sequentially, or where the run is no way to the same result (tokens that are drawn).
  JudgeTask(Family& family, std::shared_ptr<const Past> past, const Boundary* from,
            std::shared_ptr<const SequentialReference> known, EventBox& events);

  int run() const { return m_past->start().run; }
  bool step() override;
  double progress() const override;
  // Once the sequential decode is done; nullptr where the plan acts.
  std::shared_ptr<const SequentialReference> reference() const { return m_reference; }

 private:
  void beginChunk();
  void decodeChunk();
  void replay();

  const ModelInfo& m_model;
  EventBox& m_events;
  std::shared_ptr<const Past> m_past;
  std::unique_ptr<SequentialDecode> m_sequential;  // nullptr: done, or the plan acts
  std::shared_ptr<const SequentialReference> m_reference;
  std::unique_ptr<Decoder> m_decoder;  // of the run
  Replayer m_replayer;
  std::unique_ptr<Decoder> m_chunks;  // nullptr: the plan does not act
  int m_stage = -1;                   // whose reference is or will be m_chunk
  std::optional<Array> m_chunk;       // nothing: being decoded
};

}  // namespace jacobiscope
