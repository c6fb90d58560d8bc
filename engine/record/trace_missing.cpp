#include "engine/record/trace_missing.h"

#include <cctype>
#include <utility>

namespace jacobiscope::trace {
namespace {

std::string counted(std::uint64_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

// What is missing of a run; empty: nothing.
std::string missingOf(const RunRecord& run) {
  const std::string name = "run " + std::to_string(run.start.run);
  const auto known = static_cast<std::uint64_t>(run.snapshots.size());
  if (!run.ended()) return name + " has no end and is known for " + counted(known, "sweep");
  if (run.finished && std::cmp_greater(run.finished->sweeps, known)) {
    return name + " is known for " + std::to_string(known) + " of its " +
           counted(static_cast<std::uint64_t>(run.finished->sweeps), "sweep");
  }
  return {};
}

std::string sentenceOf(const std::vector<std::string>& parts) {
  std::string sentence;
  for (const std::string& part : parts) sentence += (sentence.empty() ? "" : ", ") + part;
  if (sentence.empty()) return sentence;
  sentence.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(sentence.front())));
  return sentence + ".";
}

}  // namespace

std::string missingText(const Frames& frames, const std::string& why, const TraceContents& contents,
                        const Recording& recording) {
  constexpr std::size_t kMostRuns = 3;  // that are told of by number
  std::vector<std::string> parts;
  const std::string place = "byte " + std::to_string(frames.position());
  if (frames.end() == Frames::End::CutOff) {
    parts.push_back("the file is cut off after " + place);
  } else if (frames.end() == Frames::End::Foreign) {
    parts.push_back("what follows " + place + " is no record");
  }
  if (contents.leftOut > 0) {
    parts.push_back(counted(contents.leftOut, "record") + " could not be read (" + why + ")");
  }
  std::size_t runs = 0;
  for (const int id : contents.runs) {
    const std::string part = missingOf(*recording.run(id));
    if (!part.empty() && ++runs <= kMostRuns) parts.push_back(part);
  }
  if (runs > kMostRuns) {
    parts.push_back("and " + counted(runs - kMostRuns, "other run") + " likewise");
  }
  return sentenceOf(parts);
}

}  // namespace jacobiscope::trace
