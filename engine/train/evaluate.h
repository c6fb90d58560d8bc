// How good a trained flow is: no Torch header in sight.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "engine/core/family.h"

namespace jacobiscope {

// A count out of a total with its Wilson 95 % interval.
struct Share {
  std::int64_t right = 0;
  std::int64_t total = 0;
  double low = 0, high = 1;

  double value() const { return total > 0 ? static_cast<double>(right) / total : 0; }
};

// The Wilson score interval at 95 % (Wilson, JASA 22, 1927).
Share wilsonShare(std::int64_t right, std::int64_t total);

struct ClassEvaluation {
  std::string name;
  Share samples;  // of the model, named rightly by the classifier
  Share real;     // fresh renderings, likewise
};

struct FlowEvaluation {
  Share samples;  // all classes together
  Share real;
  std::vector<ClassEvaluation> classes;  // in class order
  // On held-out data; NaN where the evaluation was stopped before.
  double bitsPerDimension = std::numeric_limits<double>::quiet_NaN();
  std::int64_t heldOutPictures = 0;
  std::int64_t calls = 0;  // forward passes of the flow for all samples
};

struct EvaluateRequest {
  std::filesystem::path classifier;  // written by `train classifier`
  std::filesystem::path data;        // sprites for fresh renderings and held-out data
  std::int64_t count = 8;            // samples per class, and renderings per class
  std::uint64_t seed = 0;            // of samples and renderings; sample i uses seed + i
  KnobValues knobs;                  // complete, of the decoder
  // Samples already named by an earlier run of the same request: resumes after them. The
  // file is written as the evaluation goes; empty: not resumable. A file that is anything
  // else, or another request's, is refused with an Error and left as it was.
  std::filesystem::path progressFile;
  std::function<void(double fraction)> progress;
  const std::atomic<bool>* cancel = nullptr;  // true: stops; finished samples are kept
};

// Throws Error where the classifier or the data cannot be read or know other classes than
// the model. Where `cancel` stopped it, the totals say how far it came.
FlowEvaluation evaluateFlow(Family& model, const EvaluateRequest& request);

}  // namespace jacobiscope
