#include "engine/train/demonstration_set.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <set>
#include <string>
#include <utility>

#include "engine/checkpoint/checkpoint.h"
#include "engine/checkpoint/json_text.h"
#include "engine/core/error.h"
#include "engine/vla/sim/instructions.h"
#include "engine/vla/sim/observation.h"

namespace jacobiscope {

namespace {

constexpr char kWriterHint[] = "jacobiscope-cli train data tabletop writes such files.";

// One in so many episodes is kept apart.
constexpr std::int64_t kHeldOutEvery = 10;

nlohmann::json statisticsOf(const std::filesystem::path& file) {
  const std::string name = file.string();
  const auto metadata = Checkpoint::open(file).metadata();
  const auto found = metadata.find("norm_stats");
  if (found == metadata.end()) throw Error(name + " has no norm_stats.", kWriterHint);
  return parseJson(found->second, 8, "The norm_stats of " + name);
}

// As a model's config.json has them. Throws Error where they are not of the table top.
nlohmann::json checkedConfig(nlohmann::json statistics, const std::string& name) {
  nlohmann::json config = {{"norm_stats", std::move(statistics)}};
  try {
    const auto actions = readRanges(config, "action", kTabletopStatistics);
    const auto poses = readRanges(config, "proprio", kTabletopStatistics);
    if (actions.size() != kActionSize || poses.size() != kProprioceptionSize) {
      throw Error("they are not of seven numbers");
    }
  } catch (const Error& error) {
    throw Error("The statistics of " + name + " do not fit: " + error.what(), kWriterHint);
  }
  return config;
}

// Every value is a number, or the file is named.
void requireNumbers(const std::filesystem::path& file, const std::vector<float>& values,
                    const char* what) {
  if (std::ranges::all_of(values, [](float v) { return std::isfinite(v); })) return;
  throw Error(file.string() + " has " + what + " that are no numbers.", kWriterHint);
}

// Nothing where the text is no task of the table top.
std::array<std::int64_t, 2> namedThings(const std::string& text) {
  const std::optional<Task> task = understand(text).task;
  if (!task) return {-1, -1};
  const bool onto = skillOf(task->kind) != Skill::Push;
  return {static_cast<std::int64_t>(task->cube), onto ? static_cast<std::int64_t>(task->onto) : -1};
}

// The names of the kinds of task that occur, in their order.
std::vector<std::string> kindsIn(const std::vector<Demonstrations>& parts) {
  std::set<std::int64_t> found;
  for (const Demonstrations& part : parts) found.insert(part.kinds.begin(), part.kinds.end());
  std::vector<std::string> names;
  for (const std::int64_t kind : found) names.emplace_back(kTaskKindNames[kind]);
  return names;
}

bool isKeptApart(std::int64_t seed) { return seed % kHeldOutEvery == kHeldOutEvery - 1; }

}  // namespace

DemonstrationFiles readDemonstrationFiles(const std::vector<std::filesystem::path>& files,
                                          const nlohmann::json& statistics) {
  if (files.empty()) throw UsageError("There is no file of demonstrations.");
  DemonstrationFiles read;
  read.config = statistics.is_null()
                    ? checkedConfig(statisticsOf(files.front()), files.front().string())
                    : checkedConfig(statistics, "the policy");
  for (const auto& file : files) {
    Demonstrations part = readDemonstrations(file);
    requireNumbers(file, part.actions, "actions");
    requireNumbers(file, part.plans, "actions");
    requireNumbers(file, part.proprioception, "states of the arm");
    const int size = read.parts.empty() ? part.pictureSize : read.parts.front().pictureSize;
    if (part.pictureSize != size) {
      throw Error(file.string() + " has pictures of " + std::to_string(part.pictureSize) +
                      " pixels a side, " + files.front().string() + " of " +
                      std::to_string(size) + ".",
                  "Write both with the same --size.");
    }
    read.parts.push_back(std::move(part));
  }
  return read;
}

DemonstrationSet::DemonstrationSet(DemonstrationFiles files, const Tokenizer& tokenizer,
                                   std::int64_t words, int chunk)
    : m_parts(std::move(files.parts)), m_config(std::move(files.config)),
      m_codec(readRanges(m_config, "action", kTabletopStatistics), words),
      m_poses(readRanges(m_config, "proprio", kTabletopStatistics)), m_pad(tokenizer.pad()),
      m_chunk(chunk), m_pictureSize(m_parts.front().pictureSize) {
  for (std::int64_t p = 0; p < std::ssize(m_parts); ++p) {
    const Demonstrations& part = m_parts[p];
    if (part.planLength > 0 && part.planLength < chunk) {
      throw Error("The data holds plans of " + std::to_string(part.planLength) +
                      " steps, and a chunk of " + std::to_string(chunk) + " was asked for.",
                  "Lower chunk (--set chunk=), or record longer plans (--set plan=).");
    }
    const auto firstText = std::ssize(m_texts);
    for (const std::string& text : part.texts) {
      m_texts.push_back(instructionTokens(tokenizer, text));
      m_named.push_back(namedThings(text));
    }
    for (std::int64_t e = 0; e < part.episodes(); ++e) addEpisode(p, e, firstText);
  }
  if (m_heldOut.empty() || m_trained.empty()) {
    throw Error("The data has " + std::to_string(m_episodes) +
                    " episodes, of which a tenth is to be kept apart: none would be left.",
                "Record more of them (--set episodes=).");
  }
  m_config["kinds"] = kindsIn(m_parts);
  makeTables();
}

void DemonstrationSet::addEpisode(std::int64_t index, std::int64_t episode,
                                  std::int64_t firstText) {
  const Demonstrations& part = m_parts[index];
  const bool last = episode + 1 == part.episodes();
  const std::int64_t begin = part.starts[episode];
  const std::int64_t end = last ? part.steps() : part.starts[episode + 1];
  const std::int64_t length = part.planLength;
  const std::int64_t row = std::ssize(m_actionValues) / kActionSize;
  auto& samples = isKeptApart(part.seeds[episode]) ? m_heldOut : m_trained;
  for (std::int64_t step = begin; step < end; ++step) {
    samples.push_back(std::ssize(m_samples));
    const std::int64_t first = row + (step - begin) * std::max<std::int64_t>(length, 1);
    addStep(step, {index, part.seeds[episode], step - begin},
            firstText + part.instructions[episode], first,
            length > 0 ? first + length - 1 : row + end - begin);
  }
  const auto& from = length > 0 ? part.plans : part.actions;
  const std::int64_t values = kActionSize * std::max<std::int64_t>(length, 1);
  m_actionValues.insert(m_actionValues.end(), from.begin() + begin * values,
                        from.begin() + end * values);
  if (length == 0) {
    m_actionValues.insert(m_actionValues.end(), kActionSize - 1, 0.0f);
    m_actionValues.push_back(part.actions[end * kActionSize - 1]);
  }
  ++m_episodes;
}

void DemonstrationSet::addStep(std::int64_t at, const SampleOrigin& origin, std::int64_t text,
                               std::int64_t first, std::int64_t last) {
  const Demonstrations& part = m_parts[origin.part];
  const std::int64_t bytes = std::int64_t{3} * m_pictureSize * m_pictureSize;
  constexpr std::int64_t kPlaces = 2 * kThings;
  if (!part.places.empty()) {
    m_placeValues.insert(m_placeValues.end(), part.places.begin() + at * kPlaces,
                         part.places.begin() + (at + 1) * kPlaces);
  }
  m_samples.push_back({part.pictures.data() + at * bytes, origin, text, first, last});
  for (std::int64_t d = 0; d < kProprioceptionSize; ++d) {
    const double value = part.proprioception[at * kProprioceptionSize + d];
    m_stateValues.push_back(static_cast<float>(m_poses.normalised(d, value)));
  }
}

void DemonstrationSet::makeTables() {
  const auto table = [](auto& values, std::int64_t columns, torch::ScalarType type) {
    return torch::from_blob(values.data(), {std::ssize(values) / columns, columns}, type).clone();
  };
  std::vector<std::int64_t> tokens = m_codec.tokens(m_actionValues);
  m_tokens = table(tokens, kActionSize, torch::kInt64);
  m_actions = table(m_actionValues, kActionSize, torch::kFloat32);
  m_states = table(m_stateValues, kProprioceptionSize, torch::kFloat32);
  if (m_placeValues.size() == m_samples.size() * 2 * kThings) {
    m_places = table(m_placeValues, 2 * kThings, torch::kFloat32).view({-1, kThings, 2});
  }
  m_actionValues = {};
  m_stateValues = {};
  m_placeValues = {};
}

std::int64_t DemonstrationSet::textLength(std::int64_t sample) const {
  return std::ssize(m_texts[m_samples[sample].text]);
}

DemonstrationBatch DemonstrationSet::batch(std::span<const std::int64_t> samples,
                                           std::span<const std::int64_t> asked) const {
  const std::int64_t count = std::ssize(samples), side = m_pictureSize, bytes = 3 * side * side;
  DemonstrationBatch batch;
  batch.pictures = torch::empty({count, side, side, 3}, torch::kUInt8);
  Tensor places = torch::empty({3, count}, torch::kInt64);  // sample, its first row, its last
  auto place = places.accessor<std::int64_t, 2>();
  batch.named = torch::empty({count, 2}, torch::kInt64);
  auto named = batch.named.accessor<std::int64_t, 2>();
  std::vector<std::vector<std::int64_t>> texts;
  for (std::int64_t i = 0; i < count; ++i) {
    const Sample& sample = m_samples[samples[i]];
    std::memcpy(batch.pictures.data_ptr<std::uint8_t>() + i * bytes, sample.picture, bytes);
    place[0][i] = samples[i];
    place[1][i] = sample.first;
    place[2][i] = sample.last;
    const std::int64_t text = asked.empty() || asked[i] < 0 ? sample.text : asked[i];
    texts.push_back(m_texts[text]);
    for (std::int64_t k = 0; k < 2; ++k) named[i][k] = m_named[text][k];
  }
  batch.text = padInstructions(texts, m_pad);
  batch.proprioception = m_states.index_select(0, places[0]);
  if (m_places.defined()) batch.places = m_places.index_select(0, places[0]);
  const Tensor rows = torch::minimum(
      places[1].unsqueeze(1) + torch::arange(m_chunk, torch::kInt64), places[2].unsqueeze(1));
  batch.actions = m_actions.index_select(0, rows.flatten()).view({count, m_chunk, kActionSize});
  batch.tokens = m_tokens.index_select(0, rows.flatten()).view({count, -1});
  return batch;
}

}  // namespace jacobiscope
