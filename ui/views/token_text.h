// What the token views say, as text. Pure functions; a number is told only when it is in the
// facts or was measured.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "engine/record/token_timeline.h"
#include "ui/views/token_digest.h"
#include "ui/views/view_state.h"

namespace jacobiscope {

// "decoded so far (131 / 256 tokens)", or "131 / 256 tokens · picture of call 40" where the
// picture is older.
std::string decodedCaption(const TokenField& field, std::int64_t pictured);

// "id 288 · row 9, column 4"; without the id where no token stands there.
std::string tokenPlace(const ModelInfo& model, int position, int token);

// A word for the state: "accepted", "drafted".
const char* stateName(TokenState state);
// What the state means, for a legend.
const char* stateMeaning(TokenState state);

// What became of the position, in a sentence: "288 drafted at call 46 (q 0.31), accepted at
// call 49: ratio 1.12 ≥ 0.74". Empty where no call touched it.
std::string verdictText(const std::vector<TokenCall>& calls);

// Of what distribution `top` are the most probable tokens.
const char* topHeading(const TokenCall& call);

// "THIS RUN" up to the cursor: name and value, a dash for what was not measured.
std::vector<std::pair<std::string, std::string>> runNumbers(const ViewState& state,
                                                            const RunRecord& run,
                                                            const TokenField& field,
                                                            const TokenTimeline& timeline);

// What the tooltip of a cell of the map says; row -1: of the column alone.
std::string callText(const RunRecord& run, const TokenTimeline& timeline, std::int64_t sweep,
                     int row);

// A probability or ratio in two digits after the point; a dash for NaN.
std::string shareText(double value);

}  // namespace jacobiscope
