// One whole decode in a plain loop on this thread: no session, no pictures.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/core/family.h"

namespace jacobiscope {

struct DecodeReport {
  Plan plan;                             // as it was in the end
  std::vector<std::int64_t> iterations;  // per stage, in decode order
  std::vector<double> stageSeconds;      // per stage, of sweeping alone
  double worldSeconds = 0;               // of these: of sweeps in which a simulator acted or looked
  std::vector<std::int64_t> accepted;    // per sweep: how far it moved the frontier of its stage
  std::int64_t sweeps = 0;
  std::int64_t calls = 0;
  double seconds = 0;       // from begin() to the result, without whoever looks on
  bool settled = true;      // no position was frozen by a cap or by an overflow
  double maxResidual = 0;   // see Endings; NaN where there is none
  std::vector<std::string> notes;  // what the sweeps said, each once
  Arrays result;
  std::optional<Image> sample;  // the picture of the end, where the result has no "image"
};

// Who looks on; each may be empty.
struct DecodeWatch {
  std::function<void(const Decoder&)> begun = {};
  // Called after every sweep, with the share of all positions that are settled.
  std::function<void(const Decoder&, const Sweep&, double fraction)> swept = {};
};

// Throws Cancelled after ^C, and whatever the engine throws.
DecodeReport decode(Family& model, const KnobValues& knobs, const Input& input,
                    const DecodeWatch& watch = {});

}  // namespace jacobiscope
