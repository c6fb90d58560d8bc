#include "app/interrupt.h"

#include <csignal>

namespace jacobiscope {

namespace {

std::atomic<bool> g_interrupted{false};
static_assert(std::atomic<bool>::is_always_lock_free, "set from a signal handler");

extern "C" void onInterrupt(int) { g_interrupted = true; }

}  // namespace

void watchInterrupt() {
  struct sigaction action = {};
  action.sa_handler = onInterrupt;
  // SA_RESETHAND: work that does not come to its next step can still be ended by hand.
  action.sa_flags = static_cast<int>(SA_RESETHAND) | SA_RESTART;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, nullptr);
}

const std::atomic<bool>& interrupted() { return g_interrupted; }

}  // namespace jacobiscope
