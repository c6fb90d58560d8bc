// A trainer that learns, can be stopped and goes on as if it had not been.
#include <QtTest>

#include <nlohmann/json.hpp>

#include "engine/core/error.h"
#include "engine/nn/load_tensor.h"
#include "engine/nn/save_tensors.h"
#include "engine/tarflow/flow_family.h"
#include "engine/train/classifier.h"
#include "engine/train/evaluate.h"
#include "engine/train/flow_trainer.h"
#include "engine/train/recipes.h"

using namespace jacobiscope;

namespace {

// Three discs of different colours, as `train data emoji` would write them.
void writeSprites(const std::filesystem::path& file) {
  const std::int64_t size = 16;
  Tensor sprites = torch::zeros({3, size, size, 4}, torch::kUInt8);
  const Tensor axis = torch::arange(size).to(torch::kFloat32) - (size - 1) / 2.0;
  const Tensor disc = (axis.view({-1, 1}).square() + axis.view({1, -1}).square()) < 40;
  for (int i = 0; i < 3; ++i) {
    sprites[i].select(2, i).masked_fill_(disc, 255);
    sprites[i].select(2, 3).masked_fill_(disc, 255);
  }
  saveTensors(file, {{"sprites", sprites}},
              {{"classes", nlohmann::json({"red", "green", "blue"}).dump()}});
}

FlowTraining tinyTraining() {
  FlowTraining t;
  t.config.imageSize = 8;
  t.config.patch = 4;
  t.config.width = 64;
  t.config.blocks = 2;
  t.config.layers = 1;
  t.config.classes = 3;
  t.adam.steps = 60;
  t.adam.warmUp = 5;
  t.adam.rate = 2e-3;
  t.batch = 24;
  return t;
}

bool sameWeights(TarFlow& a, TarFlow& b) {
  std::vector<Tensor> left, right;
  a.visit([&](const std::string&, Tensor& t) { left.push_back(t); });
  b.visit([&](const std::string&, Tensor& t) { right.push_back(t); });
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (!torch::equal(left[i], right[i])) return false;
  }
  return true;
}

}  // namespace

class TrainingTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() {
    m_folder = m_temporary.path().toStdString();
    m_data = m_folder / "sprites.safetensors";
    writeSprites(m_data);
  }

  void likelihoodRises() {
    FlowTrainer trainer(tinyTraining(), readEmojiSprites(m_data), torch::kCPU);
    const double before = trainer.heldOut(48);
    while (trainer.steps() < 60) trainer.step();
    const double after = trainer.heldOut(48);
    QVERIFY2(after < before - 0.5, qPrintable(QString("%1 to %2").arg(before).arg(after)));
  }

  void resumingGoesOnAsIfNotStopped() {
    FlowTrainer whole(tinyTraining(), readEmojiSprites(m_data), torch::kCPU);
    for (int i = 0; i < 6; ++i) whole.step();
    FlowTrainer first(tinyTraining(), readEmojiSprites(m_data), torch::kCPU);
    for (int i = 0; i < 3; ++i) first.step();
    first.save(m_folder / "state.safetensors");
    FlowTrainer second(tinyTraining(), readEmojiSprites(m_data), torch::kCPU);
    second.resume(m_folder / "state.safetensors");
    for (int i = 0; i < 3; ++i) second.step();
    QVERIFY(sameWeights(whole.average(), second.average()));
    FlowTraining other = tinyTraining();
    other.config.width = 128;
    FlowTrainer wider(other, readEmojiSprites(m_data), torch::kCPU);
    QVERIFY_THROWS_EXCEPTION(Error, wider.resume(m_folder / "state.safetensors"));
  }

  // `var` is not trained; earlier versions wrote it among the trained tensors.
  void statesOfEarlierVersionsAreResumed() {
    FlowTrainer first(tinyTraining(), readEmojiSprites(m_data), torch::kCPU);
    for (int i = 0; i < 3; ++i) first.step();
    const auto file = m_folder / "now.safetensors", older = m_folder / "older.safetensors";
    first.save(file);
    const Checkpoint now = Checkpoint::open(file);
    NamedTensors tensors;
    for (const TensorView& view : now.tensors()) tensors.emplace_back(view.name, toTensor(view));
    const Tensor var = torch::full({4, 48}, 2.0f);
    std::erase_if(tensors, [](const auto& one) { return one.first == "model.var"; });
    for (const char* part : {"model.", "average.", "first.", "second."}) {
      tensors.emplace_back(part + std::string("var"), var);
    }
    saveTensors(older, tensors, {{"step", "3"}});
    FlowTrainer second(tinyTraining(), readEmojiSprites(m_data), torch::kCPU);
    QVERIFY(second.resume(older));
    QVERIFY(torch::equal(second.average().var, var));
    second.average().var.fill_(1);
    QVERIFY(sameWeights(first.average(), second.average()));
    first.step();
    second.step();
    QVERIFY(sameWeights(first.average(), second.average()));
  }

  // Where the optimiser's state is lost: from a released file, or from a model's folder.
  void releasedWeightsAreResumedWithAFreshOptimiser() {
    FlowTrainer first(tinyTraining(), readEmojiSprites(m_data), torch::kCPU);
    for (int i = 0; i < 30; ++i) first.step();
    const auto folder = m_folder / "released";
    std::filesystem::create_directory(folder);
    releaseFlow(first.average(), readEmojiSprites(m_data).names, folder / "model.safetensors");
    for (const auto& released : {folder / "model.safetensors", folder}) {
      FlowTrainer second(tinyTraining(), readEmojiSprites(m_data), torch::kCPU);
      QVERIFY(!second.resume(released));
      QCOMPARE(second.steps(), 0);
      // The file is in bfloat16; what was learnt is kept but for that.
      QVERIFY(std::abs(second.heldOut(48) - first.heldOut(48)) < 0.05);
      second.step();
      QVERIFY(std::abs(second.heldOut(48) - first.heldOut(48)) < 0.2);
    }
    FlowTrainer state(tinyTraining(), readEmojiSprites(m_data), torch::kCPU);
    first.save(m_folder / "thirty.safetensors");
    QVERIFY(state.resume(m_folder / "thirty.safetensors"));
    QCOMPARE(state.steps(), 30);
  }

  void resumingRefusesWhatDoesNotFit() {
    FlowTrainer trainer(tinyTraining(), readEmojiSprites(m_data), torch::kCPU);
    const auto file = m_folder / "released.safetensors";
    const auto refusal = [&] {
      try {
        trainer.resume(file);
      } catch (const Error& error) {
        return QString(error.what());
      }
      return QString();
    };
    releaseFlow(trainer.average(), {"red", "green", "violet"}, file);
    QVERIFY2(refusal().contains("other classes"), qPrintable(refusal()));
    FlowTraining wider = tinyTraining();
    wider.config.width = 128;
    FlowTrainer other(wider, readEmojiSprites(m_data), torch::kCPU);
    releaseFlow(other.average(), readEmojiSprites(m_data).names, file);
    QVERIFY2(refusal().contains("pos_embed") && refusal().contains("[4, 64] was expected"),
             qPrintable(refusal()));
    other.save(file);
    QVERIFY2(refusal().contains("model."), qPrintable(refusal()));
    saveTensors(file, {{"weights", torch::zeros({1})}});
    QVERIFY2(refusal().contains("is missing"), qPrintable(refusal()));
  }

  void recipesEndWithAModelThatOpensAndIsJudged() {
    const auto flow = m_folder / "flow.safetensors", judge = m_folder / "judge.safetensors";
    std::vector<TrainProgress> told;
    TrainRequest request;
    request.recipe = "tarflow";
    request.data = m_data;
    request.out = flow;
    request.set = {{"size", "16"}, {"patch", "8"}, {"width", "64"}, {"blocks", "2"},
                   {"layers", "1"}, {"steps", "10"}, {"batch", "8"}};
    request.progress = [&](const TrainProgress& p) { told.push_back(p); };
    train(request);
    QCOMPARE(told.size(), std::size_t(10));
    QVERIFY(std::isfinite(told.back().heldOut));

    request.recipe = "classifier";
    request.out = judge;
    request.set = {{"size", "16"}, {"steps", "60"}, {"batch", "24"}};
    train(request);

    const auto family = loadModel(families(), {flow, {}, {{"device", "cpu"}}});
    QCOMPARE(family->info().classes, (std::vector<std::string>{"red", "green", "blue"}));
    EvaluateRequest evaluate;
    evaluate.classifier = judge;
    evaluate.data = m_data;
    evaluate.count = 4;
    evaluate.knobs = completeKnobs(family->info().knobs, {});
    evaluate.progressFile = m_folder / "progress.json";
    const FlowEvaluation first = evaluateFlow(*family, evaluate);
    QCOMPARE(first.samples.total, 12);
    QVERIFY(first.real.value() > 0.8);
    QVERIFY(first.bitsPerDimension > 0);
    // What was judged before is not judged again.
    QCOMPARE(evaluateFlow(*family, evaluate).calls, first.calls);

    // Another request, and a file that is none of ours, are refused and left as they were.
    const auto bytesOf = [](const std::filesystem::path& file) {
      QFile opened(QString::fromStdString(file.string()));
      return opened.open(QIODevice::ReadOnly) ? opened.readAll() : QByteArray();
    };
    for (const auto& file : {evaluate.progressFile, judge}) {
      const QByteArray before = bytesOf(file);
      QVERIFY(!before.isEmpty());
      EvaluateRequest other = evaluate;
      other.progressFile = file;
      other.seed = 1;
      QVERIFY_THROWS_EXCEPTION(Error, evaluateFlow(*family, other));
      QCOMPARE(bytesOf(file), before);
    }

    // Stopped before the first sample: nothing measured, nothing written.
    const std::atomic<bool> stop = true;
    EvaluateRequest stopped = evaluate;
    stopped.progressFile = m_folder / "stopped.json";
    stopped.cancel = &stop;
    QCOMPARE(evaluateFlow(*family, stopped).real.total, 0);
    QVERIFY(!std::filesystem::exists(stopped.progressFile));
  }

  void unknownSettingsAreRefusedByName() {
    TrainRequest request;
    request.recipe = "tarflow";
    request.data = m_data;
    request.out = m_folder / "none.safetensors";
    request.set = {{"speed", "9"}};
    QVERIFY_THROWS_EXCEPTION(UsageError, train(request));
    request.recipe = "wizardry";
    QVERIFY_THROWS_EXCEPTION(UsageError, train(request));
    QVERIFY(!std::filesystem::exists(request.out));
  }

  void whatWouldDestroyOrDoNothingIsRefused() {
    TrainRequest request;
    request.recipe = "tarflow";
    request.data = request.out = m_data;
    QVERIFY_THROWS_EXCEPTION(UsageError, train(request));
    QCOMPARE(readEmojiSprites(m_data).names.size(), std::size_t(3));

    request.out = m_folder / "steps.safetensors";
    request.set = {{"size", "8"}, {"width", "64"}, {"blocks", "2"}, {"layers", "1"},
                   {"steps", "2.5"}, {"batch", "8"}};
    QVERIFY_THROWS_EXCEPTION(UsageError, train(request));
    QVERIFY(!std::filesystem::exists(request.out));

    request.set["steps"] = "2";
    train(request);
    request.resume = m_folder / "steps.state.safetensors";
    QVERIFY_THROWS_EXCEPTION(UsageError, train(request));  // it has taken both steps
    std::vector<TrainProgress> told;
    request.progress = [&](const TrainProgress& p) { told.push_back(p); };
    request.resume = request.out;
    train(request);
    QCOMPARE(told.size(), std::size_t(2));
    QVERIFY(told[0].note.find("fresh optimiser") != std::string::npos);
  }

  void wilsonIntervals() {
    const Share share = wilsonShare(80, 100);
    QVERIFY(std::abs(share.low - 0.7112) < 1e-3 && std::abs(share.high - 0.8666) < 1e-3);
    QCOMPARE(wilsonShare(0, 0).high, 1.0);
  }

 private:
  QTemporaryDir m_temporary;
  std::filesystem::path m_folder, m_data;
};

QTEST_GUILESS_MAIN(TrainingTest)
#include "training_test.moc"
