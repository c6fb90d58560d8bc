// jacobiscope-cli train: data sets to files, and models from data sets.
#include <chrono>
#include <cmath>
#include <iostream>
#include <limits>
#include <span>

#include "app/cli_train_tabletop.h"
#include "app/sub_command.h"
#include "app/interrupt.h"
#include "app/output_file.h"
#include "app/progress.h"
#include "app/tarflow_only.h"
#include "app/train_options.h"
#include "engine/core/suggestion.h"
#ifdef JACOBISCOPE_WITH_TORCH
#include "engine/train/emoji_list.h"
#include "engine/train/emoji_sprites.h"
#include "engine/train/recipes.h"
#include "engine/train/scenes.h"
#endif

namespace jacobiscope {

namespace {

#ifdef JACOBISCOPE_WITH_TORCH

// train data emoji, train data scenes: pictures of those emoji as one file.
int writeEmoji(const Arguments& arguments, const std::string& recipe,
               std::span<const EmojiPick> picks) {
  for (const char* option : {"--data", "--resume", "--set"}) {
    refuseOption(arguments, option, recipe);
  }
  const std::string out = requiredText(arguments, "--out", recipe);
  const auto size = static_cast<int>(arguments.integer("--size", 1, kMaxSpriteSize).value_or(64));
  checkOutput(out);
  const auto chosen =
      selectEmoji(readEmojiTest(arguments.textOr("--emoji-test", kDebianEmojiTest)), picks);
  const SpriteSheet sheet =
      renderEmoji(arguments.textOr("--font", kDebianEmojiFont), chosen, size);
  throwIfInterrupted();
  writeEmojiData(out, sheet, chosen);
  if (arguments.has("--json")) {
    printJson({{"classes", sheet.count}, {"size", sheet.size}, {"font", sheet.fontVersion},
               {"out", out}});
  } else {
    std::cout << out << ": " << sheet.count << " emoji, " << sheet.size << "x" << sheet.size
              << '\n';
  }
  return 0;
}

// Shows how training goes: a line that is drawn over, and one that stays for every figure
// on held-out data and at least every half minute, so that a log tells the story too.
class TrainReporter {
 public:
  TrainReporter(const std::string& recipe, bool json) : m_line("training " + recipe, json) {}

  void show(const TrainProgress& progress) {
    m_last = progress;
    if (!std::isnan(progress.heldOut)) m_heldOut = progress.heldOut;
    const auto now = std::chrono::steady_clock::now();
    const bool due = now - m_logged > std::chrono::seconds(30);
    if (!progress.note.empty() || !std::isnan(progress.heldOut) || due) {
      m_line.log(describe(progress));
      m_logged = now;
    }
    const double fraction =
        progress.steps > 0 ? static_cast<double>(progress.step) / progress.steps : 0;
    const bool loss = !std::isnan(progress.loss);
    m_line.update(fraction, progress.etaSeconds, loss ? "loss " + shortNumber(progress.loss) : "");
  }

  const TrainProgress& last() const { return m_last; }
  double heldOut() const { return m_heldOut; }

 private:
  static std::string describe(const TrainProgress& progress) {
    std::string line = "step " + std::to_string(progress.step) + " of " +
                       std::to_string(progress.steps) + ": ";
    if (!std::isnan(progress.loss)) line += "loss " + shortNumber(progress.loss) + ", ";
    if (!std::isnan(progress.heldOut)) line += "held out " + shortNumber(progress.heldOut) + ", ";
    line += shortNumber(progress.stepsPerSecond) + " steps/s";
    if (std::isfinite(progress.etaSeconds)) {
      line += ", " + durationText(progress.etaSeconds) + " left";
    }
    return progress.note.empty() ? line : line + "; " + progress.note;
  }

  ProgressLine m_line;
  TrainProgress m_last;
  double m_heldOut = std::numeric_limits<double>::quiet_NaN();
  std::chrono::steady_clock::time_point m_logged = std::chrono::steady_clock::now();
};

TrainRecipe findRecipe(const std::string& name) {
  std::vector<std::string> known = {"data emoji", "data scenes", "data tabletop"};
  for (const TrainRecipe& recipe : trainRecipes()) {
    if (recipe.name == name) return recipe;
    known.push_back(recipe.name);
  }
  throw UsageError("There is no recipe \"" + name + "\".", suggestion(name, known));
}

int trainModel(const std::string& recipe, const Arguments& arguments) {
  const bool needsData = findRecipe(recipe).needsData;
  for (const char* option : {"--font", "--emoji-test", "--size"}) {
    refuseOption(arguments, option, recipe);
  }
  TrainRequest request;
  request.recipe = recipe;
  if (needsData) request.data = requiredText(arguments, "--data", recipe);
  else refuseOption(arguments, "--data", recipe);
  request.out = trainOutput(arguments, recipe);
  request.resume = arguments.textOr("--resume", "");
  for (const std::string& setting : arguments.all("--set")) {
    const auto [key, value] = splitSetting(setting);
    request.set[key] = value;
  }
  TrainReporter reporter(recipe, arguments.has("--json"));
  request.progress = [&](const TrainProgress& progress) { reporter.show(progress); };
  request.cancel = &interrupted();
  const auto begin = std::chrono::steady_clock::now();
  train(request);
  const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - begin;
  throwIfInterrupted();
  if (arguments.has("--json")) {
    printJson({{"recipe", recipe},
               {"steps", reporter.last().step},
               {"loss", reporter.last().loss},
               {"held_out", reporter.heldOut()},
               {"seconds", passed.count()},
               {"out", request.out.string()}});
  } else {
    std::cout << request.out.string() << ": " << reporter.last().step << " steps in "
              << durationText(passed.count()) << '\n';
  }
  return 0;
}

#endif

// All that this build can train or write.
void listRecipes() {
#ifdef JACOBISCOPE_WITH_TORCH
  std::cout << "data emoji\n    The emoji as a file of pictures: --out FILE.\n";
  std::cout << "data scenes\n    The objects of scenes, likewise: --out FILE.\n";
#endif
  std::cout << tabletopHelp();
#ifdef JACOBISCOPE_WITH_TORCH
  for (const TrainRecipe& recipe : trainRecipes()) {
    std::cout << recipe.name << "\n    " << recipe.help << '\n';
    for (const auto& [key, help] : recipe.settings) {
      std::cout << "    --set " << key << ": " << help << '\n';
    }
  }
#endif
}

int run(const Arguments& arguments) {
  if (arguments.has("--recipes")) {
    listRecipes();
    return 0;
  }
  if (wantsTabletop(arguments)) return writeTabletop(arguments);  // needs no Torch
  needTorch("train");
#ifdef JACOBISCOPE_WITH_TORCH
  const std::vector<std::string>& words = arguments.operands();
  if (words.empty()) {
    throw UsageError("train needs a recipe.", "jacobiscope-cli train --recipes lists them.");
  }
  if (words[0] == "data") {
    const std::string set = words.size() == 2 ? words[1] : "";
    if (set == "emoji") return writeEmoji(arguments, "data emoji", kCuratedEmoji);
    if (set == "scenes") return writeEmoji(arguments, "data scenes", sceneEmoji());
    throw UsageError("train data needs the name of a data set.",
                     "There are three: emoji, scenes and tabletop.");
  }
  if (words.size() > 1) throw UsageError("\"" + words[1] + "\" is one word too many.");
  return trainModel(words[0], arguments);
#endif
  return 0;
}

}  // namespace

SubCommand trainCommand() {
  return {"train",
          "RECIPE",
          "Train a model, or write a data set (train data emoji, scenes or tabletop)",
          {{"--recipes", "", "list the recipes with their settings"},
           {"--data", "FILE", "what train data wrote"},
           {"--out", "FILE", "the .safetensors that is written: a data set or a model"},
           {"--resume", "FILE",
            "go on from this checkpoint (.state.safetensors), or from released weights or a "
            "model's folder with a fresh optimiser"},
           {"--set", "KEY=VALUE", "a setting of the recipe, for example steps=20000", false, true},
           {"--font", "FILE", "of train data, a colour bitmap font"},
           {"--emoji-test", "FILE", "of train data, Unicode's emoji-test.txt"},
           {"--size", "N", "of train data, pixels per side; 64 where not given, of tabletop 96"},
           {"--json", "", "one JSON object on stdout and nothing else there"}},
          run};
}

}  // namespace jacobiscope
