// What was asked of an engine and is not answered yet: when the connection breaks, each gets its
// ending here, as a session that ends would give it.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "engine/core/event.h"

namespace jacobiscope::remote {

class Unanswered {
 public:
  void asked(const Command& command);
  void answered(const Event& event);
  // What ends all of it, for that reason; nothing is unanswered then.
  std::vector<Event> end(const std::string& message, const std::string& hint);

 private:
  int m_run = 0;  // that goes on
  bool m_paused = false;
  std::multiset<std::string> m_asked;  // by Failed::what
};

}  // namespace jacobiscope::remote
