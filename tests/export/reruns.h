// Runs of the toy on a session, recorded, for the tests of what is done with a stored run.
#pragma once

#include "engine/export/verification.h"
#include "engine/record/recording.h"
#include "engine/toy/toy_family.h"
#include "tests/core/session_listener.h"

namespace jacobiscope::test {

class ToyRuns {
 public:
  ToyRuns() : m_session({toyFamily()}) { m_session.load("toy"); }

  Listener& session() { return m_session; }

  // Until the run has ended; what came is recorded.
  const RunRecord& wait() {
    const Finished finished = m_session.wait<Finished>();
    for (const Event& event : m_session.passed()) recording.add(event);
    recording.add(finished);
    return *recording.run(finished.run);
  }
  const RunRecord& runAs(const command::Start& start) {
    m_session.post(start);
    return wait();
  }
  const RunRecord& run(const KnobValues& knobs, std::uint64_t seed = 3, int count = 1) {
    command::Start start;
    start.knobs = knobs;
    start.input.seed = seed;
    start.input.count = count;
    return runAs(start);
  }
  // One whose knobs are moved in its middle, stopped after `sweeps` where that is not 0.
  const RunRecord& movedRun(int sweeps = 0) {
    command::Start start;
    start.paused = true;
    start.input.seed = 11;
    m_session.post(start);
    m_session.waitPaused(true);
    m_session.step(3);
    m_session.post(command::SetKnob{"coupling", 0.5});
    m_session.post(command::SetKnob{"mode", std::string("window")});  // from the next stage on
    m_session.step(2);
    m_session.post(command::SetKnob{"coupling", 1.5});
    if (sweeps > 5) m_session.step(sweeps - 5);
    if (sweeps > 0) {
      m_session.post(command::Stop{});
    } else {
      m_session.post(command::Resume{});
    }
    return wait();
  }
  const RunRecord& again(const Recipe& recipe, const Arrays& arrays = {}) {
    return runAs(rerunOf(recipe, recording.runs().begin()->second.start.model, arrays));
  }

  Recording recording;

 private:
  Listener m_session;
};

}  // namespace jacobiscope::test
