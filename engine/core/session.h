// The engine thread: obeys commands, sweeps, photographs, publishes.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

#include "engine/core/event.h"

namespace jacobiscope {

// Creates, uses and destroys every model and decoder on one thread of its own. Commands
// are drained only between sweeps, so cancel, pause, step, pace and live knobs live here
// and nowhere else. Every Start ends in exactly one Finished or Failed.
class Session {
 public:
  struct Options {
    double picturesPerSecond = 60;  // by the clock, never once per sweep; 0: no pictures
    bool pictureAtStageEnd = true;  // also one at the end of every stage
    // More bytes of pictures than this waiting to be drained: no new ones are taken until
    // then, except the one at a pause and at the end. Facts are always published.
    std::size_t undrainedPictureBytes = std::size_t{64} << 20;
    // The number of the run that began last, where somebody has runs of another source beside
    // these and takes numbers from it, too. nullptr: the session counts its own, from 1.
    std::shared_ptr<std::atomic<int>> lastRun;
  };

  // `wake` is called on the engine thread when events have arrived after a drain.
  Session(std::vector<FamilyEntry> families, std::function<void()> wake, Options options);
  Session(std::vector<FamilyEntry> families, std::function<void()> wake = {});
  // Stops what runs (its Finished is still published) and joins the thread.
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  void post(Command command);
  // Everything published since the last drain, in order.
  std::vector<Event> drain();

 private:
  struct Impl;
  std::unique_ptr<Impl> m_impl;
};

}  // namespace jacobiscope
