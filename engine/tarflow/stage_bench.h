// Measures single blocks, one pass a step: how long passes take, and what every method makes of
// the input that a block has in sequential decoding.
#pragma once

#include "engine/core/steps.h"
#include "engine/tarflow/metrics.h"
#include "engine/tarflow/schedule_search.h"

namespace jacobiscope {

class StageBench {
 public:
  StageBench(LoadedFlow& flow, const SearchRequest& request);

  // In this order; each a sequence of steps of one pass.
  Steps decodeSequentially();  // the truth that everything is compared with
  Steps timePasses();          // ScheduleCosts::passes
  Steps measureGrowth();       // ScheduleCosts::amplification
  Steps rankBlocks();          // CRM and IGM: the hardest block is tried first
  Steps tryMethods();          // ScheduleCosts::trials and decay

  // With the medians so far.
  ScheduleCosts costs() const;
  const std::vector<BlockMetrics>& metrics() const { return m_metrics; }  // in decode order
  int timedPasses() const;  // steps of timePasses()
  // How much of tryMethods() is done.
  double tried() const { return m_tried; }
  // Whether there is more to tell than when this was last asked.
  bool takeNews() { return std::exchange(m_news, false); }

 private:
  // What sequential decoding makes of a block, in the block's order.
  struct Truth {
    Tensor z, x;  // [B, N, D]
  };
  struct Timed {
    StageTrial trial;
    std::vector<double> times;
  };
  // After so many passes of plain Jacobi.
  struct CapPoint {
    int passes = 0;
    double seconds = 0, error = 0;
  };
  struct StageRun {
    std::int64_t passes = 0;
    double seconds = 0;
    double error = 0;
    bool abandoned = false;  // slower than it may be
    std::vector<CapPoint> curve;  // of plain Jacobi
    Tensor x;
  };
  struct Rule {
    double tolerance = 0;
    bool refine = false;
  };

  int stages() const { return m_flow.model.config.blocks; }
  int tokens() const { return m_flow.model.config.tokens(); }
  bool flipped(int stage) const { return m_flow.model.blocks[stages() - 1 - stage].flipped; }
  double sequentialSeconds(int stage) const;
  std::vector<Rule> rules() const;
  std::vector<std::pair<int, int>> passShapes() const;  // prefix and width of those timed

  Steps solve(int stage, Tensor z, BlockSchedule schedule, Rule rule, double most, StageRun& run);
  Steps sequentialFrom(int first, Tensor raster, std::vector<Truth>& truths,
                       std::vector<StageRun>* runs);
  Steps timePass(BlockPass& pass, Tensor x, int prefix, int width);
  Steps tryOne(int stage, BlockSchedule schedule, Rule rule);
  Steps tryStage(int stage);
  std::vector<BlockSchedule> coarseMethods(bool zeroGuess) const;
  Steps measureDecay(int stage, bool zeroGuess);
  Steps tryAround(int stage, bool zeroGuess, Rule rule);
  bool promising(const Timed& timed) const;
  Steps repeatPromising(int stage);
  void addCaps(int stage, const BlockSchedule& schedule, Rule rule, const StageRun& run);
  std::vector<BlockSchedule> fastest(int stage, Rule rule, std::size_t most) const;

  LoadedFlow& m_flow;
  const SearchRequest& m_request;
  const PassKnobs m_passKnobs;  // the tolerance is each trial's own
  std::vector<Truth> m_truths;  // per stage
  std::vector<Timed> m_trials;
  ScheduleCosts m_costs;        // without the trials
  std::vector<BlockMetrics> m_metrics;
  std::vector<int> m_order;     // of stages, the hardest first
  double m_tried = 0;
  bool m_news = false;
};

// The largest |a - b|, infinite where a value is not a number.
double largestError(const Tensor& a, const Tensor& b);

}  // namespace jacobiscope
