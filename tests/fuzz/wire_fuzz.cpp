// Any bytes as what a window or an engine elsewhere says: either an Error, or events in which
// everything holds that views rely on, and commands that come back the same. Two ways in: the
// bytes as they are, and with every checksum made right.
#include <cstdint>

#include "engine/record/trace_frame.h"
#include "engine/remote/command_wire.h"
#include "engine/remote/event_checks.h"
#include "engine/remote/event_wire.h"
#include "engine/remote/handshake.h"
#include "engine/remote/message_buffer.h"
#include "engine/remote/run_numbers.h"
#include "engine/remote/unanswered.h"
#include "tests/record/recording_rules.h"

namespace {

using namespace jacobiscope;
using namespace jacobiscope::remote;

// A window's end: it leaves at the first thing that cannot be.
void hear(Bytes bytes) {
  Recording recording(std::size_t{1} << 20);
  RunNumbers numbers(std::make_shared<std::atomic<int>>(0));
  Unanswered unanswered;
  EventDecoder decoder;
  EventChecks checks;
  MessageBuffer buffer;
  buffer.add(bytes);
  try {
    while (const auto message = buffer.next()) {
      auto event = decoder.decode(message->content);
      if (!event) continue;
      checks.check(*event);
      numbers.bringHere(*event);
      unanswered.answered(*event);
      recording.add(*event);
    }
  } catch (const Error&) {
  } catch (const nlohmann::json::exception&) {
  }
  if (!test::brokenRule(recording).empty()) __builtin_trap();
}

// An engine's end: what cannot be is refused, and it listens on.
void obey(Bytes bytes) {
  MessageBuffer buffer;
  buffer.add(bytes);
  try {
    while (const auto message = buffer.next()) {
      try {
        subjectOf(message->content);
        takenFrom(message->content);
        const auto command = commandFrom(message->content);
        if (command && !commandFrom(commandToWire(*command))) __builtin_trap();
        goodbyeFrom(message->content);
        windowHelloFrom(message->content);
        engineHelloFrom(message->content);
      } catch (const Error&) {
      } catch (const nlohmann::json::exception&) {
      }
    }
  } catch (const Error&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes bytes(reinterpret_cast<const std::byte*>(data), size);
  std::vector<std::uint8_t> mended;
  trace::Frames frames(bytes);
  while (const auto frame = frames.next()) trace::appendFrame(frame->payload, mended);
  for (const Bytes each : {bytes, Bytes(std::as_bytes(std::span(mended)))}) {
    hear(each);
    obey(each);
  }
  return 0;
}
