// A whole file as read-only bytes, mapped into memory: opening a checkpoint of many
// gigabytes costs nothing until its tensors are read.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>

#include "engine/checkpoint/byte_reader.h"

namespace jacobiscope {

class MappedFile {
 public:
  // Throws Error where the file is missing, unreadable, empty or not a regular file.
  static std::shared_ptr<const MappedFile> open(const std::filesystem::path& path);

  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  Bytes bytes() const { return {m_data, m_size}; }

 private:
  MappedFile(const std::byte* data, std::size_t size) : m_data(data), m_size(size) {}

  const std::byte* m_data;
  std::size_t m_size;
};

}  // namespace jacobiscope
