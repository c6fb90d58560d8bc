#include "engine/vla/sim/record_episode.h"

#include <algorithm>
#include <utility>

#include "engine/core/error.h"
#include "engine/core/random.h"
#include "engine/vla/sim/expert.h"
#include "engine/vla/sim/instructions.h"
#include "engine/vla/sim/world.h"

namespace jacobiscope {

Proprioception proprioceptionOf(const World& world) {
  const std::array<double, 6> tool = world.toolFromDown();
  Proprioception values{};
  for (std::size_t i = 0; i < tool.size(); ++i) values[i] = static_cast<float>(tool[i]);
  values[6] = static_cast<float>(world.opening());
  return values;
}

Observation observe(const World& world, Camera& camera, const std::string& instruction) {
  return {camera.look(world), proprioceptionOf(world), instruction};
}

Action withNoise(const Action& action, double noise, std::uint64_t seed, std::int64_t step) {
  Action noisy = action;
  const std::vector<float> drawn =
      normals(seed, Purpose::Noise, static_cast<std::uint32_t>(step), kActionSize - 1);
  for (int i = 0; i < kActionSize - 1; ++i) {
    noisy[i] += static_cast<float>(noise * (i < 3 ? kMoveLimit : kTurnLimit) * drawn[i]);
  }
  return noisy;
}

Actor noisyExpert(double noise, std::uint64_t seed) {
  return [=](const Observation&, const Action& expert, int step) {
    return withNoise(expert, noise, seed, step);
  };
}

namespace {

void recordPlaces(const World& world, const Camera& camera, Demonstrations& data) {
  for (int i = 0; i < kThings; ++i) {
    const Vector3 middle = world.poseOf(static_cast<Thing>(i)).position;
    for (const double share : camera.placeOf(world, middle)) {
      data.places.push_back(static_cast<float>(share));
    }
  }
}

// From `action` on; the world is as it was afterwards.
void recordPlan(World& world, const Task& task, Action action, Demonstrations& data) {
  if (data.planLength == 0) return;
  const WorldState before = world.save();
  for (int k = 0; k < data.planLength; ++k) {
    if (k > 0 && (world.condition() != Condition::Fine || succeeded(world, task))) {
      std::fill_n(action.begin(), kActionSize - 1, 0.0f);
    } else if (k > 0) {
      action = expert(world, task);
    }
    data.plans.insert(data.plans.end(), action.begin(), action.end());
    if (k + 1 < data.planLength) world.step(action);
  }
  world.restore(before);
}

void recordObservation(const Observation& seen, Demonstrations& data) {
  const CameraPicture& picture = seen.picture;
  if (picture.width != picture.height ||
      (data.pictureSize > 0 && picture.width != data.pictureSize)) {
    throw UsageError("All pictures of the data must be squares of one size.");
  }
  data.pictureSize = picture.width;
  data.pictures.insert(data.pictures.end(), picture.rgb.begin(), picture.rgb.end());
  data.proprioception.insert(data.proprioception.end(), seen.proprioception.begin(),
                             seen.proprioception.end());
}

// Only the first `steps` steps stay.
void cutTo(std::int64_t steps, Demonstrations& data) {
  const auto kept = static_cast<std::size_t>(steps);
  const auto side = static_cast<std::size_t>(data.pictureSize);
  data.pictures.resize(kept * side * side * 3);
  data.proprioception.resize(kept * kProprioceptionSize);
  data.actions.resize(kept * kActionSize);
  data.places.resize(kept * kThings * 2);
  data.plans.resize(kept * kActionSize * static_cast<std::size_t>(data.planLength));
  if (steps == 0) data.pictureSize = 0;
}

}  // namespace

EpisodeResult recordEpisode(World& world, Camera& camera, const Task& task, std::uint64_t seed,
                            const Actor& actor, KeepEpisodes keep, Demonstrations& data) {
  world.reset(layoutFor(task, seed));
  const std::int64_t first = data.steps();
  const std::string text = instruction(task, randomWording(seed));
  EpisodeResult result;
  for (; result.steps < kLongestEpisode && !succeeded(world, task); ++result.steps) {
    if (world.condition() != Condition::Fine) break;
    const Observation seen = observe(world, camera, text);
    const Action action = expert(world, task);
    recordObservation(seen, data);
    data.actions.insert(data.actions.end(), action.begin(), action.end());
    recordPlaces(world, camera, data);
    recordPlan(world, task, action, data);
    world.step(actor(seen, action, result.steps));
  }
  result.success = result.steps > 0 && succeeded(world, task);
  if (result.success || (keep == KeepEpisodes::All && result.steps > 0)) {
    data.starts.push_back(first);
    data.seeds.push_back(static_cast<std::int64_t>(seed));
    data.kinds.push_back(static_cast<std::int64_t>(task.kind));
    data.instructions.push_back(data.textIndex(text));
  } else {
    cutTo(first, data);
  }
  return result;
}

EpisodeResult recordEpisode(World& world, Camera& camera, const Task& task, std::uint64_t seed,
                            double noise, Demonstrations& data) {
  return recordEpisode(world, camera, task, seed, noisyExpert(noise, seed),
                       KeepEpisodes::Successful, data);
}

}  // namespace jacobiscope
