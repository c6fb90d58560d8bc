// How an engine elsewhere is reached: how soon it is there, how soon a slider acts on its run, and
// what a sweep weighs on the way.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/core/family.h"

namespace jacobiscope {

struct Reach {
  std::string program, device;  // of the engine
  double helloSeconds = 0;      // from starting the program to its first word
  double loadSeconds = 0;
  std::int64_t sweeps = 0;  // of one run from beginning to end, everything sent
  double runSeconds = 0;
  double factBytes = 0;     // a sweep without pictures
  double pictureBytes = 0;  // a picture message, facts included
  std::int64_t pictures = 0;
  // From posting a value of a live knob to the arrival of the first sweep that obeyed it.
  std::string knob;           // empty: the model has none to try, or none acted
  double knobMedian = 0, knobWorst = 0;
  double sweepMedian = 0;     // seconds of computing of the sweeps seen meanwhile
};

// `words` is the program that becomes the engine. Throws Error where it does not.
Reach measureReach(const std::vector<std::string>& words, const std::string& host,
                   const LoadRequest& model, const Input& input);

}  // namespace jacobiscope
