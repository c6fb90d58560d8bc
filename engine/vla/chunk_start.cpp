#include "engine/vla/chunk_start.h"

#include <utility>

#include "engine/core/random.h"
#include "engine/vla/sim/action.h"

namespace jacobiscope {

std::vector<std::int64_t> randomActionTokens(const PolicyConfig& config, std::uint64_t seed,
                                             std::uint32_t stream, std::size_t skipped,
                                             std::size_t count) {
  const std::vector<float> drawn = uniforms(seed, Purpose::Draft, stream, skipped + count);
  std::vector<std::int64_t> tokens;
  for (std::size_t i = skipped; i < drawn.size(); ++i) {
    tokens.push_back(config.firstActionToken() + static_cast<int>(drawn[i] * kActionBins));
  }
  return tokens;
}

std::vector<std::int64_t> chunkGuess(const LoadedVla& model, const VlaSettings& settings,
                                     const ChunkBefore& before, std::uint64_t seed, int number) {
  const auto n = static_cast<std::size_t>(settings.chunk) * kActionSize;
  std::vector<std::int64_t> tokens;
  if (settings.warmStart && !before.tokens.empty()) {
    tokens.assign(before.tokens.begin() + before.executed * kActionSize, before.tokens.end());
    while (tokens.size() < n) {
      tokens.insert(tokens.end(), before.tokens.end() - kActionSize, before.tokens.end());
    }
    tokens.resize(n);
    return tokens;
  }
  return randomActionTokens(model.config, seed, static_cast<std::uint32_t>(number), 0, n);
}

std::unique_ptr<ChunkSolver> startChunk(const LoadedVla& model, VlaBrain& brain,
                                        const VlaSettings& settings, CameraPicture picture,
                                        std::span<const float> state,
                                        const std::vector<std::int64_t>& text,
                                        std::vector<std::int64_t> guess) {
  const bool actionsOnly = settings.binsOnly || model.binsOnly;
  const auto prefix = [&model, &brain, text, picture = std::move(picture),
                       pose = std::vector<float>(state.begin(), state.end())] {
    return model.prefix(brain, picture, pose, text);
  };
  return std::make_unique<ChunkSolver>(
      model.prepared(brain, actionsOnly), prefix,
      actionsOnly ? answerTokens(model.config) : std::vector<std::int64_t>{}, settings.solver,
      std::move(guess));
}

}  // namespace jacobiscope
