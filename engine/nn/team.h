// Threads that work through one job together, phase by phase. Starting threads for every
// phase would cost more than a phase of a short pass takes; a barrier between phases is cheap.
#pragma once

#include <cstdint>

#ifdef _OPENMP
#include <omp.h>
#endif

namespace jacobiscope {

struct Share {
  std::int64_t from = 0, to = 0;
  std::int64_t size() const { return to - from; }
};

class Team {
 public:
  Team(int index, int count) : m_index(index), m_count(count) {}

  int index() const { return m_index; }
  int count() const { return m_count; }
  // This member's part of `total` items.
  Share share(std::int64_t total) const {
    return {total * m_index / m_count, total * (m_index + 1) / m_count};
  }
  // Until every member has come here. All members must call it equally often.
  void wait() const {
#ifdef _OPENMP
    if (m_count > 1) {
#pragma omp barrier
    }
#endif
  }

 private:
  int m_index, m_count;
};

// Calls work(const Team&) on each of up to `threads` members; it must not throw. OpenMP
// promises that the members of a team run at the same time, as barriers need.
template <class Work>
void withTeam([[maybe_unused]] int threads, Work&& work) {
#ifdef _OPENMP
  if (threads > 1) {
#pragma omp parallel num_threads(threads)
    work(Team(omp_get_thread_num(), omp_get_num_threads()));
    return;
  }
#endif
  work(Team(0, 1));
}

}  // namespace jacobiscope
