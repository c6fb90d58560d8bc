// What the arm is asked to do, and whether it is done. Six kinds over three skills.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "engine/vla/sim/things.h"

namespace jacobiscope {

class World;

enum class TaskKind { Touch, PushLeft, PushRight, PutInBowl, PutOnPad, Stack };
inline constexpr int kTaskKinds = 6;
// As settings and data files name them.
inline constexpr std::array<std::string_view, kTaskKinds> kTaskKindNames = {
    "touch", "push-left", "push-right", "bowl", "pad", "stack"};

enum class Skill { Push, PickAndPlace, Stack };  // touching counts as Push
Skill skillOf(TaskKind kind);

struct Task {
  TaskKind kind = TaskKind::Touch;
  Thing cube = Thing::RedCube;  // the one to be touched, pushed, put or stacked
  Thing onto = Thing::Bowl;     // Bowl, Pad or another cube; of no meaning to the others

  bool operator==(const Task&) const = default;
};

// The task with `onto` as its kind wants it; `other` is the lower cube of a stack.
Task makeTask(TaskKind kind, Thing cube, Thing other = Thing::Bowl);

// Every task: four of each kind, twelve stacks.
std::vector<Task> allTasks();

// Tasks of the kinds given (all where none is), each kind as often as the next; which cubes
// follows from the seed.
Task randomTask(std::uint64_t seed, const std::vector<TaskKind>& kinds = {});

// The first layout of the seed (randomLayout with attempt 0, 1, ...) that leaves room for the
// task: a cube is pushed along a free lane.
Layout layoutFor(const Task& task, std::uint64_t seed);

// How far a cube must be pushed, in metres along y.
inline constexpr double kPushDistance = 0.06;

// Whether the task is done, by the world's state:
//   Touch       the fingers touch the cube, and it is within 3 cm of where it lay
//   Push...     it has moved by kPushDistance to that side of the picture, and lies on the table
//   PutInBowl   its middle is within the bowl, nothing holds it, and it rests
//   PutOnPad    its middle is above the pad, likewise, and it lies flat on the table
//   Stack       it rests upon the other cube, its middle within 2.2 cm of the other's, likewise
bool succeeded(const World& world, const Task& task);

// The same without asking that the cube be let go and rest: it is where it should be.
bool isInPlace(const World& world, const Task& task);

}  // namespace jacobiscope
