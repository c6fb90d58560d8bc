// A loaded TarFlow behind the shared interface.
#pragma once

#include "engine/checkpoint/checkpoint.h"
#include "engine/tarflow/decoder.h"

namespace jacobiscope {

class FlowFamily : public Family {
 public:
  explicit FlowFamily(const LoadRequest& request);

  const ModelInfo& info() const override { return m_info; }
  std::unique_ptr<Decoder> begin(const KnobValues& knobs, const Input& input,
                                 std::unique_ptr<Decoder> previous = nullptr) override;
  std::unique_ptr<AnalysisTask> analyse(const std::string& name, const KnobValues& knobs,
                                        const Input& input) override;

  LoadedFlow& flow() { return m_flow; }
  const TarFlowConfig& config() const { return m_flow.model.config; }
  // Classes [B] of a request, checked; -1 is the null class.
  Tensor labelsOf(const Input& input, std::int64_t batch) const;
  // A picture array [B, C, H, W], checked against the model, on its device.
  Tensor picturesOf(const Array& images) const;

 private:
  Tensor noiseOf(const KnobValues& knobs, const Input& input);
  std::unique_ptr<AnalysisTask> searchSchedule(const KnobValues& knobs, const Input& input);
  // Whether the knob `refine` is of use with this device and dtype.
  void chooseLowPrecision();
  void describe(const Checkpoint& checkpoint, const LoadRequest& request);

  LoadedFlow m_flow;
  ModelInfo m_info;
  std::filesystem::path m_calibrationFile;  // pictures that lie with the model, if any
};

// The family as a TarFlow; Error where it is another.
FlowFamily& asFlow(Family& family);
const FlowFamily& asFlow(const Family& family);

}  // namespace jacobiscope
