// Numbers to lengths, colours and words.
#include "engine/core/scales.h"

#include <QtTest>
#include <cmath>
#include <limits>

#include "engine/core/colormap.h"

using namespace jacobiscope;

namespace {

Knob numberKnob(double minimum, double maximum, bool logarithmic = false) {
  Knob knob;
  knob.key = "k";
  knob.kind = KnobKind::Number;
  knob.minimum = minimum;
  knob.maximum = maximum;
  knob.logarithmic = logarithmic;
  return knob;
}

QString joined(const std::vector<int>& numbers) {
  QStringList words;
  for (int number : numbers) words << QString::number(number);
  return words.join(' ');
}

QString joined(const std::vector<double>& numbers) {
  QStringList words;
  for (double number : numbers) words << QString::number(number);
  return words.join(' ');
}

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

}  // namespace

class ScalesTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void logScaleRunsFromLowToHigh() {
    const LogScale scale{1e-5, 1};
    QCOMPARE(scale.unit(1e-5), 0.0);
    QCOMPARE(scale.unit(1.0), 1.0);
    QVERIFY(std::abs(scale.unit(1e-3) - 0.4) < 1e-12);
    QVERIFY(std::abs(scale.value(0.4) - 1e-3) < 1e-15);
  }

  void logScaleClampsAndKeepsNaN() {
    const LogScale scale{1e-5, 1};
    QCOMPARE(scale.unit(0), 0.0);
    QCOMPARE(scale.unit(-3), 0.0);
    QCOMPARE(scale.unit(50), 1.0);
    QCOMPARE(scale.unit(std::numeric_limits<double>::infinity()), 1.0);
    QVERIFY(std::isnan(scale.unit(kNaN)));
  }

  void decadesAreEvenlyApartAndEndAtTheTop() {
    QCOMPARE(joined(decades({1e-5, 1}, 20)), "-5 -4 -3 -2 -1 0");
    QCOMPARE(joined(decades({1e-5, 1}, 3)), "-3 0");
    QCOMPARE(joined(decades({1e-6, 10}, 4)), "-5 -2 1");
    QCOMPARE(joined(decades({2e-3, 0.5}, 9)), "-2 -1");
  }

  void ticksAreRoundAndFewEnough() {
    QCOMPARE(joined(ticks(1, 123, 8)), "20 40 60 80 100 120");
    QCOMPARE(joined(ticks(1, 6, 20)), "1 2 3 4 5 6");
    for (int most = 1; most < 12; ++most)
      for (double span : {3.0, 17.0, 1000.0, 4096.0})
        QVERIFY(ticks(0, span, most).size() <= std::size_t(most) + 1);
  }

  void powersAreWrittenWithRaisedDigits() {
    QCOMPARE(powerText(-5), std::string("10⁻⁵"));
    QCOMPARE(powerText(0), std::string("10⁰"));
    QCOMPARE(powerText(12), std::string("10¹²"));
  }

  void numbersAreShort_data() {
    QTest::addColumn<double>("value");
    QTest::addColumn<QString>("text");
    QTest::newRow("nothing measured") << kNaN << "–";
    QTest::newRow("overflow") << std::numeric_limits<double>::infinity() << "∞";
    QTest::newRow("zero") << 0.0 << "0";
    QTest::newRow("whole") << 2040.0 << "2040";
    QTest::newRow("small") << 1e-4 << "1e-4";
    QTest::newRow("small with digits") << 2.13e-4 << "2.13e-4";
    QTest::newRow("plain") << 0.5 << "0.5";
    QTest::newRow("rounded") << 42.638 << "42.6";
    QTest::newRow("negative") << -0.25 << "-0.25";
    QTest::newRow("large") << 1.5e9 << "1.5e9";
  }
  void numbersAreShort() {
    QFETCH(double, value);
    QFETCH(QString, text);
    QCOMPARE(QString::fromStdString(numberText(value)), text);
  }

  void linearSliderCoversItsRange() {
    const Knob knob = numberKnob(0.1, 2);
    QCOMPARE(sliderValue(knob, 0), 0.1);
    QCOMPARE(sliderValue(knob, 1), 2.0);
    QCOMPARE(sliderValue(knob, -1), 0.1);
    QCOMPARE(sliderUnit(knob, 5), 1.0);
    QCOMPARE(sliderUnit(knob, 0.1), 0.0);
  }

  void sliderStopsAtValuesAPersonWouldType() {
    const Knob knob = numberKnob(0, 8);
    for (double unit = 0; unit <= 1; unit += 0.037) {
      const double value = sliderValue(knob, unit);
      QCOMPARE(QString::number(value, 'g', 12).size() <= 4, true);
      QVERIFY(std::abs(sliderUnit(knob, value) - unit) < 0.01);
    }
  }

  void logarithmicSliderHasZeroAtItsLeftEnd() {
    const Knob knob = numberKnob(0, 1, true);
    QCOMPARE(sliderValue(knob, 0), 0.0);
    QCOMPARE(sliderUnit(knob, 0), 0.0);
    QCOMPARE(sliderValue(knob, 1), 1.0);
    const double unit = sliderUnit(knob, 1e-4);
    QVERIFY(unit > 0.3 && unit < 0.7);
    QCOMPARE(sliderValue(knob, unit), 1e-4);
    // Every decade moves the slider equally far.
    const double step = sliderUnit(knob, 1e-3) - unit;
    QVERIFY(std::abs(sliderUnit(knob, 1e-2) - sliderUnit(knob, 1e-3) - step) < 1e-9);
  }

  void integersStayWhole() {
    Knob knob = numberKnob(1, 10000, true);
    knob.kind = KnobKind::Integer;
    for (double unit = 0; unit <= 1; unit += 0.09) {
      const double value = sliderValue(knob, unit);
      QCOMPARE(value, std::round(value));
      QVERIFY(std::holds_alternative<std::int64_t>(knobNumber(knob, value)));
    }
  }

  void valuesOfEveryKindAreNumbers() {
    QCOMPARE(asNumber(KnobValue(true)), 1.0);
    QCOMPARE(asNumber(KnobValue(std::int64_t{7})), 7.0);
    QCOMPARE(asNumber(KnobValue(0.25)), 0.25);
    QVERIFY(std::isnan(asNumber(KnobValue(std::string("z")))));
  }

  void colourMapsHaveTheirPublishedEnds() {
    QCOMPARE(mapColour(0, false), rgba(0x44, 0x01, 0x54));
    QCOMPARE(mapColour(1, false), rgba(0xfd, 0xe7, 0x25));
    QCOMPARE(mapColour(0.5, false), rgba(0x21, 0x90, 0x8c));
    QCOMPARE(mapColour(0, true), rgba(0x00, 0x22, 0x4e));
    QCOMPARE(mapColour(-2, true), mapColour(0, true));
    QCOMPARE(mapColour(2, false), mapColour(1, false));
  }

  void colourMapsGrowBrighter() {
    const auto luma = [](Rgba c) {
      return 0.299 * (c & 255) + 0.587 * (c >> 8 & 255) + 0.114 * (c >> 16 & 255);
    };
    for (bool cividis : {false, true})
      for (double unit = 0.02; unit <= 1; unit += 0.02)
        QVERIFY(luma(mapColour(unit, cividis)) > luma(mapColour(unit - 0.02, cividis)));
  }

  void inkIsReadableOnBothEnds() {
    QCOMPARE(inkOn(mapColour(0, false)), rgba(255, 255, 255));
    QCOMPARE(inkOn(mapColour(1, false)), rgba(0, 0, 0));
  }
};

QTEST_GUILESS_MAIN(ScalesTest)
#include "scales_test.moc"
