// Behaviour cloning of the policy, on small demonstrations that need no simulator.
#include <QtTest>

#include <cmath>

#include "engine/checkpoint/json_text.h"
#include "engine/core/error.h"
#include "engine/train/recipes.h"
#include "engine/train/vla_trainer.h"
#include "engine/vla/load_policy.h"
#include "tests/train/demonstration_folder.h"
#include "tests/train/small_vla.h"

using namespace jacobiscope;

namespace {

namespace fs = std::filesystem;


// The mean loss of so many steps.
double meanLoss(VlaTrainer& trainer, int steps) {
  double sum = 0;
  for (int i = 0; i < steps; ++i) sum += trainer.step();
  return sum / steps;
}

}  // namespace

class VlaTrainingTest : public QObject, private DemonstrationFolder {
  Q_OBJECT

 private:
  std::int64_t words() { return tokenizer().vocabularySize() + kActionBins; }

  DemonstrationSet dataOf(const std::vector<fs::path>& files) {
    return DemonstrationFolder::dataOf(files, words());
  }
  DemonstrationSet smallData() { return dataOf({write("small", squareDemonstrations(20))}); }

  VlaTraining smallTraining(double softness = 1) {
    VlaTraining training = smallVlaTraining(words(), kChunk);
    training.answers.softness = softness;
    return training;
  }

 private Q_SLOTS:
  void oneBatchIsLearnt_data() {
    QTest::addColumn<double>("softness");
    QTest::addColumn<bool>("binsOnly");
    QTest::addColumn<bool>("bfloat16");
    QTest::newRow("soft") << 1.0 << false << false;
    QTest::newRow("published") << 0.0 << false << false;
    QTest::newRow("bins only") << 1.0 << true << false;
    QTest::newRow("bfloat16") << 1.0 << false << true;
  }

  void oneBatchIsLearnt() {
    QFETCH(double, softness);
    QFETCH(bool, binsOnly);
    QFETCH(bool, bfloat16);
    VlaTraining training = smallTraining(softness);
    training.answers.binsOnly = binsOnly;
    training.bfloat16 = bfloat16;
    training.batch = 1000;  // all there is
    VlaTrainer trainer(training, smallData(), torch::kCPU);
    const double first = meanLoss(trainer, 3);
    meanLoss(trainer, 60);
    const double last = meanLoss(trainer, 3);
    QVERIFY2(last < 0.6 * first, qPrintable(QString("%1 to %2").arg(first).arg(last)));
    const double fewest = softness > 0 ? 0.9 : 0;  // nobody knows which bin of a spread label
    QVERIFY(last > fewest);
    const VlaFigures figures = trainer.heldOut(100);
    QVERIFY(figures.loss > fewest && figures.loss < first);
    QVERIFY(figures.accuracy > 0.2 && figures.accuracy <= 1);
    QVERIFY(figures.error > 0 && figures.error < 20);
    QVERIFY(figures.firstError > 0 && figures.firstError < 20);
    QVERIFY(figures.gripper > 0.4 && figures.gripper <= 1);
  }

  // Where things are is learnt along with the actions, and only where it counts.
  void placesAreLearnt() {
    const auto pixelsAfter = [&](double weight) {
      VlaTraining training = smallTraining();
      training.batch = 1000;
      training.places = weight;
      VlaTrainer trainer(training, smallData(), torch::kCPU);
      meanLoss(trainer, 60);
      return trainer.heldOut(100).place;
    };
    const double learnt = pixelsAfter(1), unlearnt = pixelsAfter(0);
    QVERIFY2(learnt < 0.6 * unlearnt,
             qPrintable(QString("%1 and %2").arg(learnt).arg(unlearnt)));
    Demonstrations unsaid = squareDemonstrations(20);
    unsaid.places.clear();
    VlaTrainer trainer(smallTraining(), dataOf({write("unsaid", unsaid)}), torch::kCPU);
    meanLoss(trainer, 2);
    QVERIFY(std::isnan(trainer.heldOut(100).place));
  }

  void goesOnAsIfItHadNotStopped() {
    const fs::path state = m_folder / "vla.state.safetensors";
    VlaTrainer trainer(smallTraining(), smallData(), torch::kCPU);
    meanLoss(trainer, 5);
    trainer.save(state);
    const double next = meanLoss(trainer, 12);  // into the next epoch
    VlaTrainer other(smallTraining(), smallData(), torch::kCPU);
    QVERIFY(other.resume(state));
    QCOMPARE(other.steps(), std::int64_t{5});
    QCOMPARE(meanLoss(other, 12), next);
  }

  void whatIsReleasedIsAPolicy() {
    const fs::path file = m_folder / "released" / "model.safetensors";
    fs::create_directories(file.parent_path());
    writeJson(file.parent_path() / "config.json", {{"name", "mine"}});
    VlaTrainer trainer(smallTraining(), smallData(), torch::kCPU);
    meanLoss(trainer, 3);
    trainer.release(file);
    const Policy policy = loadPolicy(file.parent_path(), torch::kCPU);
    QVERIFY(policy.config == smallTraining().policy);
    const nlohmann::json config = Checkpoint::open(file).config();
    QVERIFY(readRanges(config, "action") == smallData().codec().ranges());
    QCOMPARE(config["name"].get<std::string>(), std::string("mine"));
    VlaTrainer next(smallTraining(), smallData(), torch::kCPU);
    QVERIFY(!next.resume(file.parent_path()));
    QCOMPARE(next.steps(), std::int64_t{0});
    // Other data has other statistics: there action tokens mean other things.
    Demonstrations other = squareDemonstrations(20, 3);
    for (float& value : other.actions) value *= 1.5f;
    const fs::path elsewhere = write("elsewhere", other);
    VlaTrainer stranger(smallTraining(), dataOf({elsewhere}), torch::kCPU);
    QVERIFY_THROWS_EXCEPTION(Error, stranger.resume(file));
    const fs::path state = m_folder / "stranger.state.safetensors";
    trainer.save(state);
    QVERIFY_THROWS_EXCEPTION(Error, stranger.resume(state));
    VlaTrainer more(smallTraining(), dataOf({write("small", squareDemonstrations(20)), elsewhere}),
                    torch::kCPU);
    QVERIFY(more.resume(state));
  }

  // All of it, as the command line does it.
  void recipeMakesAFolder() {
    TrainRequest request;
    request.recipe = "vla";
    request.data = write("data", squareDemonstrations(20));
    request.out = m_folder / "policy" / "model.safetensors";
    request.set = {{"steps", "3"},        {"batch", "4"},         {"chunk", "3"},
                   {"width", "32"},       {"layers", "1"},        {"heads", "4"},
                   {"vision_width", "16"}, {"vision_layers", "1"}, {"checkpoint_every", "2"},
                   {"more", write("more", squareDemonstrations(10, 2)).string()}};
    std::vector<TrainProgress> told;
    request.progress = [&](const TrainProgress& progress) { told.push_back(progress); };
    train(request);
    QCOMPARE(told.size(), std::size_t{3});
    QVERIFY(std::isnan(told[0].heldOut) && told[1].heldOut > 0 && told[2].heldOut > 0);
    QVERIFY2(told[1].note.find("mm") != std::string::npos, told[1].note.c_str());
    const fs::path folder = request.out.parent_path();
    const Policy policy = loadPolicy(folder, torch::kCPU);
    QCOMPARE(policy.config.chunk, 3);
    const Tokenizer pieces = Tokenizer::open(folder / "spiece.model");
    QCOMPARE(policy.config.words(), pieces.vocabularySize() + kActionBins);
    QCOMPARE(policy.config.llama.endToken, static_cast<int>(pieces.eos()));
    request.set["steps"] = "4";
    request.resume = m_folder / "policy" / "model.state.safetensors";
    train(request);
    QCOMPARE(told.back().step, std::int64_t{4});
    // Other data is told in the tokens of the policy to go on from.
    const auto statistics = [&] { return Checkpoint::open(request.out).config()["norm_stats"]; };
    const nlohmann::json before = statistics();
    Demonstrations other = squareDemonstrations(20, 3);
    for (float& value : other.actions) value *= 1.5f;
    request.set["more"] = request.data.string();
    request.data = write("other", other);
    request.set["steps"] = "5";
    train(request);
    QCOMPARE(told.back().step, std::int64_t{5});
    QVERIFY(statistics() == before);
    request.resume.clear();
    request.set["more"] = request.out.string();
    QVERIFY_THROWS_EXCEPTION(UsageError, train(request));
    request.set["more"] = "";
    request.set["heads"] = "5";
    QVERIFY_THROWS_EXCEPTION(UsageError, train(request));
    request.set["heads"] = "4";
    request.out = m_folder / "other" / "model.safetensors";
    fs::create_directories(request.out.parent_path());
    writeJson(request.out.parent_path() / "config.json", {{"family", "t2i"}});
    QVERIFY_THROWS_EXCEPTION(UsageError, train(request));
  }
};

QTEST_GUILESS_MAIN(VlaTrainingTest)
#include "vla_training_test.moc"
