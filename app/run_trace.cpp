#include "app/run_trace.h"

#include <utility>

#include "app/broke_off.h"
#include "app/interrupt.h"
#include "engine/core/failure.h"

namespace jacobiscope {

namespace {

constexpr double kPicturesPerSecond = 20;

}  // namespace

RunTrace::RunTrace(const std::filesystem::path& file)
    : m_file(file), m_writer(file), m_camera(kPicturesPerSecond) {}

void RunTrace::add(const Event& event, Clock::time_point begin) {
  m_writer.add(event);
  m_seconds += jacobiscope::seconds(Clock::now() - begin);
}

void RunTrace::begin(const Decoder& decoder, const OpenModel& model, const Input& input) {
  const auto start = Clock::now();
  m_running = true;
  m_plan = decoder.plan();
  m_knobs = std::make_shared<const KnobValues>(model.knobs);
  m_finished = {};
  m_finished.run = ++m_run;
  m_finished.timeline = {{0, model.knobs}};
  add(Started{m_run, m_plan, model.knobs, input, model.info(), false, {}}, start);
}

void RunTrace::sweep(const Decoder& decoder, const Sweep& sweep) {
  const auto start = Clock::now();
  m_finished.sweeps = sweep.index + 1;
  m_finished.calls += sweep.calls;
  m_finished.computeSeconds += sweep.seconds;
  auto snapshot = std::make_shared<Snapshot>();
  snapshot->run = m_run;
  snapshot->sweep = sweep;
  snapshot->knobs = m_knobs;
  if (endsStage(m_plan, sweep) || m_camera.due(start, false)) {
    snapshot->panels = decoder.panels();
    const auto end = Clock::now();
    m_camera.took(start, end);
    m_finished.captureSeconds += jacobiscope::seconds(end - start);
  }
  snapshot->computeSeconds = m_finished.computeSeconds;
  snapshot->captureSeconds = m_finished.captureSeconds;
  add(std::shared_ptr<const Snapshot>(std::move(snapshot)), start);
}

void RunTrace::end(const DecodeReport& report) {
  const auto start = Clock::now();
  m_running = false;
  m_finished.result = report.result;
  add(m_finished, start);
}

void RunTrace::end(std::exception_ptr error) {
  if (!std::exchange(m_running, false)) return;
  const auto start = Clock::now();
  try {
    std::rethrow_exception(error);
  } catch (const Cancelled&) {
    m_finished.outcome = Outcome::Stopped;
    add(m_finished, start);
  } catch (const BrokeOff& broke) {
    add(Broke{m_run, broke.hit()}, start);
    m_finished.outcome = Outcome::Stopped;
    add(m_finished, Clock::now());
  } catch (...) {
    add(failure(m_run, "run", error), start);
  }
}

void RunTrace::judged(Exactness exactness) {
  exactness.run = m_run;
  add(exactness, Clock::now());
}

void RunTrace::check() const {
  if (m_writer.problem()) throw *m_writer.problem();
}

DecodeReport recordedDecode(const OpenModel& model, const Input& input, RunTrace& trace,
                            DecodeWatch watch) {
  watch.begun = [&](const Decoder& decoder) { trace.begin(decoder, model, input); };
  const auto tell = std::move(watch.swept);
  watch.swept = [&](const Decoder& decoder, const Sweep& sweep, double fraction) {
    trace.sweep(decoder, sweep);
    tell(decoder, sweep, fraction);
  };
  try {
    DecodeReport report = decode(*model.family, model.knobs, input, watch);
    throwIfInterrupted();
    trace.end(report);
    return report;
  } catch (...) {
    trace.end(std::current_exception());
    throw;
  }
}

Json traceJson(const RunTrace& trace) {
  trace.check();
  const TraceWriter& writer = trace.writer();
  return {{"file", trace.file().string()},
          {"bytes", writer.bytes()},
          {"pictures", writer.encoder().pictures()},
          {"picture_bytes", writer.encoder().pictureBytes()},
          {"seconds", trace.seconds()}};
}

std::string traceText(const RunTrace& trace) {
  trace.check();
  return trace.file().string() + ": " +
         shortNumber(static_cast<double>(trace.writer().bytes()) / 1e6) + " MB, recorded in " +
         shortNumber(trace.seconds()) + " s";
}

}  // namespace jacobiscope
