#include "engine/record/trace_reader.h"

#include <map>
#include <memory>

#include "engine/checkpoint/mapped_file.h"
#include "engine/record/cbor.h"
#include "engine/record/trace_checks.h"
#include "engine/record/trace_frame.h"
#include "engine/record/trace_missing.h"
#include "engine/record/trace_pictures.h"
#include "engine/record/trace_structs.h"

namespace jacobiscope {
namespace {

using nlohmann::json;

constexpr int kMostTimes = 8;  // that the pictures of a sweep are replaced
constexpr std::size_t kMostRuns = 1 << 16;

template <class T>
T read(const json& record) {
  T value{};
  trace::Reading::into("record", record, value);
  return value;
}

template <class T>
void readField(const json& record, const char* key, T& value) {
  trace::Reading reading(record);
  reading(key, value);
}

std::string typeOf(const json& record) {
  if (!record.is_object()) trace::refuse("record", "a map");
  std::string type;
  readField(record, "type", type);
  return type;
}

// Adds record after record to the recording.
class Reader {
 public:
  Reader(Recording& into, int firstRun, TraceContents& contents)
      : m_into(into), m_next(firstRun), m_contents(contents) {}

  // Throws Error for a record that is left out.
  void add(const json& record, std::uint64_t size) {
    const std::string type = typeOf(record);
    if (type == "run") {
      begin(record);
    } else if (type == "plan") {
      addTold<PlanChanged>(record);
    } else if (type == "knobs") {
      Run& run = runOf(record);
      KnobValues knobs;
      readField(record, "knobs", knobs);
      run.knobs = std::make_shared<const KnobValues>(std::move(knobs));
    } else if (type == "sweep") {
      addSweep(record);
    } else if (type == "pictures") {
      addPictures(record, size);
    } else if (type == "break") {
      addTold<Broke>(record);
    } else if (type == "exactness") {
      addTold<Exactness>(record);
    } else if (type == "end") {
      end(record);
    } else if (type == "failure") {
      fail(record);
    } else {
      ++m_contents.unknown;
    }
  }

 private:
  struct Run {
    int number = 0;  // in the recording
    std::shared_ptr<const KnobValues> knobs;
    std::map<std::int64_t, int> pictured;  // how often a sweep had pictures
  };

  Run& runOf(const json& record) {
    int named = 0;
    readField(record, "run", named);
    const auto found = m_runs.find(named);
    if (found == m_runs.end()) trace::refuse("run", "one that began");
    return found->second;
  }

  const RunRecord& recordOf(const Run& run) const { return *m_into.run(run.number); }

  void begin(const json& record) {
    auto started = read<Started>(record);
    trace::check(started);
    if (m_contents.runs.size() == kMostRuns) trace::refuse("run", "one of as many as are read");
    if (started.parent) {  // 0: it is not in this file
      const auto parent = m_runs.find(started.parent->run);
      started.parent->run = parent == m_runs.end() ? 0 : parent->second.number;
    }
    Run& run = m_runs[started.run];  // a number that comes again is another run
    run = {m_next, std::make_shared<const KnobValues>(started.knobs), {}};
    started.run = m_next++;
    m_contents.runs.push_back(started.run);
    m_into.add(std::move(started));
  }

  // An event that holds nothing but what its record says.
  template <class Told>
  void addTold(const json& record) {
    const Run& run = runOf(record);
    auto told = read<Told>(record);
    trace::check(told, recordOf(run));
    told.run = run.number;
    m_into.add(std::move(told));
  }

  void addSweep(const json& record) {
    const Run& run = runOf(record);
    auto snapshot = std::make_shared<Snapshot>();
    trace::Reading reading(record);
    trace::fields(reading, *snapshot);
    trace::check(snapshot->sweep, recordOf(run));
    snapshot->run = run.number;
    snapshot->knobs = run.knobs;
    m_into.add(std::shared_ptr<const Snapshot>(std::move(snapshot)));
  }

  void addPictures(const json& record, std::uint64_t size) {
    Run& run = runOf(record);
    const auto& snapshots = recordOf(run).snapshots;
    std::int64_t index = -1;
    trace::Reading reading(record);
    reading("sweep", index);
    if (index < 0 || index >= std::ssize(snapshots)) trace::refuse("sweep", "one that is there");
    // Each time its facts are copied.
    if (++run.pictured[index] > kMostTimes) trace::refuse("sweep", "one with fewer pictures");
    const Snapshot& old = *snapshots[static_cast<std::size_t>(index)];
    auto snapshot = std::make_shared<Snapshot>(
        Snapshot{old.run, old.sweep, {}, old.knobs, old.computeSeconds, old.captureSeconds});
    reading("captureSeconds", snapshot->captureSeconds);
    const auto panels = record.find("panels");
    if (panels == record.end() || !panels->is_array()) trace::refuse("panels", "an array");
    for (const json& entry : *panels) {
      if (auto panel = trace::panelFrom(entry)) snapshot->panels.push_back(std::move(*panel));
    }
    m_contents.pictures += snapshot->panels.size();
    m_contents.pictureBytes += size;
    m_into.add(std::shared_ptr<const Snapshot>(std::move(snapshot)));
  }

  void end(const json& record) {
    const Run& run = runOf(record);
    auto finished = read<Finished>(record);
    trace::check(finished);
    if (recordOf(run).ended()) trace::refuse("end", "the first of its run");
    finished.run = run.number;
    m_into.add(std::move(finished));
  }

  void fail(const json& record) {
    const Run& run = runOf(record);
    auto failed = read<Failed>(record);
    if (recordOf(run).ended()) trace::refuse("failure", "the first end of its run");
    failed.run = run.number;
    failed.what = "run";
    m_into.add(std::move(failed));
  }

  Recording& m_into;
  int m_next;
  TraceContents& m_contents;
  std::map<int, Run> m_runs;  // by their number in the file
};

// ---- The first record ---------------------------------------------------------------------

constexpr std::size_t kLongestHeader = std::size_t{1} << 16;

// Of [major, minor], both from 0.
void readMinor(const json& version, int& minor) {
  const bool pair = version.is_array() && version.size() == 2 && version[0].is_number_unsigned() &&
                    version[1].is_number_unsigned();
  if (!pair) trace::refuse("version", "two numbers");
  trace::Reading::into("version", version[1], minor);
}

void readHeader(trace::Frames& frames, const std::string& name, TraceContents& contents) {
  const Error foreign(name + " is no recording of Jacobiscope.", "Recordings end in .jtrace.");
  const auto frame = frames.next();
  if (!frame && frames.end() == trace::Frames::End::CutOff && contents.bytes < kLongestHeader) {
    throw Error(name + " ends within its first record: there is nothing to be seen in it.",
                "Copy the file again, if there is another.");
  }
  if (!frame || !frame->intact || frame->payload.size() > kLongestHeader) throw foreign;
  json version;
  try {
    const json record = readCbor(frame->payload);
    if (typeOf(record) != trace::kMagic) throw foreign;
    version = record.value("version", json());
    readMinor(version, contents.minor);
    readField(record, "program", contents.program);
    readField(record, "written", contents.written);
  } catch (const Error&) {
    throw foreign;
  }
  if (version[0] != trace::kMajor) {
    throw Error(name + " is a recording of version " + version[0].dump() + "." + version[1].dump() +
                    ", this program reads version " + std::to_string(trace::kMajor) + ".",
                "Open it with the program that wrote it" +
                    (contents.program.empty() ? "." : ", " + contents.program + "."));
  }
}

}  // namespace

TraceContents readTrace(Bytes bytes, const std::string& name, Recording& into, int firstRun) {
  TraceContents contents;
  contents.bytes = bytes.size();
  trace::Frames frames(bytes);
  readHeader(frames, name, contents);
  Reader reader(into, firstRun, contents);
  std::string why;  // the first record was left out
  while (const auto frame = frames.next()) {
    try {
      if (!frame->intact) throw Error("its checksum is wrong");
      reader.add(readCbor(frame->payload), frame->payload.size());
    } catch (const Error& error) {
      if (contents.leftOut++ == 0) why = error.what();
    }
  }
  contents.missing = trace::missingText(frames, why, contents, into);
  return contents;
}

TraceContents readTrace(const std::filesystem::path& path, Recording& into, int firstRun) {
  const auto file = MappedFile::open(path);
  return readTrace(file->bytes(), path.string(), into, firstRun);
}

}  // namespace jacobiscope
