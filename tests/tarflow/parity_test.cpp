// Against numbers of the published code on small random checkpoints (float32, CPU).
#include <QtTest>

#include "tests/tarflow/flow_fixture.h"
#include "engine/tarflow/metrics.h"
#include "engine/tarflow/forward.h"
#include "engine/tarflow/prepared.h"

using namespace jacobiscope;

namespace {

constexpr double kTolerance = 1e-4;

std::string text(const char* words) { return words; }

}  // namespace

class ParityTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase_data() {
    QTest::addColumn<QString>("model");
    QTest::newRow("cond") << "cond";
    QTest::newRow("uncond") << "uncond";
  }

  void init() {
    QFETCH_GLOBAL(QString, model);
    m_name = model.toStdString();
    m_family = openFlow(m_name);
    m_expected = readArrays(flowData(m_name + ".expected.safetensors"));
    m_input = {};
    m_input.arrays["noise"] = m_expected.at("noise");
    if (m_expected.contains("labels")) m_input.arrays["labels"] = m_expected.at("labels");
  }

  void configurationIsReadOffTheShapes() {
    const TarFlowConfig& c = m_family->config();
    const bool cond = m_name == "cond";
    QCOMPARE(c.imageSize, cond ? 16 : 12);
    QCOMPARE(c.patch, cond ? 4 : 2);
    QCOMPARE(c.blocks, cond ? 3 : 4);
    QCOMPARE(c.layers, cond ? 2 : 1);
    QCOMPARE(c.classes, cond ? 4 : 0);
  }

  void encodes() {
    const torch::NoGradGuard noGrad;
    const Tensor image = expected(m_expected, "image");
    const Tensor labels = m_family->labelsOf(m_input, image.size(0));
    const Encoded code = encode(m_family->flow().model, image, labels);
    compare("encode", code.z, "forward.z");
    compare("logdet", code.logdet, "forward.logdet");
  }

  void samplesSequentially() {
    check("sequential", {{"mode", text("sequential")}}, "sequential.g0");
  }

  void samplesWithGuidance() {
    check("sequential, guidance 1.5",
          {{"mode", text("sequential")}, {"guidance", 1.5}}, "sequential.g15");
    check("sequential, guidance 2 annealed",
          {{"mode", text("sequential")}, {"guidance", 2.0}, {"guidance.anneal", true},
           {"attn_temp", 0.7}},
          "sequential.g2a");
  }

  void everyModeReachesTheSequentialSample() {
    const KnobValues guided = {{"guidance", 2.0}, {"guidance.anneal", true}, {"attn_temp", 0.7},
                               {"tolerance", 0.0}};
    for (const char* mode : {"jacobi", "gs-jacobi", "window"}) {
      KnobValues knobs = guided;
      knobs["mode"] = text(mode);
      knobs["segments"] = text("5");
      check(mode, knobs, "sequential.g2a");
    }
  }

  void threeJacobiIterations() {
    const KnobValues three = {{"mode", text("jacobi")}, {"cap", text("3")}, {"tolerance", 0.0},
                              {"clamp", 3.0}};
    check("three Jacobi iterations", three, "jacobi3.g0");
    KnobValues zeros = three;
    zeros["guess"] = text("zeros");
    check("three Jacobi iterations from zeros", zeros, "jacobi3zero.g0");
  }

  void gaussSeidelJacobi() {
    const bool cond = m_name == "cond";
    check("GS-Jacobi",
          {{"mode", text("gs-jacobi")}, {"tolerance", 0.0}, {"clamp", 3.0},
           {"segments", text(cond ? "4,1,1" : "4,1,1,1")},
           {"cap", text(cond ? "5,4,4" : "5,4,4,4")},
           {"guess", text(cond ? "z,zeros,z" : "z,zeros,z,zeros")}},
          "gsj.g0");
  }

  void metrics() {
    const torch::NoGradGuard noGrad;
    const Tensor image = expected(m_expected, "image");
    const Tensor null = torch::full({image.size(0)}, -1, torch::kInt64);
    const auto inputs = encode(m_family->flow().model, image, null, true).inputs;
    const Tensor igm = expected(m_expected, "igm"), crm = expected(m_expected, "crm");
    for (int b = 0; b < m_family->config().blocks; ++b) {
      const BlockMetrics m = blockMetrics(m_family->flow().model, b, inputs[b]);
      const double mine[] = {m.igmZ, m.igmZeros, m.expAX, m.weightA, m.weightC, m.crm};
      for (int i = 0; i < 6; ++i) {
        const double theirs = (i < 2 ? igm[b][i] : crm[b][i - 2]).item<double>();
        QVERIFY2(std::abs(mine[i] - theirs) <= 0.0051,  // they are rounded to two decimals
                 qPrintable(QString("block %1 metric %2: %3, published %4")
                                .arg(b).arg(i).arg(mine[i]).arg(theirs)));
      }
    }
  }

  void torchPassesAgreeWithTheKernels() {
    // The same network by Torch's own operations, as a GPU runs it.
    auto other = openFlow(m_name);
    other->flow().prepared = prepareTorchFlow(other->flow().model, torch::kFloat32);
    const KnobValues knobs = {{"mode", text("window")}, {"window", text("5")}, {"guidance", 2.0},
                              {"guidance.anneal", true}, {"attn_temp", 0.7}, {"tolerance", 0.0}};
    compare("Torch passes", decodeImage(*other, m_input, knobs), "sequential.g2a");
  }

 private:
  void compare(const char* what, const Tensor& mine, const char* key) {
    const double difference = largestDifference(mine, expected(m_expected, key));
    qInfo("%s %s: largest difference %.2g", m_name.c_str(), what, difference);
    QVERIFY2(difference <= kTolerance, qPrintable(QString("%1: %2").arg(what).arg(difference)));
  }
  void check(const char* what, const KnobValues& knobs, const char* key) {
    compare(what, decodeImage(*m_family, m_input, knobs), key);
  }

  std::string m_name;
  std::unique_ptr<FlowFamily> m_family;
  Arrays m_expected;
  Input m_input;
};

QTEST_GUILESS_MAIN(ParityTest)
#include "parity_test.moc"
