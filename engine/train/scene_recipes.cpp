#include "engine/train/scene_recipes.h"

#include "engine/nn/device.h"
#include "engine/train/scene_judge.h"
#include "engine/train/settings.h"
#include "engine/train/stopwatch.h"

namespace jacobiscope {

TrainRecipe sceneJudgeRecipe() {
  return {"scene-judge",
          "The judge of scenes: names objects, places and background.",
          {{"steps", "optimiser steps (3000)"},
           {"batch", "pictures per step (64)"},
           {"seed", "of weights and data (1)"},
           {"threads", "of the CPU"}}};
}

void runSceneJudgeRecipe(const TrainRequest& request, const Settings& settings) {
  const EmojiSprites sprites = readSceneSprites(request.data);
  const auto steps = settings.whole("steps", std::int64_t{3000}, 1, 1e9);
  const int batch = settings.whole("batch", 64, 1, 65536);
  const auto seed = settings.whole("seed", std::uint64_t{1}, 0, 9e15);
  useThreads(settings.text("threads", ""));
  torch::manual_seed(seed);
  SceneJudge judge = request.resume.empty() ? SceneJudge() : SceneJudge::open(request.resume);
  const Stopwatch watch(0);
  trainSceneJudge(judge, sprites, steps, batch, seed, [&](std::int64_t step, double loss) {
    TrainProgress progress;
    progress.step = step;
    progress.steps = steps;
    progress.loss = loss;
    if (step == steps) {
      progress.heldOut = sceneJudgeAccuracy(judge, sprites, 2048);
      progress.note = "of the wider variation it trained on " +
                      std::to_string(sceneJudgeAccuracy(judge, sprites, 2048,
                                                        widerSceneVariation()));
    }
    watch.fill(progress);
    if (request.progress) request.progress(progress);
    return !cancelled(request);
  });
  judge.save(request.out);
}

}  // namespace jacobiscope
