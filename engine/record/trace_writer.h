// Recordings as files: while a run goes on, and afterwards.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "engine/core/error.h"
#include "engine/record/recording.h"
#include "engine/record/trace_encoder.h"

namespace jacobiscope {

// A file that grows with every event; for one thread. Each record is handed to the system at once, so that the
// death of this program costs none; when the system writes them to the disk is up to it.
class TraceWriter {
 public:
  static constexpr std::uint64_t kPictureBytes = std::uint64_t{256} << 20;

  // Replaces a file that is there. Throws Error where it cannot be made.
  explicit TraceWriter(const std::filesystem::path& path,
                       std::uint64_t pictureBytes = kPictureBytes);
  ~TraceWriter();
  TraceWriter(const TraceWriter&) = delete;
  TraceWriter& operator=(const TraceWriter&) = delete;

  // As Recording::add(). Never throws: where the file cannot be written (no space left), it stays
  // whole up to its last record, problem() says what happened, and nothing more is written.
  void add(const Event& event) noexcept;

  const std::optional<Error>& problem() const { return m_problem; }
  std::uint64_t bytes() const { return m_bytes; }  // of the file
  const TraceEncoder& encoder() const { return m_encoder; }

 private:
  void append(const std::vector<std::uint8_t>& bytes);

  std::filesystem::path m_path;
  int m_fd = -1;
  TraceEncoder m_encoder;
  std::uint64_t m_bytes = 0;
  std::optional<Error> m_problem;
};

// Writes runs that are recorded already, whole or not at all, with all the pictures they have.
// Throws Error where the file cannot be written.
void writeTrace(const std::filesystem::path& path, const std::vector<const RunRecord*>& runs);

}  // namespace jacobiscope
