// The loop of policy and simulator: look, decode a chunk of actions by Jacobi iteration, carry it
// out, look again.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/vla/chunk_facts.h"
#include "engine/vla/chunk_start.h"
#include "engine/vla/loaded_vla.h"
#include "engine/vla/robot_pictures.h"
#include "engine/vla/run_log.h"
#include "engine/vla/run_stages.h"
#include "engine/vla/sim/task.h"
#include "engine/vla/sim/world.h"

namespace jacobiscope {

// What the robot is asked for.
struct VlaRequest {
  std::vector<std::int64_t> text;  // instructionTokens()
  std::optional<Task> task;        // nothing: nobody can say when it is done
  std::optional<Layout> layout;    // of the first episode; else that of its seed
  std::uint64_t seed = 0;          // of the first episode, the next one's is one more
  int episodes = 1;
  std::string notes;               // said in the first sweep
};

// Float32 on the CPU, the same build and threads: the same request gives the same bits.
class VlaDecoder : public Decoder {
 public:
  // `model` and `camera` outlive the decoder.
  VlaDecoder(LoadedVla& model, Camera& camera, const KnobValues& knobs, VlaRequest request);
  ~VlaDecoder() override;

  Plan plan() const override { return m_stages.plan(); }
  // Of a chunk: World with an empty window (the camera looks; a new episode is laid out), Prefill
  // (the pass over picture and instruction, and the drafts where these are folded into it),
  // Iterate until it is settled or left early, then World once per step carried out. What the
  // simulator takes is thus never counted as decoding.
  std::optional<Sweep> sweep() override;
  // "scene", "camera": what the policy saw for this chunk.
  std::vector<Panel> panels() const override;
  bool keepsPast() const override { return true; }
  std::vector<Panel> panelsAfter(const Sweep& sweep) const override;
  // Knobs of the next run stay as this one began with them.
  KnobEffect setKnobs(const KnobValues& values) override;
  // RunLog::arrays(), and, once the run is over, "image" [1, 3, S, S]: what the camera sees then.
  Arrays result() const override;
  // The tokens of the running chunk, else of the last one.
  Array iterate() const override;
  std::shared_ptr<const State> state() const override;
  void restore(const State& state) override;

  // The episodes so far; the last one may be running.
  const std::vector<EpisodeLog>& episodes() const { return m_now.log.episodes; }

 private:
  struct Boundary;
  // What a stage boundary consists of, beside the world.
  struct Now {
    int stage = 0;     // the next or running one
    int episode = 0;
    int chunk = 0;     // within the episode, the next or running one
    bool over = false;  // the episode is
    ChunkBefore last;
    RunLog log;
    Image seen;
  };

  bool finished() const { return m_now.over && m_now.episode + 1 == m_request.episodes; }
  EpisodeLog& episode() { return m_now.log.episodes.back(); }
  void beginEpisode(int number);
  void replan();
  Sweep look();
  Sweep decode();
  Sweep act();
  EpisodeState judge() const;
  void endChunk();

  LoadedVla& m_model;
  Camera& m_camera;
  VlaRequest m_request;
  VlaSettings m_settings;
  VlaBrain& m_brain;
  World m_world;
  RunStages m_stages;
  Now m_now;
  WorldState m_begin;  // as the running chunk began
  std::unique_ptr<ChunkSolver> m_solver;  // nullptr between stages
  int m_iteration = 0;                    // within the stage
  int m_toAct = 0, m_acted = 0;           // steps of the running chunk
  RobotPast m_past;
};

}  // namespace jacobiscope
