// Barrier, shares and size of a team; the header needs neither Torch nor OpenMP.
#include <QtTest>
#include <thread>
#include <vector>

#include "engine/nn/team.h"

using namespace jacobiscope;

class TeamTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  // Every member reads in one phase what all have written in the phase before.
  void nobodyPassesTheBarrierEarly() {
    constexpr int kMembers = 3, kPhases = 500;
    Barrier barrier;
    std::vector<int> written(kMembers, 0);
    std::vector<int> wrong(kMembers, 0);
    const auto member = [&](int index) {
      const Team team(index, kMembers, barrier);
      for (int phase = 1; phase <= kPhases; ++phase) {
        written[index] = phase;
        team.wait();
        for (const int value : written) wrong[index] += value != phase;
        team.wait();
      }
    };
    std::vector<std::thread> threads;
    for (int i = 0; i < kMembers; ++i) threads.emplace_back(member, i);
    for (std::thread& thread : threads) thread.join();
    QCOMPARE(wrong, std::vector<int>(kMembers, 0));
  }

  void sharesCoverEverythingOnce() {
    Barrier barrier;
    for (const int count : {1, 2, 3, 7}) {
      for (const int total : {0, 1, 5, 36}) {
        std::int64_t next = 0;
        for (int i = 0; i < count; ++i) {
          const Share share = Team(i, count, barrier).share(total);
          QCOMPARE(share.from, next);
          next = share.to;
        }
        QCOMPARE(next, std::int64_t{total});
      }
    }
  }

  void withTeamCallsEveryMember() {
    std::atomic<int> sum{0};
    withTeam(4, [&](const Team& team) { sum += 100 / team.count(); });
    QCOMPARE(sum.load(), 100);
  }

  void crowdedCoresAreLeftToOneThread() {
    TeamSize size;
    QCOMPARE(size.members(2), 2);
    for (int i = 0; i < 10; ++i) size.took(6, 1, 2, 1e-3);
    size.took(6, 3, 2, 3e-3);  // three times the work in three times the time
    size.took(64, 1, 2, 1);    // another size says nothing of this one
    QCOMPARE(size.members(2), 2);
    size.took(6, 1, 2, 20e-3);
    int alone = 0;
    for (; size.members(2) == 1; ++alone) size.took(6, 1, 1, 2e-3);
    QVERIFY(alone > 0);
    // The longer it stays crowded, the longer it is left alone.
    size.took(6, 1, 2, 20e-3);
    int longer = 0;
    for (; size.members(2) == 1; ++longer) size.took(6, 1, 1, 2e-3);
    QVERIFY(longer > alone);
  }
};

QTEST_GUILESS_MAIN(TeamTest)
#include "team_test.moc"
