#include "engine/checkpoint/atomic_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <random>
#include <string>
#include <system_error>

namespace jacobiscope {
namespace {

[[noreturn]] void fail(const std::filesystem::path& path, int code) {
  throw Error("Cannot write " + path.string() + ": " + std::strerror(code) + ".",
              "Choose another place or free some space.");
}

}  // namespace

AtomicFile::AtomicFile(const std::filesystem::path& path) : m_path(path) {
  const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : ".";
  std::error_code ignored;
  if (!std::filesystem::is_directory(folder, ignored)) {
    throw Error(
        "Cannot write " + path.string() + ": the folder " + folder.string() + " does not exist.",
        "Create the folder first.");
  }
  const std::string name = ".jacobiscope-" + std::to_string(std::random_device()()) + ".part";
  m_temporary = path.parent_path() / name;
  m_fd = ::open(m_temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (m_fd < 0) fail(m_path, errno);
}

AtomicFile::~AtomicFile() {
  if (m_fd >= 0) ::close(m_fd);
  if (!m_temporary.empty()) ::unlink(m_temporary.c_str());
}

void AtomicFile::write(Bytes bytes) {
  // Linux writes at most about 2 GiB in one call.
  constexpr std::size_t kLargestWrite = std::size_t{1} << 30;
  while (!bytes.empty()) {
    const ssize_t done = ::write(m_fd, bytes.data(), std::min(bytes.size(), kLargestWrite));
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) fail(m_path, errno);
    bytes = bytes.subspan(static_cast<std::size_t>(done));
  }
}

void AtomicFile::publish() {
  if (::fsync(m_fd) != 0) fail(m_path, errno);
  const int fd = m_fd;
  m_fd = -1;
  if (::close(fd) != 0 || ::rename(m_temporary.c_str(), m_path.c_str()) != 0) fail(m_path, errno);
  m_temporary.clear();
}

void writeFileAtomically(const std::filesystem::path& path, const std::vector<Bytes>& parts) {
  AtomicFile file(path);
  for (const Bytes& part : parts) file.write(part);
  file.publish();
}

}  // namespace jacobiscope
