#include "engine/vla/sim/demonstrations.h"

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <span>

#include "engine/checkpoint/checkpoint.h"
#include "engine/checkpoint/safetensors.h"
#include "engine/core/error.h"
#include "engine/core/memory.h"
#include "engine/vla/sim/observation.h"
#include "engine/vla/sim/statistics.h"
#include "engine/vla/sim/task.h"

namespace jacobiscope {
namespace {

using nlohmann::json;

template <class Value>
TensorBytes tensor(const char* name, DType dtype, std::vector<std::int64_t> shape,
                   const std::vector<Value>& values) {
  return {name, dtype, std::move(shape), std::as_bytes(std::span(values))};
}

// A range of a hundredth of what a step may do, where the data has less: moves and turns
// that never happen would otherwise be divided by nothing.
json statistics(const Demonstrations& data) {
  std::vector<double> smallest(kActionSize, kMoveLimit / 100);
  std::fill_n(smallest.begin() + 3, 3, kTurnLimit / 100);
  smallest[6] = 1;
  std::vector<bool> mask(kActionSize, true);
  mask[6] = false;
  ValueStatistics actions = statisticsOf(data.actions, kActionSize);
  separateQuantiles(actions, smallest);
  ValueStatistics pose = statisticsOf(data.proprioception, kProprioceptionSize);
  separateQuantiles(pose, std::vector<double>(kProprioceptionSize, 1e-3));
  return {{"tabletop",
           {{"action", statisticsJson(actions, mask)},
            {"proprio", statisticsJson(pose)},
            {"num_transitions", data.steps()},
            {"num_trajectories", data.episodes()}}}};
}

[[noreturn]] void refuse(const std::filesystem::path& file, const std::string& why) {
  throw Error(file.string() + " holds no demonstrations: " + why + ".",
              "jacobiscope-cli train data tabletop writes them.");
}

// A tensor of that type whose shape, with -1 for any extent, is `shape`.
const TensorView& find(const Checkpoint& checkpoint, const char* name, DType dtype,
                       const std::vector<std::int64_t>& shape) {
  const TensorView* view = checkpoint.find(name);
  if (!view) refuse(checkpoint.path(), std::string("the tensor ") + name + " is missing");
  bool fits = view->dtype == dtype && view->shape.size() == shape.size();
  for (std::size_t i = 0; fits && i < shape.size(); ++i) {
    fits = shape[i] < 0 || view->shape[i] == shape[i];
  }
  if (!fits) refuse(checkpoint.path(), std::string("the tensor ") + name + " does not fit");
  return *view;
}

std::vector<std::string> textsOf(const Checkpoint& checkpoint) {
  const auto entry = checkpoint.metadata().find("instructions");
  if (entry == checkpoint.metadata().end()) refuse(checkpoint.path(), "it has no instructions");
  try {
    return json::parse(entry->second).get<std::vector<std::string>>();
  } catch (const json::exception&) {
    refuse(checkpoint.path(), "its instructions are no list of text");
  }
}

void checkIndices(const std::filesystem::path& file, const Demonstrations& data) {
  const auto within = [](const std::vector<std::int64_t>& values, std::int64_t bound) {
    return std::all_of(values.begin(), values.end(),
                       [&](std::int64_t v) { return v >= 0 && v < bound; });
  };
  const bool ordered = std::adjacent_find(data.starts.begin(), data.starts.end(),
                                          std::greater_equal<>()) == data.starts.end();
  if (data.starts.empty() || data.starts[0] != 0 || !ordered ||
      !within(data.starts, data.steps())) {
    refuse(file, "its episodes do not follow each other");
  }
  if (!within(data.kinds, kTaskKinds)) refuse(file, "it has a kind of task that is none");
  if (!within(data.instructions, static_cast<std::int64_t>(data.texts.size()))) {
    refuse(file, "it lacks the text of an instruction");
  }
}

}  // namespace

std::int64_t Demonstrations::textIndex(const std::string& text) {
  const auto at = std::find(texts.begin(), texts.end(), text);
  const auto index = at - texts.begin();
  if (at == texts.end()) texts.push_back(text);
  return index;
}

std::uint64_t episodeSeed(std::uint64_t dataSeed, std::uint64_t episode) {
  if (dataSeed < 1 || dataSeed >> 31 != 0 || episode >> 32 != 0) {
    throw UsageError("Data has seeds from 1 on, below 2^31, and fewer than 2^32 episodes.");
  }
  return (dataSeed << 32) + episode;
}

void writeDemonstrations(const std::filesystem::path& file, const Demonstrations& data,
                         const DemonstrationOrigin& origin) {
  if (data.steps() == 0) throw Error("There is no step to write to " + file.string() + ".");
  const std::int64_t steps = data.steps(), episodes = data.episodes(), size = data.pictureSize;
  std::vector<TensorBytes> tensors = {
      tensor("pictures", DType::U8, {steps, size, size, 3}, data.pictures),
      tensor("proprioception", DType::F32, {steps, kProprioceptionSize}, data.proprioception),
      tensor("actions", DType::F32, {steps, kActionSize}, data.actions),
      tensor("episode_starts", DType::I64, {episodes}, data.starts),
      tensor("episode_seeds", DType::I64, {episodes}, data.seeds),
      tensor("episode_kinds", DType::I64, {episodes}, data.kinds),
      tensor("episode_instructions", DType::I64, {episodes}, data.instructions)};
  if (data.planLength > 0) {
    tensors.push_back(
        tensor("plans", DType::F32, {steps, data.planLength, kActionSize}, data.plans));
  }
  if (!data.places.empty()) {
    tensors.push_back(tensor("places", DType::F32, {steps, kThings, 2}, data.places));
  }
  writeSafetensors(file, tensors,
                   {{"instructions", json(data.texts).dump()},
                    {"kinds", json(kTaskKindNames).dump()},
                    {"action_names", json(kActionNames).dump()},
                    {"proprioception_names", json(kProprioceptionNames).dump()},
                    {"norm_stats", statistics(data).dump()},
                    {"data_seed", std::to_string(origin.dataSeed)},
                    {"noise", json(origin.noise).dump()}});
}

Demonstrations readDemonstrations(const std::filesystem::path& file) {
  const Checkpoint checkpoint = Checkpoint::open(file);
  const TensorView& pictures = find(checkpoint, "pictures", DType::U8, {-1, -1, -1, 3});
  const std::int64_t steps = pictures.shape[0], size = pictures.shape[1];
  if (steps < 1 || size < 1 || pictures.shape[2] != size || !pictures.contiguous()) {
    refuse(file, "its pictures do not fit");
  }
  Demonstrations data;
  data.texts = textsOf(checkpoint);
  requireMemory(static_cast<std::int64_t>(pictures.bytes), "the pictures of " + file.string(),
                "Use fewer episodes or smaller pictures.");
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(pictures.data);
  data.pictures.assign(bytes, bytes + pictures.bytes);
  data.pictureSize = static_cast<int>(size);
  data.proprioception = Checkpoint::toFloats(
      find(checkpoint, "proprioception", DType::F32, {steps, kProprioceptionSize}));
  data.actions =
      Checkpoint::toFloats(find(checkpoint, "actions", DType::F32, {steps, kActionSize}));
  if (checkpoint.find("plans")) {
    const TensorView& plans = find(checkpoint, "plans", DType::F32, {steps, -1, kActionSize});
    data.planLength = static_cast<int>(plans.shape[1]);
    data.plans = Checkpoint::toFloats(plans);
  }
  if (checkpoint.find("places")) {
    data.places =
        Checkpoint::toFloats(find(checkpoint, "places", DType::F32, {steps, kThings, 2}));
  }
  data.starts = Checkpoint::toInts(find(checkpoint, "episode_starts", DType::I64, {-1}));
  const auto each = [&](const char* name) {
    return Checkpoint::toInts(find(checkpoint, name, DType::I64, {data.episodes()}));
  };
  data.seeds = each("episode_seeds");
  data.kinds = each("episode_kinds");
  data.instructions = each("episode_instructions");
  checkIndices(file, data);
  return data;
}

}  // namespace jacobiscope
