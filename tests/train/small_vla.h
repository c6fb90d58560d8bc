// Training of a policy that is small enough for tests.
#pragma once

#include "engine/train/vla_trainer.h"

namespace jacobiscope {

// For square_demonstrations.h; `words`: see ActionCodec.
inline VlaTraining smallVlaTraining(std::int64_t words, int chunk) {
  VlaTraining training;
  training.answers = {.softness = 1, .firstWeight = 2};
  training.policy = tabletopConfig(static_cast<int>(words), chunk);
  TowerConfig& tower = training.policy.towers.front();
  tower.picture = 24;
  tower.width = 16;
  tower.blocks = 1;
  tower.hidden = 32;
  LlamaConfig& llama = training.policy.llama;
  llama.width = 32;
  llama.layers = 1;
  llama.heads = llama.keyValueHeads = 4;
  llama.hidden = 48;
  llama.beginToken = 0;
  llama.endToken = 1;
  training.adam = {.steps = 1000, .rate = 5e-3, .warmUp = 5, .averageDecay = 0.9};
  training.batch = 8;
  return training;
}

}  // namespace jacobiscope
