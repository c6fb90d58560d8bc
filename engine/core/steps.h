// Long work written as one function that pauses after every short step: `co_yield {}` hands the
// thread back, step() goes on. Parts of it are such functions, too:
//   for (Steps part = measure(); part.step();) co_yield {};
#pragma once

#include <coroutine>
#include <exception>
#include <utility>

namespace jacobiscope {

class Steps {
 public:
  struct Pause {};
  struct promise_type {
    Steps get_return_object() { return Steps(Handle::from_promise(*this)); }
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    std::suspend_always yield_value(Pause) noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { thrown = std::current_exception(); }
    std::exception_ptr thrown;
  };

  Steps(Steps&& other) noexcept : m_handle(std::exchange(other.m_handle, nullptr)) {}
  Steps& operator=(Steps&&) = delete;
  ~Steps() {
    if (m_handle) m_handle.destroy();
  }

  // Works until the next pause or the end; false at the end. Throws what the work throws, which
  // ends it.
  bool step() {
    if (m_handle.done()) return false;
    m_handle.resume();
    if (const auto thrown = std::exchange(m_handle.promise().thrown, nullptr)) {
      std::rethrow_exception(thrown);
    }
    return !m_handle.done();
  }

 private:
  using Handle = std::coroutine_handle<promise_type>;
  explicit Steps(Handle handle) : m_handle(handle) {}

  Handle m_handle;
};

}  // namespace jacobiscope
