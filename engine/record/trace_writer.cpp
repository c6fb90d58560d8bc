#include "engine/record/trace_writer.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <limits>
#include <span>

#include "engine/checkpoint/atomic_file.h"

namespace jacobiscope {

namespace {

Error problemWith(const std::filesystem::path& path, int code) {
  return Error("Cannot write " + path.string() + ": " + std::strerror(code) + ".",
               "Choose another place or free some space.");
}

// Calls `take` with the events of a recorded run, in an order in which they can have come.
template <class Take>
void replay(const RunRecord& run, const Take& take) {
  take(run.start);
  auto change = run.planChanges.begin();
  auto hit = run.breaks.begin();
  const auto changesUpTo = [&](std::int64_t sweep) {
    for (; change != run.planChanges.end() && change->fromSweep <= sweep; ++change) take(*change);
  };
  for (const auto& snapshot : run.snapshots) {
    changesUpTo(snapshot->sweep.index);
    take(snapshot);
    for (; hit != run.breaks.end() && hit->sweep <= snapshot->sweep.index; ++hit) {
      take(Broke{run.start.run, *hit});
    }
  }
  changesUpTo(std::numeric_limits<std::int64_t>::max());
  for (const auto& [sweep, exactness] : run.exactness) take(exactness);
  if (run.finished) take(*run.finished);
  if (run.failed) take(*run.failed);
}

}  // namespace

TraceWriter::TraceWriter(const std::filesystem::path& path, std::uint64_t pictureBytes)
    : m_path(path), m_encoder(pictureBytes) {
  m_fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (m_fd < 0) throw problemWith(path, errno);
  append(TraceEncoder::header());
}

TraceWriter::~TraceWriter() { ::close(m_fd); }

void TraceWriter::add(const Event& event) noexcept {
  if (m_problem) return;
  try {
    append(m_encoder.encode(event));
  } catch (const std::exception& error) {
    m_problem = Error("Cannot write " + m_path.string() + ": " + error.what());
  }
}

void TraceWriter::append(const std::vector<std::uint8_t>& bytes) {
  std::span<const std::uint8_t> left(bytes);
  while (!left.empty()) {
    const ssize_t done = ::write(m_fd, left.data(), left.size());
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) {
      m_problem = problemWith(m_path, errno);
      // Half a record helps nobody. Where it cannot be cut off, readers leave it out.
      [[maybe_unused]] const int ignored = ::ftruncate(m_fd, static_cast<off_t>(m_bytes));
      return;
    }
    left = left.subspan(static_cast<std::size_t>(done));
  }
  m_bytes += bytes.size();
}

void writeTrace(const std::filesystem::path& path, const std::vector<const RunRecord*>& runs) {
  AtomicFile file(path);
  const auto write = [&](const std::vector<std::uint8_t>& bytes) {
    file.write(std::as_bytes(std::span(bytes)));
  };
  TraceEncoder encoder(std::numeric_limits<std::uint64_t>::max());
  write(TraceEncoder::header());
  for (const RunRecord* run : runs) {
    replay(*run, [&](const Event& event) { write(encoder.encode(event)); });
  }
  file.publish();
}

}  // namespace jacobiscope
