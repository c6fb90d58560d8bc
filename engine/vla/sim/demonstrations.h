// Episodes of the expert as data to learn from, and their file. Reading and writing need
// neither MuJoCo nor Torch; recording (record_episode.h) needs MuJoCo.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "engine/vla/sim/action.h"

namespace jacobiscope {

// T steps of E episodes, one after the other.
struct Demonstrations {
  int pictureSize = 0;                  // S
  std::vector<std::uint8_t> pictures;   // [T, S, S, 3]: what the camera saw before the step
  std::vector<float> proprioception;    // [T, 7]: see observation.h
  std::vector<float> actions;           // [T, 7]: what the expert would do there
  // What the expert would go on to do from each step if nothing disturbed it: n steps, of which
  // the first is the action. n is 0 where that was not asked for.
  int planLength = 0;                   // n
  std::vector<float> plans;             // [T, n, 7]
  // Where in the picture each thing's middle is seen, hidden or not: column and row as shares of
  // its side (Camera::placeOf). Empty where that was not written down.
  std::vector<float> places;            // [T, kThings, 2]
  std::vector<std::int64_t> starts;     // [E]: each episode's first step
  std::vector<std::int64_t> seeds;      // [E]
  std::vector<std::int64_t> kinds;      // [E]: TaskKind
  std::vector<std::int64_t> instructions;  // [E]: index into texts
  std::vector<std::string> texts;       // every instruction that occurs, each once

  std::int64_t steps() const { return static_cast<std::int64_t>(actions.size()) / kActionSize; }
  std::int64_t episodes() const { return static_cast<std::int64_t>(starts.size()); }
  // The index of a text, which is added where it is new.
  std::int64_t textIndex(const std::string& text);

  bool operator==(const Demonstrations&) const = default;
};

// How they were made, for the file's metadata.
struct DemonstrationOrigin {
  std::uint64_t dataSeed = 0;
  double noise = 0;
};

// Episode e of data seed s has the seed 2^32 s + e; evaluation takes seeds below 2^32, so no
// scene of the data is ever judged on. Throws UsageError outside 1 <= s < 2^31, e < 2^32.
std::uint64_t episodeSeed(std::uint64_t dataSeed, std::uint64_t episode);

// Writes a safetensors file with the tensors `pictures` U8 [T, S, S, 3], `proprioception` and
// `actions` F32 [T, 7], `plans` F32 [T, n, 7] and `places` F32 [T, 6, 2] where there are any,
// `episode_starts`, `episode_seeds`, `episode_kinds` and `episode_instructions` I64 [E], and the metadata
// `instructions` and `kinds` (JSON lists of text), `action_names`, `proprioception_names`,
// `norm_stats` (JSON, OpenVLA's layout under the name tabletop; of actions the gripper is not
// normalised), `data_seed` and `noise`.
// Throws Error where there is no step or the file cannot be written.
void writeDemonstrations(const std::filesystem::path& file, const Demonstrations& data,
                         const DemonstrationOrigin& origin);

// Throws Error naming what is missing or does not fit.
Demonstrations readDemonstrations(const std::filesystem::path& file);

}  // namespace jacobiscope
