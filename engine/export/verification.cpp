#include "engine/export/verification.h"

#include <algorithm>
#include <cmath>

#include "engine/core/error.h"
#include "engine/export/run_picture.h"
#include "engine/picture/picture_file.h"
#include "engine/record/compare_pictures.h"

namespace jacobiscope {

namespace {

using Timeline = std::vector<std::pair<std::int64_t, KnobValues>>;

// Of another version of the program a knob may be missing: it is at its default then, and a set
// that says what was said before says nothing.
Timeline completed(const Timeline& timeline, const std::vector<Knob>& knobs) {
  Timeline whole;
  for (const auto& [sweep, values] : timeline) {
    KnobValues complete = completeKnobs(knobs, values);
    if (whole.empty() || whole.back().second != complete) {
      whole.emplace_back(sweep, std::move(complete));
    }
  }
  return whole;
}

// How many sweeps it takes; nothing: until it ends by itself.
std::optional<std::int64_t> lengthOf(const Recipe& recipe) {
  if (recipe.outcome == "done") return std::nullopt;
  return recipe.sweeps;
}

void checkEnding(const Recipe& recipe, const RunRecord& again) {
  if (again.failed) throw Error(again.failed->message, again.failed->hint);
  const auto length = lengthOf(recipe);
  const bool there = again.finished && (length ? again.finished->sweeps >= *length
                                               : again.finished->outcome == Outcome::Done);
  if (!there) throw Error("The run was stopped before it could be compared.", "Verify it again.");
  // What was set after the last sweep acted on nothing.
  const auto sweeps = again.finished->sweeps;
  Timeline wanted = completed(recipe.timeline, again.start.model.knobs);
  Timeline had = again.finished->timeline;
  for (Timeline* each : {&wanted, &had}) {
    std::erase_if(*each, [&](const auto& entry) { return entry.first >= sweeps; });
  }
  if (wanted != had) {
    throw Error("Knobs were moved while it ran again.", "Verify it again and leave them.");
  }
}

std::vector<RecipeDifference> circumstances(const Recipe& stored, const Recipe& here) {
  std::vector<RecipeDifference> found;
  const auto compare = [&](const char* what, const std::string& a, const std::string& b) {
    if (a != b) found.push_back({what, a, b});
  };
  compare("version", stored.version, here.version);
  compare("model", stored.model, here.model);
  compare("weights", stored.modelHash, here.modelHash);
  compare("device", stored.device, here.device);
  compare("number type", stored.dtype, here.dtype);
  compare("threads", std::to_string(stored.threads), std::to_string(here.threads));
  compare("sweeps", std::to_string(stored.sweeps), std::to_string(here.sweeps));
  compare("calls", std::to_string(stored.calls), std::to_string(here.calls));
  return found;
}

std::optional<std::int64_t> firstOther(const RunRecord& recorded, const RunRecord& again) {
  const std::size_t most = std::max(recorded.snapshots.size(), again.snapshots.size());
  for (std::size_t i = 0; i < most; ++i) {
    const bool both = i < recorded.snapshots.size() && i < again.snapshots.size() &&
                      recorded.snapshots[i] && again.snapshots[i];
    if (!both || hashSweep(recorded.snapshots[i]->sweep) != hashSweep(again.snapshots[i]->sweep)) {
      return static_cast<std::int64_t>(i);
    }
  }
  return std::nullopt;
}

Proof proofOf(const Verification& v, double within) {
  const bool samePicture = !v.hasPicture || v.pictureSteps == 0;
  if (v.result.value_or(true) && v.facts.value_or(true) && samePicture) return Proof::Identical;
  return v.pictureSteps && *v.pictureSteps <= within ? Proof::Within : Proof::Different;
}

}  // namespace

command::Start rerunOf(const Recipe& recipe, const ModelInfo& model, const Arrays& arrays) {
  if (recipe.warm) {
    throw Error("The run began from the solutions of the run before it, which no file carries.",
                "What was pressed with Generate can be verified.");
  }
  command::Start start;
  start.input = recipe.input;
  if (hashArrays(start.input.arrays) != recipe.inputHash) {
    if (hashArrays(arrays) != recipe.inputHash) {
      const std::string& picture = recipe.input.picture;
      throw Error("The run began from " + (picture.empty() ? "arrays" : picture) +
                      ", which the file does not carry.",
                  picture.empty() ? "Only a recording carries them."
                                  : "Start from that picture, then verify again.");
    }
    start.input.arrays = arrays;
  }
  start.rerun.timeline = completed(recipe.timeline, model.knobs);
  if (start.rerun.timeline.empty()) throw Error("The recipe holds no knob values.");
  start.knobs = start.rerun.timeline.front().second;
  start.rerun.sweeps = lengthOf(recipe);
  if (start.rerun.sweeps && *start.rerun.sweeps <= 0) {
    throw Error("The run ended before its first sweep: there is nothing to verify.");
  }
  if (recipe.pictureSweep >= 0) start.rerun.picture = recipe.pictureSweep;
  return start;
}

std::optional<int> largestStep(const Image& a, const Image& b) {
  const std::vector<float> field = differenceField(valuesOf(a), valuesOf(b));
  if (field.empty()) return std::nullopt;
  return static_cast<int>(std::ceil(std::ranges::max(field)));
}

std::optional<Image> pictureAgain(const Recipe& recipe, const RunRecord& again,
                                  const Image* like) {
  if (recipe.pictureSweep >= 0) {
    const auto at = static_cast<std::size_t>(recipe.pictureSweep);
    if (at >= again.snapshots.size() || !again.snapshots[at]) return std::nullopt;
    return pictureOf(*again.snapshots[at], again.start.input);
  }
  std::optional<Image> shown;
  if (const auto last = lastImage(again); last && last->last) shown = last->image;
  if (like && shown && largestStep(*like, *shown) == 0) return shown;
  // The command line makes its picture of the numbers themselves.
  const auto image = again.finished ? again.finished->result.find("image") : Arrays::iterator();
  if (!again.finished || image == again.finished->result.end()) return shown;
  const Image made = gridPicture(image->second);
  if (!shown) return made;
  if (!like) return shown;
  // One of another size is farther off than any other.
  const std::optional<int> ofMade = largestStep(*like, made), ofShown = largestStep(*like, *shown);
  return ofMade && (!ofShown || *ofMade < *ofShown) ? made : *shown;
}

Verification verify(const StoredRun& stored, const RunRecord& again, double within,
                    const RunRecord* recorded) {
  const Recipe& recipe = stored.recipe;
  checkEnding(recipe, again);
  const Recipe here = recipeOf(again);
  Verification v;
  if (!recipe.resultHash.empty()) v.result = recipe.resultHash == here.resultHash;
  if (!recipe.factsHash.empty()) v.facts = recipe.factsHash == here.factsHash;
  v.hasPicture = stored.picture.has_value();
  if (v.hasPicture) {
    const auto picture = pictureAgain(recipe, again, &*stored.picture);
    if (picture) v.pictureSteps = largestStep(*stored.picture, *picture);
  }
  if (!v.result && !v.facts && !v.hasPicture) {
    throw Error("The file says nothing of what came out: there is nothing to compare.");
  }
  if (recorded) v.firstSweep = firstOther(*recorded, again);
  v.differences = circumstances(recipe, here);
  v.proof = proofOf(v, within);
  return v;
}

}  // namespace jacobiscope
