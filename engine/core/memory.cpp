#include "engine/core/memory.h"

#include <algorithm>
#include <fstream>

#include "engine/core/error.h"

namespace jacobiscope {
namespace {

// Bytes that can be had without swapping, or -1 where the system does not tell.
std::int64_t systemMemory() {
  std::ifstream file("/proc/meminfo");
  std::string key, unit;
  std::int64_t value = 0;
  while (file >> key >> value >> unit) {
    if (key == "MemAvailable:") return value * 1024;
  }
  return -1;
}

// What the control group of a container or a batch job leaves, or -1 where it sets no limit.
std::int64_t groupMemory() {
  std::ifstream groups("/proc/self/cgroup");
  std::string line, folder = "/sys/fs/cgroup";
  while (std::getline(groups, line)) {
    if (line.rfind("0::/", 0) == 0 && line.size() > 4) folder += line.substr(3);
  }
  const auto read = [&](const char* name) {
    std::ifstream file(folder + "/" + name);
    std::int64_t value = -1;
    return file >> value ? value : std::int64_t{-1};  // "max" is no number
  };
  const std::int64_t limit = read("memory.max"), used = read("memory.current");
  if (limit < 0 || used < 0) return -1;
  // Pages of files count as used, and are given back where memory is asked for.
  std::ifstream statistics(folder + "/memory.stat");
  std::string key;
  std::int64_t value = 0, files = 0;
  while (statistics >> key >> value) {
    if (key == "active_file" || key == "inactive_file") files += value;
  }
  return std::max<std::int64_t>(0, limit - used + files);
}

}  // namespace

std::int64_t availableMemory() {
  const std::int64_t system = systemMemory(), group = groupMemory();
  return system < 0 || (group >= 0 && group < system) ? group : system;
}

void requireMemory(std::int64_t bytes, const std::string& what, const std::string& hint) {
  const std::int64_t available = availableMemory();
  if (available < 0 || bytes < available) return;
  const auto mib = [](std::int64_t b) { return std::to_string(b >> 20) + " MiB"; };
  throw Error("Not enough memory for " + what + ": " + mib(bytes) + " needed, " +
                  mib(available) + " free.",
              hint);
}

}  // namespace jacobiscope
