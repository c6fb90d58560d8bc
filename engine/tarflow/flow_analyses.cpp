// What a flow tells about its blocks and schedules: calibrate and search.
#include <chrono>

#include "engine/checkpoint/safetensors.h"
#include "engine/core/error.h"
#include "engine/tarflow/flow_family.h"
#include "engine/tarflow/metrics.h"
#include "engine/tarflow/schedule_search.h"

namespace jacobiscope {

std::unique_ptr<AnalysisTask> FlowFamily::analyse(const std::string& name, const KnobValues& knobs,
                                                  const Input& input) {
  if (name == "search") return searchSchedule(knobs, input);
  if (name != "calibrate") return nullptr;
  Tensor images, labels;
  std::string origin = "samples of this model";
  if (const auto found = input.arrays.find("image"); found != input.arrays.end()) {
    images = picturesOf(found->second);
    origin = std::to_string(images.size(0)) + " given pictures";
    if (input.arrays.contains("labels")) labels = labelsOf(input, images.size(0));
  } else if (!m_calibrationFile.empty()) {
    const Arrays bundled = readArrays(m_calibrationFile);
    if (!bundled.contains("image")) {
      throw Error(m_calibrationFile.string() + " has no tensor \"image\".");
    }
    images = picturesOf(bundled.at("image"));
    origin = std::to_string(images.size(0)) + " pictures bundled with the model";
  }
  return calibration(m_flow, knobs, input.seed, images, labels, origin);
}

namespace {

constexpr int kHeldOut = 2;  // noises that a search checks its finds on

double errorBoundOf(const Input& input) {
  const auto found = input.arrays.find("search.error");
  if (found == input.arrays.end()) return 1e-3;
  const auto* values = std::get_if<std::vector<float>>(&found->second.values);
  const bool fits = values != nullptr && values->size() == 1;
  if (!fits || !(values->front() > 0 && values->front() <= 1)) {
    throw UsageError("The error bound of a search must be one number above 0, at most 1.");
  }
  return roundNumber(values->front());
}

double secondsNow() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

}  // namespace

std::unique_ptr<AnalysisTask> FlowFamily::searchSchedule(const KnobValues& knobs,
                                                         const Input& input) {
  SearchRequest request{knobs, {noiseOf(knobs, input)}, {}, errorBoundOf(input), m_info.presets,
                        {}, secondsNow};
  const std::int64_t batch = request.noise.front().size(0);
  Input heldOut{input.seed, static_cast<int>(batch), {}, input.label, {}, {}};
  for (int i = 0; i < kHeldOut; ++i) {
    ++heldOut.seed;
    request.noise.push_back(noiseOf(knobs, heldOut));
  }
  request.labels = labelsOf(input, batch);
  request.conditions = m_info.device + ", " + m_info.dtype + ", " +
                       std::to_string(m_info.threads) + " threads, batch " +
                       std::to_string(batch) + ", guidance " +
                       formatKnob(knobs.at("guidance"));
  return scheduleSearch(m_flow, std::move(request));
}

}  // namespace jacobiscope
