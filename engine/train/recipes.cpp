#include "engine/train/recipes.h"

#include <utility>

#include "engine/checkpoint/checkpoint.h"
#include "engine/core/error.h"
#include "engine/nn/device.h"
#include "engine/train/classifier.h"
#include "engine/train/distill_recipes.h"
#include "engine/train/flow_trainer.h"
#include "engine/train/recipe_parts.h"
#include "engine/train/scene_recipes.h"
#include "engine/train/settings.h"
#include "engine/train/t2i_recipes.h"
#include "engine/train/training_loop.h"
#include "engine/train/stopwatch.h"
#include "engine/train/vla_recipes.h"

namespace jacobiscope {

namespace {

EmojiVariation readVariation(const Settings& settings) {
  EmojiVariation v;
  v.scaleLow = settings.number("scale", v.scaleLow, 0.2, 1);
  v.shift = settings.number("shift", v.shift, 0, 0.5);
  v.degrees = settings.number("degrees", v.degrees, 0, 180);
  v.backgroundLow = settings.number("background", v.backgroundLow, 0, 1);
  return v;
}

FlowTraining readFlowTraining(const Settings& settings, int classes) {
  FlowTraining t;
  t.config.imageSize = settings.whole("size", 32, 8, 512);
  t.config.patch = settings.whole("patch", 4, 1, 64);
  t.config.width = settings.whole("width", 192, 64, 4096);
  t.config.blocks = settings.whole("blocks", 6, 1, 64);
  t.config.layers = settings.whole("layers", 2, 1, 64);
  t.config.sigma = settings.number("sigma", 0.05, 0, 1);
  t.config.classes = classes;
  if (t.config.imageSize % t.config.patch != 0 || t.config.imageSize < 2 * t.config.patch || t.config.width % t.config.headWidth != 0) {
    throw UsageError("size must be a multiple of patch (at least two), and width of 64.");
  }
  t.batch = settings.whole("batch", t.batch, 1, 65536);
  t.labelDropout = settings.number("label_dropout", t.labelDropout, 0, 1);
  readAdam(settings, t.adam);
  t.seed = settings.whole("seed", t.seed, 0, 9e15);
  t.variation = readVariation(settings);
  return t;
}

void trainFlow(const TrainRequest& request, const Settings& settings) {
  EmojiSprites sprites = readEmojiSprites(request.data);
  const auto names = sprites.names;
  const FlowTraining training = readFlowTraining(settings, static_cast<int>(names.size()));
  useThreads(settings.text("threads", ""));
  const auto every = settings.whole("checkpoint_every", std::int64_t{200}, 1, 1e9);
  FlowTrainer trainer(training, std::move(sprites), chooseDevice(settings.text("device", "auto")));
  runTraining(
      trainer, request, training.adam.steps, every,
      [&] { releaseFlow(trainer.average(), names, request.out); },
      [&](TrainProgress& progress) { progress.heldOut = trainer.heldOut(192); });
}

void trainJudge(const TrainRequest& request, const Settings& settings) {
  const EmojiSprites sprites = readEmojiSprites(request.data);
  const auto steps = settings.whole("steps", std::int64_t{1500}, 1, 1e9);
  const int size = settings.whole("size", 32, 8, 512);
  useThreads(settings.text("threads", ""));
  const auto seed = settings.whole("seed", std::uint64_t{1}, 0, 9e15);
  torch::manual_seed(seed);
  Classifier classifier = request.resume.empty() ? Classifier(sprites.names)
                                                 : Classifier::open(request.resume);
  if (classifier.classes() != sprites.names) {
    throw Error(request.resume.string() + " knows other classes than " + request.data.string() + ".");
  }
  const Stopwatch watch(0);
  trainClassifier(classifier, sprites, size, steps, settings.whole("batch", 64, 1, 65536), seed,
                  [&](std::int64_t step, double loss) {
                    TrainProgress progress;
                    progress.step = step;
                    progress.steps = steps;
                    progress.loss = loss;
                    if (step == steps) {
                      progress.heldOut = classifierAccuracy(classifier, sprites, size, 960);
                    }
                    watch.fill(progress);
                    if (request.progress) request.progress(progress);
                    return !cancelled(request);
                  });
  classifier.save(request.out);
}

const std::vector<std::pair<std::string, std::string>> kFlowSettings = {
    {"steps", "optimiser steps in all (20000)"},
    {"batch", "pictures per step (64)"},
    {"rate", "peak learning rate (0.0008)"},
    {"warmup", "steps of linear rise (300)"},
    {"decay", "last share of the steps, over which the rate falls to zero (0.25)"},
    {"size", "pixels per side (32)"},
    {"patch", "pixels per side of a token (4)"},
    {"width", "channels, a multiple of 64 (192)"},
    {"blocks", "flow blocks (6)"},
    {"layers", "attention layers per block (2)"},
    {"sigma", "noise of training (0.05)"},
    {"label_dropout", "share of pictures trained without their class (0.1)"},
    {"ema", "decay of the moving average (0.9995)"},
    {"scale", "smallest scale of the variation (0.9)"},
    {"shift", "largest shift, as a share of the side (0.03)"},
    {"degrees", "largest rotation (4)"},
    {"background", "darkest background channel, 0 to 1 (0.85)"},
    {"seed", "of weights and data (1)"},
    {"checkpoint_every", "steps between checkpoints and held-out figures (200)"},
    {"threads", "of the CPU"},
    {"device", "auto, cpu, cuda (auto)"}};

}  // namespace

std::vector<TrainRecipe> trainRecipes() {
  return {{"tarflow", "A TarFlow of emoji, conditioned on which one it is.", kFlowSettings},
          {"classifier",
           "The judge of `evaluate`: names emoji pictures.",
           {{"steps", "optimiser steps (1500)"},
            {"batch", "pictures per step (64)"},
            {"size", "pixels per side (32)"},
            {"seed", "of weights and data (1)"},
            {"threads", "of the CPU"}}},
          sceneJudgeRecipe(),
          vqRecipe(),
          textRecipe(),
          t2iRecipe(),
          vlaRecipe(),
          trajectoriesRecipe(),
          distillRecipe()};
}

void train(const TrainRequest& request) {
  requireNotWritten(request, request.data);
  for (const TrainRecipe& recipe : trainRecipes()) {
    if (recipe.name != request.recipe) continue;
    const Settings settings(recipe, request.set);
    if (recipe.name == "tarflow") trainFlow(request, settings);
    else if (recipe.name == "scene-judge") runSceneJudgeRecipe(request, settings);
    else if (recipe.name == "vq") runVqRecipe(request, settings);
    else if (recipe.name == "text") runTextRecipe(request, settings);
    else if (recipe.name == "t2i") runT2iRecipe(request, settings);
    else if (recipe.name == "vla") runVlaRecipe(request, settings);
    else if (recipe.name == "trajectories") runTrajectoriesRecipe(request, settings);
    else if (recipe.name == "distill") runDistillRecipe(request, settings);
    else trainJudge(request, settings);
    return;
  }
  throw UsageError("There is no recipe " + request.recipe + ".");
}

}  // namespace jacobiscope
