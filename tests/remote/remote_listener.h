// Waits for what a session elsewhere says. Every wait has one time limit, after which the test has
// failed.
#pragma once

#include <QtTest>
#include <chrono>
#include <deque>
#include <functional>
#include <semaphore>

#include "engine/remote/remote_session.h"

namespace jacobiscope::test {

class RemoteListener {
 public:
  explicit RemoteListener(std::vector<std::string> words, RemoteSession::Options options = {})
      : m_session(
            std::move(words), [this] { m_wake.release(); }, std::move(options)) {}

  RemoteSession& session() { return m_session; }
  void post(Command command) { m_session.post(std::move(command)); }

  // Looks again whenever something happens. Events are only drained by wait().
  void until(const std::function<bool()>& condition) {
    while (!condition()) {
      if (!m_wake.try_acquire_for(std::chrono::seconds(120))) qFatal("nothing happened");
    }
  }
  remote::EngineHello greeting() {
    until([this] { return m_session.engine() || m_session.ended(); });
    if (!m_session.engine()) qFatal("%s", m_session.ended()->message.c_str());
    return *m_session.engine();
  }
  RemoteSession::Ending ending() {
    until([this] { return m_session.ended().has_value(); });
    return *m_session.ended();
  }

  // The next event of this type; the others go to `passed`.
  template <class T>
  T wait() {
    for (;;) {
      until([this] {
        for (Event& event : m_session.drain()) m_waiting.push_back(std::move(event));
        return !m_waiting.empty();
      });
      const Event event = std::move(m_waiting.front());
      m_waiting.pop_front();
      if (const T* wanted = std::get_if<T>(&event)) return *wanted;
      passed.push_back(event);
    }
  }
  std::vector<Event> passed;

  void loadToy() {
    post(command::Load{{"toy", {}, {}}});
    wait<Loaded>();
  }

 private:
  std::counting_semaphore<> m_wake{0};
  std::deque<Event> m_waiting;
  RemoteSession m_session;  // last: its threads use m_wake
};

}  // namespace jacobiscope::test
