// Where events come from and commands go to. The engine of the window cannot tell one from
// another: a session in this process, or one elsewhere.
#pragma once

#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "engine/core/event.h"

namespace jacobiscope {

struct EventSource {
  std::function<void(Command)> post;
  std::function<std::vector<Event>()> drain;  // as in Session
};

// Whatever posts and drains like a session. It lives as long as the source does.
template <class Session>
EventSource sourceOf(std::shared_ptr<Session> session) {
  return {[session](Command command) { session->post(std::move(command)); },
          [session] { return session->drain(); }};
}

}  // namespace jacobiscope
