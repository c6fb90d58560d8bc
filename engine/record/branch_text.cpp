#include "engine/record/branch_text.h"

#include <algorithm>
#include <iterator>

#include "engine/core/error.h"

namespace jacobiscope {

bool sameKnobValue(const Knob& knob, const KnobValue& a, const KnobValue& b) {
  if (a == b) return true;
  if (knob.kind != KnobKind::List || knob.listLength <= 0) return false;
  const KnobValues left{{knob.key, a}}, right{{knob.key, b}};
  try {
    return listAt(left, knob.key, knob.listLength) == listAt(right, knob.key, knob.listLength);
  } catch (const Error&) {
    return false;
  }
}

bool holdsKnobs(const std::vector<Knob>& knobs, const KnobValues& held, const KnobValues& wanted) {
  return std::ranges::all_of(wanted, [&](const auto& entry) {
    const Knob* knob = findKnob(knobs, entry.first);
    const auto value = held.find(entry.first);
    return knob && value != held.end() && sameKnobValue(*knob, value->second, entry.second);
  });
}

KnobValues changedKnobs(const std::vector<Knob>& knobs, const KnobValues& before,
                        const KnobValues& after) {
  KnobValues changed;
  for (const Knob& knob : knobs) {
    const auto now = after.find(knob.key);
    if (now == after.end()) continue;
    const auto then = before.find(knob.key);
    const KnobValue& held = then == before.end() ? knob.initial : then->second;
    if (!sameKnobValue(knob, held, now->second)) changed.insert(*now);
  }
  return changed;
}

std::string changesText(const std::vector<Knob>& knobs, const KnobValues& before,
                        const KnobValues& after, int most) {
  const KnobValues changed = changedKnobs(knobs, before, after);
  std::string text;
  int named = 0;
  for (const Knob& knob : knobs) {
    const auto now = changed.find(knob.key);
    if (now == changed.end() || named == most) continue;
    const auto then = before.find(knob.key);
    const KnobValue& held = then == before.end() ? knob.initial : then->second;
    text += (named++ > 0 ? ", " : "") + (knob.label.empty() ? knob.key : knob.label) + " " +
            formatKnob(held) + " → " + formatKnob(now->second);
  }
  const int left = static_cast<int>(changed.size()) - named;
  return left > 0 ? text + " and " + std::to_string(left) + " more" : text;
}

const KnobValues& knobsAt(const RunRecord& run, std::int64_t sweep) {
  const auto& snapshots = run.snapshots;
  const bool known = sweep >= 0 && sweep < std::ssize(snapshots) && snapshots[sweep]->knobs;
  return known ? *snapshots[sweep]->knobs : run.start.knobs;
}

std::string branchText(const RunRecord& run) {
  if (!run.start.parent) return {};
  const auto [parent, sweeps] = *run.start.parent;
  const std::string of = parent > 0 ? "#" + std::to_string(parent) : "a run that is not here";
  return "branch of " + of + " at sweep " + std::to_string(sweeps);
}

std::string branchChanges(const RunRecord& run, int most) {
  if (!run.start.parent) return {};
  const std::int64_t sweeps = run.start.parent->sweeps;
  const std::int64_t last = std::ssize(run.snapshots) - 1;
  if (last < sweeps) return {};
  return changesText(run.start.model.knobs, knobsAt(run, sweeps - 1), knobsAt(run, last), most);
}

}  // namespace jacobiscope
