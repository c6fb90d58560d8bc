// Runs have numbers of their own at each engine; here every run has one number, whichever engine
// it is of.
#pragma once

#include <atomic>
#include <map>
#include <memory>

#include "engine/core/event.h"

namespace jacobiscope::remote {

class RunNumbers {
 public:
  // `last` as in Session::Options::lastRun.
  explicit RunNumbers(std::shared_ptr<std::atomic<int>> last) : m_last(std::move(last)) {}

  // An event of the engine there, with the numbers used here. A Started takes the next one.
  // Throws Error for the number of a run that never began, and for one that no engine gives.
  void bringHere(Event& event);
  // A command for the engine there. A run that is not of that engine goes by a number that it
  // never gives itself, and answers come back with it.
  void takeThere(Command& command) const;

 private:
  int here(int there) const;
  int there(int here) const;

  std::shared_ptr<std::atomic<int>> m_last;
  std::map<int, int> m_here, m_there;  // each by the other
};

}  // namespace jacobiscope::remote
