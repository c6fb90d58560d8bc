// Training of the parts of a prompted model: the VQ, the text encoder, the GPT over both.
#include <QTemporaryDir>
#include <QtTest>

#include "engine/core/error.h"
#include "engine/t2i/load.h"
#include "engine/t2i/load_text_encoder.h"
#include "engine/train/scene_draws.h"
#include "engine/train/t2i_trainer.h"
#include "engine/train/text_trainer.h"
#include "engine/train/vq_trainer.h"
#include "tests/train/square_sprites.h"

using namespace jacobiscope;

namespace {

namespace fs = std::filesystem;

Tokenizer tokenizer() {
  return Tokenizer::open(fs::path(JACOBISCOPE_TEST_DATA) / "t2i" / "spiece.model");
}

AdamSettings quick(std::int64_t steps) {
  return {.steps = steps, .rate = 4e-3, .warmUp = 5, .averageDecay = 0.9};
}

VqTraining smallVq(double steadiness) {
  VqTraining training;
  training.config.codebook = 16;
  training.config.channels = training.config.groups = 4;
  training.config.multipliers = {1, 1, 1};
  training.config.latent = 8;
  training.config.residuals = 1;
  training.adam = quick(60);
  training.batch = 4;
  training.steadiness = steadiness;
  return training;
}

TextTraining smallText() {
  TextTraining training;
  training.config.vocabulary = tokenizer().vocabularySize();
  training.config.width = training.config.hidden = 16;
  training.config.heads = 2;
  training.config.headWidth = 8;
  training.config.layers = 1;
  training.adam = quick(200);
  training.batch = 16;
  training.votes = 32;
  return training;
}

T2iTrainer smallGpt(double reading) {
  T2iTraining training;
  training.gpt.width = 32;
  training.gpt.layers = 2;
  training.gpt.heads = 2;
  training.gpt.hidden = 64;
  training.gpt.vocabulary = 16;
  training.gpt.grid = 12;
  training.gpt.prefix = 20;
  training.gpt.captionWidth = 16;
  training.adam = quick(100);
  training.batch = 2;
  training.reading = reading;
  torch::manual_seed(5);
  VqModel vq = createVq(smallVq(0).config);
  TextEncoder text = createTextEncoder(smallText().config);
  return T2iTrainer(training, std::move(vq), tokenizer(), std::move(text), squares(), torch::kCPU);
}

// The mean loss of so many steps.
template <class Trainer>
double meanLoss(Trainer& trainer, int steps) {
  double sum = 0;
  for (int i = 0; i < steps; ++i) sum += trainer.step();
  return sum / steps;
}

// Saves after some steps and goes on; another trainer goes on from the file: same losses?
template <class Trainer>
bool goesOnAlike(Trainer& trainer, Trainer& other, const fs::path& state) {
  meanLoss(trainer, 3);
  trainer.save(state);
  const double next = meanLoss(trainer, 2);
  return other.resume(state) && other.steps() == trainer.steps() - 2 &&
         meanLoss(other, 2) == next;
}

}  // namespace

class PromptedTrainingTest : public QObject {
  Q_OBJECT

 private:
  QTemporaryDir m_temporary;
  fs::path m_folder = m_temporary.path().toStdString();

 private Q_SLOTS:
  void vqLearnsAndGoesOn() {
    VqTrainer trainer(smallVq(0), squares(), torch::kCPU);
    const double first = meanLoss(trainer, 3);
    meanLoss(trainer, 40);
    const double last = meanLoss(trainer, 3);
    QVERIFY2(last < 0.8 * first, qPrintable(QString("%1 to %2").arg(first).arg(last)));
    VqTrainer other(smallVq(0), squares(), torch::kCPU);
    QVERIFY(goesOnAlike(trainer, other, m_folder / "vq.state.safetensors"));
  }

  // What a steady VQ makes of an object hangs less on what is behind and beside it.
  void steadinessKeepsTokensWhateverElseIsThere() {
    const auto changing = [](double steadiness) {
      VqTraining training = smallVq(steadiness);
      VqTrainer trainer(training, squares(), torch::kCPU);
      meanLoss(trainer, 60);
      const VqModel model = trainer.compact();
      Tensor features[2];
      for (int colour = 0; colour < 2; ++colour) {
        auto generator = torch::make_generator<at::CPUGeneratorImpl>(std::uint64_t{3});
        std::vector<Scene> scenes;
        for (int object = 0; object < 16; ++object) {
          scenes.push_back({Scene::Single, object, -1, 3 * colour + 1});
          // The right one is another, too: the features below are of the left half.
          scenes.push_back({Scene::Beside, object, (object + 2 + colour) % 16, 3 * colour + 1});
        }
        const torch::NoGradGuard noGrad;
        const Tensor all =
            vqFeatures(model, scenePictures(squares(), scenes, kSceneSize, {}, generator));
        // Within the object, wherever it is: the single one's middle, the left one's.
        const Tensor inner = torch::cat({all.slice(0, 0, 32, 2).slice(2, 4, 8).slice(3, 3, 5),
                                         all.slice(0, 1, 32, 2).slice(2, 5, 7).slice(3, 1, 5)
                                             .permute({0, 1, 3, 2})});
        features[colour] = inner / inner.norm(2, {1}, true);
      }
      return (features[0] - features[1]).square().sum(1).mean().item<double>();
    };
    const double without = changing(0), with = changing(5);
    QVERIFY2(with < 0.5 * without, qPrintable(QString("%1 to %2").arg(without).arg(with)));
  }

  void textIsReadBetterAndGoesOn() {
    TextTrainer trainer(smallText(), tokenizer(), torch::kCPU);
    const double first = meanLoss(trainer, 5);
    meanLoss(trainer, 150);
    const double last = meanLoss(trainer, 5);
    QVERIFY2(last < 0.8 * first, qPrintable(QString("%1 to %2").arg(first).arg(last)));
    TextTrainer other(smallText(), tokenizer(), torch::kCPU);
    QVERIFY(goesOnAlike(trainer, other, m_folder / "text.state.safetensors"));
  }

  void releasedTextIsAnEncoderToStartFrom() {
    const fs::path file = m_folder / "text" / "model.safetensors";
    fs::create_directories(file.parent_path());
    TextTrainer trainer(smallText(), tokenizer(), torch::kCPU);
    meanLoss(trainer, 20);
    trainer.release(file);
    const TextEncoder encoder = loadTextEncoder(file.parent_path(), torch::kCPU);
    QCOMPARE(encoder.config.width, 16);
    QCOMPARE(encoder.config.layers, 1);
    TextTrainer other(smallText(), tokenizer(), torch::kCPU);
    QVERIFY(!other.resume(file));
    QCOMPARE(other.steps(), std::int64_t{0});
  }

  void gptLearnsAndGoesOn() {
    T2iTrainer trainer = smallGpt(0.2);
    const double first = meanLoss(trainer, 3);
    meanLoss(trainer, 30);
    const double last = meanLoss(trainer, 3);
    QVERIFY2(last < 0.9 * first, qPrintable(QString("%1 to %2").arg(first).arg(last)));
    T2iTrainer other = smallGpt(0.2);
    QVERIFY(goesOnAlike(trainer, other, m_folder / "gpt.state.safetensors"));
  }

  // The question half way up is asked of the rows, and its weights stay behind.
  void readingIsForTrainingOnly() {
    const fs::path file = m_folder / "scenes" / "model.safetensors";
    fs::create_directories(file.parent_path());
    T2iTrainer trainer = smallGpt(1), indifferent = smallGpt(0);
    QVERIFY(meanLoss(trainer, 4) != meanLoss(indifferent, 4));
    trainer.release(file);
    const Checkpoint checkpoint = Checkpoint::open(file);
    for (const TensorView& view : checkpoint.tensors()) {
      QVERIFY2(!view.name.starts_with(kTrainingOnly), view.name.c_str());
    }
    QVERIFY(looksLikeGpt(checkpoint));
    T2iTrainer other = smallGpt(1);
    QVERIFY(!other.resume(file));
    QVERIFY(!other.resume(file.parent_path()));
  }

  void whatDoesNotFitIsRefused() {
    const fs::path state = m_folder / "other.state.safetensors";
    TextTrainer text(smallText(), tokenizer(), torch::kCPU);
    text.save(state);
    T2iTrainer trainer = smallGpt(0.2);
    QVERIFY_THROWS_EXCEPTION(Error, trainer.resume(state));
  }
};

QTEST_GUILESS_MAIN(PromptedTrainingTest)
#include "prompted_training_test.moc"
