// Runs of a session, waited for: how a stored run is repeated without a window.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "app/progress.h"
#include "engine/core/session.h"
#include "engine/record/recording.h"

namespace jacobiscope {

class Rerunner {
 public:
  Rerunner();
  ~Rerunner();

  // Loads the model, unless it is the one that was asked for last. Throws Error.
  const ModelInfo& load(const LoadRequest& request);
  // The whole run, with the pictures that are asked for. Throws Cancelled after ^C, and
  // Error where it does not begin; one that fails later says so in its record.
  const RunRecord& run(const command::Start& start, ProgressLine& progress);

 private:
  struct Impl;
  std::unique_ptr<Impl> m_impl;
};

}  // namespace jacobiscope
