// Noise to picture: the blocks from the last to the first, then denoising.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/nn/to_image.h"
#include "engine/tarflow/stage_solver.h"

namespace jacobiscope {

// What the decoders of one model share. Lives as long as the family.
struct LoadedFlow {
  TarFlow model;
  torch::Device device = torch::kCPU;
  torch::ScalarType dtype = torch::kFloat32;
  std::unique_ptr<PreparedFlow> prepared;  // in the chosen dtype
  std::unique_ptr<PreparedFlow> low;       // bfloat16, made when first asked for
  bool lowPrecisionPays = true;            // else the knob `refine` has no effect

  PreparedFlow* lowPrecision();
};

class TarFlowDecoder : public Decoder {
 public:
  // noise [B, N, D] float32, labels [B] int64, both on the device. `guesses`: solutions of an
  // earlier run, per stage, [B, N, D]; entries may be undefined.
  TarFlowDecoder(LoadedFlow& flow, const KnobValues& knobs, Tensor noise, Tensor labels,
                 std::vector<Tensor> guesses);

  Plan plan() const override;
  std::optional<Sweep> sweep() override;
  std::vector<Panel> panels() const override;
  KnobEffect setKnobs(const KnobValues& values) override;
  Arrays result() const override;
  Array iterate() const override;  // in the block's order
  std::shared_ptr<const State> state() const override;
  void restore(const State& state) override;

  // Per stage, in the block's order; what the run has not reached is the guess it was given.
  const std::vector<Tensor>& solutions() const { return m_solutions; }

 private:
  struct Boundary;

  int blocks() const { return m_flow.model.config.blocks; }
  int stageCount() const;
  void beginStage();
  void endStage();
  Sweep denoise();
  // Where the picture is now, [B, N, D] in raster order.
  Tensor present() const;

  LoadedFlow& m_flow;
  KnobValues m_knobs;
  std::vector<BlockSchedule> m_schedule;  // of stages not begun as the knobs say
  Tensor m_labels;
  Tensor m_tokens;                 // input of the running stage, raster order
  std::vector<Tensor> m_solutions;
  std::vector<Image> m_strip;      // pictures at the stage boundaries, first image
  int m_stage = 0;
  bool m_denoised = false;
  std::unique_ptr<StageSolver> m_solver;  // nullptr between stages
};

}  // namespace jacobiscope
