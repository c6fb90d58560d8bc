// Decodes of the plain loop as runs of a recording file.
#pragma once

#include <exception>
#include <filesystem>

#include "app/decode.h"
#include "app/model_options.h"
#include "app/sub_command.h"
#include "engine/core/clocks.h"
#include "engine/record/trace_writer.h"

namespace jacobiscope {

class RunTrace {
 public:
  // Throws Error where the file cannot be made.
  explicit RunTrace(const std::filesystem::path& file);

  // What a decode says, in this order; then one of the endings. Pictures are taken by the clock
  // and at the end of every stage.
  void begin(const Decoder& decoder, const OpenModel& model, const Input& input);
  void sweep(const Decoder& decoder, const Sweep& sweep);
  void end(const DecodeReport& report);
  // Of what threw: ^C and a breakpoint stop, everything else fails. Without begin() there is
  // nothing to end.
  void end(std::exception_ptr error);

  // Of the last run.
  void judged(Exactness exactness);

  // Throws the Error that kept the file from being written whole.
  void check() const;

  const std::filesystem::path& file() const { return m_file; }
  const TraceWriter& writer() const { return m_writer; }
  double seconds() const { return m_seconds; }  // that pictures and writing took, of all runs

 private:
  void add(const Event& event, Clock::time_point begin);

  std::filesystem::path m_file;
  TraceWriter m_writer;
  PictureClock m_camera;
  int m_run = 0;
  bool m_running = false;
  Plan m_plan;
  std::shared_ptr<const KnobValues> m_knobs;
  Finished m_finished;
  double m_seconds = 0;
};

// decode() that is recorded, however it ends.
DecodeReport recordedDecode(const OpenModel& model, const Input& input, RunTrace& trace,
                            DecodeWatch watch);

// What the recording came to: file, bytes, pictures, seconds; as a line without its end. Throw
// Error where it could not be written whole.
Json traceJson(const RunTrace& trace);
std::string traceText(const RunTrace& trace);

}  // namespace jacobiscope
