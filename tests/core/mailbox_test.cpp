#include "engine/core/mailbox.h"

#include <QtTest>
#include <atomic>
#include <thread>

using namespace jacobiscope;
using namespace std::chrono_literals;

class MailboxTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void drainsInOrderAndOnce() {
    Mailbox<int> box;
    box.post(1);
    box.post(2);
    QVERIFY((box.drain() == std::vector<int>{1, 2}));
    QVERIFY(box.drain().empty());
    QVERIFY(box.drainFor(0ns).empty());
  }

  void wakesOncePerDrain() {
    int wakes = 0;
    Mailbox<int> box([&] { ++wakes; });
    box.post(1);
    box.post(2);
    QCOMPARE(wakes, 1);
    box.drain();
    QCOMPARE(wakes, 1);
    box.post(3);
    QCOMPARE(wakes, 2);
  }

  // Would hang, and be killed by the test's time limit, if a post did not wake the waiter.
  void postEndsAWait() {
    Mailbox<int> box;
    std::jthread poster([&] { box.post(5); });
    QVERIFY((box.drainFor(1h) == std::vector<int>{5}));
  }

  void nothingIsLostBetweenThreads() {
    constexpr int kPosters = 4, kEach = 5000;
    Mailbox<int> box;
    std::vector<std::jthread> posters;
    for (int poster = 0; poster < kPosters; ++poster) {
      posters.emplace_back([&box, poster] {
        for (int i = 0; i < kEach; ++i) box.post(poster * kEach + i);
      });
    }
    std::vector<int> last(kPosters, -1);
    int received = 0;
    while (received < kPosters * kEach) {
      for (const int value : box.drainFor(1h)) {
        QCOMPARE(value % kEach, last[static_cast<std::size_t>(value / kEach)] + 1);
        last[static_cast<std::size_t>(value / kEach)] = value % kEach;
        ++received;
      }
    }
    QVERIFY(box.drain().empty());
  }
};

QTEST_GUILESS_MAIN(MailboxTest)
#include "mailbox_test.moc"
