#include "engine/core/knob.h"

#include <QtTest>
#include <cmath>
#include <limits>

#include "engine/core/error.h"

using namespace jacobiscope;

namespace {

const Knob kGuidance{"guidance", "guidance", "", "", KnobKind::Number, KnobScope::Live, 0.0, 0, 10};
const Knob kAnneal{"guidance.anneal", "anneal", "", "", KnobKind::Toggle, KnobScope::Live, false};
const Knob kWindow{"window",         "window", "", "", KnobKind::Integer, KnobScope::NextStage,
                   std::int64_t{32}, 1,        256};
const Knob kMode{"mode",
                 "mode",
                 "",
                 "",
                 KnobKind::Choice,
                 KnobScope::NextStage,
                 std::string("jacobi"),
                 0,
                 0,
                 false,
                 {"sequential", "jacobi", "window"}};
const Knob kSegments{
    "segments", "segments", "", "", KnobKind::List, KnobScope::NextStage, std::string("1"), 0,
    256,        false,      {}, 6};
const Knob kGuess{"guess",          "guess", "", "",    KnobKind::List, KnobScope::NextStage,
                  std::string("z"), 0,       0,  false, {"z", "zeros"}, 6};
const std::vector<Knob> kKnobs = {kGuidance, kAnneal, kWindow, kMode, kSegments, kGuess};

struct Refusal {
  std::string message, hint;
};

template <class Action>
Refusal refusal(Action action) {
  try {
    action();
  } catch (const UsageError& error) {
    return {error.what(), error.hint()};
  }
  return {"nothing was refused", ""};
}

std::string parseError(const Knob& knob, const char* text) {
  return refusal([&] { parseKnob(knob, text); }).message;
}

}  // namespace

class KnobTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void textBecomesTheKindsValue() {
    QVERIFY(parseKnob(kGuidance, " 1.5 ") == KnobValue(1.5));
    QVERIFY(parseKnob(kGuidance, "+1e-3") == KnobValue(0.001));
    QVERIFY(parseKnob(kWindow, "64") == KnobValue(std::int64_t{64}));
    QVERIFY(parseKnob(kAnneal, "on") == KnobValue(true));
    QVERIFY(parseKnob(kAnneal, "0") == KnobValue(false));
    QVERIFY(parseKnob(kMode, "window") == KnobValue(std::string("window")));
    QVERIFY(parseKnob(kSegments, "1, 8,1,1,1,0") == KnobValue(std::string("1, 8,1,1,1,0")));
    QVERIFY(parseKnob(kGuess, "zeros") == KnobValue(std::string("zeros")));
  }

  void formattedValuesReadBackExactly() {
    std::vector<double> numbers = {0, 0.1, 1.0 / 3, 1e-300, 5e-324, 1.7976931348623157e308, 1e22};
    const Knob any{"x",
                   "",
                   "",
                   "",
                   KnobKind::Number,
                   KnobScope::Live,
                   0.0,
                   -1e308 * 1.7,
                   1.7976931348623157e308};
    for (const double number : numbers) {
      QVERIFY(parseKnob(any, formatKnob(number)) == KnobValue(number));
    }
    const Knob whole{"n",     "",    "", "", KnobKind::Integer, KnobScope::Live, std::int64_t{0},
                     -9.3e18, 9.3e18};
    for (const std::int64_t n : {std::numeric_limits<std::int64_t>::min(), std::int64_t{-1},
                                 std::numeric_limits<std::int64_t>::max()}) {
      QVERIFY(parseKnob(whole, formatKnob(n)) == KnobValue(n));
    }
    QVERIFY(parseKnob(kAnneal, formatKnob(true)) == KnobValue(true));
    QVERIFY(parseKnob(kAnneal, formatKnob(false)) == KnobValue(false));
    QCOMPARE(formatKnob(std::string("1,8,1")), std::string("1,8,1"));
  }

  void refusalsNameKeyValueAndWhatIsAllowed() {
    QCOMPARE(parseError(kGuidance, "12"), std::string("guidance=12 is outside 0 to 10."));
    QCOMPARE(parseError(kGuidance, "-0.1"), std::string("guidance=-0.1 is outside 0 to 10."));
    QCOMPARE(parseError(kGuidance, "nan"), std::string("guidance=nan is outside 0 to 10."));
    QCOMPARE(parseError(kGuidance, "1,5"), std::string("guidance=1,5 is not a number."));
    QCOMPARE(parseError(kGuidance, ""), std::string("guidance= is not a number."));
    QCOMPARE(parseError(kWindow, "1.5"), std::string("window=1.5 is not a whole number."));
    QCOMPARE(parseError(kWindow, "99999999999999999999"),
             std::string("window=99999999999999999999 is not a whole number."));
    QCOMPARE(parseError(kWindow, "0"), std::string("window=0 is outside 1 to 256."));
    QCOMPARE(parseError(kAnneal, "2"), std::string("guidance.anneal=2 is neither 0 nor 1."));
    QCOMPARE(parseError(kMode, "windows"),
             std::string("mode=windows is not one of sequential, jacobi, window."));
    QCOMPARE(refusal([] { parseKnob(kMode, "windows"); }).hint,
             std::string("Did you mean window?"));
  }

  void listsAreCheckedEntryByEntry() {
    QCOMPARE(parseError(kSegments, "1,2,3,4,5"),
             std::string("segments has 5 entries; this model needs 1 or 6."));
    QCOMPARE(parseError(kSegments, "1,2,,4,5,6"), std::string("segments= is not a number."));
    QCOMPARE(parseError(kSegments, "1,2,x,4,5,6"), std::string("segments=x is not a number."));
    QCOMPARE(parseError(kSegments, "1,2,3,4,5,257"),
             std::string("segments=257 is outside 0 to 256."));
    QCOMPARE(parseError(kSegments, "2.5"), std::string("segments=2.5 is not a whole number."));
    QCOMPARE(parseError(kGuess, "0"), std::string("guess=0 is not one of z, zeros."));
    QCOMPARE(parseError(kGuess, "zero"), std::string("guess=zero is not one of z, zeros."));
    Knob fractions = kSegments;
    fractions.wholeEntries = false;
    QVERIFY(parseKnob(fractions, "2.5") == KnobValue(std::string("2.5")));
  }

  void valuesOfAnotherKindAreRefused() {
    const auto error = [](const Knob& knob, const KnobValue& value) {
      return refusal([&] { checkKnob(knob, value); }).message;
    };
    QCOMPARE(error(kWindow, 2.0), std::string("window=2 is not a whole number."));
    QCOMPARE(error(kGuidance, std::string("2")), std::string("guidance=2 is not a number."));
    QCOMPARE(error(kAnneal, std::int64_t{1}), std::string("guidance.anneal=1 is not on or off."));
    QCOMPARE(error(kMode, true), std::string("mode=1 is not a name."));
    QCOMPARE(error(kGuidance, std::numeric_limits<double>::infinity()),
             std::string("guidance=inf is outside 0 to 10."));
    checkKnob(kGuidance, std::int64_t{2});  // does not throw
    QVERIFY(acceptKnob(kGuidance, std::int64_t{2}) == KnobValue(2.0));
  }

  void completeFillsInDefaultsAndChecks() {
    const KnobValues values = completeKnobs(kKnobs, {{"guidance", std::int64_t{2}}});
    QCOMPARE(values.size(), kKnobs.size());
    QVERIFY(values.at("guidance") == KnobValue(2.0));
    QCOMPARE(textAt(values, "mode"), std::string("jacobi"));
    QCOMPARE(refusal([] {
               completeKnobs(kKnobs, {{"window", std::int64_t{0}}});
             }).message,
             std::string("window=0 is outside 1 to 256."));
  }

  void unknownKeysSuggestTheNearest() {
    const Refusal near = refusal([] { completeKnobs(kKnobs, {{"guidence", 1.0}}); });
    QCOMPARE(near.message, std::string("There is no setting guidence."));
    QCOMPARE(near.hint, std::string("Did you mean guidance?"));
    const Refusal far = refusal([] { requireKnob(kKnobs, "temperature"); });
    QCOMPARE(far.hint,
             std::string("Known: guidance, guidance.anneal, window, mode, segments, guess."));
  }

  void typedReading() {
    const KnobValues values = {{"b", true},
                               {"i", std::int64_t{3}},
                               {"d", 0.5},
                               {"one", std::string(" 7 ")},
                               {"three", std::string("1, z ,3")}};
    QCOMPARE(toggleAt(values, "b"), true);
    QCOMPARE(integerAt(values, "i"), std::int64_t{3});
    QCOMPARE(numberAt(values, "i"), 3.0);
    QCOMPARE(numberAt(values, "d"), 0.5);
    QVERIFY((listAt(values, "one", 3) == std::vector<std::string>{"7", "7", "7"}));
    QVERIFY((listAt(values, "three", 3) == std::vector<std::string>{"1", "z", "3"}));
    QCOMPARE(refusal([&] { listAt(values, "three", 4); }).message,
             std::string("three has 3 entries; this model needs 1 or 4."));
    QVERIFY_EXCEPTION_THROWN(integerAt(values, "missing"), Error);
    QVERIFY_EXCEPTION_THROWN(integerAt(values, "d"), Error);
  }
};

QTEST_GUILESS_MAIN(KnobTest)
#include "knob_test.moc"
