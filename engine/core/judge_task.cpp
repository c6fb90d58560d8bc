#include "engine/core/judge_task.h"

#include <string>
#include <utility>

#include "engine/core/error.h"
#include "engine/core/exactness.h"
#include "engine/core/sequential_knobs.h"

namespace jacobiscope {

namespace {

void requireComparable(const Past& past) {
  const KnobValues* before = nullptr;
  for (std::int64_t i = 0; i < past.size(); ++i) {
    const KnobValues* const knobs = past.knobs(i).get();
    if (knobs == before) continue;
    before = knobs;
    if (leadsToSequential(*knobs)) continue;
    throw UsageError("Decoder " + textAt(*knobs, "decoder") +
                         " draws its tokens anew: one position at a time gives another sample of "
                         "the same distribution, so there is no error to measure.",
                     "Decoder gumbel and temperature 0 can be judged.");
  }
}

}  // namespace

JudgeTask::JudgeTask(Family& family, std::shared_ptr<const Past> past, const Boundary* from,
                     std::shared_ptr<const SequentialReference> known, EventBox& events)
    : m_model(family.info()),
      m_events(events),
      m_past(std::move(past)),
      m_decoder(family.begin(m_past->startKnobs(), m_past->start().input)),
      m_replayer(*m_decoder, m_past, from) {
  requireComparable(*m_past);
  if (m_decoder->plan().acts) {
    m_chunks = family.begin(sequentialKnobs(m_model, m_past->startKnobs()),
                            m_past->start().input);
  } else {
    m_sequential = std::make_unique<SequentialDecode>(family, *m_past, std::move(known));
  }
}

bool JudgeTask::step() {
  if (m_sequential) {
    if (m_sequential->step()) return true;
    m_reference = m_sequential->result();
    m_sequential.reset();  // with its decoder
    return true;
  }
  if (m_replayer.done()) return false;
  if (m_chunks) {
    const Sweep& next = m_past->at(m_replayer.next()).sweep;
    if (next.window.stage != m_stage) beginChunk();
    if (!m_chunk) {
      decodeChunk();
      return true;
    }
  }
  replay();
  return !m_replayer.done();
}

void JudgeTask::beginChunk() {
  const std::int64_t next = m_replayer.next();
  m_stage = m_past->at(next).sweep.window.stage;
  m_chunk.reset();
  m_chunks->restore(*m_decoder->state());
  m_chunks->setKnobs(sequentialKnobs(m_model, *m_past->knobs(next)));
}

void JudgeTask::decodeChunk() {
  const auto sweep = m_chunks->sweep();
  if (!sweep) throw Error("The sequential decode ended before the run's last stage.");
  if (sweep->kind == SweepKind::World) return;  // it looks
  Array now = m_chunks->iterate();
  if (!now.shape.empty() && sweep->frontier >= now.shape[0]) m_chunk = std::move(now);
}

void JudgeTask::replay() {
  const std::int64_t next = m_replayer.next();
  m_replayer.step();
  const Sweep& sweep = m_past->at(next).sweep;
  if (sweep.kind == SweepKind::World) return;
  const Array& reference =
      m_chunks ? *m_chunk : m_reference->stages.at(static_cast<std::size_t>(sweep.window.stage));
  m_events.publish(
      exactnessOf(run(), sweep, m_decoder->iterate(), reference, !m_model.action.empty()));
}

double JudgeTask::progress() const {
  const double replayed = double(m_replayer.next()) / double(m_past->size());
  if (m_chunks) return replayed;
  return ((m_sequential ? m_sequential->progress() : 1) + replayed) / 2;
}

}  // namespace jacobiscope
