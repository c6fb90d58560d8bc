// Saves a file whole or not at all.
#pragma once

#include <filesystem>
#include <vector>

#include "engine/checkpoint/byte_reader.h"

namespace jacobiscope {

// A file that takes its name only when it is whole. On any failure (folder missing, no
// permission, disk full) an Error is thrown; a file that had the name before stays, and what
// was written is removed unless publish() was reached.
class AtomicFile {
 public:
  explicit AtomicFile(const std::filesystem::path& path);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  void write(Bytes bytes);
  // Makes sure that the bytes are on the disk and gives the file its name.
  void publish();
  // Where it is written to: beside the path, under another name.
  const std::filesystem::path& temporary() const { return m_temporary; }

 private:
  std::filesystem::path m_path;
  std::filesystem::path m_temporary;
  int m_fd = -1;
};

// Writes the parts one after the other to an AtomicFile and publishes it.
void writeFileAtomically(const std::filesystem::path& path, const std::vector<Bytes>& parts);

// The same piece by piece. What was never published is removed again.
class AtomicFile {
 public:
  explicit AtomicFile(const std::filesystem::path& path);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  void write(Bytes bytes);
  // Gives it its name.
  void publish();

 private:
  std::filesystem::path m_path;
  std::filesystem::path m_temporary;
  int m_fd = -1;
};

}  // namespace jacobiscope
