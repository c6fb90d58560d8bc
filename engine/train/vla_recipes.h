// The recipe of the robot's policy: behaviour cloning of the scripted expert.
#pragma once

#include "engine/train/recipes.h"

namespace jacobiscope {

class Settings;

TrainRecipe vlaRecipe();
void runVlaRecipe(const TrainRequest& request, const Settings& settings);

}  // namespace jacobiscope
