// Figure with proof: a stored run is run again, exactly as its recipe says, and what comes out is
// held against what was stored.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/export/stored_run.h"

namespace jacobiscope {

// How the recipe is run again by the loaded model: its timeline of knobs, sweep by sweep. `arrays`
// are those that are at hand, in case the run began from some. Throws Error where the run cannot
// be repeated: it began warm, from arrays that are not at hand, ended before its first sweep, or
// with a knob that the model has not got or refuses.
command::Start rerunOf(const Recipe& recipe, const ModelInfo& model, const Arrays& arrays = {});

enum class Proof {
  Identical,  // all that is stored is the same, bit for bit
  Within,     // it is not, but the pictures differ by no more than was allowed
  Different
};

// What differs, as it is stored and as it is here: "threads", "4", "2".
struct RecipeDifference {
  std::string what, stored, here;
  bool operator==(const RecipeDifference&) const = default;
};

struct Verification {
  Proof proof = Proof::Different;
  // Whether they are equal; nothing: the file does not tell.
  std::optional<bool> result, facts;
  bool hasPicture = false;
  // Largest difference of the pictures in steps of 8 bits; nothing: of another size, or none.
  std::optional<int> pictureSteps;
  // The first sweep that differs from the recorded one; only recordings tell.
  std::optional<std::int64_t> firstSweep;
  std::optional<double> resultError;  // largest |difference| of the numbers, likewise
  std::vector<RecipeDifference> differences;  // of program and machine, and in what it took
};

// `again` is the ended run that rerunOf() began; `within` is in steps of 8 bits. `recorded` is the
// run itself, where it was recorded. Throws Error where nothing can be said: the run was stopped
// or failed before it got there, its knobs were moved, or nothing that could be compared is stored.
Verification verify(const StoredRun& stored, const RunRecord& again, double within,
                    const RunRecord* recorded = nullptr);

// Largest difference of red, green and blue; nothing for pictures of different sizes.
std::optional<int> largestStep(const Image& a, const Image& b);
// What came out of the run that was begun again where the stored picture was taken; nothing: no
// picture of it. `like` chooses between two ways of rounding.
std::optional<Image> pictureAgain(const Recipe& recipe, const RunRecord& again,
                                  const Image* like = nullptr);

// "Bit-identical: ...", a sentence that says what was compared.
std::string verdictText(const Verification& verification);

}  // namespace jacobiscope
