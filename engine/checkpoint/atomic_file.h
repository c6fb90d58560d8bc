// Saves a file whole or not at all.
#pragma once

#include <filesystem>
#include <vector>

#include "engine/checkpoint/byte_reader.h"

namespace jacobiscope {

// Writes the parts one after the other to a new file beside `path`, makes sure they are on
// the disk, then renames it to `path`. On any failure (folder missing, no permission, disk
// full) an Error is thrown, the new file is removed and one already at `path` is untouched.
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
