// Truths about decoding that hold for any weights.
#include <QtTest>

#include "engine/core/endings.h"
#include "engine/core/random.h"
#include "engine/tarflow/forward.h"
#include "engine/tarflow/prepared.h"
#include "tests/tarflow/flow_fixture.h"

using namespace jacobiscope;

namespace {

std::string text(const char* words) { return words; }

bool bitEqual(const Tensor& a, const Tensor& b) { return torch::equal(a, b); }

Endings endingsOf(const std::vector<Sweep>& sweeps) {
  Endings endings;
  for (const Sweep& sweep : sweeps) endings.add(sweep);
  return endings;
}

int passes(const std::vector<Sweep>& sweeps) {
  int count = 0;
  for (const Sweep& s : sweeps) count += s.calls;
  return count;
}

}  // namespace

class DecoderTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init() {
    m_family = openFlow("cond");
    m_input = {};
    m_input.seed = 7;
    m_input.count = 3;
    m_input.label = 2;
  }

  void toleranceZeroGivesTheBitsOfTheSequentialSample_data() {
    QTest::addColumn<QString>("mode");
    QTest::addColumn<QString>("segments");
    QTest::addColumn<QString>("window");
    QTest::newRow("jacobi") << "jacobi" << "1" << "1";
    for (const char* s : {"2", "3", "5", "7", "13", "16"}) {
      QTest::addRow("gs-jacobi in %s segments", s) << "gs-jacobi" << s << "1";
    }
    for (const char* w : {"1", "2", "5", "16"}) QTest::addRow("window %s", w) << "window" << "1" << w;
    QTest::newRow("mixed") << "gs-jacobi" << "0,3,1" << "1";
  }
  void toleranceZeroGivesTheBitsOfTheSequentialSample() {
    QFETCH(QString, mode);
    QFETCH(QString, segments);
    QFETCH(QString, window);
    for (const double guidance : {0.0, 1.5}) {
      for (const char* guess : {"z", "zeros"}) {
        const KnobValues common = {{"guidance", guidance}, {"tolerance", 0.0}, {"attn_temp", 0.8}};
        KnobValues sequential = common, parallel = common;
        sequential["mode"] = text("sequential");
        parallel["mode"] = mode.toStdString();
        parallel["segments"] = segments.toStdString();
        parallel["window"] = window.toStdString();
        parallel["guess"] = text(guess);
        QVERIFY(bitEqual(decodeImage(*m_family, m_input, sequential),
                         decodeImage(*m_family, m_input, parallel)));
      }
    }
  }

  void afterKSweepsKPositionsAreExact() {
    const KnobValues knobs =
        completeKnobs(m_family->info().knobs, {{"mode", text("jacobi")}, {"tolerance", 0.0}});
    const auto decoder = m_family->begin(knobs, m_input);
    for (int k = 1; k < 10; ++k) {
      const auto sweep = decoder->sweep();
      QVERIFY(sweep->frontier >= k + 1);  // and token 0, which is the noise itself
    }
  }

  void encodingUndoesDecoding() {
    const torch::NoGradGuard noGrad;
    const auto numbers = normals(11, Purpose::Noise, 0, 3 * 16 * 48);
    m_input.arrays["noise"] = {{3, 16, 48}, numbers};
    const Tensor image = decodeImage(*m_family, m_input, {{"tolerance", 0.0}});
    const Tensor z = encode(m_family->flow().model, image, m_family->labelsOf(m_input, 3)).z;
    const double difference = 
        largestDifference(z, toTensor(m_input.arrays["noise"]) * m_family->flow().model.var.sqrt());
    QVERIFY2(difference < 1e-4, qPrintable(QString::number(difference)));
  }

  void toleranceBoundsTheError() {
    const Tensor exact = decodeImage(*m_family, m_input, {{"mode", text("sequential")}});
    std::vector<Sweep> loose, tight;
    const Tensor rough = decodeImage(*m_family, m_input, {{"tolerance", 1e-2}}, &loose);
    const Tensor fine = decodeImage(*m_family, m_input, {{"tolerance", 1e-6}}, &tight);
    QVERIFY(passes(loose) <= passes(tight));
    QVERIFY(largestDifference(fine, exact) < 1e-4);
    QVERIFY(largestDifference(rough, exact) < 0.2);
  }

  void aPictureOfABatchIsThePictureAlone() {
    Input alone = m_input;
    alone.count = 1;
    const KnobValues knobs = {{"tolerance", 0.0}, {"guidance", 1.0}};
    const Tensor batch = decodeImage(*m_family, m_input, knobs);
    QVERIFY(bitEqual(batch.slice(0, 0, 1), decodeImage(*m_family, alone, knobs)));
  }

  void warmStartReachesTheSamePicture() {
    const auto& all = m_family->info().knobs;
    const KnobValues before = completeKnobs(all, {{"guidance", 1.0}, {"tolerance", 1e-5}, {"denoise", 0.0}});
    const KnobValues after = completeKnobs(all, {{"guidance", 1.02}, {"tolerance", 1e-5}, {"denoise", 0.0}});
    auto first = m_family->begin(before, m_input);
    while (first->sweep()) {}
    std::vector<Sweep> cold, warm;
    const Tensor expectedImage = decodeImage(*m_family, m_input, after, &cold);
    const auto second = m_family->begin(after, m_input, std::move(first));
    while (auto sweep = second->sweep()) warm.push_back(*sweep);
    QVERIFY(largestDifference(toTensor(second->result().at("image")), expectedImage) < 1e-3);
    QVERIFY2(passes(warm) < passes(cold), qPrintable(QString("%1 against %2").arg(passes(warm)).arg(passes(cold))));
  }

  void lowPrecisionFirstEndsAtTheFloat32FixedPoint() {
    std::vector<Sweep> sweeps;
    m_family->flow().lowPrecisionPays = true;  // emulated where the CPU has no bfloat16
    const Tensor exact = decodeImage(*m_family, m_input, {{"mode", text("sequential")}});
    for (const char* mode : {"jacobi", "window", "gs-jacobi"}) {
      sweeps.clear();
      const Tensor refined = decodeImage(
          *m_family, m_input,
          {{"mode", text(mode)}, {"refine", true}, {"tolerance", 1e-6}, {"segments", text("3")}},
          &sweeps);
      QVERIFY(largestDifference(refined, exact) < 1e-4);
      const bool told = std::any_of(sweeps.begin(), sweeps.end(), [](const Sweep& s) {
        return s.note == "float32 from here";
      });
      QVERIFY(told);
    }
  }

  void guidanceSwitchedOnDuringABlockRebuildsTheCache() {
    const auto& all = m_family->info().knobs;
    KnobValues knobs = completeKnobs(all, {{"mode", text("sequential")}, {"denoise", 0.0}});
    const auto decoder = m_family->begin(knobs, m_input);
    for (int i = 0; i < 4; ++i) decoder->sweep();
    knobs["guidance"] = 1.5;
    decoder->setKnobs(knobs);
    const auto prefill = decoder->sweep();
    QVERIFY(prefill->kind == SweepKind::Prefill);
    QCOMPARE(prefill->frontier, 5);
    // The same positions settled by a guided decode that was given the same prefix: the
    // cache must hold what it would have held.
    knobs["guidance"] = 0.0;
    decoder->setKnobs(knobs);
    QVERIFY(decoder->sweep()->kind == SweepKind::Prefill);
    while (decoder->sweep()) {}
    const Tensor image = toTensor(decoder->result().at("image"));
    QVERIFY(bitEqual(image, decodeImage(*m_family, m_input, {{"mode", text("sequential")}})));
  }

  void restoringABoundaryReplaysTheSameBits() {
    const KnobValues knobs = completeKnobs(m_family->info().knobs, {{"guidance", 1.0}});
    const auto decoder = m_family->begin(knobs, m_input);
    const int tokens = m_family->config().tokens();
    while (decoder->sweep()->frontier < tokens) {}
    const auto boundary = decoder->state();
    while (decoder->sweep()) {}
    const auto other = m_family->begin(knobs, m_input);
    other->restore(*boundary);
    while (other->sweep()) {}
    QVERIFY(decoder->result() == other->result());
  }

  void lookingChangesNothing() {
    const KnobValues knobs = completeKnobs(m_family->info().knobs, {{"guidance", 1.0}});
    const auto watched = m_family->begin(knobs, m_input), alone = m_family->begin(knobs, m_input);
    while (watched->sweep()) QVERIFY(!watched->panels().empty());
    while (alone->sweep()) {}
    QVERIFY(watched->result() == alone->result());
  }

  void overflowIsSaidAndMended() {
    // A block whose log-scale explodes from wrong guesses only: a depends on the input.
    FlowBlock& block = m_family->flow().model.blocks.back();
    block.projOutW.mul_(400);
    auto broken = prepareFlow(m_family->flow().model, torch::kCPU, torch::kFloat32);
    m_family->flow().prepared = std::move(broken);
    std::vector<Sweep> sweeps;
    Input one = m_input;
    one.count = 1;
    decodeImage(*m_family, one, {{"mode", text("jacobi")}, {"temperature", 2.0}}, &sweeps);
    const bool said = std::any_of(sweeps.begin(), sweeps.end(), [](const Sweep& s) {
      return s.verdict == Verdict::Diverged && s.note.find("overflow at token") == 0;
    });
    QVERIFY(said);
    QVERIFY(sweeps.back().frontier == m_family->config().tokens());
  }

  // "Settled" is said exactly where no value was made up: the sample of one token at a time.
  void anOverflowIsReportedAsWhatItBecame_data() {
    QTest::addColumn<int>("count");
    QTest::addColumn<double>("tolerance");
    QTest::newRow("one picture") << 1 << 0.0;
    QTest::newRow("batch, some leave early") << 3 << 0.0;
    QTest::newRow("tolerance") << 1 << 1e-5;
  }

  void anOverflowIsReportedAsWhatItBecame() {
    QFETCH(int, count);
    QFETCH(double, tolerance);
    Input input = m_input;
    input.count = count;
    bool mended = false, madeUp = false;
    const Tensor weight = m_family->flow().model.blocks.back().projOutW.clone();
    for (const double factor : {5.0, 6.0, 6.5, 7.0, 7.5, 8.0, 10.0}) {
      m_family->flow().model.blocks.back().projOutW.copy_(weight * factor);
      m_family->flow().prepared =
          prepareFlow(m_family->flow().model, torch::kCPU, torch::kFloat32);
      std::vector<Sweep> sequential;
      decodeImage(*m_family, input, {{"mode", text("sequential")}}, &sequential);
      const bool exact = endingsOf(sequential).settled();
      for (const char* mode : {"jacobi", "window", "gs-jacobi"}) {
        std::vector<Sweep> sweeps;
        decodeImage(*m_family, input,
                    {{"mode", text(mode)}, {"window", text("5")}, {"segments", text("3")},
                     {"tolerance", tolerance}}, &sweeps);
        const bool overflowed = std::ranges::any_of(
            sweeps, [](const Sweep& s) { return s.verdict == Verdict::Diverged; });
        QCOMPARE(endingsOf(sweeps).settled(), exact);
        mended = mended || (overflowed && exact);
        madeUp = madeUp || !exact;
      }
    }
    QVERIFY(madeUp);
    QVERIFY(mended || count > 1);  // of several pictures one always overflows for good here
  }

  void aCapThatIsTooSmallIsSaid() {
    std::vector<Sweep> sweeps;
    decodeImage(*m_family, m_input,
                {{"mode", text("jacobi")}, {"cap", text("2")}, {"tolerance", 0.0}}, &sweeps);
    QCOMPARE(sweeps.size(), std::size_t(2 * m_family->config().blocks));
    QVERIFY(sweeps[1].verdict == Verdict::Capped);
    QVERIFY(endsStage({{"block"}, {m_family->config().tokens()}, {}}, [&] {
      Sweep s = sweeps[1];
      s.window.stage = 0;
      return s;
    }()));
  }

  void denoisingIsAStageOfItsOwn() {
    const KnobValues on = completeKnobs(m_family->info().knobs, {{"denoise", 1.0}});
    const auto decoder = m_family->begin(on, m_input);
    QCOMPARE(decoder->plan().stages.back(), std::string("denoise"));
    std::optional<Sweep> last;
    while (auto sweep = decoder->sweep()) last = sweep;
    QCOMPARE(last->window.stage, m_family->config().blocks);
    const Tensor plain = decodeImage(*m_family, m_input, {});
    const Tensor denoised = toTensor(decoder->result().at("image"));
    QVERIFY(largestDifference(plain.clamp(-1, 1), denoised) > 0);
    QVERIFY(denoised.abs().max().item<float>() <= 1.0f);
  }

 private:
  std::unique_ptr<FlowFamily> m_family;
  Input m_input;
};

QTEST_GUILESS_MAIN(DecoderTest)
#include "decoder_test.moc"
