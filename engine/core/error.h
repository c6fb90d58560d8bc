// The one exception type of the engine: a sentence that names the file, key or
// tensor and what was expected, and a hint at what to change. Never a stack trace.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace jacobiscope {

class Error : public std::runtime_error {
 public:
  explicit Error(const std::string& message, std::string hint = {})
      : std::runtime_error(message), m_hint(std::move(hint)) {}

  // What the user can change; may be empty.
  const std::string& hint() const { return m_hint; }

 private:
  std::string m_hint;
};

// A request that can be refused before anything runs: an unknown key, a value out
// of its range, a list of the wrong length. The command line exits with 2 for it.
class UsageError : public Error {
 public:
  using Error::Error;
};

// First line of what(): LibTorch appends a stack trace to its messages.
std::string describe(const std::exception& error);

}  // namespace jacobiscope
