// MuJoCo for the files of this folder that need it, and owners of what it allocates. No
// public header includes this one.
#pragma once

#include <mujoco/mujoco.h>

#include <memory>

namespace jacobiscope {

struct FreeModel {
  void operator()(mjModel* model) const { mj_deleteModel(model); }
};
struct FreeData {
  void operator()(mjData* data) const { mj_deleteData(data); }
};
using ModelHandle = std::unique_ptr<mjModel, FreeModel>;
using DataHandle = std::unique_ptr<mjData, FreeData>;

// Compiles the built-in scene (resources/scenes/tabletop.xml). From the first call on,
// MuJoCo's fatal errors arrive as Error and its warnings are dropped; without that it would
// end the program and write files. Throws Error with the parser's words.
ModelHandle loadTabletop();

}  // namespace jacobiscope
