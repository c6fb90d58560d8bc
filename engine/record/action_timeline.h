// The timeline of a run that moves a robot: for every sweep what each action step of its chunk
// did, and what was counted up to there, kept up to date by looking only at sweeps that are new.
// Pure data: no drawing.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "engine/record/followed_record.h"
#include "engine/record/recording.h"
#include "engine/record/token_timeline.h"

namespace jacobiscope {

// Whether the model moves a robot, which the action views can show.
bool movesRobot(const ModelInfo& model);
// The same of a run's model, or of `model` where there is no run.
bool movesRobot(const RunRecord* run, const std::optional<ModelInfo>& model);

// Where the tool is: metres, a rotation vector away from pointing down, 0 closed ... 1 open.
struct ToolPoint {
  std::array<float, 3> at{}, turn{};
  float open = 1;
  bool operator==(const ToolPoint&) const = default;
};

// The points of the fact "path"; empty where the sweep has none.
std::vector<ToolPoint> pathOf(const Sweep& sweep);

// An action step in one sweep.
struct StepMark {
  enum class Kind : std::uint8_t {
    Untouched,  // nothing known, or another step was carried out
    New,        // its first tokens: there is nothing to compare them with
    Moved,      // an iteration of the chunk
    Settled,    // every token was settled before this sweep
    Acted       // carried out
  };
  Kind kind = Kind::Untouched;
  float bins = 0;  // the largest change of its tokens; where Moved
  bool operator==(const StepMark&) const = default;
};

// What was counted from the run's first sweep to one of them.
struct ActionCount {
  int episode = 0;                   // in which the sweep is
  int episodes = 0, succeeded = 0;   // that have ended, and how
  EpisodeState outcome = EpisodeState::Running;  // of its episode
  // Of the chunks that were decoded and carried out whole.
  int chunks = 0;
  std::int64_t passes = 0, tokens = 0, steps = 0;
  double seconds = 0;  // of decoding
};

// A chunk: sweeps [first, last]. In the first the camera looks; [begun, decoded] decoded it (both
// -1: none yet), and the rest carried its steps out.
struct ChunkSpan {
  int stage = 0, episode = 0;
  std::int64_t first = 0, begun = -1, decoded = -1, last = 0;
  int iterations() const { return decoded < 0 ? 0 : static_cast<int>(decoded - begun + 1); }
};

// A step that was carried out, or where the tool was when an episode began.
struct ActedStep {
  std::int64_t sweep = 0;
  int episode = 0;
  EpisodeState outcome = EpisodeState::Running;  // after it
  ToolPoint tool;
};

class ActionTimeline {
 public:
  void update(const RunRecord* record);

  int run() const { return m_followed.run(); }
  int rows() const { return m_rows; }  // action steps of a chunk; 0: not such a run
  std::int64_t size() const { return std::ssize(m_counts); }
  const StepMark& row(std::int64_t sweep, int row) const { return m_marks[sweep * m_rows + row]; }
  // Tokens settled by each sweep, for the bars.
  const std::vector<CallMark>& calls() const { return m_calls; }
  const ActionCount& count(std::int64_t sweep) const { return m_counts[sweep]; }
  const std::vector<ChunkSpan>& chunks() const { return m_chunks; }
  const std::vector<ActedStep>& acts() const { return m_acts; }
  // The chunk a sweep belongs to; nullptr: none.
  const ChunkSpan* chunkAt(std::int64_t sweep) const;

 private:
  void append(const Sweep& sweep);
  void decode(const Sweep& sweep);
  void act(const Sweep& sweep, ActionCount& count);

  FollowedRecord m_followed;
  int m_rows = 0, m_dimensions = 0;
  std::vector<StepMark> m_marks;  // sweep after sweep
  std::vector<CallMark> m_calls;
  std::vector<ActionCount> m_counts;
  std::vector<ChunkSpan> m_chunks;
  std::vector<ActedStep> m_acts;
  std::vector<bool> m_settled;  // positions of the chunk under way
  // Of the chunk under way, until it is carried out whole.
  std::int64_t m_passes = 0, m_steps = 0;
  double m_seconds = 0;
};

}  // namespace jacobiscope
