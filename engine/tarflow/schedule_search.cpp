#include "engine/tarflow/schedule_search.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "engine/core/schedule_choice.h"
#include "engine/core/schedule_text.h"
#include "engine/tarflow/memory.h"
#include "engine/tarflow/schedule_verify.h"
#include "engine/tarflow/stage_bench.h"

namespace jacobiscope {

double roundNumber(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", value);
  return std::strtod(text, nullptr);
}

namespace {

std::string shortText(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3g", value);
  return text;
}

class ScheduleSearch : public AnalysisTask {
 public:
  ScheduleSearch(LoadedFlow& flow, SearchRequest request)
      : m_flow(flow), m_request(std::move(request)), m_bench(flow, m_request),
        m_verifier(flow, m_request), m_work(work()) {}

  bool step() override {
    const torch::NoGradGuard noGrad;
    return m_work.step();
  }
  double progress() const override { return m_progress; }
  bool takeNews() override {
    const bool blocks = m_bench.takeNews(), schedules = m_verifier.takeNews();
    return blocks || schedules;
  }
  Analysis result() const override;

 private:
  Steps work();
  // `steps` as a part of the whole, of about `count` steps.
  Steps part(Steps steps, double count, double from, double to);
  Steps verify();
  std::vector<ScheduleTrial> contenders() const;
  std::optional<double> predicted(const KnobValues& schedule) const;
  double overhead() const;
  void finish();

  LoadedFlow& m_flow;
  const SearchRequest m_request;
  StageBench m_bench;
  ScheduleVerifier m_verifier;
  std::vector<Preset> m_found;
  double m_progress = 0;
  Steps m_work;  // goes first: it works on the others
};

Steps ScheduleSearch::part(Steps steps, double count, double from, double to) {
  for (double done = 1; steps.step(); ++done) {
    m_progress = from + (to - from) * std::min(1.0, done / count);
    co_yield {};
  }
  m_progress = to;
}

Steps ScheduleSearch::work() {
  const int stages = m_flow.model.config.blocks;
  const double passes = double(stages) * m_flow.model.config.tokens();  // of sequential decoding
  for (Steps p = part(m_bench.decodeSequentially(), 2 * passes, 0, 0.05); p.step();) co_yield {};
  for (Steps p = part(m_bench.timePasses(), m_bench.timedPasses(), 0.05, 0.1); p.step();) {
    co_yield {};
  }
  const double half = 0.5 * (stages - 1) * passes;
  for (Steps p = part(m_bench.measureGrowth(), half, 0.1, 0.15); p.step();) co_yield {};
  for (Steps p = part(m_bench.rankBlocks(), stages, 0.15, 0.17); p.step();) co_yield {};
  for (Steps p = m_bench.tryMethods(); p.step();) {
    m_progress = 0.17 + 0.43 * m_bench.tried();
    co_yield {};
  }
  for (Steps p = verify(); p.step();) co_yield {};
  const double last = m_verifier.comparedSweeps();
  for (Steps p = part(m_verifier.compareFastest(), last, 0.85, 1); p.step();) co_yield {};
  finish();
}

std::optional<double> ScheduleSearch::predicted(const KnobValues& schedule) const {
  KnobValues knobs = m_request.knobs;
  for (const auto& [key, value] : schedule) knobs[key] = value;
  const auto& config = m_flow.model.config;
  const auto told = estimate(m_bench.costs(), config.blocks, config.tokens(), knobs);
  return told ? std::optional(told->seconds + overhead()) : std::nullopt;
}

// What a decode takes besides the passes of its blocks, whatever the schedule: read off
// sequential decoding, whose passes and whole are both known.
double ScheduleSearch::overhead() const {
  double passes = 0;
  for (const StageTrial& trial : m_bench.costs().trials) {
    if (trial.schedule.method == Method::Sequential) passes += trial.seconds;
  }
  return std::max(0.0, *m_verifier.trials().front().seconds - passes);
}

// The picks, then the schedules that are known anyway.
std::vector<ScheduleTrial> ScheduleSearch::contenders() const {
  std::vector<ScheduleTrial> contenders;
  const int tokens = m_flow.model.config.tokens();
  const int stages = m_flow.model.config.blocks;
  for (const ScheduleChoice& choice :
       schedulesToVerify(m_bench.costs(), stages, m_request.errorBound)) {
    KnobValues knobs = writeSchedule(choice.schedule, tokens);
    knobs["tolerance"] = choice.tolerance;
    knobs["refine"] = choice.refine;
    contenders.push_back({nameOf(choice), knobs, choice.seconds + overhead(), {}, {}, {}});
  }
  std::vector<Preset> presets = m_request.presets;
  for (Preset& preset : proposedSchedules(m_bench.metrics(), tokens)) presets.push_back(preset);
  for (const Preset& preset : presets) {
    if (!preset.knobs.contains("mode")) continue;
    KnobValues knobs;
    for (const char* key : kScheduleKnobs) {
      const auto value = preset.knobs.find(key);
      knobs[key] = value == preset.knobs.end() ? m_request.knobs.at(key) : value->second;
    }
    contenders.push_back({preset.name, knobs, predicted(knobs), {}, {}, {}});
  }
  return contenders;
}

Steps ScheduleSearch::verify() {
  const double seeds = m_request.noise.size();
  const double passes = double(m_flow.model.config.blocks) * m_flow.model.config.tokens();
  for (Steps p = part(m_verifier.addSequential(), seeds * passes, 0.6, 0.62); p.step();) {
    co_yield {};
  }
  const std::vector<ScheduleTrial> all = contenders();
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (m_verifier.has(all[i].knobs)) continue;
    const double from = 0.62 + 0.23 * i / all.size(), to = 0.62 + 0.23 * (i + 1) / all.size();
    Steps adding = m_verifier.add(all[i].name, all[i].knobs, all[i].predictedSeconds);
    for (Steps p = part(std::move(adding), seeds * passes, from, to); p.step();) co_yield {};
  }
}

void ScheduleSearch::finish() {
  const ScheduleTrial& best = m_verifier.best();
  m_found = {{"found: fastest with error <= " + shortText(m_request.errorBound),
              "search on " + m_request.conditions, best.knobs}};
}

Analysis ScheduleSearch::result() const {
  Analysis analysis;
  analysis.name = "search";
  analysis.origin = m_request.conditions;
  analysis.presets = m_found;
  if (static_cast<int>(m_bench.metrics().size()) == m_flow.model.config.blocks) {
    analysis.columns = metricColumns(m_bench.metrics());
    for (Preset& preset : proposedSchedules(m_bench.metrics(), m_flow.model.config.tokens())) {
      analysis.presets.push_back(std::move(preset));
    }
  }
  analysis.trials = m_verifier.trials();
  analysis.costs = m_bench.costs();
  return analysis;
}

}  // namespace

std::unique_ptr<AnalysisTask> scheduleSearch(LoadedFlow& flow, SearchRequest request) {
  requireDecodeMemory(flow.model.config, flow.device, request.noise.front().size(0),
                      readGuidance(request.knobs).on(), false);
  return std::make_unique<ScheduleSearch>(flow, std::move(request));
}

}  // namespace jacobiscope
