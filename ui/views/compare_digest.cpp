#include "ui/views/compare_digest.h"

#include <algorithm>

#include "engine/core/scales.h"
#include "ui/views/stage_view.h"

namespace jacobiscope {

namespace {

// The picture at or before a moment: the chosen one of a batch, else the sample, else what a
// robot's camera saw; before the first sweep the noise that the strip begins with.
void findPicture(CompareSide& side, const Recording& recording, int picture) {
  const int run = side.run->start.run;
  if (const auto shot = recording.pictureAt(run, side.sweep, "batch")) {
    const Panel* panel = Recording::findPanel(*shot, "batch");
    const auto* strip = std::get_if<Strip>(&panel->picture);
    if (strip && picture < std::ssize(strip->images) && strip->images.size() > 1) {
      side.taken = shot;
      side.image = &strip->images[picture];
      return;
    }
  }
  for (const char* id : {"sample", "camera"}) {
    const auto shot = recording.pictureAt(run, side.sweep, id);
    const Panel* panel = shot ? Recording::findPanel(*shot, id) : nullptr;
    if (const auto* image = panel ? std::get_if<Image>(&panel->picture) : nullptr) {
      side.taken = shot;
      side.image = image;
      return;
    }
  }
  if (side.sweep >= 0 || side.run->snapshots.empty()) return;
  const auto shot = recording.pictureAt(run, std::ssize(side.run->snapshots) - 1, "strip");
  const Panel* panel = shot ? Recording::findPanel(*shot, "strip") : nullptr;
  const auto* strip = panel ? std::get_if<Strip>(&panel->picture) : nullptr;
  if (!strip || strip->images.empty()) return;
  side.taken = shot;
  side.image = &strip->images.front();
}

// Whether the picture is of what came out of the run.
bool showsResult(const CompareSide& side) {
  return side.taken && side.run->finished && side.run->finished->outcome == Outcome::Done &&
         side.sweep >= 0 && side.taken->sweep.index + 1 == side.run->finished->sweeps;
}

CompareSide sideOf(const ViewState& state, const RunRecord* run, std::int64_t sweep) {
  CompareSide side;
  side.run = run;
  side.id = run->start.run;
  side.sweep = std::min(sweep, std::ssize(run->snapshots) - 1);
  findPicture(side, *state.recording, state.picture);
  side.isResult = showsResult(side);
  return side;
}

bool samePicture(const CompareSide& one, const CompareSide& other) {
  return one.run == other.run && one.id == other.id && one.image == other.image &&
         one.isResult == other.isResult;
}

void comparePictures(CompareDigest& digest) {
  const CompareSide &a = digest.a, &b = digest.b;
  digest.ofResults = false;
  digest.valuesA = digest.valuesB = {};
  if (a.isResult && b.isResult) {
    digest.valuesA = valuesOf(a.run->finished->result, digest.picture);
    digest.valuesB = valuesOf(b.run->finished->result, digest.picture);
    digest.ofResults = !digest.valuesA.empty() && digest.valuesA.sameShape(digest.valuesB);
  }
  if (!digest.ofResults) {
    digest.valuesA = a.image ? valuesOf(*a.image) : PictureValues();
    digest.valuesB = b.image ? valuesOf(*b.image) : PictureValues();
  }
  digest.errors = pictureErrors(digest.valuesA, digest.valuesB);
}

void compareTokenFields(CompareDigest& digest, const TokenField& tokensA) {
  digest.tokens.reset();
  if (!decodesTokens(digest.a.run->start.model) || !decodesTokens(digest.b.run->start.model))
    return;
  digest.tokensB = tokensAt(*digest.b.run, digest.b.sweep, &digest.tokensB);
  const auto standing = [](const TokenField& field) {
    std::vector<int> tokens;
    for (const TokenCell& cell : field.cells) tokens.push_back(cell.token);
    return tokens;
  };
  digest.tokens = compareTokens(standing(tokensA), standing(digest.tokensB));
}

void compareChunks(CompareDigest& digest) {
  digest.actions.reset();
  digest.carriedOut.clear();
  const RunRecord &a = *digest.a.run, &b = *digest.b.run;
  digest.actionsB.update(&b);
  digest.chunkB = digest.actionsB.rows() > 0 ? chunkAt(b, digest.actionsB, digest.b.sweep)
                                             : ChunkField{};
  if (!movesRobot(a.start.model) || !movesRobot(b.start.model)) return;
  digest.actions = compareActions(a.start.model, chunkStanding(a, digest.a.sweep), b.start.model,
                                  chunkStanding(b, digest.b.sweep));
  digest.carriedOut =
      pathDistances(pathCarriedOut(a, digest.a.sweep), pathCarriedOut(b, digest.b.sweep));
}

// Changes with everything that the table is made of.
std::int64_t stampOf(const RunRecord& a, const RunRecord& b) {
  const auto one = [](const RunRecord& run) {
    return std::ssize(run.snapshots) * 2 + (run.ended() ? 1 : 0);
  };
  return one(a) * 1'000'003 + one(b);
}

}  // namespace

const RunRecord* comparedWith(const ViewState& state) {
  if (!state.recording) return nullptr;
  const int own = state.cursor.run;
  const RunRecord* a = state.recording->run(own);
  if (!a) return nullptr;
  const RunRecord* chosen = state.recording->run(state.compare.b);
  // A run beside itself is worth looking at only where one moment of it is held.
  if (chosen && (chosen != a || state.compare.pinned)) return chosen;
  if (const RunRecord* sequential = sequentialOf(state, own)) return sequential;
  const RunRecord* before = nullptr;
  const RunRecord* any = nullptr;
  for (const auto& [id, run] : state.recording->runs()) {
    if (id == own || run.snapshots.empty()) continue;
    any = &run;
    if (id < own && run.start.model.hash == a->start.model.hash) before = &run;
  }
  return before ? before : any;
}

std::int64_t comparedSweep(const ViewState& state, const RunRecord& a, const RunRecord& b) {
  const std::int64_t last = std::ssize(b.snapshots) - 1;
  if (state.compare.pinned) return std::clamp<std::int64_t>(*state.compare.pinned, -1, last);
  return alignedSweep(a, state.cursor.sweep, b, state.compare.alignment);
}

std::string runName(const RunRecord& run) {
  std::string name = "#" + std::to_string(run.start.run);
  for (const char* key : {"mode", "decoder"}) {
    const auto value = run.start.knobs.find(key);
    if (value != run.start.knobs.end()) return name + " · " + formatKnob(value->second);
  }
  return name;
}

void updateCompare(CompareDigest& digest, const ViewState& state, const RunRecord* a,
                   const TokenField& tokensA) {
  const RunRecord* b = a ? comparedWith(state) : nullptr;
  if (!b) {
    digest = {};
    return;
  }
  const CompareSide sideA = sideOf(state, a, state.cursor.sweep);
  const CompareSide sideB = sideOf(state, b, comparedSweep(state, *a, *b));
  const bool runs = digest.a.id != sideA.id || digest.b.id != sideB.id;
  const std::int64_t stamp = stampOf(*a, *b);
  const bool grown = runs || digest.rowsOf != stamp;
  const bool moved = digest.a.sweep != sideA.sweep || digest.b.sweep != sideB.sweep;
  const bool stale = !samePicture(digest.a, sideA) || !samePicture(digest.b, sideB) ||
                     digest.picture != state.picture;
  digest.a = sideA;
  digest.b = sideB;
  digest.picture = state.picture;
  if (runs) digest.tokensB = {};
  digest.digestB.update(b);
  if (stale) comparePictures(digest);
  const DifferenceColours colours{state.compare.logarithmic, state.theme.cividis};
  if (stale || colours.logarithmic != digest.colours.logarithmic ||
      colours.cividis != digest.colours.cividis) {
    digest.colours = colours;
    digest.map = differenceMap(digest.valuesA, digest.valuesB, colours);
  }
  if (grown || moved) {
    compareTokenFields(digest, tokensA);
    compareChunks(digest);
  }
  if (!grown) return;
  digest.rows = comparedRows(comparedRun(*a), comparedRun(*b));
  digest.rowsOf = stamp;
}

void holdB(CompareState& compare, const CompareDigest& digest, bool held) {
  compare.pinned.reset();
  if (!held || !digest.on()) return;
  compare.b = digest.b.id;
  compare.pinned = digest.b.sweep;
}

std::string tokensText(const CompareDigest& digest) {
  if (digest.actions) {
    const TokenComparison& tokens = digest.actions->tokens;
    const int of = static_cast<int>(tokens.positions.size());
    std::string text = std::to_string(tokens.different) + " of " + std::to_string(of) +
                       " action tokens differ";
    if (!digest.actions->millimetres.empty())
      text += " · chunks lead up to " + fixedText(farthest(digest.actions->millimetres), 1) +
              " mm apart";
    if (!digest.carriedOut.empty())
      text += " · tools were up to " + fixedText(farthest(digest.carriedOut), 1) + " mm apart";
    return text;
  }
  if (!digest.tokens) return {};
  const TokenComparison& tokens = *digest.tokens;
  std::string text = std::to_string(tokens.different) + " of " +
                     std::to_string(tokens.equal + tokens.different) +
                     " tokens that both have differ";
  if (tokens.oneSided > 0)
    text += ", " + std::to_string(tokens.oneSided) + " stand on one side only";
  return text;
}

std::string comparisonText(const CompareDigest& digest) {
  if (!digest.on()) return {};
  std::string text = "Comparison of A, " + runName(*digest.a.run) + ", with B, " +
                     runName(*digest.b.run) + ": ";
  text += digest.errors ? "" : noErrorsText(digest);
  if (digest.errors)
    for (const ErrorText& error : errorTexts(*digest.errors))
      text += error.name + " " + error.value + " " + error.unit + "; ";
  return text + tokensText(digest);
}

std::string noErrorsText(const CompareDigest& digest) {
  if (digest.errors || !digest.on()) return {};
  for (const auto& [side, letter] : {std::pair(&digest.a, "A"), {&digest.b, "B"}})
    if (!side->image) return std::string("No picture of ") + letter + " is on record here.";
  const auto size = [](const Image& image) {
    return std::to_string(image.width) + " × " + std::to_string(image.height);
  };
  return "The pictures are of different size, " + size(*digest.a.image) + " and " +
         size(*digest.b.image) + ": errors cannot be computed.";
}

}  // namespace jacobiscope
