// Why a connection ended, in one plain sentence and a hint.
#pragma once

#include <optional>
#include <string>

#include "engine/remote/remote_session.h"

namespace jacobiscope::remote {

// What is known when a program that was to be an engine, or a way to one, is gone.
struct Departure {
  std::string host;
  bool wasThere = false;      // it had said who it is
  std::optional<int> status;  // with which the program ended
  std::string lastLine;       // that it wrote as an error: ssh's own words
  std::string answered;       // instead of a message; empty: nothing
  std::optional<RemoteSession::Ending> said;  // what it, or this side, had to say itself
};

RemoteSession::Ending endingOf(const Departure& departure);

}  // namespace jacobiscope::remote
