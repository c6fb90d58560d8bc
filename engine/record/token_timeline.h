// The timeline of a run that decodes tokens: for every sweep what each row of the grid did and
// how many tokens were settled, kept up to date by looking only at sweeps that are new. Pure
// data: no drawing.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/record/followed_record.h"
#include "engine/record/recording.h"

namespace jacobiscope {

// Whether the model decodes one grid of tokens, which the token views can show.
bool decodesTokens(const ModelInfo& model);
// The same of a run's model, or of `model` where there is no run.
bool decodesTokens(const RunRecord* run, const std::optional<ModelInfo>& model);

// A row of the grid in one sweep.
struct RowMark {
  enum class Kind : std::uint8_t {
    Untouched,  // the window has not reached it
    Untested,   // drafted, or drawn without a draft: nothing was put to the test
    Tested,
    Settled  // every token was settled before this sweep
  };
  Kind kind = Kind::Untouched;
  float change = 0;  // mean probability with which its drafts are rejected; where Tested
  bool operator==(const RowMark&) const = default;
};

// What one call settled.
struct CallMark {
  int accepted = 0;   // drafts that passed
  int resampled = 0;  // drafts that failed, drawn anew
  int drawn = 0;      // without a draft
  std::int64_t passes = 0;  // of the network, from the run's first to these
  int settled() const { return accepted + resampled + drawn; }
};

class TokenTimeline {
 public:
  void update(const RunRecord* record);

  int rows() const { return m_rows; }
  int positions() const { return m_rows * m_columns; }
  int run() const { return m_followed.run(); }
  std::int64_t size() const { return std::ssize(m_calls); }
  const RowMark& row(std::int64_t sweep, int row) const { return m_marks[sweep * m_rows + row]; }
  const std::vector<CallMark>& calls() const { return m_calls; }
  // The first sweep in which the row was settled already; -1: it is not yet.
  std::int64_t settledFrom(int row) const { return m_settledFrom[row]; }

 private:
  void append(const Sweep& sweep);

  FollowedRecord m_followed;
  int m_rows = 0, m_columns = 0;
  std::vector<RowMark> m_marks;  // sweep after sweep
  std::vector<CallMark> m_calls;
  std::vector<std::int64_t> m_settledFrom;
};

}  // namespace jacobiscope
