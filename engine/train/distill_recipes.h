// The recipes of consistency distillation: how a teacher's chunks settle, and a student of it.
#pragma once

#include "engine/train/recipes.h"

namespace jacobiscope {

class Settings;

TrainRecipe trajectoriesRecipe();
void runTrajectoriesRecipe(const TrainRequest& request, const Settings& settings);

TrainRecipe distillRecipe();
void runDistillRecipe(const TrainRequest& request, const Settings& settings);

}  // namespace jacobiscope
