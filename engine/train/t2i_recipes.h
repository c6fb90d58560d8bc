// The recipes of the prompt-to-image model: its VQ, its text encoder, then the GPT over both.
#pragma once

#include "engine/train/recipes.h"

namespace jacobiscope {

class Settings;

TrainRecipe vqRecipe();
void runVqRecipe(const TrainRequest& request, const Settings& settings);

TrainRecipe textRecipe();
void runTextRecipe(const TrainRequest& request, const Settings& settings);

TrainRecipe t2iRecipe();
void runT2iRecipe(const TrainRequest& request, const Settings& settings);

}  // namespace jacobiscope
