// A session in another process: the same commands and events as with Session, over the standard
// input and output of a program (ssh, or `jacobiscope-cli serve` itself).
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/core/event.h"
#include "engine/remote/handshake.h"

namespace jacobiscope {

class RemoteSession {
 public:
  struct Options {
    // Whose engine it is, for people: "user@host". It stands in the models' device, so that
    // nothing measured there is compared with what was measured here.
    std::string host = "the remote engine";
    // Bytes of pictures on the way; beyond that they are left out. Facts never are.
    std::uint64_t pictureBytes = std::uint64_t{8} << 20;
    // As in Session::Options.
    std::shared_ptr<std::atomic<int>> lastRun;
  };

  // Starts the program `words` and shakes hands. `wake` is called on another thread when events
  // have arrived after a drain, when the engine has said who it is, and when the connection has
  // ended. Throws Error where the program cannot be started.
  RemoteSession(std::vector<std::string> words, std::function<void()> wake, Options options);
  // Closes the connection, by which the engine there ends with what it is at.
  ~RemoteSession();
  RemoteSession(const RemoteSession&) = delete;
  RemoteSession& operator=(const RemoteSession&) = delete;

  // After the connection has ended, every command that waits for an ending gets Failed at once.
  void post(Command command);
  // Everything that arrived since the last drain, in order; what was on its way when the connection
  // broke ends in Failed.
  std::vector<Event> drain();

  // What the engine said of itself; nothing before that.
  std::optional<remote::EngineHello> engine() const;
  // Why the connection ended: a sentence and a hint. Nothing as long as it holds.
  struct Ending {
    std::string message, hint;
  };
  std::optional<Ending> ended() const;
  const std::string& host() const;

  // That have arrived: all of them, those of sweeps with pictures, and of sweeps without.
  struct Traffic {
    std::uint64_t bytes = 0, pictureBytes = 0, factBytes = 0;
  };
  Traffic traffic() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> m_impl;
};

}  // namespace jacobiscope
