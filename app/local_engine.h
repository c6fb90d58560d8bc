// The engine of the window on the command line's own thread: for what a plain loop cannot do.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "engine/core/workshop.h"

namespace jacobiscope {

class LocalEngine {
 public:
  // Takes over a model that is loaded. Pictures are taken by the clock and at the ends of stages.
  explicit LocalEngine(std::unique_ptr<Family> model);
  ~LocalEngine();

  // Obeys and works until `take` has heard what it waited for. Throws Cancelled after ^C, once
  // what runs has been stopped and heard, and the Error of a Failed, once it has been heard.
  void until(Command command, const std::function<bool(const Event&)>& take);

 private:
  bool hear(const std::function<bool(const Event&)>& take);

  std::unique_ptr<Family> m_model;
  const std::vector<FamilyEntry> m_families;
  EventBox m_events;
  Workshop m_workshop;
};

}  // namespace jacobiscope
