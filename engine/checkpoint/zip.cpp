// Record layouts: PKWARE APPNOTE 6.3, sections 4.3.7 (local header), 4.3.12 (central
// header), 4.3.14 to 4.3.16 (ends of the directory), 4.5.3 (zip64 sizes).
#include "engine/checkpoint/zip.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "engine/checkpoint/tensor_view.h"

namespace jacobiscope {
namespace {

constexpr std::uint32_t kLocalHeader = 0x04034b50;
constexpr std::uint32_t kCentralHeader = 0x02014b50;
constexpr std::uint32_t kEnd = 0x06054b50;
constexpr std::uint32_t kEnd64 = 0x06064b50;
constexpr std::uint32_t kEnd64Locator = 0x07064b50;
constexpr std::size_t kEndSize = 22;
constexpr std::size_t kEnd64LocatorSize = 20;
constexpr std::size_t kCentralHeaderSize = 46;
constexpr std::uint32_t kIn64 = 0xffffffff;  // the real value stands in the zip64 record
constexpr char kAgain[] = "Copy or download the file again.";

struct Directory {
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
  std::uint64_t count = 0;
};

class ZipReader {
 public:
  ZipReader(Bytes archive, const std::string& file) : m_archive(archive), m_file(file) {}

  ZipEntries read() {
    const Directory directory = findDirectory();
    if (directory.offset > m_archive.size() ||
        directory.size > m_archive.size() - directory.offset) {
      throw Error(m_file + " is damaged: its zip directory lies outside the file.", kAgain);
    }
    if (directory.count > directory.size / kCentralHeaderSize) {
      throw Error(m_file + " is damaged: its zip directory claims " +
                      std::to_string(directory.count) + " entries, more than fit into it.",
                  kAgain);
    }
    ByteReader reader(m_archive.subspan(directory.offset, directory.size), m_file,
                      "its zip directory");
    ZipEntries entries;
    for (std::uint64_t i = 0; i < directory.count; ++i) readEntry(reader, entries);
    return entries;
  }

 private:
  ByteReader at(std::uint64_t offset, const char* what) const {
    const auto start = std::min<std::uint64_t>(offset, m_archive.size());
    return ByteReader(m_archive.subspan(static_cast<std::size_t>(start)), m_file, what);
  }

  // The end record is the last one whose comment reaches exactly to the end of the file.
  std::size_t findEnd() const {
    const std::size_t size = m_archive.size();
    const std::size_t farthest = std::min<std::size_t>(size, kEndSize + 0xffff);
    for (std::size_t back = kEndSize; back <= farthest; ++back) {
      if (std::memcmp(m_archive.data() + (size - back), &kEnd, sizeof(kEnd)) != 0) continue;
      ByteReader reader = at(size - back, "its zip end record");
      reader.take(20);
      if (reader.number<std::uint16_t>() == back - kEndSize) return size - back;
    }
    throw Error(m_file + " is cut off: the zip directory at its end is missing.", kAgain);
  }

  Directory findDirectory() const {
    const std::size_t end = findEnd();
    ByteReader reader = at(end, "its zip end record");
    reader.take(4);
    const auto disk = reader.number<std::uint16_t>();
    const auto firstDisk = reader.number<std::uint16_t>();
    const auto countHere = reader.number<std::uint16_t>();
    Directory directory;
    directory.count = reader.number<std::uint16_t>();
    directory.size = reader.number<std::uint32_t>();
    directory.offset = reader.number<std::uint32_t>();
    if (end >= kEnd64LocatorSize) {
      ByteReader locator = at(end - kEnd64LocatorSize, "its zip64 locator");
      if (locator.number<std::uint32_t>() == kEnd64Locator) {
        locator.take(4);
        return readEnd64(locator.number<std::uint64_t>());
      }
    }
    if (disk != 0 || firstDisk != 0 || countHere != directory.count) {
      throw Error(m_file + " is one part of a split zip archive.", "Join the parts first.");
    }
    return directory;
  }

  Directory readEnd64(std::uint64_t offset) const {
    ByteReader reader = at(offset, "its zip64 end record");
    if (reader.number<std::uint32_t>() != kEnd64) {
      throw Error(m_file + " is damaged: its zip64 end record is not where it should be.", kAgain);
    }
    reader.take(8 + 2 + 2 + 4 + 4);
    const auto countHere = reader.number<std::uint64_t>();
    Directory directory;
    directory.count = reader.number<std::uint64_t>();
    directory.size = reader.number<std::uint64_t>();
    directory.offset = reader.number<std::uint64_t>();
    if (countHere != directory.count) {
      throw Error(m_file + " is one part of a split zip archive.", "Join the parts first.");
    }
    return directory;
  }

  void readEntry(ByteReader& reader, ZipEntries& entries) const {
    if (reader.number<std::uint32_t>() != kCentralHeader) {
      throw Error(m_file + " is damaged: entry " + std::to_string(entries.size()) +
                      " of its zip directory is not one.",
                  kAgain);
    }
    reader.take(4);
    const auto flags = reader.number<std::uint16_t>();
    const auto method = reader.number<std::uint16_t>();
    reader.take(8);
    std::uint64_t stored = reader.number<std::uint32_t>();
    std::uint64_t plain = reader.number<std::uint32_t>();
    const auto nameSize = reader.number<std::uint16_t>();
    const auto extraSize = reader.number<std::uint16_t>();
    const auto commentSize = reader.number<std::uint16_t>();
    reader.take(8);
    std::uint64_t offset = reader.number<std::uint32_t>();
    const std::string name(reader.text(nameSize));
    readZip64Extra(reader.take(extraSize), plain, stored, offset);
    reader.take(commentSize);
    if ((flags & 1) != 0 || method != 0 || stored != plain) {
      throw Error(m_file + ": the zip entry " + quotedText(name) +
                      " is compressed or encrypted, but checkpoints are stored as they are.",
                  "Write the file with torch.save, not with a zip program.");
    }
    const Bytes content = locate(name, offset, stored);
    if (!entries.emplace(name, content).second) {
      throw Error(m_file + " is damaged: it holds the zip entry " + quotedText(name) + " twice.",
                  kAgain);
    }
  }

  // Extra field 1 holds, in this order, only those values whose short form is saturated.
  void readZip64Extra(Bytes extra, std::uint64_t& plain, std::uint64_t& stored,
                      std::uint64_t& offset) const {
    ByteReader reader(extra, m_file, "an extra field of its zip directory");
    while (reader.left() >= 4) {
      const auto id = reader.number<std::uint16_t>();
      const auto size = reader.number<std::uint16_t>();
      const Bytes body = reader.take(size);
      if (id != 1) continue;
      ByteReader values(body, m_file, "a zip64 field of its zip directory");
      for (std::uint64_t* value : {&plain, &stored, &offset}) {
        if (*value == kIn64) *value = values.number<std::uint64_t>();
      }
      return;
    }
  }

  // The bytes of an entry start after its local header, whose own name must agree.
  Bytes locate(const std::string& name, std::uint64_t offset, std::uint64_t size) const {
    ByteReader reader = at(offset, "the local header of a zip entry");
    if (reader.number<std::uint32_t>() != kLocalHeader) {
      throw Error(m_file + " is damaged: the zip entry " + quotedText(name) +
                      " has no local header at byte " + std::to_string(offset) + ".",
                  kAgain);
    }
    reader.take(22);
    const auto nameSize = reader.number<std::uint16_t>();
    const auto extraSize = reader.number<std::uint16_t>();
    if (reader.text(nameSize) != name) {
      throw Error(m_file + " is damaged: the zip entry " + quotedText(name) +
                      " has another name in its local header.",
                  kAgain);
    }
    reader.take(extraSize);
    if (size > reader.left()) {
      throw Error(m_file + " is damaged: the zip entry " + quotedText(name) + " claims " +
                      std::to_string(size) + " bytes, but only " + std::to_string(reader.left()) +
                      " are left in the file.",
                  kAgain);
    }
    return reader.take(size);
  }

  Bytes m_archive;
  const std::string& m_file;
};

}  // namespace

ZipEntries readZip(Bytes archive, const std::string& file) {
  return ZipReader(archive, file).read();
}

}  // namespace jacobiscope
