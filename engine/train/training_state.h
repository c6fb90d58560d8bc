// What a training needs to go on: the optimiser's tensors, and the random numbers.
#pragma once

#include "engine/train/adam.h"

namespace jacobiscope {

// `more` are tensors of the trainer's own.
void saveTrainingState(const std::filesystem::path& file, const Adam& adam,
                       const torch::Generator& generator, const NamedTensors& more = {});

// Goes on from `checkpoint`: from released weights with a fresh optimiser (false), else from what
// saveTrainingState() wrote (true).
bool resumeTraining(const Checkpoint& checkpoint, bool released, Adam& adam,
                    torch::Generator& generator, const NamedTensors& more = {});

// Back from what saveTrainingState() wrote; the tensors of `more` are filled. Throws Error naming
// what does not fit, with nothing changed.
void resumeTrainingState(const Checkpoint& checkpoint, Adam& adam, torch::Generator& generator,
                         const NamedTensors& more = {});

}  // namespace jacobiscope
