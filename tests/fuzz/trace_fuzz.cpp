// Any bytes as a recording: either an Error, or a recording in which everything holds that views
// rely on. Two ways in: the bytes as they are, and with every checksum made right.
#include <cstdint>

#include "engine/record/trace_frame.h"
#include "engine/record/trace_reader.h"
#include "tests/record/recording_rules.h"

namespace {

using namespace jacobiscope;

void readAll(Bytes file) {
  Recording recording(std::size_t{1} << 20);
  try {
    const TraceContents contents = readTrace(file, "x.jtrace", recording);
    if (contents.runs.size() != recording.runs().size()) __builtin_trap();
  } catch (const Error&) {
    if (!recording.runs().empty()) __builtin_trap();
  }
  if (!test::brokenRule(recording).empty()) __builtin_trap();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes bytes(reinterpret_cast<const std::byte*>(data), size);
  readAll(bytes);
  std::vector<std::uint8_t> mended;
  trace::Frames frames(bytes);
  while (const auto frame = frames.next()) trace::appendFrame(frame->payload, mended);
  readAll(std::as_bytes(std::span(mended)));
  return 0;
}
