// Pictures of a robot's run, of the present and of the past.
#pragma once

#include <map>
#include <vector>

#include "engine/core/array.h"
#include "engine/core/panel.h"
#include "engine/vla/sim/camera.h"

namespace jacobiscope {

Image imageOf(const CameraPicture& picture);
Array imageArray(const CameraPicture& picture);  // [1, 3, H, W] in [-1, 1]

// "scene", and "camera" where there is a picture yet.
std::vector<Panel> robotPanels(std::vector<Shape> shapes, const Image& camera);

// What could be seen after every sweep of a run. Bounded: beyond 128 MiB nothing more is kept.
class RobotPast {
 public:
  // The camera was looked at, in the stage's first sweep.
  void look(int stage, const Image& camera, const std::vector<Shape>& shapes);
  // The simulator took a step in that sweep of the stage.
  void act(int stage, int iteration, const std::vector<Shape>& shapes);
  // Stages from that one on led elsewhere.
  void forget(int stage);

  // Empty: not kept.
  std::vector<Panel> panels(int stage, int iteration) const;

 private:
  struct Stage {
    Image camera;
    int acts = 0;  // the first iteration that acted; 0: none
    std::vector<std::vector<Shape>> scenes;  // before acting, and after each step
  };

  bool affords(std::size_t bytes);

  std::map<int, Stage> m_stages;
  std::size_t m_bytes = 0;
};

}  // namespace jacobiscope
