#include "engine/train/t2i_recipes.h"

#include <cstdio>

#include "engine/nn/device.h"
#include "engine/t2i/load.h"
#include "engine/t2i/load_text_encoder.h"
#include "engine/t2i/text_prefix.h"
#include "engine/train/recipe_parts.h"
#include "engine/train/scene_draws.h"
#include "engine/train/t2i_trainer.h"
#include "engine/train/text_trainer.h"
#include "engine/train/training_loop.h"
#include "engine/train/vq_trainer.h"

namespace jacobiscope {

namespace {

constexpr int kHeldOutPictures = 320, kHeldOutCaptions = 1000;
// Captions that the tokenizer is trained on.
constexpr int kTokenizerCaptions = 20000;

using SettingList = std::vector<std::pair<std::string, std::string>>;

std::int64_t checkpointEvery(const Settings& settings) {
  return settings.whole("checkpoint_every", std::int64_t{100}, 1, 1e9);
}

const SettingList kCommon = {
    {"warmup", "steps of linear rise"},
    {"decay", "last share of the steps, over which the rate falls to zero (0.25)"},
    {"ema", "decay of the moving average"},
    {"seed", "of weights and data (1)"},
    {"checkpoint_every", "steps between checkpoints and held-out figures (100)"},
    {"threads", "of the CPU"},
    {"device", "auto, cpu, cuda (auto)"}};

SettingList with(SettingList own) {
  own.insert(own.end(), kCommon.begin(), kCommon.end());
  return own;
}

VqTraining readVq(const Settings& settings) {
  VqTraining t;
  t.config.codebook = settings.whole("codebook", 512, 2, 1 << 20);
  t.config.channels = settings.whole("channels", 32, 32, 1024);
  t.config.multipliers = {1, 1, 2};
  t.config.groups = t.config.channels / 4;  // four channels each, as published
  t.config.latent = settings.whole("latent", 64, 8, 4096);
  t.config.residuals = settings.whole("residuals", 1, 1, 8);
  t.batch = settings.whole("batch", t.batch, 1, 65536);
  t.rarity = settings.number("rarity", t.rarity, 0, 10);
  t.steadiness = settings.number("steadiness", t.steadiness, 0, 1000);
  t.seed = settings.whole("seed", t.seed, 0, 9e15);
  if (t.config.channels % 32 != 0) throw UsageError("channels must be a multiple of 32.");
  readAdam(settings, t.adam);
  return t;
}

TextTraining readText(const Settings& settings) {
  TextTraining t;
  t.config.width = settings.whole("width", 96, 16, 8192);
  t.config.heads = settings.whole("heads", 4, 1, 256);
  t.config.layers = settings.whole("layers", 2, 1, 256);
  t.config.headWidth = std::max(1, t.config.width / t.config.heads);
  t.config.hidden = 2 * t.config.width;
  t.length = settings.whole("length", t.length, 2, 1024);
  t.batch = settings.whole("batch", t.batch, 1, 65536);
  t.seed = settings.whole("seed", t.seed, 0, 9e15);
  readAdam(settings, t.adam);
  return t;
}

T2iTraining readT2i(const Settings& settings, const VqConfig& vq, const TextEncoderConfig& text) {
  T2iTraining t;
  t.gpt.width = settings.whole("width", 192, 16, 8192);
  t.gpt.layers = settings.whole("layers", 6, 1, 256);
  t.gpt.heads = settings.whole("heads", 3, 1, 256);
  t.gpt.prefix = settings.whole("prefix", 20, 2, 1024);
  if (t.gpt.width % (4 * t.gpt.heads) != 0) {
    throw UsageError("width must be a multiple of four times the number of heads.");
  }
  t.gpt.hidden = feedForwardWidth(t.gpt.width);
  t.gpt.vocabulary = vq.codebook;
  t.gpt.grid = t.size / vq.factor();
  t.gpt.captionWidth = text.width;
  t.batch = settings.whole("batch", t.batch, 1, 65536);
  t.captionDropout = settings.number("caption_dropout", t.captionDropout, 0, 1);
  t.slips = settings.number("slips", t.slips, 0, 1);
  t.reading = settings.number("reading", t.reading, 0, 100);
  t.seed = settings.whole("seed", t.seed, 0, 9e15);
  readAdam(settings, t.adam);
  return t;
}

// The tokenizer in the text encoder's folder; trained on captions where there is none yet.
Tokenizer prepareTokenizer(const std::filesystem::path& folder, int pieces, std::uint64_t seed) {
  const auto file = folder / "spiece.model";
  if (!std::filesystem::exists(file)) {
    if (!folder.empty()) std::filesystem::create_directories(folder);
    auto generator = torch::make_generator<at::CPUGeneratorImpl>(seed);
    const Draw draw = drawFrom(generator);
    std::vector<std::string> captions;
    for (int i = 0; i < kTokenizerCaptions; ++i) {
      captions.push_back(caption(randomScene(draw), draw));
    }
    trainTokenizer(captions, pieces, file);
  }
  return Tokenizer::open(file);
}

}  // namespace

TrainRecipe vqRecipe() {
  return {"vq", "The VQ autoencoder of `emoji-scenes`, from pictures to tokens and back.",
          with({{"steps", "optimiser steps in all (1500)"},
                {"batch", "pictures per step (32)"},
                {"rate", "peak learning rate (0.0015)"},
                {"codebook", "tokens (512)"},
                {"channels", "at full resolution, a multiple of 32 (32)"},
                {"latent", "channels before the codebook (64)"},
                {"residuals", "residual blocks per resolution (1)"},
                {"rarity", "cost of rare tokens against squared distance (0)"},
                {"steadiness", "cost of tokens that change with what is elsewhere (0)"}})};
}

void runVqRecipe(const TrainRequest& request, const Settings& settings) {
  const VqTraining training = readVq(settings);
  useThreads(settings.text("threads", ""));
  VqTrainer trainer(training, readSceneSprites(request.data),
                    chooseDevice(settings.text("device", "auto")));
  runTraining(
      trainer, request, training.adam.steps,
      checkpointEvery(settings),
      [&] {
        VqModel model = trainer.compact();
        releaseVq(model, request.out);
      },
      [&](TrainProgress& progress) {
        const VqFigures figures = trainer.heldOut(kHeldOutPictures);
        progress.heldOut = figures.error;
        char text[80];
        std::snprintf(text, sizeof text, "; %d tokens, %.1f %% used, perplexity %.0f",
                      trainer.compact().config.codebook, 100 * figures.usage,
                      figures.perplexity);
        progress.note += text;
      });
}

TrainRecipe textRecipe() {
  TrainRecipe recipe = {
      "text", "The text encoder of `emoji-scenes`, asked which scene a caption describes.",
      with({{"steps", "optimiser steps in all (2500)"},
            {"batch", "captions per step (64)"},
            {"rate", "peak learning rate (0.002)"},
            {"pieces", "most entries of the vocabulary (160)"},
            {"length", "tokens of a caption (20)"},
            {"width", "of the encoder (96)"},
            {"layers", "of the encoder (2)"},
            {"heads", "of the encoder (4)"}})};
  recipe.needsData = false;
  return recipe;
}

void runTextRecipe(const TrainRequest& request, const Settings& settings) {
  useThreads(settings.text("threads", ""));
  TextTraining training = readText(settings);
  requireOwnConfig(request, "d_model", "a text encoder", "text/model.safetensors");
  Tokenizer tokenizer =
      prepareTokenizer(request.out.parent_path(),
                       settings.whole("pieces", 160, 16, 1 << 20), training.seed);
  training.config.vocabulary = tokenizer.vocabularySize();
  TextTrainer trainer(training, std::move(tokenizer),
                      chooseDevice(settings.text("device", "auto")));
  runTraining(
      trainer, request, training.adam.steps, checkpointEvery(settings),
      [&] { trainer.release(request.out); },
      [&](TrainProgress& progress) { progress.heldOut = trainer.heldOut(kHeldOutCaptions); });
}

TrainRecipe t2iRecipe() {
  return {"t2i", "The GPT of `emoji-scenes`, over the tokens of a VQ.",
          with({{"vq", "file that `train vq` wrote (vq.safetensors beside --out)"},
                {"text", "folder that `train text` wrote into (text beside --out)"},
                {"steps", "optimiser steps in all (6000)"},
                {"batch", "pictures per step (32)"},
                {"rate", "peak learning rate (0.0012)"},
                {"width", "of the GPT (192)"},
                {"layers", "of the GPT (6)"},
                {"heads", "of the GPT (3)"},
                {"prefix", "rows of text before the tokens (20)"},
                {"caption_dropout", "share of pictures trained without caption (0.1)"},
                {"slips", "share of random tokens among those before a row (0.05)"},
                {"reading", "weight of the question which scene is described (0.2)"}})};
}

void runT2iRecipe(const TrainRequest& request, const Settings& settings) {
  useThreads(settings.text("threads", ""));
  const auto device = chooseDevice(settings.text("device", "auto"));
  const auto folder = request.out.parent_path();
  VqModel vq = loadVq(
      Checkpoint::open(settings.text("vq", (folder / "vq.safetensors").string())), device);
  const std::filesystem::path text = settings.text("text", (folder / "text").string());
  if (!std::filesystem::exists(text / "spiece.model")) {
    throw Error("There is no text encoder in " + text.string() + ".",
                "Train one with `jacobiscope-cli train text --out " +
                    (text / "model.safetensors").string() + "`.");
  }
  Tokenizer tokenizer = Tokenizer::open(text / "spiece.model");
  TextEncoder encoder = loadTextEncoder(text, device);
  requireTokenizerFits(tokenizer, encoder);
  const T2iTraining training = readT2i(settings, vq.config, encoder.config);
  T2iTrainer trainer(training, std::move(vq), std::move(tokenizer), std::move(encoder),
                     readSceneSprites(request.data), device);
  runTraining(
      trainer, request, training.adam.steps, checkpointEvery(settings),
      [&] { trainer.release(request.out); },
      [&](TrainProgress& progress) { progress.heldOut = trainer.heldOut(kHeldOutPictures); });
}

}  // namespace jacobiscope
