#include "engine/train/trajectories.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <nlohmann/json.hpp>

#include "engine/checkpoint/json_text.h"
#include "engine/core/error.h"
#include "engine/nn/load_tensor.h"
#include "engine/nn/save_tensors.h"

namespace jacobiscope {

namespace {

[[noreturn]] void refuse(const std::filesystem::path& file, const std::string& why) {
  throw Error(file.string() + " holds no trajectories: " + why + ".",
              "jacobiscope-cli train trajectories writes them.");
}

const TensorView& find(const Checkpoint& checkpoint, const std::string& name, DType dtype,
                       std::size_t rank) {
  const TensorView* view = checkpoint.find(name);
  if (!view) refuse(checkpoint.path(), "the tensor " + name + " is missing");
  if (view->dtype != dtype || view->shape.size() != rank) {
    refuse(checkpoint.path(), "the tensor " + name + " does not fit");
  }
  return *view;
}

std::string text(const Checkpoint& checkpoint, const std::string& key) {
  const auto found = checkpoint.metadata().find(key);
  if (found == checkpoint.metadata().end()) refuse(checkpoint.path(), key + " is missing");
  return found->second;
}

template <class Number>
Number number(const Checkpoint& checkpoint, const std::string& key) {
  const std::string written = text(checkpoint, key);
  Number value{};
  const char* end = written.data() + written.size();
  const auto [rest, error] = std::from_chars(written.data(), end, value);
  if (error != std::errc{} || rest != end) refuse(checkpoint.path(), key + " is not a number");
  return value;
}

std::vector<std::string> hashes(const Checkpoint& checkpoint) {
  const nlohmann::json list =
      parseJson(text(checkpoint, "data"), 2, "The data of " + checkpoint.path().string());
  std::vector<std::string> read;
  if (list.is_array()) {
    for (const nlohmann::json& item : list) {
      if (item.is_string()) read.push_back(item.get<std::string>());
    }
  }
  if (read.empty() || read.size() != list.size()) {
    refuse(checkpoint.path(), "it does not say of which data");
  }
  return read;
}

// Each trajectory has an iterate at least, and each iterate is one trajectory's.
void requireLengths(const Trajectories& read) {
  const std::int64_t rows = read.tokens.size(0);
  std::int64_t left = rows;
  for (const std::int64_t length : read.lengths) {
    if (length < 1 || length > left) refuse(read.file, "the tensor lengths does not fit tokens");
    left -= length;
  }
  if (read.lengths.empty() || left != 0) {
    refuse(read.file, "the tensor lengths does not fit tokens");
  }
}

void readOrigins(const Checkpoint& checkpoint, Trajectories& read) {
  const auto ints = [&](const std::string& name) {
    const auto values = Checkpoint::toInts(find(checkpoint, name, DType::I64, 1));
    if (values.size() != read.lengths.size()) {
      refuse(read.file, "the tensor " + name + " does not fit");
    }
    return values;
  };
  const auto files = ints("files"), seeds = ints("episode_seeds"), steps = ints("steps");
  for (std::size_t j = 0; j < files.size(); ++j) {
    if (files[j] < 0 || files[j] >= std::ssize(read.data)) {
      refuse(read.file, "the tensor files does not fit");
    }
    read.origins.push_back({files[j], seeds[j], steps[j]});
  }
}

}  // namespace

void writeTrajectories(const std::filesystem::path& file, const Trajectories& trajectories,
                       const DemonstrationSet& data) {
  std::vector<std::int64_t> files, seeds, steps;
  for (const SampleOrigin& origin : trajectories.origins) {
    files.push_back(origin.part);
    seeds.push_back(origin.seed);
    steps.push_back(origin.step);
  }
  saveTensors(file,
              {{"files", torch::tensor(files, torch::kInt64)},
               {"episode_seeds", torch::tensor(seeds, torch::kInt64)},
               {"steps", torch::tensor(steps, torch::kInt64)},
               {"lengths", torch::tensor(trajectories.lengths, torch::kInt64)},
               {"tokens", trajectories.tokens}},
              {{"policy", trajectories.policy},
               {"data", nlohmann::json(trajectories.data).dump()},
               {"seed", std::to_string(trajectories.seed)},
               {"chunk", std::to_string(trajectories.chunk)},
               {"calls", nlohmann::json(trajectories.calls).dump()},
               {"norm_stats", data.config()["norm_stats"].dump()}});
}

Trajectories readTrajectories(const std::filesystem::path& file) {
  const Checkpoint checkpoint = Checkpoint::open(file);
  Trajectories read;
  read.file = checkpoint.path();
  read.policy = text(checkpoint, "policy");
  read.data = hashes(checkpoint);
  read.seed = number<std::uint64_t>(checkpoint, "seed");
  read.chunk = number<int>(checkpoint, "chunk");
  read.calls = number<double>(checkpoint, "calls");
  read.tokens = toTensor(find(checkpoint, "tokens", DType::I32, 2));
  read.lengths = Checkpoint::toInts(find(checkpoint, "lengths", DType::I64, 1));
  requireLengths(read);
  readOrigins(checkpoint, read);
  return read;
}

namespace {

void requireTeacher(const Trajectories& trajectories, const Teacher& teacher) {
  const std::string file = trajectories.file.string();
  const std::string hint = "Make them anew: jacobiscope-cli train trajectories.";
  const PolicyConfig& config = teacher.config;
  if (trajectories.chunk != config.chunk || trajectories.tokens.size(1) != config.actionTokens()) {
    throw Error(file + " is of chunks of " + std::to_string(trajectories.chunk) + " steps with " +
                    std::to_string(trajectories.tokens.size(1)) + " tokens; the policy says " +
                    std::to_string(config.chunk) + " with " +
                    std::to_string(config.actionTokens()) + ".",
                hint);
  }
  if (trajectories.policy != teacher.checkpoint.hash()) {
    throw Error(file + " is of another policy than " + teacher.checkpoint.path().string() + ".",
                hint);
  }
  if (trajectories.tokens.min().item<std::int64_t>() < 0 ||
      trajectories.tokens.max().item<std::int64_t>() >= config.llama.vocabulary) {
    refuse(trajectories.file, "it has tokens outside the policy's vocabulary");
  }
}

}  // namespace

std::vector<std::int64_t> samplesOf(const Trajectories& trajectories, const Teacher& teacher,
                                    const DemonstrationSet& data,
                                    const std::vector<std::string>& hashes) {
  requireTeacher(trajectories, teacher);
  std::map<SampleOrigin, std::int64_t> samples;
  for (const std::int64_t sample : data.trained()) samples.emplace(data.origin(sample), sample);
  std::vector<std::int64_t> found;
  for (SampleOrigin origin : trajectories.origins) {
    const auto part = std::ranges::find(hashes, trajectories.data[origin.part]);
    origin.part = part - hashes.begin();
    const auto sample = samples.find(origin);
    if (part == hashes.end() || sample == samples.end()) {
      throw Error(trajectories.file.string() + " is of other data: step " +
                      std::to_string(origin.step) + " of the episode with seed " +
                      std::to_string(origin.seed) + " is not among what is trained on.",
                  "Give --data and --set more= what the trajectories were made of.");
    }
    found.push_back(sample->second);
  }
  return found;
}

}  // namespace jacobiscope
