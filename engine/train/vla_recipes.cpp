#include "engine/train/vla_recipes.h"

#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "engine/checkpoint/checkpoint.h"
#include "engine/nn/device.h"
#include "engine/train/recipe_parts.h"
#include "engine/train/training_loop.h"
#include "engine/train/vla_trainer.h"
#include "engine/vla/sim/instructions.h"

namespace jacobiscope {

namespace {

constexpr std::int64_t kHeldOutSamples = 640;

// The vocabulary beside --out; where there is none yet, that of the model to go on from, or one
// of every instruction there is.
Tokenizer prepareTokenizer(const TrainRequest& request, int pieces) {
  const auto file = request.out.parent_path() / "spiece.model";
  if (!std::filesystem::exists(file)) {
    if (!file.parent_path().empty()) std::filesystem::create_directories(file.parent_path());
    const bool folder = std::filesystem::is_directory(request.resume);
    const auto given = (folder ? request.resume : request.resume.parent_path()) / "spiece.model";
    if (!request.resume.empty() && std::filesystem::exists(given)) {
      std::filesystem::copy_file(given, file);
    } else {
      trainTokenizer(allInstructions(), pieces, file);
    }
  }
  return Tokenizer::open(file);
}

PolicyConfig readPolicy(const Settings& settings, const Tokenizer& tokenizer, int pictureSize) {
  const auto words = static_cast<int>(tokenizer.vocabularySize());
  PolicyConfig config =
      tabletopConfig(words + kActionBins, settings.whole("chunk", 5, 1, 1000));
  LlamaConfig& llama = config.llama;
  llama.width = settings.whole("width", llama.width, 16, 8192);
  llama.layers = settings.whole("layers", llama.layers, 1, 256);
  llama.heads = llama.keyValueHeads = settings.whole("heads", llama.heads, 1, 256);
  llama.hidden = feedForwardWidth(llama.width);
  // The vocabulary is T5's (tokenizer.h): it has no beginning, and padding stands for nothing
  // else, as it begins what T5's decoder says.
  llama.beginToken = static_cast<int>(tokenizer.pad());
  llama.endToken = static_cast<int>(tokenizer.eos());
  TowerConfig& tower = config.towers.front();
  tower.picture = pictureSize;
  tower.patch = settings.whole("patch", tower.patch, 1, 1024);
  tower.width = settings.whole("vision_width", tower.width, 16, 8192);
  tower.blocks = settings.whole("vision_layers", tower.blocks, 1, 256);
  tower.heads = settings.whole("vision_heads", tower.heads, 1, 256);
  tower.hidden = 4 * tower.width;
  checkPolicyConfig(config);
  return config;
}

// What action tokens mean to the policy to go on from, so that other data can be added; null where
// there is none.
nlohmann::json statisticsToKeep(const TrainRequest& request) {
  if (request.resume.empty()) return {};
  return Checkpoint::open(request.resume).config().value("norm_stats", nlohmann::json());
}

// All but the policy.
VlaTraining readTraining(const Settings& settings) {
  VlaTraining t;
  t.batch = settings.whole("batch", t.batch, 1, 65536);
  readAnswers(settings, t.answers);
  t.answers.binsOnly = settings.whole("bins_only", 0, 0, 1) == 1;
  t.places = settings.number("places", t.places, 0, 100);
  t.asked = settings.number("asked", t.asked, 0, 0.9);
  t.variation.brightness = settings.number("brightness", t.variation.brightness, 0, 1);
  t.variation.contrast = settings.number("contrast", t.variation.contrast, 0, 1);
  t.variation.shift = settings.whole("shift", t.variation.shift, 0, 2);
  t.seed = settings.whole("seed", t.seed, 0, 9e15);
  t.bfloat16 = chooseDtype(settings.text("dtype", "float32")) == torch::kBFloat16;
  readAdam(settings, t.adam);
  return t;
}

void describe(const VlaFigures& figures, TrainProgress& progress) {
  progress.heldOut = figures.loss;
  char text[160];
  std::snprintf(text, sizeof text,
                "; %.1f %% of tokens, x y z within %.2f mm (%.2f in the first step), gripper %.1f %%",
                100 * figures.accuracy, figures.error, figures.firstError,
                100 * figures.gripper);
  progress.note += text;
  if (std::isnan(figures.place)) return;
  std::snprintf(text, sizeof text, ", named cube within %.1f pixels", figures.place);
  progress.note += text;
}

}  // namespace

TrainRecipe vlaRecipe() {
  return {"vla",
          "The robot's policy, from the expert's demonstrations (train data tabletop).",
          {{"more", "further files of demonstrations, as a list: a.safetensors,b.safetensors"},
           {"steps", "optimiser steps in all (6000)"},
           {"batch", "samples per step (32)"},
           {"rate", "peak learning rate (0.001)"},
           {"chunk", "steps of the arm in an answer (5)"},
           {"width", "of the language model (192)"},
           {"layers", "of the language model (4)"},
           {"heads", "of the language model (6)"},
           {"patch", "pixels per side of a patch (12)"},
           {"vision_width", "of the vision tower (128)"},
           {"vision_layers", "of the vision tower (3)"},
           {"vision_heads", "of the vision tower (4)"},
           {"pieces", "most entries of the vocabulary of words (128)"},
           {"softness", "bins over which an action's label is spread; 0: as published (1)"},
           {"bins_only", "1: action tokens compete with each other only, not with words (0)"},
           {"first_weight", "how much more tokens of a chunk's first step count (2)"},
           {"places", "weight of telling where things are seen, if the data says it (1)"},
           {"asked", "share of samples that are only asked where something is (0.3)"},
           {"brightness", "largest change of the pictures, as a share of white (0.05)"},
           {"contrast", "largest change of the pictures' contrast (0.05)"},
           {"shift", "largest shift of the pictures, 0 to 2 pixels; hides where things are (0)"},
           {"warmup", "steps of linear rise (200)"},
           {"decay", "last share of the steps, over which the rate falls to zero (0.25)"},
           {"ema", "decay of the moving average (0.998)"},
           {"seed", "of weights and data (1)"},
           {"checkpoint_every", "steps between checkpoints and held-out figures (200)"},
           {"dtype", "of matrix products: float32 or bfloat16 (float32)"},
           {"threads", "of the CPU"},
           {"device", "auto, cpu, cuda (auto)"}}};
}

void runVlaRecipe(const TrainRequest& request, const Settings& settings) {
  useThreads(settings.text("threads", ""));
  const auto device = chooseDevice(settings.text("device", "auto"));
  VlaTraining training = readTraining(settings);
  const auto every = settings.whole("checkpoint_every", std::int64_t{200}, 1, 1e9);
  const int pieces = settings.whole("pieces", 128, 64, 1 << 20);
  requireOwnConfig(request, "norm_stats", "a policy", "tabletop/model.safetensors");
  DemonstrationFiles files =
      readDemonstrationFiles(dataFiles(request, settings), statisticsToKeep(request));
  const Tokenizer tokenizer = prepareTokenizer(request, pieces);
  training.policy = readPolicy(settings, tokenizer, files.parts.front().pictureSize);
  DemonstrationSet data(std::move(files), tokenizer, training.policy.words(),
                        training.policy.chunk);
  VlaTrainer trainer(training, std::move(data), device);
  runTraining(
      trainer, request, training.adam.steps, every, [&] { trainer.release(request.out); },
      [&](TrainProgress& progress) { describe(trainer.heldOut(kHeldOutSamples), progress); });
}

}  // namespace jacobiscope
