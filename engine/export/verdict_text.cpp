// What a verification found, in words.
#include "engine/export/verification.h"

namespace jacobiscope {

namespace {

std::string listed(const std::vector<std::string>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    text += (i == 0 ? "" : i + 1 == words.size() ? " and " : ", ") + words[i];
  }
  return text;
}

std::string stepsText(int steps) {
  return std::to_string(steps) + (steps == 1 ? " step" : " steps") + " of 255";
}

// The parts of which this is said: equal, or not.
std::vector<std::string> parts(const Verification& v, bool equal) {
  std::vector<std::string> found;
  if (v.result == equal) found.push_back("result");
  if (v.facts == equal) found.push_back("every sweep");
  if (v.hasPicture && (v.pictureSteps == 0) == equal) found.push_back("picture");
  return found;
}

}  // namespace

std::string verdictText(const Verification& v) {
  if (v.proof == Proof::Identical) return "Bit-identical: " + listed(parts(v, true)) + ".";
  std::string text = v.proof == Proof::Within ? "Within the bound: " : "Different: ";
  std::vector<std::string> found;
  if (v.pictureSteps && *v.pictureSteps > 0) {
    found.push_back("the pictures differ by up to " + stepsText(*v.pictureSteps));
  } else if (v.pictureSteps) {
    found.push_back("the pictures are equal");
  } else if (v.hasPicture) {
    found.push_back("the pictures are of different sizes");
  }
  if (v.result == false) found.push_back("the result is another");
  if (v.firstSweep) {
    found.push_back("the first sweep that differs is " + std::to_string(*v.firstSweep + 1));
  } else if (v.facts == false) {
    found.push_back("sweeps differ");
  }
  return text + listed(found) + ".";
}

}  // namespace jacobiscope
