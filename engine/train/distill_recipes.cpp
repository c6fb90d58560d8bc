#include "engine/train/distill_recipes.h"

#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <utility>

#include "engine/nn/device.h"
#include "engine/train/distill_trainer.h"
#include "engine/train/recipe_parts.h"
#include "engine/train/training_loop.h"

namespace jacobiscope {

namespace {

constexpr std::int64_t kHeldOutSamples = 256;

// One of the words given; their order is that of the enumeration.
template <class Choice>
Choice readChoice(const Settings& settings, const std::string& key,
                  const std::vector<std::string>& words) {
  const std::string given = settings.text(key, words.front());
  std::string all;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == given) return static_cast<Choice>(i);
    all += (i == 0 ? "" : ", ") + words[i];
  }
  throw UsageError(key + "=" + given + " is not known.", "There are " + all + ".");
}

// The files, read, and their hashes in the same order.
struct Data {
  DemonstrationSet set;
  std::vector<std::string> hashes;
};

Data readData(const TrainRequest& request, const Settings& settings, const Teacher& teacher) {
  const auto files = dataFiles(request, settings);
  DemonstrationSet set = dataOf(teacher, files);
  std::vector<std::string> hashes;
  for (const auto& file : files) hashes.push_back(Checkpoint::open(file).hash());
  return {std::move(set), std::move(hashes)};
}

Teacher teacherOf(const TrainRequest& request, const Settings& settings) {
  Teacher teacher = openTeacher(settings, request.recipe);
  requireNotWritten(request, teacher.checkpoint.path(), "the policy to learn from");
  return teacher;
}

Distillation readDistillation(const Settings& settings) {
  Distillation d;
  readAdam(settings, d.adam);
  readAnswers(settings, d.answers);
  d.batch = settings.whole("batch", d.batch, 1, 65536);
  d.consistency = settings.number("consistency", d.consistency, 0, 1000);
  d.omega = settings.number("omega", d.omega, 0, 1000);
  d.labels = readChoice<LabelSource>(settings, "labels", {"mixed", "teacher", "data"});
  d.mostDeviation = settings.number("delta_max", d.mostDeviation, 0, 14);
  d.points = readChoice<PointRule>(settings, "points", {"uniform", "first"});
  d.seed = settings.whole("seed", d.seed, 0, 9e15);
  d.bfloat16 = chooseDtype(settings.text("dtype", "float32")) == torch::kBFloat16;
  if (d.consistency <= 0 && d.omega <= 0) {
    throw UsageError("consistency and omega are both 0: nothing would be learnt.");
  }
  return d;
}

// A folder holds one configuration: a student beside another policy could not be loaded.
void requireTeachersConfig(const TrainRequest& request, const Teacher& teacher) {
  requireOwnConfig(request, "norm_stats", "a policy", "student/model.safetensors");
  const auto beside = request.out.parent_path() / "config.json";
  std::ifstream in(beside);
  if (!in) return;
  const nlohmann::json theirs = teacher.checkpoint.config();
  const nlohmann::json own = nlohmann::json::parse(in, nullptr, false);
  for (const char* key : {"norm_stats", "text_config", "vision_heads", "num_actions_chunk",
                          "pad_to_multiple_of", "action_dim", "action_tokens_only"}) {
    if (own.value(key, nlohmann::json()) == theirs.value(key, nlohmann::json())) continue;
    throw UsageError(beside.string() + " is another policy's: its " + key + " differs from " +
                         teacher.checkpoint.path().string() + "'s.",
                     "Give --out in a folder of its own, as student/model.safetensors.");
  }
}

void describe(const DistillTrainer& trainer, TrainProgress& progress) {
  const DistillFigures figures = trainer.heldOut();
  const DistillLosses& last = trainer.last();
  const JacobiFigures &own = figures.student, &before = figures.teacher;
  progress.heldOut = figures.consistency;
  char text[640];
  std::snprintf(text, sizeof text,
                "; consistency %.4f, labels %.4f, %.1f %% of steps taught by the data; %.2f calls "
                "until settled (teacher %.2f); after 1, 2, 3 calls %.1f, %.1f, %.1f %% of tokens "
                "settled (teacher %.1f, %.1f, %.1f), x y z off by %.2f, %.2f, %.2f mm (teacher "
                "%.2f, %.2f, %.2f); x y z within %.2f mm of the expert (%.2f in the first step)",
                last.consistency, last.labels, 100 * last.replaced, own.calls, before.calls,
                100 * own.right[0], 100 * own.right[1], 100 * own.right[2], 100 * before.right[0],
                100 * before.right[1], 100 * before.right[2], own.off[0], own.off[1], own.off[2],
                before.off[0], before.off[1], before.off[2], figures.answers.error,
                figures.answers.firstError);
  progress.note += text;
}

}  // namespace

TrainRecipe trajectoriesRecipe() {
  return {"trajectories",
          "How a policy's chunks settle by Jacobi iteration from random guesses, for distill.",
          {{"policy", "the teacher's folder or file, which train vla wrote"},
           {"more", "further files of demonstrations, as a list: a.safetensors,b.safetensors"},
           {"samples", "observations, evenly chosen; 0: all that vla trains on (0)"},
           {"starts", "random guesses for each (1)"},
           {"batch", "observations at once (64)"},
           {"seed", "of the guesses (1)"},
           {"threads", "of the CPU"},
           {"device", "auto, cpu, cuda (auto)"}}};
}

void runTrajectoriesRecipe(const TrainRequest& request, const Settings& settings) {
  if (!request.resume.empty()) {
    throw UsageError("--resume has no meaning for train trajectories.");
  }
  useThreads(settings.text("threads", ""));
  const auto device = chooseDevice(settings.text("device", "auto"));
  TrajectoryOrder order;
  order.samples = settings.whole("samples", order.samples, 0, 1e9);
  order.starts = settings.whole("starts", order.starts, 1, 1000);
  order.batch = settings.whole("batch", order.batch, 1, 65536);
  order.seed = settings.whole("seed", order.seed, 0, 9e15);
  const Teacher teacher = teacherOf(request, settings);
  const Data data = readData(request, settings, teacher);
  const Stopwatch watch(0);
  const auto tell = [&](std::int64_t done, std::int64_t all, double calls) {
    TrainProgress progress;
    progress.step = done;
    progress.steps = all;
    if (done == all) {
      char text[80];
      std::snprintf(text, sizeof text, "%.2f calls until a chunk is settled", calls);
      progress.note = text;
    }
    watch.fill(progress);
    if (request.progress) request.progress(progress);
  };
  const Trajectories made = makeTrajectories(teacher, data.set, data.hashes, order, device, tell,
                                             request.cancel);
  if (!cancelled(request)) writeTrajectories(request.out, made, data.set);
}

TrainRecipe distillRecipe() {
  return {"distill",
          "A student of the robot's policy that settles a chunk in fewer calls (CEED-VLA).",
          {{"policy", "the teacher's folder or file; the student begins as it"},
           {"trajectories", "what train trajectories wrote of the same policy and data"},
           {"more", "further files of demonstrations, as a list: a.safetensors,b.safetensors"},
           {"steps", "optimiser steps in all (3000)"},
           {"batch", "trajectories per step (32)"},
           {"rate", "peak learning rate (0.0003)"},
           {"consistency",
            "weight of saying from any iterate what is said in the end; 0: none (1)"},
           {"omega", "weight of the labels' loss (1)"},
           {"labels", "mixed, teacher, data: who says what is right (mixed)"},
           {"delta_max",
            "of mixed: a step of the teacher that differs from the demonstration by more is "
            "replaced. Sum over its 7 numbers, each from -1 to 1; the gripper alone is 1 (0.5)"},
           {"points", "iterates to learn from: uniform, or first: half of them guesses (uniform)"},
           {"softness", "bins over which an action's label is spread; 0: as published (1)"},
           {"first_weight", "how much more labels of a chunk's first step count (2)"},
           {"warmup", "steps of linear rise (100)"},
           {"decay", "last share of the steps, over which the rate falls to zero (0.25)"},
           {"ema", "decay of the moving average (0.995)"},
           {"seed", "of the data's order (1)"},
           {"checkpoint_every", "steps between checkpoints and held-out figures (200)"},
           {"dtype", "of matrix products: float32 or bfloat16 (float32)"},
           {"threads", "of the CPU"},
           {"device", "auto, cpu, cuda (auto)"}}};
}

void runDistillRecipe(const TrainRequest& request, const Settings& settings) {
  useThreads(settings.text("threads", ""));
  const auto device = chooseDevice(settings.text("device", "auto"));
  const Distillation distillation = readDistillation(settings);
  const auto every = settings.whole("checkpoint_every", std::int64_t{200}, 1, 1e9);
  const std::filesystem::path file = settings.text("trajectories", "");
  if (file.empty()) {
    throw UsageError("trajectories is missing.",
                     "train trajectories writes it: --set trajectories=FILE.");
  }
  requireNotWritten(request, file, "the file of trajectories");
  const Teacher teacher = teacherOf(request, settings);
  requireTeachersConfig(request, teacher);
  Trajectories trajectories = readTrajectories(file);
  Data data = readData(request, settings, teacher);
  std::vector<std::int64_t> samples = samplesOf(trajectories, teacher, data.set, data.hashes);
  DistillTrainer trainer(distillation, teacher, std::move(data.set), std::move(trajectories),
                         std::move(samples), kHeldOutSamples, device);
  runTraining(
      trainer, request, distillation.adam.steps, every, [&] { trainer.release(request.out); },
      [&](TrainProgress& progress) { describe(trainer, progress); });
}

}  // namespace jacobiscope
