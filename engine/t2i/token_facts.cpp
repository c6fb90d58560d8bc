#include "engine/t2i/token_facts.h"

#include <cmath>
#include <limits>

namespace jacobiscope {

namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

template <class Value, class Get>
void addColumn(Sweep& sweep, const std::string& name, const std::string& unit, int first,
               std::size_t count, Get get) {
  std::vector<Value> values(count);
  for (std::size_t i = 0; i < count; ++i) values[i] = get(i);
  sweep.facts.push_back({name, unit, first, std::move(values)});
}

}  // namespace

void addTokenFacts(Sweep& sweep, int first, const Judgement& judgement,
                   const std::vector<DraftRow>& drafts, const std::vector<TopTokens>& tops) {
  const auto& all = judgement.positions;
  const auto whole = [&](const std::string& name, auto get) {
    addColumn<std::int32_t>(sweep, name, "", first, all.size(), get);
  };
  const auto real = [&](const std::string& name, auto get) {
    addColumn<float>(sweep, name, name == "change" ? "P(reject)" : "", first, all.size(), get);
  };
  // Without a test (behind a rejection of SJD) a draft is as good as none.
  const auto tested = [&](std::size_t i) {
    return i < drafts.size() && !std::isnan(all[i].draftP);
  };
  whole("token", [&](std::size_t i) { return all[i].token; });
  whole("draft", [&](std::size_t i) { return tested(i) ? drafts[i].token : -1; });
  real("draft_p", [&](std::size_t i) { return all[i].draftP; });
  real("target_p", [&](std::size_t i) { return all[i].targetP; });
  real("draw", [&](std::size_t i) { return all[i].draw; });
  whole("state", [&](std::size_t i) { return static_cast<std::int32_t>(all[i].state); });
  real("change", [&](std::size_t i) { return all[i].change; });
  for (int k = 0; k < kTopTokens; ++k) {
    const auto has = [&](std::size_t i) { return k < std::ssize(tops[i].tokens); };
    whole("top" + std::to_string(k),
          [&](std::size_t i) { return has(i) ? tops[i].tokens[k] : -1; });
    real("top_p" + std::to_string(k),
         [&](std::size_t i) { return has(i) ? tops[i].probabilities[k] : kNan; });
  }
  sweep.residual = kNan;
  for (const Judged& one : all) {
    if (!std::isnan(one.change)) sweep.residual = std::fmax(sweep.residual, one.change);
  }
}

}  // namespace jacobiscope
