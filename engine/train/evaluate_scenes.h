// How well a text-to-image model of scenes shows what a prompt asks for: no Torch header in
// sight.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "engine/train/evaluate.h"

namespace jacobiscope {

// What a judge sees in pictures of scenes that were asked for.
struct SceneShares {
  Share right;     // everything: objects, places, background
  Share objects;   // objects and background, wherever they are
  Share relation;  // of scenes with two objects: both are there, and lie as asked
};

struct DecoderEvaluation {
  std::string decoder;
  SceneShares samples;
  double calls = 0;    // mean per picture
  double seconds = 0;  // likewise, reading the prompt among it
};

struct SceneEvaluation {
  std::vector<DecoderEvaluation> decoders;
  std::int64_t prompts = 0;
  // The same scenes rendered anew, and those pictures through the VQ and back: what the judge
  // and the VQ let one expect at best. Empty totals where the evaluation was stopped before.
  SceneShares real, reconstructed;
  // Of the VQ on other held-out pictures: mean squared error in [-1, 1], the share of its
  // codebook that occurs, and as many equally frequent tokens would be as varied.
  double error = 0, usage = 0, perplexity = 0;
  Array sheet;  // "image" [B, 3, H, W]: the first prompts, by the first decoder
};

struct SceneRequest {
  std::filesystem::path judge;  // written by `train scene-judge`
  std::filesystem::path data;   // written by `train data scenes`
  std::vector<std::string> prompts;  // own ones; empty: `count` held-out scenes, seeded
  std::int64_t count = 200;
  std::uint64_t seed = 0;  // of the list; prompt i is decoded with seed + i
  // Names with complete knobs: all decode the same prompts with the same seeds.
  std::vector<std::pair<std::string, KnobValues>> decoders;
  int sheet = 0;  // pictures of the sheet
  std::filesystem::path progressFile;  // as in EvaluateRequest
  std::function<void(double fraction)> progress;
  const std::atomic<bool>* cancel = nullptr;
};

// The folder a model's GPT lies in, for what lies beside it.
std::filesystem::path t2iFolder(const ModelInfo& model);

// Throws UsageError for a prompt that describes no scene, and Error where the judge or the
// data cannot be read or the model makes pictures of another size.
SceneEvaluation evaluateScenes(Family& model, const SceneRequest& request);

}  // namespace jacobiscope
