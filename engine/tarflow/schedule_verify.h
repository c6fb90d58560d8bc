// Whole schedules against sequential decoding: what they really take, and how far off they are.
#pragma once

#include <string>
#include <vector>

#include "engine/core/steps.h"
#include "engine/tarflow/schedule_search.h"

namespace jacobiscope {

class ScheduleVerifier {
 public:
  ScheduleVerifier(LoadedFlow& flow, const SearchRequest& request)
      : m_flow(flow), m_request(request) {}

  // One step a sweep; each adds to trials().
  Steps addSequential();
  // Decodes every noise once: the error is the largest, the time that of the first. One that is
  // much slower than the best so far is decoded from the first only.
  Steps add(std::string name, KnobValues schedule, std::optional<double> predictedSeconds);
  // The fastest that stay within the bound and sequential, in turns, several times; then whatever
  // else seems faster still, so that what is best() was timed often and decoded from every noise.
  Steps compareFastest();
  double comparedSweeps() const;  // steps of compareFastest()

  bool has(const KnobValues& schedule) const;
  const std::vector<ScheduleTrial>& trials() const { return m_trials; }  // the first: sequential
  bool within(const ScheduleTrial& trial) const {
    return trial.error && *trial.error <= m_request.errorBound;
  }
  // The fastest within the bound.
  const ScheduleTrial& best() const;
  bool takeNews() { return std::exchange(m_news, false); }

 private:
  struct Outcome {
    double seconds = 0;
    std::int64_t calls = 0;
    Tensor image;
  };
  Steps decode(KnobValues schedule, Tensor noise, Outcome& outcome);
  Steps checkOthers(ScheduleTrial& trial);  // its error with the noises after the first
  Steps compareOne(std::size_t index, int rounds);
  KnobValues complete(const KnobValues& schedule) const;
  std::vector<std::size_t> finalists() const;  // of m_trials
  int rounds() const;

  LoadedFlow& m_flow;
  const SearchRequest& m_request;
  std::vector<Tensor> m_references;  // of sequential decoding, per noise
  std::vector<ScheduleTrial> m_trials;
  bool m_news = false;
};

}  // namespace jacobiscope
