// Demonstrations as batches for a policy, and which of them come when. Needs no simulator.
#include <QtTest>

#include <algorithm>
#include <cstring>
#include <limits>
#include <set>

#include "engine/checkpoint/checkpoint.h"
#include "engine/checkpoint/safetensors.h"
#include "engine/core/error.h"
#include "engine/train/batch_order.h"
#include "engine/train/demonstration_set.h"
#include "engine/train/picture_variation.h"
#include "tests/train/demonstration_folder.h"

using namespace jacobiscope;

namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kWords = 400;

std::vector<std::int64_t> listOf(const Tensor& tensor) {
  const Tensor flat = tensor.contiguous().flatten();
  const auto* first = flat.data_ptr<std::int64_t>();
  return {first, first + flat.numel()};
}

}  // namespace

class DemonstrationSetTest : public QObject, private DemonstrationFolder {
  Q_OBJECT

 private:
  DemonstrationSet dataOf(const std::vector<fs::path>& files) {
    return DemonstrationFolder::dataOf(files, kWords);
  }
  DemonstrationSet smallData() { return dataOf({write("small", squareDemonstrations(20))}); }

  // With the metadata that the file has: values that are no numbers have no statistics.
  void writeWithSoundStatistics(const fs::path& file, const Demonstrations& data) {
    const auto metadata = Checkpoint::open(file).metadata();
    const auto bytes = [](const auto& values) { return std::as_bytes(std::span(values)); };
    const std::int64_t steps = data.steps(), episodes = data.episodes(), side = data.pictureSize;
    writeSafetensors(file,
                     {{"pictures", DType::U8, {steps, side, side, 3}, bytes(data.pictures)},
                      {"proprioception", DType::F32, {steps, 7}, bytes(data.proprioception)},
                      {"actions", DType::F32, {steps, 7}, bytes(data.actions)},
                      {"episode_starts", DType::I64, {episodes}, bytes(data.starts)},
                      {"episode_seeds", DType::I64, {episodes}, bytes(data.seeds)},
                      {"episode_kinds", DType::I64, {episodes}, bytes(data.kinds)},
                      {"episode_instructions", DType::I64, {episodes}, bytes(data.instructions)}},
                     metadata);
  }

 private Q_SLOTS:
  void everySampleComesOnceAnEpoch() {
    std::vector<std::int64_t> lengths;
    for (int i = 0; i < 103; ++i) lengths.push_back(3 + (i * 7) % 11);
    BatchOrder order(lengths, 10, 4), later(lengths, 10, 4);
    std::set<std::int64_t> seen;
    std::int64_t padding = 0;
    for (int step = 0; step < 10; ++step) {
      const auto batch = order.batchOf(step);
      QCOMPARE(batch.size(), std::size_t{10});
      std::int64_t longest = 0, sum = 0;
      for (const std::int64_t sample : batch) {
        QVERIFY(seen.insert(sample).second);
        longest = std::max(longest, lengths[sample]);
        sum += lengths[sample];
      }
      padding += 10 * longest - sum;
    }
    QVERIFY2(padding < 100, qPrintable(QString::number(padding)));  // at random: about 400
    const auto next = order.batchOf(10);
    QVERIFY(later.batchOf(10) == next);  // without having gone through the first epoch
    QVERIFY(order.batchOf(0) != next);
    QCOMPARE(BatchOrder(lengths, 1000, 1).batchOf(3).size(), lengths.size());
  }

  void samplesKnowWhereTheyComeFrom() {
    const Demonstrations first = squareDemonstrations(20), second = squareDemonstrations(10, 2);
    const DemonstrationSet set = dataOf({write("first", first), write("second", second)});
    std::set<SampleOrigin> seen;
    for (const auto* samples : {&set.trained(), &set.heldOut()}) {
      for (const std::int64_t sample : *samples) {
        const SampleOrigin& origin = set.origin(sample);
        const Demonstrations& part = origin.part == 0 ? first : second;
        const auto episode = std::ranges::find(part.seeds, origin.seed) - part.seeds.begin();
        QVERIFY(episode < part.episodes());
        const std::int64_t row = part.starts[episode] + origin.step;
        const Tensor pictures = set.batch(std::span(&sample, 1)).pictures.contiguous();
        QVERIFY(std::memcmp(pictures.data_ptr(), part.pictures.data() + row * pictures.numel(),
                            pictures.numel()) == 0);
        QVERIFY(seen.insert(origin).second);
      }
    }
    QCOMPARE(static_cast<std::int64_t>(seen.size()), first.steps() + second.steps());
  }

  void instructionsArePaddedOnTheLeft() {
    const Tokenizer pieces = tokenizer();
    const auto tokens = instructionTokens(pieces, "Touch the red cube");
    QCOMPARE(tokens.back(), pieces.eos());
    QVERIFY(tokens == instructionTokens(pieces, " touch the  RED cube"));
    QCOMPARE(tokens.size(), std::size_t{5});  // four words
    const InstructionBatch batch = padInstructions({{5, 6, 1}, {7, 1}}, 0);
    QVERIFY(listOf(batch.ids) == (std::vector<std::int64_t>{5, 6, 1, 0, 7, 1}));
    QVERIFY(listOf(batch.mask) == (std::vector<std::int64_t>{1, 1, 1, 0, 1, 1}));
    QVERIFY(!padInstructions({{5, 1}, {7, 1}}, 0).mask.defined());
    QVERIFY_THROWS_EXCEPTION(UsageError, instructionTokens(pieces, " \t"));
  }

  // The label of a step is what the expert did from there on, then rest.
  void labelsAreChunksOfTheEpisode() {
    const Demonstrations raw = squareDemonstrations(20);
    const DemonstrationSet data = smallData();
    // Episode 1 has four steps behind the three of episode 0; samples are in the data's order.
    const std::int64_t samples[] = {3, 6};
    const DemonstrationBatch batch = data.batch(samples);
    const auto action = [&](std::int64_t step) {
      const std::span all(raw.actions);
      return data.codec().tokens(all.subspan(step * 7, 7));
    };
    std::vector<float> rest(7, 0.0f);  // the gripper stays closed, as the last action has it
    auto expected = action(3);
    for (const auto& more : {action(4), action(6), data.codec().tokens(rest)}) {
      expected.insert(expected.end(), more.begin(), more.end());
    }
    QVERIFY(listOf(batch.tokens) == expected);
    QCOMPARE(batch.actions.size(1), kChunk);
    QVERIFY(std::abs(batch.actions[0][1][5].item<float>() - raw.actions[4 * 7 + 5]) < 1e-7);
    const std::size_t bytes = 24 * 24 * 3;
    const auto* seen = batch.pictures.data_ptr<std::uint8_t>() + bytes;
    QVERIFY(std::equal(seen, seen + bytes, raw.pictures.data() + 6 * bytes));
    QVERIFY(batch.proprioception.abs().max().item<float>() <= 1);
  }

  // A plan is the label of its step, whatever was done next.
  void plansAreLabels() {
    Demonstrations raw = squareDemonstrations(20);
    raw.planLength = 3;
    for (std::int64_t i = 0; i < raw.steps() * 21; ++i) {
      raw.plans.push_back(0.001f * float(i % 17) - 0.008f);
    }
    const DemonstrationSet data = dataOf({write("plans", raw), write("small",
                                                                     squareDemonstrations(20))});
    const std::int64_t samples[] = {4, raw.steps() + 3};
    const DemonstrationBatch batch = data.batch(samples);
    const auto plan = std::span(raw.plans).subspan(4 * 21, 14);
    QVERIFY(listOf(batch.tokens[0]) == data.codec().tokens(plan));
    // The other part has none.
    QVERIFY(listOf(batch.tokens[1]) ==
            data.codec().tokens(std::span(raw.actions).subspan(21, 14)));
    const auto* state = batch.proprioception.data_ptr<float>();
    QVERIFY(std::abs(state[0] - data.proprioceptionRanges().normalised(
                                    0, raw.proprioception[28])) < 1e-6);
    raw.planLength = 1;
    raw.plans.resize(raw.steps() * 7);
    QVERIFY_THROWS_EXCEPTION(Error, dataOf({write("short", raw)}));
  }

  void episodesAreKeptApartByTheirSeeds() {
    const fs::path first = write("first", squareDemonstrations(20));
    const fs::path second = write("second", squareDemonstrations(30, 2));
    const DemonstrationSet one = dataOf({first}), both = dataOf({first, second});
    QCOMPARE(one.episodes(), 20);
    QCOMPARE(both.episodes(), 50);
    // The first file's samples come first, and the same of them are kept apart.
    const auto apart = std::span(both.heldOut()).first(one.heldOut().size());
    QVERIFY(std::ranges::equal(apart, one.heldOut()));
    QVERIFY(both.heldOut().size() > one.heldOut().size());
    QCOMPARE(both.trained().size() + both.heldOut().size(),
             static_cast<std::size_t>(squareDemonstrations(20).steps() +
                                      squareDemonstrations(30, 2).steps()));
    QVERIFY(both.codec().ranges() == one.codec().ranges());
  }

  void picturesVaryAsMuchAsIsAsked() {
    auto generator = torch::make_generator<at::CPUGeneratorImpl>(std::uint64_t{1});
    const Tensor pictures =
        torch::randint(60, 190, {5, 8, 8, 3}, generator, torch::kInt64).to(torch::kUInt8);
    const Tensor same = variedPictures(pictures, {0, 0, 0}, generator);
    QVERIFY(torch::allclose(same, pictures.to(torch::kFloat32), 0, 1e-3));
    const Tensor brighter = variedPictures(pictures, {0.1, 0, 0}, generator);
    const Tensor by = (brighter - pictures).flatten(1);
    QVERIFY(by.abs().max().item<double>() < 25.6 && by.std(1).max().item<double>() < 1e-2);
    QVERIFY(by.select(1, 0).std().item<double>() > 1);
    // Every picture is one of the 25 with its border repeated.
    const Tensor moved = variedPictures(pictures, {0, 0, 2}, generator);
    const Tensor middle = moved.slice(1, 2, 6).slice(2, 2, 6);
    for (int b = 0; b < 5; ++b) {
      bool found = false;
      for (int y = 0; y <= 4; ++y) {
        for (int x = 0; x <= 4; ++x) {
          found = found || torch::allclose(middle[b],
                                           pictures[b].slice(0, y, y + 4).slice(1, x, x + 4)
                                               .to(torch::kFloat32), 0, 1e-3);
        }
      }
      QVERIFY(found);
    }
  }

  void badDataIsNamed_data() {
    QTest::addColumn<int>("damage");
    QTest::addColumn<QString>("says");
    QTest::newRow("action") << 0 << "bad.safetensors has actions that are no numbers";
    QTest::newRow("state") << 1 << "bad.safetensors has states of the arm that are no numbers";
    QTest::newRow("size") << 2 << "bad.safetensors has pictures of 12 pixels";
    QTest::newRow("statistics") << 3 << "bad.safetensors has no norm_stats";
    QTest::newRow("few") << 4 << "none would be left";
    QTest::newRow("no words") << 5 << "no words";
    QTest::newRow("other file") << 6 << "bad.safetensors holds no demonstrations";
  }

  void badDataIsNamed() {
    QFETCH(int, damage);
    QFETCH(QString, says);
    Demonstrations data = squareDemonstrations(damage == 4 ? 2 : 20);
    if (damage == 2) {
      data.pictureSize = 12;
      data.pictures.resize(data.pictures.size() / 4);
    }
    if (damage == 5) data.texts[0] = "\t";
    const fs::path bad = write("bad", data);
    if (damage == 0) data.actions[9] = std::numeric_limits<float>::quiet_NaN();
    if (damage == 1) data.proprioception[9] = std::numeric_limits<float>::infinity();
    if (damage == 0 || damage == 1) writeWithSoundStatistics(bad, data);
    if (damage == 3) writeSafetensors(bad, readArrays(bad));
    if (damage == 6) writeSafetensors(bad, Arrays{{"image", {{1}, std::vector<float>{0}}}});
    const fs::path good = write("good", squareDemonstrations(20));
    const bool second = damage == 2 || damage == 6;  // the first file is fine
    try {
      dataOf(second ? std::vector{good, bad} : std::vector{bad});
      QFAIL("It was taken.");
    } catch (const Error& error) {
      QVERIFY2(QString(error.what()).contains(says), error.what());
    }
  }
};

QTEST_GUILESS_MAIN(DemonstrationSetTest)
#include "demonstration_set_test.moc"
