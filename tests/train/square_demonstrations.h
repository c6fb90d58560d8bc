// Small demonstrations without a simulator: a bright square in the picture, and an expert that
// goes to where it is. Every thing is said to be there.
#pragma once

#include <random>

#include "engine/vla/sim/demonstrations.h"
#include "engine/vla/sim/things.h"

namespace jacobiscope {

// Episodes of 3 to 5 steps of the data seed given, pictures of 24 pixels. The last action of an
// episode closes the gripper.
inline Demonstrations squareDemonstrations(int episodes, std::uint64_t dataSeed = 1) {
  constexpr int kSide = 24;
  std::mt19937 source(static_cast<unsigned>(dataSeed));
  Demonstrations data;
  data.pictureSize = kSide;
  const char* const texts[] = {"touch the red cube", "push the green cube to the left",
                               "pick up the blue cube and drop it in the bowl"};
  for (int e = 0; e < episodes; ++e) {
    data.starts.push_back(data.steps());
    data.seeds.push_back(static_cast<std::int64_t>(episodeSeed(dataSeed, e)));
    data.kinds.push_back(0);
    data.instructions.push_back(data.textIndex(texts[e % 3]));
    const int steps = 3 + e % 3;
    for (int t = 0; t < steps; ++t) {
      const int x = static_cast<int>(source() % (kSide - 6));
      const int y = static_cast<int>(source() % (kSide - 6));
      for (int i = 0; i < kSide * kSide; ++i) {
        const int row = i / kSide, column = i % kSide;
        const bool inside = row >= y && row < y + 6 && column >= x && column < x + 6;
        data.pictures.insert(data.pictures.end(), 3, inside ? 230 : 40);
      }
      for (int k = 0; k < kThings; ++k) {
        data.places.push_back(float(x + 3) / kSide);
        data.places.push_back(float(y + 3) / kSide);
      }
      const float right = 0.002f * float(x - 9), down = 0.002f * float(y - 9);
      const float open = t + 1 < steps ? 1.0f : 0.0f;
      for (const float value : {right, down, -0.01f, 0.0f, 0.0f, 0.001f * float(x), open}) {
        data.actions.push_back(value);
      }
      for (int i = 0; i < 7; ++i) data.proprioception.push_back(0.1f * float(t) + 0.01f * float(i));
    }
  }
  return data;
}

}  // namespace jacobiscope
