// The list of decoders that evaluate and bench take for a robot.
#include <QtTest>

#include "engine/core/error.h"
#include "engine/train/decoder_list.h"

using namespace jacobiscope;

namespace {

Knob knobOf(const char* key, KnobKind kind, KnobValue initial, double maximum = 0) {
  Knob knob;
  knob.key = key;
  knob.kind = kind;
  knob.initial = std::move(initial);
  knob.maximum = maximum;
  return knob;
}

ModelInfo robot() {
  ModelInfo model;
  model.name = "robot";
  model.knobs = {knobOf("decoder", KnobKind::Choice, "jacobi"),
                 knobOf("policy", KnobKind::Choice, "teacher"),
                 knobOf("exit", KnobKind::Integer, std::int64_t{0}, 56),
                 knobOf("exit.bins", KnobKind::Integer, std::int64_t{1}, 255),
                 knobOf("warm_start", KnobKind::Toggle, true)};
  model.knobs[0].choices = {"autoregressive", "jacobi", "bounded"};
  model.knobs[1].choices = {"teacher", "student"};
  return model;
}

}  // namespace

class DecoderListTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void entriesSayKnobs() {
    const auto choices =
        parseDecoders(robot(), {{"warm_start", false}},
                      "autoregressive,student:bounded:exit.bins=2,exit=3:policy=student");
    QCOMPARE(choices.size(), std::size_t{3});
    QCOMPARE(choices[0].decoder, std::string("autoregressive"));
    QCOMPARE(choices[0].policy, std::string("teacher"));
    QVERIFY(!toggleAt(choices[0].knobs, "warm_start"));
    QCOMPARE(choices[1].decoder, std::string("bounded:exit.bins=2"));
    QCOMPARE(choices[1].policy, std::string("student"));
    QCOMPARE(integerAt(choices[1].knobs, "exit.bins"), 2);
    QCOMPARE(choices[2].decoder, std::string("exit=3"));
    QCOMPARE(choices[2].policy, std::string("student"));
    QCOMPARE(textAt(choices[2].knobs, "decoder"), std::string("jacobi"));
  }

  void onlyEarlyExitsEndEarly() {
    const auto early = [](const char* entry) {
      return endsEarly(parseDecoder(robot(), {}, entry));
    };
    QVERIFY(!early("autoregressive:exit=2"));
    QVERIFY(!early("jacobi"));
    QVERIFY(early("jacobi:exit=2"));
    QVERIFY(early("bounded"));
    QVERIFY(!early("bounded:exit.bins=0"));
    QVERIFY(early("bounded:exit.bins=0:exit=4"));
  }

  void listsThatCannotBeAreRefused_data() {
    QTest::addColumn<QByteArray>("list");
    QTest::addColumn<QByteArray>("says");
    QTest::newRow("empty") << QByteArray("") << QByteArray("none");
    QTest::newRow("no name") << QByteArray("jacobi,,bounded") << QByteArray("no name");
    QTest::newRow("misspelt") << QByteArray("jacoby") << QByteArray("jacobi");
    QTest::newRow("knob") << QByteArray("jacobi:exits=2") << QByteArray("exit");
    QTest::newRow("value") << QByteArray("jacobi:exit=99") << QByteArray("56");
    QTest::newRow("two decoders") << QByteArray("jacobi:bounded") << QByteArray("twice");
    QTest::newRow("same") << QByteArray("jacobi,teacher:jacobi") << QByteArray("twice");
    QTest::newRow("given") << QByteArray("jacobi:warm_start=1") << QByteArray("--set");
  }

  void listsThatCannotBeAreRefused() {
    QFETCH(QByteArray, list);
    QFETCH(QByteArray, says);
    QByteArray message;
    try {
      parseDecoders(robot(), {{"warm_start", false}}, list.toStdString());
    } catch (const UsageError& error) {
      message = QByteArray(error.what()) + ' ' + QByteArray::fromStdString(error.hint());
    }
    QVERIFY2(message.contains(says), message);
  }

  void theUsualOnesCoverEveryPolicy() {
    const auto all = usualDecoders(robot(), {});
    QCOMPARE(all.size(), std::size_t{12});
    QCOMPARE(all.front().decoder, std::string("autoregressive"));
    QCOMPARE(all.front().policy, std::string("teacher"));
    QCOMPARE(all.back().policy, std::string("student"));
    // The student without early exit or warm start.
    const auto one = usualDecoders(robot(), {{"policy", "student"}, {"decoder", "jacobi"},
                                             {"warm_start", false}, {"exit", std::int64_t{0}}});
    QCOMPARE(one.size(), std::size_t{1});
    QCOMPARE(one[0].decoder, std::string("jacobi"));
    QCOMPARE(one[0].policy, std::string("student"));
  }
};

QTEST_GUILESS_MAIN(DecoderListTest)
#include "decoder_list_test.moc"
