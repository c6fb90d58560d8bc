#include "engine/remote/pipe.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace jacobiscope::remote {

namespace {

constexpr std::size_t kReadAtOnce = std::size_t{1} << 16;
constexpr int kLookEvery = 100;  // milliseconds between two looks at whether to stop

}  // namespace

void Descriptor::close() {
  if (m_fd >= 0) ::close(std::exchange(m_fd, -1));
}

Pipe makePipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) {
    throw Error("No connection to another program can be made.", "Close some files or programs.");
  }
  return {Descriptor(ends[0]), Descriptor(ends[1])};
}

Waited readSome(int fd, std::chrono::milliseconds most, std::vector<std::byte>& to) {
  pollfd asked{fd, POLLIN, 0};
  if (::poll(&asked, 1, static_cast<int>(most.count())) <= 0) return Waited::Nothing;
  const std::size_t before = to.size();
  to.resize(before + kReadAtOnce);
  const ssize_t count = ::read(fd, to.data() + before, kReadAtOnce);
  to.resize(before + static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
  if (count > 0) return Waited::Ready;
  return count < 0 && (errno == EINTR || errno == EAGAIN) ? Waited::Nothing : Waited::Over;
}

bool writeAll(int fd, Bytes bytes, const std::atomic<bool>& stop) {
  while (!bytes.empty()) {
    if (stop) return false;
    const ssize_t count = ::write(fd, bytes.data(), bytes.size());
    if (count > 0) {
      bytes = bytes.subspan(static_cast<std::size_t>(count));
    } else if (errno == EAGAIN) {
      pollfd asked{fd, POLLOUT, 0};
      ::poll(&asked, 1, kLookEvery);
    } else if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

void setNonBlocking(int fd) { ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK); }

}  // namespace jacobiscope::remote
