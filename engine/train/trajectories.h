// How a teacher's chunks settle, as consistency distillation learns from it: CEED-VLA's
// trajectories (arXiv 2506.13725, algorithm 2), and their file.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "engine/train/demonstration_set.h"
#include "engine/train/policy_files.h"

namespace jacobiscope {

// J trajectories, of one observation each: a random guess, what Jacobi iteration makes of it, and
// at last what the teacher says token by token.
struct Trajectories {
  std::filesystem::path file;           // that it was read from
  std::string policy;                   // Checkpoint::hash() of the teacher
  std::vector<std::string> data;        // and of the files of demonstrations
  std::uint64_t seed = 1;               // of the guesses
  int chunk = 0;                        // steps
  std::vector<SampleOrigin> origins;    // [J]; `part` counts in `data`
  std::vector<std::int64_t> lengths;    // [J]: iterates, one at least
  Tensor tokens;                        // [all lengths, n] int32: iterates one after the other
  double calls = 0;                     // of the network until a chunk settled, on average

  std::int64_t size() const { return static_cast<std::int64_t>(lengths.size()); }
};

struct TrajectoryOrder {
  std::int64_t samples = 0;  // evenly chosen among those to train on; 0: all
  int starts = 1;            // guesses for each
  int batch = 64;            // observations at once
  std::uint64_t seed = 1;
};

// Called after each batch with how many observations are done of how many, and the mean number of
// calls so far.
using TrajectoryProgress =
    std::function<void(std::int64_t done, std::int64_t all, double calls)>;

// What the teacher does with the observations. `cancel` (may be null) ends it after a batch, with
// what there is by then. `hashes` are of the files that the data was read from.
Trajectories makeTrajectories(const Teacher& teacher, const DemonstrationSet& data,
                              const std::vector<std::string>& hashes, const TrajectoryOrder& order,
                              torch::Device device, const TrajectoryProgress& progress,
                              const std::atomic<bool>* cancel);

// A safetensors file with the tensors `files`, `episode_seeds`, `steps` and `lengths` I64 [J] and
// `tokens` I32 [sum of lengths, n], and the metadata `policy`, `data` (a JSON list), `seed`,
// `chunk`, `calls` and `norm_stats` (JSON, the data's).
void writeTrajectories(const std::filesystem::path& file, const Trajectories& trajectories,
                       const DemonstrationSet& data);
// Throws Error naming what is missing or does not fit.
Trajectories readTrajectories(const std::filesystem::path& file);

// The sample of each trajectory. Throws Error where they are of another teacher, of chunks of
// another length, or of data that is not among the files with these hashes.
std::vector<std::int64_t> samplesOf(const Trajectories& trajectories, const Teacher& teacher,
                                    const DemonstrationSet& data,
                                    const std::vector<std::string>& hashes);

}  // namespace jacobiscope
