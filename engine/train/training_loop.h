// The loop that every trainer runs in: step, report, checkpoint now and then, stop on request.
#pragma once

#include <filesystem>
#include <utility>

#include "engine/checkpoint/detect.h"
#include "engine/core/error.h"
#include "engine/train/settings.h"
#include "engine/train/stopwatch.h"

namespace jacobiscope {

// Beside the released weights: what resuming needs.
inline std::filesystem::path stateFile(const std::filesystem::path& out) {
  auto state = out;
  state.replace_extension(kStateEnding);
  return state;
}

// Trainer: steps(), step() -> loss, resume(file) -> whether there was an optimiser's state,
// save(file). `release` writes the released weights; `heldOut` fills in the figure (and a note)
// at a checkpoint.
template <class Trainer, class Release, class HeldOut>
void runTraining(Trainer& trainer, const TrainRequest& request, std::int64_t steps,
                 std::int64_t checkpointEvery, Release release, HeldOut heldOut) {
  std::string note;
  if (!request.resume.empty() && !trainer.resume(request.resume)) {
    note = "weights of " + request.resume.string() + " with a fresh optimiser";
  }
  if (trainer.steps() >= steps) {
    throw UsageError(request.resume.string() + " is already " + std::to_string(trainer.steps()) +
                         " steps along, of " + std::to_string(steps) + ".",
                     "Raise steps (--set steps=).");
  }
  const Stopwatch watch(trainer.steps());
  const auto save = [&] {
    trainer.save(stateFile(request.out));
    release();
  };
  while (trainer.steps() < steps && !cancelled(request)) {
    TrainProgress progress;
    progress.loss = trainer.step();
    progress.step = trainer.steps();
    progress.steps = steps;
    progress.note = std::exchange(note, {});
    if (progress.step % checkpointEvery == 0 || progress.step == steps) {
      save();
      progress.note += progress.note.empty() ? "checkpoint written" : "; checkpoint written";
      heldOut(progress);
    }
    watch.fill(progress);
    if (request.progress) request.progress(progress);
  }
  if (cancelled(request)) save();
}

}  // namespace jacobiscope
