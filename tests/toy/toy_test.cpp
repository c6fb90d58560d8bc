#include <QtTest>
#include <cmath>

#include "engine/core/error.h"
#include "engine/core/random.h"
#include "engine/toy/toy_family.h"

using namespace jacobiscope;

namespace {

using Numbers = std::vector<float>;

std::string text(const char* word) { return word; }

class Toy {
 public:
  Toy() : m_family(toyFamily().load({"toy", {}, {}})) {}

  std::unique_ptr<Decoder> begin(KnobValues knobs, std::uint64_t seed = 3,
                                 std::unique_ptr<Decoder> previous = nullptr) {
    knobs.insert({{"size", std::int64_t{kSize}}, {"stages", std::int64_t{kStages}}});
    Input input;
    input.seed = seed;
    return m_family->begin(complete(knobs), input, std::move(previous));
  }
  KnobValues complete(const KnobValues& knobs) const {
    return completeKnobs(m_family->info().knobs, knobs);
  }
  Family& family() { return *m_family; }

  static constexpr int kSize = 37, kStages = 3;

 private:
  std::unique_ptr<Family> m_family;
};

std::vector<Sweep> finish(Decoder& decoder) {
  std::vector<Sweep> sweeps;
  while (auto sweep = decoder.sweep()) sweeps.push_back(std::move(*sweep));
  return sweeps;
}

Numbers numbersOf(const Decoder& decoder) {
  return std::get<Numbers>(decoder.result().at("x").values);
}

// The definition, written out: x_i = c_i + sum_{j<i} W_ij tanh(x_j), stage after stage.
Numbers knownAnswer(std::uint64_t seed, double coupling) {
  const std::size_t n = Toy::kSize;
  const Numbers weights = normals(1, Purpose::Data, 0, n * n);
  Numbers x = normals(seed, Purpose::Noise, 0, n);
  for (int stage = 0; stage < Toy::kStages; ++stage) {
    const Numbers c = x;
    for (std::size_t i = 0; i < n; ++i) {
      double sum = 0;
      for (std::size_t j = 0; j < i; ++j) {
        sum += weights[i * n + j] / static_cast<float>(i - j) * std::tanh(x[j]);
      }
      x[i] = static_cast<float>(c[i] + coupling * sum);
    }
  }
  return x;
}

double difference(const Numbers& a, const Numbers& b) {
  double largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    largest = std::fmax(largest, std::abs(double(a[i]) - b.at(i)));
  }
  return largest;
}

Numbers sequential(Toy& toy, double coupling = 1.0) {
  auto decoder = toy.begin({{"mode", text("sequential")}, {"coupling", coupling}});
  finish(*decoder);
  return numbersOf(*decoder);
}

}  // namespace

class ToyTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void sequentialIsTheKnownAnswer() {
    Toy toy;
    QVERIFY(difference(sequential(toy), knownAnswer(3, 1.0)) < 1e-5);
    QVERIFY(difference(sequential(toy, 2.5), knownAnswer(3, 2.5)) < 1e-4);
    QVERIFY(sequential(toy) != sequential(toy, 2.5));
  }

  void everyModeReachesItBitForBit_data() {
    QTest::addColumn<QString>("mode");
    QTest::addColumn<QString>("segments");
    QTest::addColumn<int>("window");
    QTest::newRow("jacobi") << "jacobi"
                            << "1" << 1;
    for (const char* segments : {"1", "4", "5", "37", "1024", "1,8,3"}) {
      QTest::newRow(segments) << "gs-jacobi" << segments << 1;
    }
    for (const int window : {1, 2, 8, 36, 37, 1024}) {
      QTest::addRow("window %d", window) << "window"
                                         << "1" << window;
    }
  }

  void everyModeReachesItBitForBit() {
    QFETCH(QString, mode);
    QFETCH(QString, segments);
    QFETCH(int, window);
    Toy toy;
    auto decoder = toy.begin({{"mode", mode.toStdString()},
                              {"segments", segments.toStdString()},
                              {"window", std::int64_t{window}},
                              {"tolerance", 0.0},
                              {"coupling", 2.0}});
    const auto sweeps = finish(*decoder);
    QCOMPARE(numbersOf(*decoder), sequential(toy, 2.0));
    QVERIFY(sweeps.size() <= Toy::kSize * Toy::kStages);  // never more than one by one
  }

  void afterKSweepsKPositionsAreExact() {
    Toy toy;
    const Numbers answer = [&] {
      auto decoder = toy.begin({{"stages", std::int64_t{1}}, {"mode", text("sequential")}});
      finish(*decoder);
      return numbersOf(*decoder);
    }();
    for (int k = 1; k <= Toy::kSize; ++k) {
      // The last allowed sweep ends the stage, so its iterate is the result.
      auto decoder = toy.begin({{"stages", std::int64_t{1}},
                                {"tolerance", 0.0},
                                {"coupling", 1.0},
                                {"cap", std::int64_t{k}}});
      const auto sweeps = finish(*decoder);
      const Numbers x = numbersOf(*decoder);
      QVERIFY(std::equal(x.begin(), x.begin() + std::min<std::ptrdiff_t>(k, std::ssize(sweeps)),
                         answer.begin()));
      if (k == 3) QVERIFY(x != answer);  // else the line above says nothing
      if (k > 1) QCOMPARE(sweeps[0].frontier, 1);
    }
  }

  void frontierNeverPassesAnInexactPosition() {
    Toy toy;
    for (const char* mode : {"jacobi", "gs-jacobi", "window", "sequential"}) {
      auto decoder = toy.begin({{"mode", text(mode)},
                                {"tolerance", 0.0},
                                {"stages", std::int64_t{1}},
                                {"window", std::int64_t{8}}});
      auto truth = toy.begin({{"mode", text("sequential")}, {"stages", std::int64_t{1}}});
      finish(*truth);
      const Image answer = std::get<Image>(truth->panels()[0].picture);
      int before = 0;
      while (const auto sweep = decoder->sweep()) {
        QVERIFY(sweep->frontier > before);  // progress at every sweep
        before = sweep->frontier;
        const Image image = std::get<Image>(decoder->panels()[0].picture);
        QVERIFY(std::equal(image.rgba.begin(), image.rgba.begin() + sweep->frontier * 4,
                           answer.rgba.begin()));
      }
      QCOMPARE(before, Toy::kSize);
    }
  }

  void planListsTheWindowsThatAreSolved() {
    Toy toy;
    auto decoder = toy.begin({{"mode", text("gs-jacobi")}, {"segments", text("2,1,5")}});
    const Plan plan = decoder->plan();
    QCOMPARE(plan.windows.size(), std::size_t{8});
    std::vector<Window> solved;
    for (const Sweep& sweep : finish(*decoder)) {
      if (solved.empty() || solved.back() != sweep.window) solved.push_back(sweep.window);
    }
    QVERIFY(solved == plan.windows);
  }

  void sweepsCarryChangePerPosition() {
    Toy toy;
    auto decoder = toy.begin({{"mode", text("gs-jacobi")}, {"segments", text("4")}});
    for (const Sweep& sweep : finish(*decoder)) {
      const FactColumn* change = findFact(sweep, "change");
      QVERIFY(change);
      QCOMPARE(change->first, sweep.window.begin);
      const auto& values = std::get<Numbers>(change->values);
      QCOMPARE(std::ssize(values), sweep.window.end - sweep.window.begin);
      QCOMPARE(sweep.residual, static_cast<double>(std::ranges::max(values)));
      QCOMPARE(sweep.calls, 1);
    }
  }

  void capEndsAWindow() {
    Toy toy;
    auto decoder = toy.begin({{"cap", std::int64_t{2}}, {"tolerance", 0.0}});
    const auto sweeps = finish(*decoder);
    QCOMPARE(sweeps.size(), std::size_t{2 * Toy::kStages});
    QVERIFY(sweeps[1].verdict == Verdict::Capped);
    QVERIFY(endsStage(decoder->plan(), sweeps[1]) && !endsStage(decoder->plan(), sweeps[0]));
  }

  void toleranceSavesSweeps() {
    Toy toy;
    auto exact = toy.begin({{"tolerance", 0.0}});
    auto loose = toy.begin({{"tolerance", 1e-3}});
    QVERIFY(finish(*loose).size() < finish(*exact).size());
    QVERIFY(difference(numbersOf(*loose), numbersOf(*exact)) < 0.1);
  }

  void branchFromABoundaryIsBitEqual() {
    Toy toy;
    for (const char* mode : {"jacobi", "gs-jacobi", "window"}) {
      auto decoder = toy.begin({{"mode", text(mode)}, {"tolerance", 1e-2}});
      std::shared_ptr<const Decoder::State> state;
      std::vector<double> residuals;
      while (const auto sweep = decoder->sweep()) {
        if (sweep->window.stage == 1 && sweep->iteration == 2) state = decoder->state();
        if (sweep->window.stage >= 1) residuals.push_back(sweep->residual);
      }
      QVERIFY(state);
      auto branch = toy.begin({{"mode", text(mode)}, {"tolerance", 1e-2}}, 99);
      branch->sweep();
      for (Decoder* replayed : {branch.get(), decoder.get()}) {
        replayed->restore(*state);
        std::vector<double> again;
        for (const Sweep& sweep : finish(*replayed)) again.push_back(sweep.residual);
        QCOMPARE(again, residuals);
        QCOMPARE(numbersOf(*replayed), numbersOf(*decoder));
      }
    }
  }

  void stateAtTheEndHoldsTheResult() {
    Toy toy;
    auto decoder = toy.begin({});
    finish(*decoder);
    auto other = toy.begin({}, 99);
    other->restore(*decoder->state());
    QVERIFY(!other->sweep());
    QCOMPARE(numbersOf(*other), numbersOf(*decoder));
  }

  void warmStartReachesTheSameNumbersInFewerSweeps() {
    Toy toy;
    auto first = toy.begin({{"coupling", 1.0}, {"tolerance", 0.0}});
    finish(*first);
    auto cold = toy.begin({{"coupling", 1.0001}, {"tolerance", 1e-4}});
    const auto coldSweeps = finish(*cold).size();
    auto warm = toy.begin({{"coupling", 1.0001}, {"tolerance", 1e-4}}, 3, std::move(first));
    QVERIFY(finish(*warm).size() < coldSweeps);
    auto again = toy.begin({{"tolerance", 0.0}}, 3, std::move(warm));
    finish(*again);
    QCOMPARE(numbersOf(*again), sequential(toy));
  }

  void aStoppedWarmDecoderStillHasEverySolution() {
    Toy toy;
    auto first = toy.begin({{"tolerance", 0.0}});
    finish(*first);
    auto stopped = toy.begin({{"tolerance", 0.0}}, 3, std::move(first));
    stopped->sweep();
    auto warm = toy.begin({{"tolerance", 0.0}}, 3, std::move(stopped));
    QCOMPARE(finish(*warm).size(), std::size_t{Toy::kStages});  // one to see that nothing moves
  }

  void liveCouplingChangesTheMapOfTheRunningStage() {
    Toy toy;
    auto decoder = toy.begin({{"coupling", 0.5}, {"tolerance", 0.0}, {"stages", std::int64_t{1}}});
    for (int i = 0; i < 5; ++i) decoder->sweep();
    const auto effect = decoder->setKnobs(toy.complete({{"coupling", 2.0},
                                                        {"tolerance", 0.0},
                                                        {"size", std::int64_t{Toy::kSize}},
                                                        {"stages", std::int64_t{1}}}));
    QVERIFY(effect == KnobEffect::StageRestarts);
    finish(*decoder);
    auto direct = toy.begin({{"coupling", 2.0}, {"tolerance", 0.0}, {"stages", std::int64_t{1}}});
    finish(*direct);
    QCOMPARE(numbersOf(*decoder), numbersOf(*direct));
  }

  void changingTheModeInMidStageKeepsWhatIsSettled() {
    Toy toy;
    for (const char* mode : {"gs-jacobi", "window", "sequential"}) {
      auto decoder = toy.begin({{"tolerance", 0.0}});
      for (int i = 0; i < 5; ++i) decoder->sweep();
      decoder->setKnobs(toy.complete({{"mode", text(mode)},
                                      {"tolerance", 0.0},
                                      {"size", std::int64_t{Toy::kSize}},
                                      {"stages", std::int64_t{Toy::kStages}}}));
      QCOMPARE(decoder->sweep()->window.begin, 5);
      finish(*decoder);
      QCOMPARE(numbersOf(*decoder), sequential(toy));
    }
  }

  void badKnobsAreRefusedAndChangeNothing() {
    Toy toy;
    QVERIFY_EXCEPTION_THROWN(toy.begin({{"segments", text("1,2")}}), UsageError);
    Input four;
    four.count = 4;
    QVERIFY_EXCEPTION_THROWN(toy.family().begin(toy.complete({}), four), UsageError);
    auto decoder = toy.begin({});
    KnobValues bad = toy.complete({{"segments", text("1,2")}, {"coupling", 3.0}});
    QVERIFY_EXCEPTION_THROWN(decoder->setKnobs(bad), UsageError);
    finish(*decoder);
    auto untouched = toy.begin({});
    finish(*untouched);
    QCOMPARE(numbersOf(*decoder), numbersOf(*untouched));
  }

  void failsWhenTold() {
    Toy toy;
    auto decoder = toy.begin({{"fail_at", std::int64_t{2}}});
    decoder->sweep();
    decoder->sweep();
    QVERIFY_EXCEPTION_THROWN(decoder->sweep(), Error);
  }

  void panelsShowThePresent() {
    Toy toy;
    auto decoder = toy.begin({{"stages", std::int64_t{2}}});
    decoder->sweep();
    const auto panels = decoder->panels();
    QCOMPARE(panels.size(), std::size_t{3});
    const auto& image = std::get<Image>(panels[0].picture);
    QCOMPARE(image.width, 7);  // 37 positions in 7 columns
    QCOMPARE(image.height, 6);
    QCOMPARE(image.rgba.size(), std::size_t{7 * 6 * 4});
    QCOMPARE(image.rgba[36 * 4 + 3], std::uint8_t{255});
    QCOMPARE(image.rgba[37 * 4 + 3], std::uint8_t{0});
    const auto& map = std::get<Heatmap>(panels[1].picture);
    QCOMPARE(map.values.size(), std::size_t{42});
    QVERIFY(std::isfinite(map.values[36]) && std::isnan(map.values[37]));
    const auto& strip = std::get<Strip>(panels[2].picture);
    QCOMPARE(strip.current, 1);
    QVERIFY((strip.captions == std::vector<std::string>{"noise", "stage 1"}));
    finish(*decoder);
    QCOMPARE(std::get<Strip>(decoder->panels()[2].picture).current, -1);
    QCOMPARE(std::get<Strip>(decoder->panels()[2].picture).images.size(), std::size_t{3});
  }
};

QTEST_GUILESS_MAIN(ToyTest)
#include "toy_test.moc"
