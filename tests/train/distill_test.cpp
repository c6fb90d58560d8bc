// Consistency distillation: how a policy's chunks settle, and a student that learns from it.
#include <QtTest>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>

#include "engine/checkpoint/json_text.h"
#include "engine/train/distill_trainer.h"
#include "engine/train/recipes.h"
#include "engine/vla/load_policy.h"
#include "tests/train/demonstration_folder.h"
#include "tests/train/small_vla.h"
#include "tests/vla/policy_fixture.h"
#include "tests/vla/refusal.h"

using namespace jacobiscope;

namespace {

namespace fs = std::filesystem;

// What the policy says of the token behind `tokens` [B, w], as ids [B].
Tensor nextToken(const Policy& policy, const Observed& seen, const Tensor& tokens,
                 const std::vector<std::int64_t>& ids) {
  const Tensor logits = policyLogits(policy, seen.prefix, seen.mask, tokens).select(1, -1);
  if (ids.empty()) return logits.argmax(1);
  const Tensor answers = torch::tensor(ids, torch::kInt64);
  return answers.index_select(0, logits.index_select(1, answers).argmax(1));
}

// Token by token, [B, n].
Tensor greedy(const Policy& policy, const Observed& seen, int n,
              const std::vector<std::int64_t>& ids) {
  const torch::NoGradGuard noGrad;
  Tensor tokens = torch::empty({seen.prefix.size(0), 0}, torch::kInt64);
  for (int i = 0; i < n; ++i) {
    tokens = torch::cat({tokens, nextToken(policy, seen, tokens, ids).unsqueeze(1)}, 1);
  }
  return tokens;
}

std::string bytesOf(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

class DistillTest : public QObject, private DemonstrationFolder {
  Q_OBJECT

 private:
  fs::path policyFolder() const { return m_folder / "teacher"; }

  Settings settings(const std::map<std::string, std::string>& given) const {
    static const TrainRecipe recipe{"distill", "", {{"policy", ""}}};
    return Settings(recipe, given);
  }
  Teacher teacher() const {
    const std::map<std::string, std::string> given = {{"policy", policyFolder().string()}};
    return openTeacher(settings(given), "distill");
  }
  DemonstrationSet data() const {
    return jacobiscope::dataOf(teacher(), {m_data});
  }
  std::vector<std::string> hashes() const { return {Checkpoint::open(m_data).hash()}; }
  Trajectories made(const TrajectoryOrder& order = {}) const {
    return makeTrajectories(teacher(), data(), hashes(), order, torch::kCPU, {}, nullptr);
  }
  DistillTrainer trainer(const Distillation& distillation) const {
    Trajectories trajectories = made();
    auto samples = samplesOf(trajectories, teacher(), data(), hashes());
    return {distillation, teacher(), data(), std::move(trajectories), std::move(samples), 100,
            torch::kCPU};
  }
  static Distillation smallDistillation() {
    Distillation distillation;
    distillation.adam = {.steps = 1000, .rate = 2e-3, .warmUp = 5, .averageDecay = 0.9};
    distillation.batch = 1000;  // all there is
    return distillation;
  }
  TrainRequest request(const std::string& recipe, const fs::path& out) const {
    TrainRequest request;
    request.recipe = recipe;
    request.data = m_data;
    request.out = out;
    request.set["policy"] = policyFolder().string();
    return request;
  }

  fs::path m_data;

 private Q_SLOTS:
  // A policy that has learnt something, so that its tokens hang on each other.
  void initTestCase() {
    m_data = write("small", squareDemonstrations(20));
    const std::int64_t words = tokenizer().vocabularySize() + kActionBins;
    VlaTraining training = smallVlaTraining(words, kChunk);
    training.batch = 1000;
    VlaTrainer cloned(training, DemonstrationFolder::dataOf({m_data}, words), torch::kCPU);
    for (int i = 0; i < 60; ++i) cloned.step();
    fs::create_directories(policyFolder());
    cloned.release(policyFolder() / "model.safetensors");
    cloned.save(m_folder / "cloned.state.safetensors");
    fs::copy_file(m_folder / "spiece.model", policyFolder() / "spiece.model");
  }

  void pathsEndInTheGreedyAnswer_data() {
    QTest::addColumn<bool>("binsOnly");
    QTest::newRow("vocabulary") << false;
    QTest::newRow("actions only") << true;
  }

  void pathsEndInTheGreedyAnswer() {
    QFETCH(bool, binsOnly);
    const torch::NoGradGuard noGrad;
    const Policy policy = smallPolicy();
    const auto ids = binsOnly ? answerTokens(policy.config) : std::vector<std::int64_t>();
    const int n = policy.config.actionTokens();
    const Observed seen{{}, randomPrefix(policy, 4, 5), {}};
    const Tensor right = greedy(policy, seen, n, ids);
    std::vector<Tensor> guesses = {right[0]};  // is right from the start
    for (int i = 1; i < 4; ++i) guesses.push_back(randomChunk(policy.config, 7, i));
    const auto paths = jacobiPaths(PreparedLlama(policy.llama, torch::kFloat32, ids), ids,
                                   seen.prefix, seen.mask, torch::stack(guesses));
    QCOMPARE(paths.size(), std::size_t{4});
    QCOMPARE(paths[0].iterates.size(0), std::int64_t{1});
    QCOMPARE(paths[0].calls, 1);
    for (int b = 0; b < 4; ++b) {
      const Tensor iterates = paths[b].iterates;
      QVERIFY(torch::equal(paths[b].settled(), right[b]));
      QVERIFY(torch::equal(iterates[0], guesses[b]));
      QVERIFY(paths[b].calls >= 1 && paths[b].calls <= n);
      const Observed one{{}, seen.prefix.slice(0, b, b + 1), {}};
      for (std::int64_t k = 0; k + 1 < iterates.size(0); ++k) {
        QVERIFY(!torch::equal(iterates[k], iterates[k + 1]));
        for (const int i : {0, 1, n / 2, n - 1}) {
          const Tensor read = iterates[k].slice(0, 0, i).unsqueeze(0);
          QCOMPARE(nextToken(policy, one, read, ids).item<std::int64_t>(),
                   iterates[k + 1][i].item<std::int64_t>());
        }
      }
    }
  }

  void guessesAreActionsAndReproducible() {
    const PolicyConfig config = smallPolicyConfig();
    const Tensor one = randomChunk(config, 1, 5, 2);
    QVERIFY(torch::equal(one, randomChunk(config, 1, 5, 2)));
    for (const Tensor& other : {randomChunk(config, 2, 5, 2), randomChunk(config, 1, 6, 2),
                                randomChunk(config, 1, 5, 1)}) {
      QVERIFY(!torch::equal(one, other));
    }
    QVERIFY((one >= config.firstActionToken()).all().item<bool>());
    QVERIFY((one < config.words()).all().item<bool>());
  }

  void stepsTooFarFromTheDataAreReplaced() {
    const PolicyConfig config = smallPolicyConfig();
    const std::int64_t middle = config.firstActionToken() + 100;
    const Tensor expert = torch::full({2, 14}, middle, torch::kInt64);
    Tensor said = expert.clone();
    said[0][1] += 30;
    said[0][6] -= 20;  // step 0 of the first: 50 bins in all
    said[1][7] = config.llama.endToken;  // step 1 of the second: no action
    said[1][0] += 1;
    const Tensor deviations = stepDeviations(config, said, expert);
    QVERIFY(deviations.sizes() == torch::IntArrayRef({2, 2}));
    QVERIFY(std::abs(deviations[0][0].item<double>() - 50 * 2.0 / 255) < 1e-5);
    QCOMPARE(deviations[0][1].item<double>(), 0.0);
    QVERIFY(std::abs(deviations[1][0].item<double>() - 2.0 / 255) < 1e-5);
    QCOMPARE(deviations[1][1].item<double>(), std::numeric_limits<double>::infinity());

    const auto labels = [&](LabelSource source, double most) {
      return distillLabels(config, source, most, said, expert);
    };
    QVERIFY(torch::equal(labels(LabelSource::Teacher, 0), said));
    QVERIFY(torch::equal(labels(LabelSource::Data, 14), expert));
    QVERIFY(torch::equal(labels(LabelSource::Mixed, 0), expert));
    Tensor mixed = said.clone();
    mixed[1].slice(0, 7, 14).fill_(middle);
    QVERIFY(torch::equal(labels(LabelSource::Mixed, 0.5), mixed));  // 50 bins are 0.39
    mixed[0].slice(0, 0, 7).fill_(middle);
    QVERIFY(torch::equal(labels(LabelSource::Mixed, 0.3), mixed));
  }

  void trajectoriesAreWrittenAndRead() {
    const fs::path file = m_folder / "some.safetensors";
    const Trajectories some = made({.samples = 5, .starts = 2, .batch = 2});
    QCOMPARE(some.size(), std::int64_t{10});
    writeTrajectories(file, some, data());
    const Trajectories read = readTrajectories(file);
    QVERIFY(read.origins == some.origins && read.lengths == some.lengths);
    QVERIFY(torch::equal(read.tokens, some.tokens));
    QVERIFY(read.calls > 1 && read.calls == some.calls);
    QCOMPARE(read.policy, Checkpoint::open(policyFolder()).hash());
    // Each ends in what the policy says of its observation.
    const DemonstrationSet set = data();
    const Policy policy = loadPolicy(policyFolder(), torch::kCPU);
    const auto samples = samplesOf(read, teacher(), set, hashes());
    std::int64_t row = 0;
    for (std::size_t j = 0; j < samples.size(); ++j) {
      QVERIFY(std::ranges::find(set.trained(), samples[j]) != set.trained().end());
      row += read.lengths[j];
      const torch::NoGradGuard noGrad;
      const DemonstrationBatch batch = set.batch(std::span(&samples[j], 1));
      const Observed seen = observe(policy, batch, batch.pictures, torch::kCPU);
      QVERIFY(torch::equal(read.tokens[row - 1].to(torch::kInt64),
                           greedy(policy, seen, 7 * kChunk, {})[0]));
    }
  }

  void theStudentBecomesConsistent_data() {
    QTest::addColumn<bool>("bfloat16");
    QTest::addColumn<bool>("first");
    QTest::newRow("float32") << false << false;
    QTest::newRow("bfloat16") << true << false;
    QTest::newRow("from guesses") << false << true;
  }

  void theStudentBecomesConsistent() {
    QFETCH(bool, bfloat16);
    QFETCH(bool, first);
    Distillation distillation = smallDistillation();
    distillation.omega = 0.1;  // what is measured here is the other loss
    distillation.bfloat16 = bfloat16;
    if (first) distillation.points = PointRule::First;
    DistillTrainer student = trainer(distillation);
    const auto mean = [&](int steps) {
      double sum = 0;
      for (int i = 0; i < steps; ++i) {
        student.step();
        sum += student.last().consistency;
      }
      return sum / steps;
    };
    const DistillFigures before = student.heldOut();
    QCOMPARE(before.student.calls, before.teacher.calls);
    QVERIFY(before.student.right == before.teacher.right);
    QVERIFY(before.student.off == before.teacher.off);
    QVERIFY(before.teacher.calls > 1 && before.teacher.right[0] < 1 && before.teacher.off[0] > 0);
    const double begun = mean(3);
    mean(60);
    const double ended = mean(3);
    QVERIFY2(ended < 0.7 * begun, qPrintable(QString("%1 to %2").arg(begun).arg(ended)));
    const DistillFigures after = student.heldOut();
    QCOMPARE(after.teacher.calls, before.teacher.calls);
    QVERIFY(after.consistency > 0 && after.consistency < before.consistency);
    QVERIFY(after.student.calls >= 1 && after.student.calls <= 7 * kChunk);
    QVERIFY(after.answers.firstError > 0 && after.answers.firstError < 20);
  }

  void withoutConsistencyOnlyLabelsAreLearnt() {
    Distillation distillation = smallDistillation();
    distillation.consistency = 0;
    distillation.omega = 2;
    distillation.labels = LabelSource::Data;
    DistillTrainer student = trainer(distillation);
    const double total = student.step();
    QCOMPARE(student.last().consistency, 0.0);
    QVERIFY(std::abs(total - 2 * student.last().labels) < 1e-4);
    QVERIFY(student.last().replaced > 0);
    const double first = student.last().labels;
    for (int i = 0; i < 40; ++i) student.step();
    QVERIFY(student.last().labels < first);
  }

  void goesOnAsIfItHadNotStopped() {
    const fs::path state = m_folder / "student.state.safetensors";
    Distillation distillation = smallDistillation();
    distillation.batch = 8;
    const auto steps = [](DistillTrainer& student, int count) {
      double sum = 0;
      for (int i = 0; i < count; ++i) sum += student.step();
      return sum;
    };
    DistillTrainer student = trainer(distillation);
    steps(student, 4);
    student.save(state);
    const double sum = steps(student, 12);
    DistillTrainer other = trainer(distillation);
    QVERIFY(other.resume(state));
    QCOMPARE(other.steps(), std::int64_t{4});
    QCOMPARE(steps(other, 12), sum);
    QVERIFY(!other.resume(policyFolder()));
    QVERIFY(refusal([&] { other.resume(m_folder / "cloned.state.safetensors"); })
                .contains("does not fit this recipe"));
  }

  // All of it, as the command line does it.
  void recipesMakeAStudent() {
    const fs::path paths = m_folder / "paths.safetensors";
    const std::string before = bytesOf(policyFolder() / "model.safetensors");
    const std::string config = bytesOf(policyFolder() / "config.json");
    TrainRequest first = request("trajectories", paths);
    std::vector<TrainProgress> told;
    first.progress = [&](const TrainProgress& progress) { told.push_back(progress); };
    first.set["batch"] = "16";
    const std::atomic<bool> stopped = true;
    first.cancel = &stopped;
    train(first);
    QVERIFY(!fs::exists(paths) && told.empty());
    first.cancel = nullptr;
    train(first);
    QVERIFY2(told.back().note.find("calls") != std::string::npos, told.back().note.c_str());

    // Beside the teacher, and in a folder of its own.
    for (const fs::path& out : {policyFolder() / "student.safetensors",
                                m_folder / "own" / "model.safetensors"}) {
      fs::create_directories(out.parent_path());
      TrainRequest second = request("distill", out);
      second.set.insert({{"trajectories", paths.string()}, {"steps", "3"}, {"batch", "4"},
                         {"checkpoint_every", "2"}, {"labels", "teacher"}});
      told.clear();
      second.progress = first.progress;
      train(second);
      QCOMPARE(told.size(), std::size_t{3});
      QVERIFY(std::isnan(told[0].heldOut) && told[1].heldOut > 0);
      QVERIFY2(told[1].note.find("teacher") != std::string::npos, told[1].note.c_str());
      QVERIFY(loadPolicy(out, torch::kCPU).config == teacher().config);
      QVERIFY(fs::exists(out.parent_path() / "spiece.model"));
      second.set["steps"] = "4";
      second.resume = fs::path(out).replace_extension("state.safetensors");
      train(second);
      QCOMPARE(told.back().step, std::int64_t{4});
    }
    QVERIFY(bytesOf(policyFolder() / "model.safetensors") == before);
    QVERIFY(bytesOf(policyFolder() / "config.json") == config);
  }

  void whatDoesNotFitIsNamed() {
    const fs::path paths = m_folder / "fits.safetensors";
    const fs::path out = m_folder / "no" / "model.safetensors";
    const Trajectories good = made();
    writeTrajectories(paths, good, data());
    const auto said = [&](const std::string& key, const std::string& value,
                          const fs::path& to = {}) {
      TrainRequest wanted = request("distill", to.empty() ? out : to);
      wanted.set["trajectories"] = paths.string();
      wanted.set["steps"] = "1";
      if (key == "data") wanted.data = value;
      else wanted.set[key] = value;
      return refusal([&] { train(wanted); });
    };
    const auto damaged = [&](auto damage) {
      Trajectories trajectories = good;
      damage(trajectories);
      const fs::path file = m_folder / "damaged.safetensors";
      writeTrajectories(file, trajectories, data());
      return said("trajectories", file.string());
    };
    QVERIFY(said("policy", "").contains("policy is missing"));
    QVERIFY(said("policy", (m_folder / "nowhere").string()).contains("nowhere"));
    QVERIFY(said("policy", m_data.string()).contains("no policy"));
    QVERIFY(said("trajectories", "").contains("trajectories is missing"));
    QVERIFY(said("trajectories", m_data.string()).contains("no trajectories"));
    QVERIFY(said("labels", "mine").contains("mixed, teacher, data"));
    QVERIFY(said("policy", policyFolder().string(), policyFolder() / "model.safetensors")
                .contains("would be overwritten"));
    QVERIFY(said("policy", policyFolder().string(), paths).contains("would be overwritten"));

    Demonstrations other = squareDemonstrations(20, 3);
    for (float& value : other.actions) value *= 1.5f;
    QVERIFY(said("data", write("other", other).string()).contains("other data"));
    // Its actions are told in the teacher's tokens all the same.
    QVERIFY(jacobiscope::dataOf(teacher(), {m_folder / "other.safetensors"}).codec().ranges() ==
            data().codec().ranges());

    QVERIFY(damaged([](Trajectories& t) { t.chunk = 3; }).contains("chunks of 3"));
    QVERIFY(damaged([](Trajectories& t) { t.policy = "0"; }).contains("another policy"));
    QVERIFY(damaged([](Trajectories& t) { t.data = {"0"}; }).contains("other data"));
    QVERIFY(damaged([](Trajectories& t) { t.origins[0].step = 77; }).contains("step 77"));
    QVERIFY(damaged([](Trajectories& t) { t.lengths[0] += 1; }).contains("lengths"));
    QVERIFY(damaged([](Trajectories& t) { t.lengths.pop_back(); }).contains("lengths"));
    QVERIFY(damaged([](Trajectories& t) { t.tokens = t.tokens.clone().fill_(-1); })
                .contains("outside"));
    fs::resize_file(paths, fs::file_size(paths) - 8);
    QVERIFY(said("seed", "1").contains("fits.safetensors"));

    const fs::path taken = m_folder / "taken" / "model.safetensors";
    fs::create_directories(taken.parent_path());
    nlohmann::json config = Checkpoint::open(policyFolder()).config();
    config["num_actions_chunk"] = 9;
    writeJson(taken.parent_path() / "config.json", config);
    QVERIFY(said("seed", "1", taken).contains("num_actions_chunk"));
    QVERIFY(!fs::exists(out) && !fs::exists(taken));
  }
};

QTEST_GUILESS_MAIN(DistillTest)
#include "distill_test.moc"
