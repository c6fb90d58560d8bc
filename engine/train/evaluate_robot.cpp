#include "engine/train/evaluate_robot.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "engine/core/clocks.h"
#include "engine/core/error.h"
#include "engine/train/chunk_run.h"
#include "engine/train/progress_file.h"
#include "engine/vla/sim/instructions.h"

namespace jacobiscope {

namespace {

constexpr std::uint64_t kSeedsEnd = std::uint64_t{1} << 32;
// Progress is kept about so often.
constexpr double kSecondsBetweenWrites = 2;

// Finished episodes by decoder and skill.
using Progress = std::vector<std::vector<std::vector<EpisodeRecord>>>;

void check(const Family& model, const RobotRequest& request) {
  if (model.info().action.empty()) throw UsageError(model.info().name + " moves no robot.");
  const auto count = static_cast<std::uint64_t>(request.episodes);
  if (request.seed >= kSeedsEnd || count > kSeedsEnd - request.seed) {
    throw UsageError("Seeds of an evaluation are below 4294967296.",
                     "Those above are scenes of the data.");
  }
}

// Identifies the request, so that another one's progress is not continued.
std::string fingerprint(const Family& model, const RobotRequest& request) {
  nlohmann::json key = {model.info().hash, request.otherHash, model.info().dtype,
                        request.seed,      request.episodes,  request.deviation};
  for (const SkillGroup& skill : request.skills) key.push_back(skill.name);
  for (const DecoderChoice& choice : request.decoders) {
    for (const auto& [name, value] : choice.knobs) key.push_back(name + "=" + formatKnob(value));
  }
  return key.dump();
}

nlohmann::json toJson(const EpisodeRecord& r) {
  return {r.success, r.steps, r.chunks, r.calls, r.tokens, r.seconds, r.deviation};
}

EpisodeRecord fromJson(const nlohmann::json& row) {
  return {row.at(0).get<bool>(),         row.at(1).get<std::int64_t>(),
          row.at(2).get<std::int64_t>(), row.at(3).get<std::int64_t>(),
          row.at(4).get<std::int64_t>(), row.at(5).get<double>(), row.at(6).get<double>()};
}

Progress readProgress(const ProgressFile& file, const RobotRequest& request) {
  const std::size_t skills = request.skills.size();
  Progress progress(request.decoders.size(), std::vector<std::vector<EpisodeRecord>>(skills));
  const nlohmann::json json = file.read();
  if (json.is_null()) return progress;
  try {
    const nlohmann::json& all = json.at("episodes");
    if (all.size() != progress.size()) file.refuse("is damaged");
    for (std::size_t d = 0; d < progress.size(); ++d) {
      if (all[d].size() != skills) file.refuse("is damaged");
      for (std::size_t s = 0; s < skills; ++s) {
        if (all[d][s].size() > static_cast<std::size_t>(request.episodes)) {
          file.refuse("is damaged");
        }
        for (const auto& row : all[d][s]) progress[d][s].push_back(fromJson(row));
      }
    }
  } catch (const nlohmann::json::exception&) {
    file.refuse("is no progress of an evaluation");
  }
  return progress;
}

void writeProgress(const ProgressFile& file, const Progress& progress) {
  nlohmann::json all = nlohmann::json::array();
  for (const auto& decoder : progress) {
    nlohmann::json skills = nlohmann::json::array();
    for (const auto& episodes : decoder) {
      nlohmann::json rows = nlohmann::json::array();
      for (const EpisodeRecord& record : episodes) rows.push_back(toJson(record));
      skills.push_back(std::move(rows));
    }
    all.push_back(std::move(skills));
  }
  file.write({{"episodes", std::move(all)}});
}

KnobValues exactly(KnobValues knobs) {
  knobs["decoder"] = "jacobi";
  knobs["exit"] = std::int64_t{0};
  return knobs;
}

class Evaluator {
 public:
  Evaluator(Family& model, const RobotRequest& request)
      : m_model(model), m_request(request),
        m_file(request.progressFile, fingerprint(model, request)),
        m_progress(readProgress(m_file, request)) {}

  Progress run() {
    const std::size_t decoders = m_request.decoders.size(), skills = m_request.skills.size();
    const double all = static_cast<double>(decoders * skills) *
                       static_cast<double>(m_request.episodes);
    std::size_t done = 0;
    auto written = Clock::now();
    for (std::int64_t e = 0; e < m_request.episodes; ++e) {
      for (std::size_t turn = 0; turn < skills * decoders; ++turn) {
        const std::size_t skill = turn / decoders, decoder = turn % decoders;
        ++done;
        if (std::ssize(m_progress[decoder][skill]) > e) continue;  // by an earlier run
        const auto record = episode(e, skill, m_request.decoders[decoder]);
        if (!record) {
          writeProgress(m_file, m_progress);
          return std::move(m_progress);
        }
        m_progress[decoder][skill].push_back(*record);
        if (m_request.progress) m_request.progress(static_cast<double>(done) / all);
        if (seconds(Clock::now() - written) < kSecondsBetweenWrites) continue;
        writeProgress(m_file, m_progress);
        written = Clock::now();
      }
    }
    writeProgress(m_file, m_progress);
    return std::move(m_progress);
  }

 private:
  // Nothing where it was stopped.
  std::optional<EpisodeRecord> episode(std::int64_t e, std::size_t skill,
                                       const DecoderChoice& choice) const {
    Input input;
    input.seed = m_request.seed + static_cast<std::uint64_t>(e);
    input.prompt = instruction(randomTask(input.seed, m_request.skills[skill].kinds),
                               randomWording(input.seed));
    const std::unique_ptr<Decoder> decoder = m_model.begin(choice.knobs, input);
    const bool compare = m_request.deviation && endsEarly(choice);
    EpisodeRecord record;
    for (bool running = true; running;) {
      const auto exact = compare ? fixedPoint(*decoder, choice) : std::nullopt;
      const auto chunk = runChunk(*decoder, RunUntil::Done, m_request.cancel);
      if (m_request.cancel != nullptr && *m_request.cancel) return {};
      if (!chunk) break;
      running = chunk->outcome == EpisodeState::Running;
      ++record.chunks;
      record.calls += chunk->calls;
      record.steps += chunk->steps;
      record.tokens += std::ssize(chunk->tokens);
      record.seconds += chunk->seconds();
      if (exact) record.deviation += largestDistance(exact->path, chunk->path, chunk->steps);
    }
    const Arrays result = decoder->result();
    record.success =
        std::get<std::vector<std::int64_t>>(result.at("success").values).at(0) > 0;
    return record;
  }

  // What the next chunk would be without an early exit; the decoder is as it was afterwards.
  std::optional<ChunkRun> fixedPoint(Decoder& decoder, const DecoderChoice& choice) const {
    const auto before = decoder.state();
    decoder.setKnobs(exactly(choice.knobs));
    auto chunk = runChunk(decoder, RunUntil::Decoded, m_request.cancel);
    decoder.setKnobs(choice.knobs);
    decoder.restore(*before);
    return chunk;
  }

  Family& m_model;
  const RobotRequest& m_request;
  ProgressFile m_file;
  Progress m_progress;
};

void addRow(std::size_t decoder, const std::string& skill,
            const std::vector<EpisodeRecord>& episodes, const std::vector<EpisodeRecord>& first,
            std::vector<RobotResult>& rows) {
  RobotResult row{decoder, skill, figuresOf(episodes), {}};
  if (decoder > 0) row.difference = differenceOf(first, episodes);
  rows.push_back(std::move(row));
}

// Episodes of all skills in one list, the same order for every decoder.
std::vector<EpisodeRecord> together(const std::vector<std::vector<EpisodeRecord>>& skills,
                                    const std::vector<std::vector<EpisodeRecord>>& first) {
  std::vector<EpisodeRecord> all;
  for (std::size_t s = 0; s < skills.size(); ++s) {
    // After a stop one decoder may be an episode ahead.
    const auto shared = std::min(skills[s].size(), first[s].size());
    const auto begin = skills[s].begin();
    all.insert(all.end(), begin, begin + static_cast<std::ptrdiff_t>(shared));
  }
  return all;
}

}  // namespace

std::vector<RobotResult> evaluateRobot(Family& model, const RobotRequest& request) {
  check(model, request);
  const Progress progress = Evaluator(model, request).run();
  std::vector<RobotResult> rows;
  for (std::size_t d = 0; d < progress.size(); ++d) {
    for (std::size_t s = 0; s < request.skills.size(); ++s) {
      addRow(d, request.skills[s].name, progress[d][s], progress[0][s], rows);
    }
    addRow(d, "all", together(progress[d], progress[0]), together(progress[0], progress[d]), rows);
  }
  return rows;
}

}  // namespace jacobiscope
