// File descriptors that are closed when they go, and reading and writing that never waits for
// longer than it may.
#pragma once

#include <atomic>
#include <chrono>
#include <utility>
#include <vector>

#include "engine/checkpoint/byte_reader.h"

namespace jacobiscope::remote {

class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : m_fd(fd) {}
  ~Descriptor() { close(); }
  Descriptor(Descriptor&& other) noexcept : m_fd(std::exchange(other.m_fd, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(m_fd, other.m_fd);
    return *this;
  }

  int get() const { return m_fd; }
  void close();

 private:
  int m_fd;
};

struct Pipe {
  Descriptor readEnd, writeEnd;
};
// Not inherited by programs that are started. Throws Error where the system has none left.
Pipe makePipe();

enum class Waited { Ready, Nothing, Over };

// Appends what can be read of `fd`, once it is there. Nothing: the time is up, or a signal came.
// Over: the other end is closed, or cannot be read.
Waited readSome(int fd, std::chrono::milliseconds most, std::vector<std::byte>& to);

// Writes all of it, waiting for room as long as `stop` is false; `fd` must not block. False:
// stopped, or the other end is closed (which is no SIGPIPE where that is ignored or blocked).
bool writeAll(int fd, Bytes bytes, const std::atomic<bool>& stop);
void setNonBlocking(int fd);

}  // namespace jacobiscope::remote
