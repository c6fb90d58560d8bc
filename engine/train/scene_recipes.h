// The recipes of scenes, as recipes.cpp lists them.
#pragma once

#include "engine/train/recipes.h"

namespace jacobiscope {

class Settings;

TrainRecipe sceneJudgeRecipe();
void runSceneJudgeRecipe(const TrainRequest& request, const Settings& settings);

}  // namespace jacobiscope
