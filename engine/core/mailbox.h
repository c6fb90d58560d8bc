// A queue of values between two threads, drained as a whole: the only thing they share.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <utility>
#include <vector>

namespace jacobiscope {

template <class T>
class Mailbox {
 public:
  // `wake` runs on the posting thread after the box turned from empty to filled, once
  // per drain: one signal, however many values.
  explicit Mailbox(std::function<void()> wake = {}) : m_wake(std::move(wake)) {}

  void post(T value) {
    bool wasEmpty;
    {
      std::lock_guard lock(m_mutex);
      wasEmpty = m_values.empty();
      m_values.push_back(std::move(value));
    }
    m_filled.notify_one();
    if (wasEmpty && m_wake) m_wake();
  }

  // Everything posted so far, in order; never blocks.
  std::vector<T> drain() {
    std::lock_guard lock(m_mutex);
    return std::exchange(m_values, {});
  }

  // Waits until something is there or the time is up, then drains.
  std::vector<T> drainFor(std::chrono::nanoseconds timeout) {
    std::unique_lock lock(m_mutex);
    m_filled.wait_for(lock, timeout, [this] { return !m_values.empty(); });
    return std::exchange(m_values, {});
  }

 private:
  std::mutex m_mutex;
  std::condition_variable m_filled;
  std::vector<T> m_values;
  std::function<void()> m_wake;
};

}  // namespace jacobiscope
