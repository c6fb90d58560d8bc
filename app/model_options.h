// What --model, --set and --config mean: the same for every sub-command that has them.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "app/arguments.h"
#include "engine/core/family.h"

namespace jacobiscope {

// Wider batches than this do not fit any machine; the family checks what fits this one.
inline constexpr int kMaxBatch = 65536;

// --model, --set, --config, --json, to which a command adds its own.
std::vector<OptionSpec> withModelOptions(std::vector<OptionSpec> own);

// A key of --set that belongs to loading, not to a slider.
struct LoadKey {
  std::string key;
  std::string help;
};
// Those of a family; empty where it has none.
const std::vector<LoadKey>& loadKeys(const std::string& family);

// A loaded model with what --set said about its knobs.
struct OpenModel {
  std::unique_ptr<Family> family;
  KnobValues knobs;      // complete
  KnobValues given;      // only what --set named or implied
  int count = 0;         // --set batch, 0: not given
  const ModelInfo& info() const { return family->info(); }
};

// The load request that `model` (a bundled name or a path) and the arguments make. Throws
// Error for a model or --config file that does not exist or cannot be read.
LoadRequest loadRequest(const std::string& model, const Arguments& arguments);

// Loads and sorts the settings: those of loadKeys() go to the family's loader, the others
// must be knobs of the model or `batch`. A schedule list without a `mode` implies the mode
// gs-jacobi. Throws UsageError for an unknown key or a value the knob refuses. Notes of the
// model are written to stderr.
OpenModel openModel(const std::string& model, const Arguments& arguments);

}  // namespace jacobiscope
