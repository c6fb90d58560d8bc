// Opens a recording file; needs neither its model nor Torch.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "engine/checkpoint/byte_reader.h"
#include "engine/record/recording.h"

namespace jacobiscope {

// What a file holds besides the runs that were added to a Recording.
struct TraceContents {
  std::string program;             // that wrote it: "Jacobiscope 0.1.0"
  std::string written;             // when, "2025-01-31T12:00:00Z"
  int minor = 0;                   // version 1.minor of the format
  std::vector<int> runs;           // their numbers in the Recording, in the file's order
  std::uint64_t bytes = 0;         // of the file
  std::uint64_t pictures = 0;      // panels
  std::uint64_t pictureBytes = 0;  // of these, in the file
  std::uint64_t unknown = 0;       // records of a type that this version does not have
  std::uint64_t leftOut = 0;       // records that are damaged, malformed or without their place
  // One sentence about what is not there; empty: the file is whole and its runs have ended.
  std::string missing;
};

// Adds the runs of a file to a recording, numbered from `firstRun` on. A file that is cut off is
// read up to its last whole record; a record that is damaged or malformed is left out, and with a
// sweep all sweeps after it of that run. Throws Error for what is no recording, for one of another
// major version and for one that ends within its first record; the recording is unchanged then.
// For pictures and numbers it allocates little more than their bytes in the file, for everything
// else at most about fifty times as much (a list of empty texts).
TraceContents readTrace(const std::filesystem::path& path, Recording& into, int firstRun = 1);

// The same of bytes; `name` is what errors call them.
TraceContents readTrace(Bytes bytes, const std::string& name, Recording& into, int firstRun = 1);

}  // namespace jacobiscope
