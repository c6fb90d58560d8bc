// Whether events from elsewhere can be what a session said: in the order in which one says them,
// and with values that views rely on.
#pragma once

#include "engine/record/recording.h"

namespace jacobiscope::remote {

class EventChecks {
 public:
  // Throws Error for the first event that cannot be; nothing after it is of use.
  void check(const Event& event);

 private:
  void checkOne(const Loaded& event);
  void checkOne(const Started& event);
  void checkOne(const PlanChanged& event);
  void checkOne(const std::shared_ptr<const Snapshot>& event);
  void checkOne(const Finished& event);
  void checkOne(const Failed& event);
  void checkOne(const Progress&) {}
  void checkOne(const Analysed& event);
  void checkOne(const Paused&) {}
  void checkOne(const Previewed& event);
  void checkOne(const Broke& event);
  void checkOne(const Exactness& event);
  void expectRun(int run) const;

  // The run that began last: what it said is counted, not kept.
  RunRecord m_run;
  bool m_running = false;
};

}  // namespace jacobiscope::remote
