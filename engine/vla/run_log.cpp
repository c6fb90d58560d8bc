#include "engine/vla/run_log.h"

#include <algorithm>
#include <utility>

#include "engine/vla/sim/action.h"

namespace jacobiscope {

namespace {

template <class List, class Get>
Array column(const List& list, Get get) {
  std::vector<std::int64_t> values;
  for (const auto& item : list) values.push_back(static_cast<std::int64_t>(get(item)));
  const auto count = static_cast<std::int64_t>(values.size());
  return {{count}, std::move(values)};
}

}  // namespace

std::int64_t RunLog::steps() const {
  return static_cast<std::int64_t>(actions.size()) / kActionSize;
}

std::size_t RunLog::bytes() const {
  std::size_t sum = (states.size() + actions.size()) * sizeof(float);
  sum += episodes.size() * sizeof(EpisodeLog) + chunks.size() * sizeof(Chunk);
  for (const Chunk& chunk : chunks) sum += chunk.tokens.size() * sizeof(std::int64_t);
  return sum;
}

void RunLog::addStep(std::span<const float> state, std::span<const float> action) {
  states.insert(states.end(), state.begin(), state.end());
  actions.insert(actions.end(), action.begin(), action.end());
}

void RunLog::dropSteps(int count) {
  states.resize(states.size() - static_cast<std::size_t>(count) * kActionSize);
  actions.resize(actions.size() - static_cast<std::size_t>(count) * kActionSize);
  episodes.back().steps -= count;
}

Arrays RunLog::arrays() const {
  std::size_t widest = 0;
  for (const Chunk& chunk : chunks) widest = std::max(widest, chunk.tokens.size());
  std::vector<std::int64_t> tokens;
  for (const Chunk& chunk : chunks) {
    tokens.insert(tokens.end(), chunk.tokens.begin(), chunk.tokens.end());
    tokens.insert(tokens.end(), widest - chunk.tokens.size(), -1);
  }
  const auto count = static_cast<std::int64_t>(chunks.size());
  return {
      {"tokens", {{count, static_cast<std::int64_t>(widest)}, std::move(tokens)}},
      {"chunk_passes", column(chunks, [](const Chunk& c) { return c.calls; })},
      {"actions", {{steps(), kActionSize}, actions}},
      {"states", {{steps(), kActionSize}, states}},
      {"episode_starts", column(episodes, [](const EpisodeLog& e) { return e.start; })},
      {"success", column(episodes, [](const EpisodeLog& e) {
         return e.judged ? int{e.state == EpisodeState::Succeeded} : -1;
       })},
      {"seeds", column(episodes, [](const EpisodeLog& e) { return e.seed; })},
  };
}

}  // namespace jacobiscope
