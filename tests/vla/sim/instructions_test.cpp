// Tasks as English and back.
#include <QtTest>

#include <set>

#include "engine/vla/sim/instructions.h"

using namespace jacobiscope;

class InstructionsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void everyWordingIsUnderstood() {
    std::set<std::string> texts;
    for (const Task& task : allTasks()) {
      for (int wording = 0; wording < kWordings; ++wording) {
        const std::string text = instruction(task, wording);
        QVERIFY2(texts.insert(text).second, text.c_str());
        const Understanding understood = understand(text);
        QVERIFY2(understood.task == task, (text + ": " + understood.notice).c_str());
        QVERIFY(understood.notice.empty());
      }
    }
    QCOMPARE(texts.size(), std::size_t(32 * kWordings));
    QCOMPARE(allInstructions().size(), texts.size());
  }

  void wordingsOfSeedsAreSpread() {
    std::array<int, kWordings> counts{};
    for (std::uint64_t seed = 0; seed < 400; ++seed) ++counts[randomWording(seed)];
    for (const int count : counts) QVERIFY(count > 70 && count < 130);
  }

  void textsOfOthersAreUnderstood_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("plain");
    const char* const pairs[][2] = {
        {"Put the RED cube in the bowl!", "put the red cube in the bowl"},
        {"please pick up the red block and place it inside the bowl",
         "put the red cube in the bowl"},
        {"move yellow to the mat", "put the yellow cube on the pad"},
        {"on the blue cube, put the red one", "stack the red cube on the blue cube"},
        {"bring the green cube to the right", "push the green cube to the right"},
        {"pile the green block onto the yellow block", "stack the green cube on the yellow cube"},
        {"tap blue", "touch the blue cube"},
    };
    for (const auto& [text, plain] : pairs) QTest::newRow(text) << text << plain;
  }

  void textsOfOthersAreUnderstood() {
    QFETCH(QString, text);
    QFETCH(QString, plain);
    const Understanding understood = understand(text.toStdString());
    QVERIFY2(understood.task, understood.notice.c_str());
    QCOMPARE(QString::fromStdString(instruction(*understood.task)), plain);
  }

  void whatIsNotKnownGetsANotice_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("says");
    const char* const pairs[][2] = {
        {"", "Say what to do"},
        {" ?! ", "Say what to do"},
        {"put the red banana in the bowl", "\"banana\""},
        {"put the red cube in the bowll", "Did you mean bowl?"},
        {"do not push the red cube to the left", "\"do\""},
        {"put the r\xC3\xB6te cube on the pad", "\"r\xC3\xB6te\""},
        {"put the cube in the bowl", "which cube"},
        {"red cube", "one thing to do"},
        {"push the red cube", "which way"},
        {"push the red cube to the left and right", "one place"},
        {"put the red cube", "where to put it"},
        {"put the red cube and the blue cube in the bowl", "one cube"},
        {"stack the red cube", "two cubes"},
        {"stack the red cube on the red cube", "two cubes"},
        {"touch and push the red cube to the left", "one thing to do"},
        {"touch the red cube in the bowl", "no place"},
        {"stack the red cube in the bowl", "one thing to do"},
    };
    for (const auto& [text, says] : pairs) {
      QTest::newRow(text) << QString::fromUtf8(text) << QString::fromUtf8(says);
    }
  }

  void whatIsNotKnownGetsANotice() {
    QFETCH(QString, text);
    QFETCH(QString, says);
    const Understanding understood = understand(text.toStdString());
    QVERIFY(!understood.task);
    const QString notice = QString::fromStdString(understood.notice);
    QVERIFY2(notice.contains(says), qPrintable(notice));
  }
};

QTEST_GUILESS_MAIN(InstructionsTest)
#include "instructions_test.moc"
