#include "engine/train/policy_actor.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <span>

#include "engine/nn/model_settings.h"
#include "engine/train/decoder_list.h"
#include "engine/vla/chunk_start.h"
#include "engine/vla/instruction_text.h"

namespace jacobiscope {

namespace {

LoadedVla loadModel(const std::filesystem::path& path) {
  LoadRequest request;
  request.path = path;
  const VlaFiles files = findVlaFiles(path);
  const Checkpoint checkpoint = Checkpoint::open(files.policy);
  return loadVla(checkpoint, files, request, checkpoint.config());
}

// With the model's own defaults, as everywhere.
VlaSettings settingsOf(const LoadedVla& model, const std::filesystem::path& path,
                       const std::string& decoder) {
  VlaTraits traits;
  traits.chunk = model.config.chunk;
  traits.binsOnly = model.binsOnly;
  for (const VlaBrain& brain : model.brains) traits.policies.push_back(brain.name);
  ModelInfo info;
  info.name = path.string();
  info.knobs = vlaKnobs(traits);
  applyDefaults(Checkpoint::open(findVlaFiles(path).policy).config(), info);
  return readVlaSettings(parseDecoder(info, {}, decoder).knobs);
}

}  // namespace

struct PolicyActor::Mind {
  Mind(const std::filesystem::path& path, const std::string& decoder)
      : model(loadModel(path)), settings(settingsOf(model, path, decoder)),
        brain(model.brain(settings.policy)) {}

  LoadedVla model;
  VlaSettings settings;
  VlaBrain& brain;
  std::uint64_t seed = 0;
  int chunk = 0;  // of the episode, the next one
  ChunkBefore before;
};

PolicyActor::PolicyActor(const std::filesystem::path& model, const std::string& decoder)
    : m_mind(std::make_unique<Mind>(model, decoder)) {}

PolicyActor::~PolicyActor() = default;
PolicyActor::PolicyActor(PolicyActor&&) noexcept = default;
PolicyActor& PolicyActor::operator=(PolicyActor&&) noexcept = default;

int PolicyActor::pictureSize() const { return m_mind->model.config.towers.front().picture; }

void PolicyActor::begin(std::uint64_t seed) {
  m_mind->seed = seed;
  m_mind->chunk = 0;
  m_mind->before = {};
}

std::vector<Action> PolicyActor::act(const Observation& seen) {
  const torch::NoGradGuard noGrad;
  Mind& mind = *m_mind;
  const auto solver = startChunk(
      mind.model, mind.brain, mind.settings, seen.picture, seen.proprioception,
      instructionTokens(*mind.model.tokenizer, seen.instruction),
      chunkGuess(mind.model, mind.settings, mind.before, mind.seed, mind.chunk));
  while (!solver->done()) solver->step();
  mind.before = {solver->tokens(), mind.settings.execute};
  ++mind.chunk;
  const std::vector<float> values = mind.model.codec->values(solver->tokens());
  std::vector<Action> actions(static_cast<std::size_t>(mind.settings.execute));
  for (std::size_t step = 0; step < actions.size(); ++step) {
    std::ranges::copy(std::span(values).subspan(step * kActionSize, kActionSize),
                      actions[step].begin());
  }
  return actions;
}

}  // namespace jacobiscope
