#include "ui/views/token_text.h"

#include <cmath>

#include "engine/core/scales.h"
#include "ui/views/speed_up.h"

namespace jacobiscope {

namespace {

const std::string kDash = "—";

std::string callName(std::int64_t sweep) { return "call " + std::to_string(sweep + 1); }

// "288 drafted at call 46 (q 0.31), kept once".
std::string originText(const std::vector<TokenCall>& calls, std::size_t at) {
  const TokenCall& call = calls[at];
  const DraftOrigin origin = draftOrigin(calls, at);
  std::string text = std::to_string(call.draft) + " drafted";
  if (origin.sweep >= 0) text += " at " + callName(origin.sweep);
  if (!std::isnan(call.draftP)) text += " (q " + shareText(call.draftP) + ")";
  if (origin.kept == 1) text += ", kept once";
  if (origin.kept > 1) text += ", kept " + std::to_string(origin.kept) + " times";
  return text;
}

// "ratio 1.12 ≥ 0.74", "p 0.20" where no number was drawn.
std::string testText(const TokenCall& call, bool passed) {
  if (std::isnan(call.draw) || std::isnan(call.draftP) || std::isnan(call.targetP))
    return std::isnan(call.targetP) ? "" : ": p " + shareText(call.targetP);
  const double ratio = call.draftP > 0 ? double(call.targetP) / call.draftP : INFINITY;
  return ": ratio " + shareText(ratio) + (passed ? " ≥ " : " < ") + shareText(call.draw);
}

}  // namespace

std::string shareText(double value) {
  if (std::isnan(value)) return kDash;
  if (std::isinf(value)) return "∞";
  if (value > 0 && value < 0.005) return "<0.01";
  return value < 100 ? fixedText(value, 2) : fixedText(value, 0);
}

std::string decodedCaption(const TokenField& field, std::int64_t pictured) {
  if (field.sweep < 0) return "nothing decoded yet";
  const std::string tokens =
      std::to_string(field.frontier) + " / " + std::to_string(field.cells.size()) + " tokens";
  if (pictured >= 0 && pictured < field.sweep)
    return tokens + " · picture of " + callName(pictured);
  return "decoded so far (" + tokens + ")";
}

std::string tokenPlace(const ModelInfo& model, int position, int token) {
  return (token >= 0 ? "id " + std::to_string(token) + " · row " : "row ") +
         std::to_string(position / model.gridColumns) + ", column " +
         std::to_string(position % model.gridColumns);
}

const char* stateName(TokenState state) {
  switch (state) {
    case TokenState::Drafted: return "drafted";
    case TokenState::Kept: return "kept";
    case TokenState::Redrawn: return "redrawn";
    case TokenState::Accepted: return "accepted";
    case TokenState::Resampled: return "resampled";
    case TokenState::Drawn: return "drawn";
  }
  return "";
}

const char* stateMeaning(TokenState state) {
  switch (state) {
    case TokenState::Drafted: return "draft, not tested yet";
    case TokenState::Kept: return "draft that passed, waits";
    case TokenState::Redrawn: return "draft drawn anew, waits";
    case TokenState::Accepted: return "draft accepted";
    case TokenState::Resampled: return "rejected → resampled";
    case TokenState::Drawn: return "drawn without a draft";
  }
  return "";
}

std::string verdictText(const std::vector<TokenCall>& calls) {
  if (calls.empty()) return {};
  const std::size_t at = calls.size() - 1;
  const TokenCall& call = calls[at];
  const std::string when = callName(call.sweep);
  const std::string token = std::to_string(call.token);
  switch (call.state) {
    case TokenState::Drafted:
      return token + " drafted at " + when + ", not tested yet";
    case TokenState::Kept:
      return originText(calls, at) + ", passed at " + when + testText(call, true) +
             "; a token before it is not settled";
    case TokenState::Redrawn:
      if (call.draft < 0) return token + " drawn as a draft at " + when;
      return originText(calls, at) + ", rejected at " + when + testText(call, false) + "; " +
             token + " drafted instead";
    case TokenState::Accepted:
      return originText(calls, at) + ", accepted at " + when + testText(call, true);
    case TokenState::Resampled:
      return originText(calls, at) + ", rejected at " + when + testText(call, false) + "; " +
             token + " drawn instead";
    case TokenState::Drawn: break;
  }
  std::string text = token + " drawn at " + when + " without a draft";
  if (!std::isnan(call.targetP)) text += " (p " + shareText(call.targetP) + ")";
  return text;
}

const char* topHeading(const TokenCall& call) {
  const bool rejected = call.state == TokenState::Resampled || call.state == TokenState::Redrawn;
  return rejected && call.draft >= 0 ? "residual max(0, p − q)" : "most probable tokens";
}

std::vector<std::pair<std::string, std::string>> runNumbers(const ViewState& state,
                                                            const RunRecord& run,
                                                            const TokenField& field,
                                                            const TokenTimeline& timeline) {
  const bool any = field.sweep >= 0 && field.sweep < timeline.size();
  const std::int64_t passes = any ? timeline.calls()[field.sweep].passes : 0;
  const bool whole = field.frontier >= static_cast<int>(field.cells.size());
  const auto factor = speedUp(run, state.baselines);
  return {{"tokens", whole ? std::to_string(field.frontier)
                           : std::to_string(field.frontier) + " / " +
                                 std::to_string(field.cells.size())},
          {"model calls", std::to_string(passes)},
          {"tokens / call", passes > 0 ? fixedText(double(field.frontier) / double(passes), 2) : kDash},
          {"resampled", std::to_string(field.resampled)},
          {"wall vs sequential", factor ? fixedText(*factor, *factor < 10 ? 2 : 1) + "×" : kDash}};
}

std::string callText(const RunRecord& run, const TokenTimeline& timeline, std::int64_t sweep,
                     int row) {
  if (sweep < 0 || sweep >= timeline.size()) return {};
  const Sweep& facts = run.snapshots[sweep]->sweep;
  const CallMark& call = timeline.calls()[sweep];
  std::string text = callName(sweep) + (facts.kind == SweepKind::Prefill ? ", the prompt" : "");
  text += "\nsettled " + std::to_string(call.settled());
  if (call.settled() > 0) {
    std::string parts;
    const auto part = [&](int count, const char* name) {
      if (count > 0) parts += (parts.empty() ? "" : ", ") + std::to_string(count) + " " + name;
    };
    part(call.accepted, "accepted");
    part(call.resampled, "resampled");
    part(call.drawn, "drawn");
    text += ": " + parts;
  }
  text += "\nafter it " + std::to_string(facts.frontier) + " of " +
          std::to_string(timeline.positions()) + " settled";
  if (row >= 0 && row < timeline.rows()) {
    const RowMark& mark = timeline.row(sweep, row);
    text += "\nrow " + std::to_string(row);
    switch (mark.kind) {
      case RowMark::Kind::Untouched: text += ": not reached"; break;
      case RowMark::Kind::Untested: text += ": nothing to test"; break;
      case RowMark::Kind::Settled: text += ": settled"; break;
      case RowMark::Kind::Tested:
        text += ": a draft is rejected with probability " + shareText(mark.change);
    }
  }
  if (!facts.note.empty()) text += "\n" + facts.note;
  return text;
}

}  // namespace jacobiscope
