#include "engine/tarflow/stage_bench.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "engine/core/median.h"
#include "engine/core/random.h"
#include "engine/tarflow/prepared.h"

namespace jacobiscope {

namespace {

constexpr int kPassRounds = 3;  // after a warm-up
constexpr double kUnlimited = std::numeric_limits<double>::infinity();

// 1, 2, 3, 4, 6, 8, 12, ... up to `most`, which is the last.
std::vector<int> widthsUpTo(int most) {
  std::vector<int> widths;
  for (int power = 1; power < most; power *= 2) {
    widths.push_back(power);
    if (power > 1 && power * 3 / 2 < most) widths.push_back(power * 3 / 2);
  }
  widths.push_back(most);
  return widths;
}

}  // namespace

double largestError(const Tensor& a, const Tensor& b) {
  const double largest = (a - b).abs().max().item<double>();
  return std::isnan(largest) ? kUnlimited : largest;
}

StageBench::StageBench(LoadedFlow& flow, const SearchRequest& request)
    : m_flow(flow), m_request(request), m_passKnobs(passKnobs(request.knobs)) {
  m_costs.batch = static_cast<int>(request.noise.front().size(0));
  for (const char* key : {"guidance", "guidance.anneal", "guidance.what", "attn_temp", "clamp"}) {
    m_costs.conditions[key] = request.knobs.at(key);
  }
  m_costs.decay.resize(stages());
}

// ---- Single blocks ----------------------------------------------------------------------

// One method on one block, one pass a step. It is left once it takes longer than `most`.
Steps StageBench::solve(int stage, Tensor z, BlockSchedule schedule, Rule rule, double most,
                        StageRun& run) {
  PassKnobs knobs = m_passKnobs;
  knobs.tolerance = rule.tolerance;
  PreparedFlow* const low = rule.refine ? m_flow.lowPrecision() : nullptr;
  Tensor x = schedule.zeroGuess ? torch::zeros_like(z) : z.clone();
  const double begin = m_request.now();
  StageSolver solver(*m_flow.prepared, low, stages() - 1 - stage, stage, schedule, z, x,
                     m_request.labels, knobs);
  run.seconds = m_request.now() - begin;
  const bool compared = stage < static_cast<int>(m_truths.size());
  while (!solver.done()) {
    const double before = m_request.now();
    solver.sweep();
    run.seconds += m_request.now() - before;
    ++run.passes;
    if (compared && schedule.method == Method::Jacobi) {
      const double error = largestError(solver.x(), m_truths[stage].x);
      run.curve.push_back({static_cast<int>(run.passes), run.seconds, error});
    }
    run.abandoned = run.seconds > most && !solver.done();
    if (run.abandoned) co_return;
    co_yield {};
  }
  run.x = solver.x();
  if (compared) run.error = largestError(run.x, m_truths[stage].x);
}

// From the input of stage `first` in raster order to the picture.
Steps StageBench::sequentialFrom(int first, Tensor raster, std::vector<Truth>& truths,
                                 std::vector<StageRun>* runs) {
  for (int stage = first; stage < stages(); ++stage) {
    const Tensor z = (flipped(stage) ? raster.flip(1) : raster).contiguous();
    StageRun run;
    for (Steps p = solve(stage, z, {}, {}, kUnlimited, run); p.step();) co_yield {};
    truths.push_back({z, run.x});
    raster = flipped(stage) ? run.x.flip(1) : run.x;
    if (runs) runs->push_back(run);
  }
}

Steps StageBench::decodeSequentially() {
  const Tensor tokens = m_request.noise.front() * m_flow.model.var.sqrt();
  std::vector<Truth> truths;
  // Twice: the first warms up.
  for (int round = 0; round < 2; ++round) {
    truths.clear();
    m_trials.clear();
    std::vector<StageRun> runs;
    for (Steps p = sequentialFrom(0, tokens, truths, &runs); p.step();) co_yield {};
    for (int stage = 0; stage < stages(); ++stage) {
      const StageRun& run = runs[stage];
      m_trials.push_back({{stage, {}, 0, false, run.passes, run.seconds, 0}, {run.seconds}});
    }
  }
  m_truths = std::move(truths);
  m_news = true;
}

double StageBench::sequentialSeconds(int stage) const { return medianOf(m_trials[stage].times); }

// ---- Passes -----------------------------------------------------------------------------

Steps StageBench::timePass(BlockPass& pass, Tensor x, int prefix, int width) {
  std::vector<double> times;
  for (int round = 0; round <= kPassRounds; ++round) {
    Tensor scratch = x.clone();
    const double begin = m_request.now();
    pass.run(scratch, m_truths[0].z, prefix + 1, prefix + 1 + width, m_passKnobs.guidance, 0, {});
    if (round > 0) times.push_back(m_request.now() - begin);
    co_yield {};
  }
  m_costs.passes.push_back({prefix, width, medianOf(times)});
}

std::vector<std::pair<int, int>> StageBench::passShapes() const {
  std::vector<int> prefixes = {0, tokens() / 4, tokens() / 2, tokens() * 3 / 4};
  prefixes.erase(std::unique(prefixes.begin(), prefixes.end()), prefixes.end());
  std::vector<std::pair<int, int>> shapes;
  for (const int prefix : prefixes) {
    if (prefix + 1 >= tokens()) continue;  // of very few tokens: none is left behind it
    for (const int width : widthsUpTo(tokens() - 1 - prefix)) shapes.push_back({prefix, width});
  }
  return shapes;
}

int StageBench::timedPasses() const {
  return static_cast<int>(passShapes().size()) * (kPassRounds + 1);
}

// All blocks have the same layers: the first sampled stands for all.
Steps StageBench::timePasses() {
  const auto pass = m_flow.prepared->begin(stages() - 1, m_request.labels,
                                           m_passKnobs.guidance.on());
  const Tensor x = m_truths[0].x;
  int cached = 0;
  for (const auto& [prefix, width] : passShapes()) {
    if (prefix > cached) pass->rebuild(x, prefix, m_passKnobs.guidance);
    cached = prefix;
    for (Steps p = timePass(*pass, x, prefix, width); p.step();) co_yield {};
  }
  m_news = true;
}

// A random error as large as the bound in every value of a stage's output, decoded on one
// position at a time: by how much it is larger or smaller in the picture. Errors of a schedule
// sit in few values, so that this is rather too much than too little; what is found is verified.
Steps StageBench::measureGrowth() {
  std::vector<double> growth(stages(), 1);
  for (int stage = 0; stage + 1 < stages(); ++stage) {
    const Tensor& x = m_truths[stage].x;
    const auto values = uniforms(0, Purpose::Data, stage, x.numel());
    Tensor error = (torch::tensor(values) * 2 - 1).view(x.sizes()).to(x.device());
    const Tensor moved = x + m_request.errorBound * error;
    const Tensor raster = flipped(stage) ? moved.flip(1) : moved;
    std::vector<Truth> truths;
    for (Steps p = sequentialFrom(stage + 1, raster, truths, nullptr); p.step();) {
      co_yield {};
    }
    growth[stage] = largestError(truths.back().x, m_truths.back().x) / m_request.errorBound;
  }
  m_costs.amplification = growth;
  m_news = true;
}

Steps StageBench::rankBlocks() {
  for (int stage = 0; stage < stages(); ++stage) {
    const Tensor& x = m_truths[stage].x;
    m_metrics.push_back(blockMetrics(m_flow.model, stages() - 1 - stage,
                                     flipped(stage) ? x.flip(1) : x, m_request.labels));
    co_yield {};
  }
  m_order.resize(stages());
  std::iota(m_order.begin(), m_order.end(), 0);
  std::ranges::stable_sort(m_order, [&](int a, int b) {
    return m_metrics[a].crm > m_metrics[b].crm;
  });
  m_news = true;
}

ScheduleCosts StageBench::costs() const {
  ScheduleCosts costs = m_costs;
  for (const Timed& timed : m_trials) {
    costs.trials.push_back(timed.trial);
    costs.trials.back().seconds = medianOf(timed.times);
  }
  return costs;
}

}  // namespace jacobiscope
