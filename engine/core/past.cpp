#include "engine/core/past.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <string>
#include <utility>

#include "engine/core/error.h"

namespace jacobiscope {

namespace {

// A NaN says that there is no number, whichever NaN it is.
bool same(float a, float b) {
  return std::bit_cast<std::uint32_t>(a) == std::bit_cast<std::uint32_t>(b) ||
         (std::isnan(a) && std::isnan(b));
}
bool same(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b) ||
         (std::isnan(a) && std::isnan(b));
}

bool sameColumn(const FactColumn& a, const FactColumn& b) {
  if (a.name != b.name || a.first != b.first || a.values.index() != b.values.index()) return false;
  const auto* numbers = std::get_if<std::vector<float>>(&a.values);
  if (!numbers) return a.values == b.values;
  return std::ranges::equal(*numbers, std::get<std::vector<float>>(b.values),
                            [](float x, float y) { return same(x, y); });
}

void requireModel(const ModelInfo& parents, const ModelInfo& model) {
  if (parents.family == model.family && parents.hash == model.hash) return;
  throw UsageError("The run was decoded by " + parents.name + ", and " + model.name +
                       (parents.name == model.name ? " with other weights" : "") + " is loaded.",
                   "Open the run's model first.");
}

}  // namespace

Past::Past(Replay run, const ModelInfo& model) : m_run(std::move(run)) {
  requireModel(m_run.start.model, model);
  if (m_run.past.empty()) {
    throw UsageError("The run has no sweeps yet.", "Let it do at least one.");
  }
  m_startKnobs = completeKnobs(model.knobs, m_run.start.knobs);
  auto inForce = std::make_shared<const KnobValues>(m_startKnobs);
  const KnobValues* told = &m_run.start.knobs;
  for (std::int64_t i = 0; i < size(); ++i) {
    const auto& snapshot = m_run.past[static_cast<std::size_t>(i)];
    if (!snapshot || snapshot->sweep.index != i || !snapshot->knobs) {
      throw UsageError("The run's sweep " + std::to_string(i + 1) + " is missing.",
                       "Only a run that is known from its beginning can be decoded again.");
    }
    if (snapshot->knobs.get() != told && *snapshot->knobs != *told) {
      inForce = std::make_shared<const KnobValues>(completeKnobs(model.knobs, *snapshot->knobs));
    }
    told = snapshot->knobs.get();
    m_knobs.push_back(inForce);
  }
}

bool sameInput(const Input& a, const Input& b) {
  return a.seed == b.seed && a.count == b.count && a.prompt == b.prompt && a.label == b.label &&
         a.arrays == b.arrays;
}

bool samePass(const Sweep& a, const Sweep& b) {
  return a.kind == b.kind && a.window == b.window && a.iteration == b.iteration &&
         a.frontier == b.frontier && a.verdict == b.verdict && a.calls == b.calls &&
         same(a.residual, b.residual) && std::ranges::equal(a.facts, b.facts, sameColumn);
}

}  // namespace jacobiscope
