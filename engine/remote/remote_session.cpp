#include "engine/remote/remote_session.h"

#include <pthread.h>
#include <signal.h>

#include <chrono>
#include <mutex>
#include <thread>
#include <utility>
#include <variant>

#include "engine/core/error.h"
#include "engine/core/mailbox.h"
#include "engine/remote/child_process.h"
#include "engine/remote/command_wire.h"
#include "engine/remote/ending_text.h"
#include "engine/remote/event_checks.h"
#include "engine/remote/event_wire.h"
#include "engine/remote/last_line.h"
#include "engine/remote/message_buffer.h"
#include "engine/remote/run_numbers.h"
#include "engine/remote/unanswered.h"

namespace jacobiscope {

namespace {

using nlohmann::json;
using namespace remote;

constexpr std::chrono::milliseconds kLook{100}, kLastWords{1000}, kHearing{5000};

}  // namespace

// Two threads: one reads what the program says and says no more once the connection has ended,
// the other writes commands. What they share with the owner is behind one mutex, and two mailboxes.
struct RemoteSession::Impl {
  Impl(std::vector<std::string> words, std::function<void()> wake, Options chosen)
      : options(std::move(chosen)),
        wake(std::move(wake)),
        numbers(options.lastRun ? options.lastRun : std::make_shared<std::atomic<int>>(0)),
        arrived(this->wake),
        child(words),
        reader([this] { read(); }),
        writer([this] { write(); }) {}

  ~Impl() {
    closing = true;
    outgoing.post(std::uint64_t{0});
    writer.join();
    reader.join();
  }

  void read();
  void write();
  bool readErrors(std::chrono::milliseconds most);
  void take(const MessageBuffer::Message& message);
  void greet(const json& message);
  void takeEvent(const MessageBuffer::Message& message);
  void nameDevice(Event& event) const;
  void end(Departure departure);

  const Options options;
  const std::function<void()> wake;

  mutable std::mutex mutex;  // of what follows
  std::optional<EngineHello> hello;
  std::optional<Ending> ending;
  Traffic traffic;
  Unanswered unanswered;
  RunNumbers numbers;

  struct Arrived {
    Event event;
    std::size_t pictureBytes = 0;
  };
  Mailbox<Arrived> arrived;
  // Commands, and bytes of pictures that were taken.
  Mailbox<std::variant<Command, std::uint64_t>> outgoing;

  // Of the reading thread.
  MessageBuffer buffer;
  EventDecoder decoder;
  EventChecks checks;
  LastLine lastLine;
  std::optional<Ending> said;

  std::atomic<bool> closing{false};
  ChildProcess child;
  std::jthread reader, writer;  // last: they use all of the above
};

// ---- Reading ----------------------------------------------------------------------------

void RemoteSession::Impl::read() {
  Departure departure;
  departure.host = options.host;
  std::vector<std::byte> bytes;
  try {
    while (!closing && !said) {
      readErrors(std::chrono::milliseconds(0));
      bytes.clear();
      const Waited waited = readSome(child.output(), kLook, bytes);
      if (waited == Waited::Over) break;
      buffer.add(bytes);
      while (const auto message = buffer.next()) take(*message);
    }
  } catch (const std::exception& error) {
    // Before the first message it may be the greeting of a login script.
    if (!hello) departure.answered = buffer.text();
    if (hello || departure.answered.empty()) {
      said = Ending{options.host + " sent what no engine says: " + describe(error),
                    "Install the same version of Jacobiscope on both machines."};
    }
  }
  // A program may go on writing for ever: it is heard out for so long and not longer.
  const auto patience = std::chrono::steady_clock::now() + kHearing;
  while (!closing && std::chrono::steady_clock::now() < patience && readErrors(kLastWords)) {
  }
  if (closing) return;
  departure.status = child.wait(kLastWords);
  departure.wasThere = hello.has_value();
  departure.lastLine = lastLine.text();
  departure.said = said;
  end(std::move(departure));
}

// Whether there may be more.
bool RemoteSession::Impl::readErrors(std::chrono::milliseconds most) {
  std::vector<std::byte> bytes;
  const Waited waited = readSome(child.errors(), most, bytes);
  lastLine.add(bytes);
  return waited == Waited::Ready;
}

void RemoteSession::Impl::take(const MessageBuffer::Message& message) {
  {
    std::lock_guard lock(mutex);
    traffic.bytes += message.bytes;
  }
  if (said) return;
  if (const auto goodbye = goodbyeFrom(message.content)) {
    said = Ending{options.host + ": " + goodbye->message, goodbye->hint};
  } else if (!hello) {
    greet(message.content);
  } else {
    takeEvent(message);
  }
}

void RemoteSession::Impl::greet(const json& message) {
  EngineHello greeting;
  try {
    greeting = engineHelloFrom(message);
  } catch (const Error& error) {
    said = Ending{options.host + ": " + error.what(), error.hint()};
    return;
  }
  {
    std::lock_guard lock(mutex);
    hello = std::move(greeting);
  }
  lastLine = {};  // what came before, such as a warning of ssh, ended nothing
  if (wake) wake();
}

void RemoteSession::Impl::takeEvent(const MessageBuffer::Message& message) {
  auto event = decoder.decode(message.content);
  if (!event) return;  // of a later version
  checks.check(*event);
  nameDevice(*event);
  const bool sweep = std::holds_alternative<std::shared_ptr<const Snapshot>>(*event);
  // Also where this version shows none of them: the engine there has counted their bytes.
  const bool withPictures = sweep && message.content.contains("panels");
  const std::size_t pictures = withPictures ? message.bytes : 0;
  {
    std::lock_guard lock(mutex);
    numbers.bringHere(*event);
    unanswered.answered(*event);
    traffic.pictureBytes += pictures;
    if (sweep && !withPictures) traffic.factBytes += message.bytes;
  }
  arrived.post({std::move(*event), pictures});
}

void RemoteSession::Impl::nameDevice(Event& event) const {
  std::visit(
      [this]<class T>(T& held) {
        if constexpr (requires { held.model.device; }) held.model.device += " · " + options.host;
      },
      event);
}

void RemoteSession::Impl::end(Departure departure) {
  const Ending why = endingOf(departure);
  std::vector<Event> endings;
  {
    std::lock_guard lock(mutex);
    ending = why;
    endings = unanswered.end(why.message, why.hint);
  }
  for (Event& event : endings) arrived.post({std::move(event), 0});
  if (wake) wake();
}

// ---- Writing ----------------------------------------------------------------------------

void RemoteSession::Impl::write() {
  // A program that has ended is noticed by reading; writing to it must not end this one.
  sigset_t broken;
  ::sigemptyset(&broken);
  ::sigaddset(&broken, SIGPIPE);
  ::pthread_sigmask(SIG_BLOCK, &broken, nullptr);

  const auto send = [this](const json& message) {
    const std::vector<std::uint8_t> bytes = bytesOf(message);
    return writeAll(child.input(), std::as_bytes(std::span(bytes)), closing);
  };
  bool open = send(toWire(windowHello(options.pictureBytes)));
  while (open && !closing) {
    std::uint64_t taken = 0;
    for (const auto& item : outgoing.drainFor(kLook)) {
      if (const auto* bytes = std::get_if<std::uint64_t>(&item)) taken += *bytes;
      else open = open && send(commandToWire(std::get<Command>(item)));
    }
    if (taken > 0) open = open && send(takenToWire(taken));
  }
}

// ---- The owner's side -------------------------------------------------------------------

RemoteSession::RemoteSession(std::vector<std::string> words, std::function<void()> wake,
                             Options options)
    : m_impl(std::make_unique<Impl>(std::move(words), std::move(wake), std::move(options))) {}

RemoteSession::~RemoteSession() = default;

void RemoteSession::post(Command command) {
  std::vector<Event> endings;
  {
    std::lock_guard lock(m_impl->mutex);
    m_impl->unanswered.asked(command);
    if (const auto& ending = m_impl->ending) {
      endings = m_impl->unanswered.end(ending->message, ending->hint);
    } else {
      m_impl->numbers.takeThere(command);
      m_impl->outgoing.post(std::move(command));
    }
  }
  for (Event& event : endings) m_impl->arrived.post({std::move(event), 0});
}

std::vector<Event> RemoteSession::drain() {
  std::vector<Event> events;
  std::uint64_t pictures = 0;
  for (auto& one : m_impl->arrived.drain()) {
    pictures += one.pictureBytes;
    events.push_back(std::move(one.event));
  }
  if (pictures > 0) m_impl->outgoing.post(pictures);
  return events;
}

std::optional<EngineHello> RemoteSession::engine() const {
  std::lock_guard lock(m_impl->mutex);
  return m_impl->hello;
}

std::optional<RemoteSession::Ending> RemoteSession::ended() const {
  std::lock_guard lock(m_impl->mutex);
  return m_impl->ending;
}

RemoteSession::Traffic RemoteSession::traffic() const {
  std::lock_guard lock(m_impl->mutex);
  return m_impl->traffic;
}

const std::string& RemoteSession::host() const { return m_impl->options.host; }

}  // namespace jacobiscope
