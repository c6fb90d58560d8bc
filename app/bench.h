// Times decodes against each other: every mode is warmed up, then all take turns, and only
// ratios of medians from one run are given.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "app/bench_modes.h"
#include "engine/core/clocks.h"

namespace jacobiscope {

struct BenchResult {
  BenchMode mode;
  int batch = 1;
  int repetitions = 0;
  std::int64_t calls = 0;
  double seconds = 0;   // median
  double speedup = 0;   // median of sequential over this median
  double maxError = 0;  // largest difference of the result from the sequential one
  std::int64_t passes = 0;  // iterations of the model's own stages
  double passSeconds = 0;   // median of sweeping through them
};

struct BenchPlan {
  int repetitions = 5;
  double budget = 240;  // seconds for everything; modes that do not fit are left out
  bool all = false;     // every preset of gs-jacobi is repeated, not only the best
  KnobValues given;     // what --set named
};

// Largest |difference| of the floating-point arrays of two results; infinity where shapes
// differ or a value is not a number.
double largestDifference(const Arrays& a, const Arrays& b);

// "gs-jacobi ([7-8-32-10])", "window 16".
std::string nameOf(const BenchMode& mode);

class Bench {
 public:
  // `say` is told what is being measured and what was left out.
  // `input` says what is decoded; its count is set for each batch size.
  Bench(Family& model, Input input, BenchPlan plan, std::function<void(const std::string&)> say);

  // The modes for one batch size, sequential first. Of several presets of gs-jacobi the
  // fastest whose error is at most 1e-3 is kept; the two fastest modes are also measured with
  // low precision first. Throws Cancelled after ^C.
  std::vector<BenchResult> measure(const std::vector<BenchMode>& modes, int batch);

  // Seconds of decoding in this mode with pictures 60 times a second and a recording, and
  // without: medians taking turns.
  struct Watching {
    double plain = 0, watched = 0;
  };
  Watching costOfWatching(const BenchMode& mode);

  double secondsLeft() const;

 private:
  struct Candidate;
  static double roundOf(const std::vector<Candidate>& candidates);
  Input inputFor(int batch) const;
  void warmUp(std::vector<Candidate>& candidates, const std::vector<BenchMode>& modes, int batch);
  void keepBestSchedule(std::vector<Candidate>& candidates) const;
  std::vector<BenchMode> refinedModes(const std::vector<Candidate>& candidates) const;
  double watchedSeconds(const BenchMode& mode);

  Family& m_model;
  Arrays m_reference;  // what sequential decoding of this batch gave
  Input m_input;
  BenchPlan m_plan;
  std::function<void(const std::string&)> m_say;
  Clock::time_point m_begin;
};

}  // namespace jacobiscope
