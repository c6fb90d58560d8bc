// One decode of the toy family. Every stage s solves the triangular system
//
//   x_i = c_i + coupling * sum_{j<i} W_ij tanh(x_j),   W_ij = normal / (i - j),
//
// over N positions, where c is the solution of the stage before (noise for the first).
// Its answer is known by forward substitution (mode "sequential"); the other modes are
// fixed-point iterations x <- F(x) that reach the same numbers bit for bit, because after
// k sweeps of a window its first k positions are exact whatever the guess was.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/core/family.h"

namespace jacobiscope {

class ToyDecoder : public Decoder {
 public:
  // Solutions of `previous`, where they fit, are the initial guesses (warm start).
  ToyDecoder(const KnobValues& knobs, const Input& input, std::unique_ptr<Decoder> previous);

  Plan plan() const override;
  std::optional<Sweep> sweep() override;
  std::vector<Panel> panels() const override;
  KnobEffect setKnobs(const KnobValues& values) override;
  Arrays result() const override;  // "x" [N]
  Array iterate() const override;  // [N, 1]
  std::shared_ptr<const State> state() const override;
  void restore(const State& state) override;

 private:
  struct Boundary;

  // The knobs, read once.
  struct Setting {
    std::string mode;
    double coupling = 0, tolerance = 0;
    std::int64_t window = 0, cap = 0, delay = 0, failAt = 0;
    std::vector<int> segments;  // per stage
    bool operator==(const Setting&) const = default;
  };
  Setting read(const KnobValues& values) const;

  std::vector<Window> stageWindows(int stage) const;  // known beforehand
  void beginStage(int stage);
  void beginWindow(int begin);
  void endStage();
  void takeUp();  // what setKnobs() left for the next sweep
  float value(int position) const;  // row `position` of the map F at the present guess
  Verdict judge(const std::vector<float>& change);

  int m_size = 0, m_stages = 0;
  std::vector<float> m_weights;  // [N, N], row-major, lower triangle used
  Setting m_setting;
  Setting m_swept;  // as of the last sweep: several changes between two sweeps are one

  int m_stage = 0;
  Window m_window;
  int m_iteration = 0;        // within the stage
  int m_windowIteration = 0;  // within the window
  int m_frontier = 0;         // positions before it are settled
  std::int64_t m_sweeps = 0;
  std::vector<float> m_input;                    // c [N]
  std::vector<float> m_x;                        // the present guess [N]
  std::vector<float> m_change;                   // |dx| of the last sweep [N], NaN where not known
  std::vector<std::vector<float>> m_boundaries;  // noise, then every finished stage's x
  std::vector<std::vector<float>> m_guesses;     // per stage; empty: the stage's input
};

}  // namespace jacobiscope
