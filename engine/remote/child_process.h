// A program that is talked to over its standard input and output.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "engine/remote/pipe.h"

namespace jacobiscope::remote {

class ChildProcess {
 public:
  // `words` is the program, looked for in PATH, and what it is given. It gets no terminal: what
  // it asks, it has to ask in a window of its own. Throws Error where it cannot be started.
  explicit ChildProcess(const std::vector<std::string>& words);
  // Closes its input and gives it a moment to end; then it is ended.
  ~ChildProcess();

  int input() const { return m_input.get(); }  // to be written to; does not block
  int output() const { return m_output.get(); }
  int errors() const { return m_errors.get(); }
  void closeInput() { m_input.close(); }

  // Its exit status once it has ended, 128 + the signal that ended it; nothing after that time.
  std::optional<int> wait(std::chrono::milliseconds most);

 private:
  Descriptor m_input, m_output, m_errors;
  pid_t m_pid = -1;
  std::optional<int> m_status;
};

}  // namespace jacobiscope::remote
