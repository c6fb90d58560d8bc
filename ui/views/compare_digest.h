// What is compared at the moment: both runs, the moment of each, their pictures, tokens and
// actions, and by how much they differ. Pure data: no drawing; only what changed is worked out
// again.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/record/compare_pictures.h"
#include "engine/record/compare_recipes.h"
#include "engine/record/compare_tokens.h"
#include "engine/record/run_digest.h"
#include "ui/views/chunk_digest.h"
#include "ui/views/token_digest.h"
#include "ui/views/view_state.h"

namespace jacobiscope {

// The run that A, the one under the cursor, is compared with: the one that was chosen, else the
// sequential reference of the same input, else the latest before A of the same model, else the
// latest other one. nullptr: there is none.
const RunRecord* comparedWith(const ViewState& state);
// The moment of B.
std::int64_t comparedSweep(const ViewState& state, const RunRecord& a, const RunRecord& b);

// "#3 · window": its number and how it decodes.
std::string runName(const RunRecord& run);

struct CompareSide {
  const RunRecord* run = nullptr;
  int id = 0;  // of the run
  std::int64_t sweep = -1;
  std::shared_ptr<const Snapshot> taken;  // that holds the picture; nullptr: there is none
  const Image* image = nullptr;           // in it
  bool isResult = false;                  // it is what came out of a run that is done
};

struct CompareDigest {
  CompareSide a, b;  // no runs: nothing is compared
  int picture = 0;   // of a batch
  RunDigest digestB;
  // Compared are the results of the network, where both pictures are of these, else the pictures
  // as they are shown.
  bool ofResults = false;
  PictureValues valuesA, valuesB;
  std::optional<PictureErrors> errors;  // nothing: shapes differ or a picture is missing
  Image map;                            // of the difference, likewise
  DifferenceColours colours;            // of the map
  TokenField tokensB;
  std::optional<TokenComparison> tokens;
  ActionTimeline actionsB;
  ChunkField chunkB;
  std::optional<ActionComparison> actions;
  std::vector<double> carriedOut;  // millimetres between the tools, step by step of the episode
  std::vector<ComparedRow> rows;
  std::int64_t rowsOf = -1;  // sweeps and endings for which they were made

  bool on() const { return a.run && b.run; }
};

// Brings the digest to the cursor and to B's moment; empty where `a` is nullptr or has no other
// run beside it. `tokensA` is the field of A at the cursor.
void updateCompare(CompareDigest& digest, const ViewState& state, const RunRecord* a,
                   const TokenField& tokensA);

// B stays at its moment, or follows A again. A moment that is held is one of that run: another A
// has the same B beside it.
void holdB(CompareState& compare, const CompareDigest& digest, bool held);

// "Tokens: 3 of 144 differ, first at 17", "Action tokens: 2 of 35 differ · tools up to 3.4 mm
// apart"; empty for a run of another kind.
std::string tokensText(const CompareDigest& digest);

// The comparison in a sentence, for those who hear it; empty where nothing is compared.
std::string comparisonText(const CompareDigest& digest);

// Why there are no errors; empty where there are.
std::string noErrorsText(const CompareDigest& digest);

}  // namespace jacobiscope
