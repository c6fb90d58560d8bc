// A loaded robot policy with its simulated arm behind the shared interface.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/vla/vla_decoder.h"

namespace jacobiscope {

// To be created, used and destroyed by one thread: it holds the camera.
class PolicyFamily : public Family {
 public:
  explicit PolicyFamily(const LoadRequest& request);

  const ModelInfo& info() const override { return m_info; }
  // Reads Input::prompt, count (episodes), seed and the array "layout". An instruction that this
  // arm cannot obey is a note: the model reads it all the same.
  std::unique_ptr<Decoder> begin(const KnobValues& knobs, const Input& input,
                                 std::unique_ptr<Decoder> previous = nullptr) override;
  Preview preview(const Input& input) override;

  const LoadedVla& model() const { return m_model; }
  // What the model was trained to do; all kinds where config.json does not say.
  const std::vector<TaskKind>& kinds() const { return m_kinds; }

 private:
  void describe(const Checkpoint& checkpoint, const LoadRequest& request,
                const nlohmann::json& config);

  LoadedVla m_model;
  std::unique_ptr<Camera> m_camera;
  std::unique_ptr<World> m_world;  // of previews
  std::vector<TaskKind> m_kinds;
  ModelInfo m_info;
};

}  // namespace jacobiscope
