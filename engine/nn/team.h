// Threads that work through one job together, phase by phase. Starting threads for every
// phase would cost more than a phase of a short pass takes; a barrier between phases is cheap.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <map>
#include <thread>

#ifdef _OPENMP
#include <omp.h>
#endif

namespace jacobiscope {

// Part [from, to) of a number of items.
struct Share {
  std::int64_t from = 0, to = 0;
  std::int64_t size() const { return to - from; }
};

// Where the members of a team wait for each other. OpenMP's own barrier wakes its sleepers
// by a call of the kernel every time, which takes longer than a phase.
class Barrier {
 public:
  void wait(int members) {
    const int round = m_round.load(std::memory_order_relaxed);
    if (m_arrived.fetch_add(1, std::memory_order_acq_rel) + 1 == members) {
      m_arrived.store(0, std::memory_order_relaxed);
      m_round.store(round + 1, std::memory_order_release);
      return;
    }
    // About as long as a phase; then somebody else has the core that the others need.
    for (int spins = 0; m_round.load(std::memory_order_acquire) == round; ++spins) {
      if (spins > 4000) std::this_thread::yield();
#if defined(__x86_64__)
      else __builtin_ia32_pause();
#endif
    }
  }

 private:
  alignas(64) std::atomic<int> m_arrived{0};
  alignas(64) std::atomic<int> m_round{0};
};

class Team {
 public:
  Team(int index, int count, Barrier& barrier)
      : m_index(index), m_count(count), m_barrier(barrier) {}

  int index() const { return m_index; }
  int count() const { return m_count; }
  // This member's part of `total` items.
  Share share(std::int64_t total) const {
    return {total * m_index / m_count, total * (m_index + 1) / m_count};
  }
  // Until every member has come here. All members must call it equally often.
  void wait() const {
    if (m_count > 1) m_barrier.wait(m_count);
  }

 private:
  int m_index, m_count;
  Barrier& m_barrier;
};

// How many members a job should have. Where other programs use the cores, the members of a
// team run by turns and wait for each other at every barrier: one thread is then many times
// faster. Jobs of one size are compared with the fastest among them, each for its work.
class TeamSize {
 public:
  int members(int threads) const { return m_alone > 0 ? 1 : threads; }

  // `size` tells jobs apart, `work` is in any unit proportional to time.
  void took(int size, double work, int members, double seconds) {
    if (members == 1) {
      m_alone = std::max(0, m_alone - 1);
      return;
    }
    double& fastest = m_fastest.try_emplace(size, seconds / work).first->second;
    fastest = std::min(fastest, seconds / work);
    const bool crowded = seconds > 5 * fastest * work + 2e-4;
    m_penalty = crowded ? std::min(2 * m_penalty, 256) : std::max(4, m_penalty - 1);
    if (crowded) m_alone = m_penalty;
  }

 private:
  std::map<int, double> m_fastest;  // seconds per work
  int m_alone = 0;    // jobs still to be done by one thread
  int m_penalty = 4;  // how many the next crowded one costs
};

// Calls work(const Team&) on each of up to `threads` members; it must not throw. OpenMP
// promises that the members of a team run at the same time, as barriers need.
template <class Work>
void withTeam([[maybe_unused]] int threads, Work&& work) {
  Barrier barrier;
#ifdef _OPENMP
  if (threads > 1) {
#pragma omp parallel num_threads(threads)
    work(Team(omp_get_thread_num(), omp_get_num_threads(), barrier));
    return;
  }
#endif
  work(Team(0, 1, barrier));
}

}  // namespace jacobiscope
