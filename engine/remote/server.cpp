#include "engine/remote/server.h"

#include <unistd.h>

#include <thread>

#include "engine/core/mailbox.h"
#include "engine/core/session.h"
#include "engine/remote/command_wire.h"
#include "engine/remote/event_wire.h"
#include "engine/remote/handshake.h"
#include "engine/remote/message_buffer.h"
#include "engine/remote/picture_credit.h"
#include "engine/remote/pipe.h"

namespace jacobiscope::remote {
namespace {

using nlohmann::json;

constexpr std::chrono::milliseconds kLook{200}, kNap{10}, kFarewell{2000};
// Of pictures that wait for a full pipe: the session takes no more of them until they are gone.
constexpr std::size_t kWaitingPictureBytes = std::size_t{8} << 20;

// The reading half, on the thread of serve(), and the writing half, on one of its own. The session
// and the reader tell the writer by one mailbox that there is something to do.
class Server {
 public:
  Server(int in, int out, const std::vector<FamilyEntry>& families, const std::atomic<bool>& stop)
      : m_in(in), m_out(out), m_families(families), m_stop(stop) {}

  void run(const std::vector<ModelEntry>& models);

 private:
  // One of them: events wait, bytes were taken, or something is to be said.
  struct Signal {
    std::uint64_t taken = 0;
    json message;
  };

  std::vector<std::string> familyNames() const;
  std::optional<MessageBuffer::Message> receive();
  void obey();
  void obey(const json& message, Session& session);
  void refuse(const json& command, const std::string& why, const std::string& hint);
  void write(Session& session, PictureCredit credit);
  void send(const Event& event, PictureCredit& credit);
  void sendPictures(const std::shared_ptr<const Snapshot>& snapshot, PictureCredit& credit);
  std::size_t send(const json& message);
  void sendLastWord(const Goodbye& goodbye);
  void awaitWriter();

  const int m_in, m_out;
  const std::vector<FamilyEntry>& m_families;
  const std::atomic<bool>& m_stop;
  MessageBuffer m_arrived{std::size_t{256} << 20};
  Mailbox<Signal> m_signals;
  EventEncoder m_encoder;  // of the writing thread
  std::atomic<bool> m_ending{false};  // the writer ends with the message that it is at
  std::atomic<bool> m_written{false};  // it has
  std::atomic<bool> m_broken{false};   // nobody reads any more
};

std::vector<std::string> Server::familyNames() const {
  std::vector<std::string> names;
  for (const FamilyEntry& family : m_families) names.push_back(family.name);
  return names;
}

void Server::run(const std::vector<ModelEntry>& models) {
  send(toWire(engineHello(familyNames(), models)));
  try {
    obey();
  } catch (const Error& error) {
    sendLastWord({error.what(), error.hint()});
    throw;
  } catch (const json::exception&) {
    const Goodbye goodbye{"A message arrived that cannot be read.", {}};
    sendLastWord(goodbye);
    throw Error(goodbye.message);
  }
}

// Where there is room for it: nobody may be reading.
void Server::sendLastWord(const Goodbye& goodbye) {
  if (m_broken) return;
  const std::vector<std::uint8_t> bytes = bytesOf(toWire(goodbye));
  const auto count = ::write(m_out, bytes.data(), bytes.size());
  m_broken = count != std::ssize(bytes);
}

// Nothing: that was all.
std::optional<MessageBuffer::Message> Server::receive() {
  std::vector<std::byte> bytes;
  while (!m_stop && !m_broken) {
    if (auto message = m_arrived.next()) return message;
    bytes.clear();
    if (readSome(m_in, kLook, bytes) == Waited::Over) return std::nullopt;
    m_arrived.add(bytes);
  }
  return std::nullopt;
}

void Server::obey() {
  const auto first = receive();
  if (!first) return;
  const WindowHello window = windowHelloFrom(first->content);
  Session::Options options;
  options.undrainedPictureBytes = kWaitingPictureBytes;
  Session session(m_families, [this] { m_signals.post({}); }, options);
  std::jthread writer([&] { write(session, PictureCredit(window.pictureBytes)); });
  try {
    while (const auto message = receive()) obey(message->content, session);
  } catch (...) {
    awaitWriter();
    throw;
  }
  m_broken = true;
}

// The last word comes after what it is writing, unless nobody reads that.
void Server::awaitWriter() {
  m_ending = true;
  const auto end = std::chrono::steady_clock::now() + kFarewell;
  while (!m_written && std::chrono::steady_clock::now() < end) std::this_thread::sleep_for(kNap);
  m_broken = m_broken || !m_written;
}

void Server::obey(const json& message, Session& session) {
  try {
    if (const auto bytes = takenFrom(message)) return m_signals.post({*bytes, {}});
    if (auto command = commandFrom(message)) {
      auto* load = std::get_if<command::Load>(&*command);
      if (load) load->request.path = resolveModel(load->request.path.string());
      return session.post(std::move(*command));
    }
    throw Error("This engine does not know the command “" + message["type"].get<std::string>() +
                    "”.",
                "Install the same version of Jacobiscope on both machines.");
  } catch (const Error& error) {
    refuse(message, error.what(), error.hint());
  } catch (const json::exception&) {
    refuse(message, "A command arrived that cannot be read.", {});
  }
}

void Server::refuse(const json& command, const std::string& why, const std::string& hint) {
  m_signals.post({0, EventEncoder().encode(Failed{0, subjectOf(command), why, hint})});
}

void Server::write(Session& session, PictureCredit credit) {
  try {
    while (!m_broken && !m_ending) {
      for (const Signal& signal : m_signals.drainFor(kLook)) {
        credit.taken(signal.taken);
        if (!signal.message.is_null()) send(signal.message);
      }
      for (const Event& event : session.drain()) send(event, credit);
      if (const auto owed = credit.due()) sendPictures(owed, credit);
    }
  } catch (const std::exception&) {  // no memory: the window sees the end, and nothing half said
    m_broken = true;
  }
  m_written = true;
}

void Server::send(const Event& event, PictureCredit& credit) {
  const auto* snapshot = std::get_if<std::shared_ptr<const Snapshot>>(&event);
  if (std::holds_alternative<Started>(event)) credit.forget();
  if (!snapshot) {
    send(m_encoder.encode(event));
    return;
  }
  const bool withPictures = !(*snapshot)->panels.empty() && credit.any();
  credit.follow(*snapshot, withPictures);
  if (withPictures) return sendPictures(*snapshot, credit);
  send(m_encoder.encode(event, false));
}

void Server::sendPictures(const std::shared_ptr<const Snapshot>& snapshot, PictureCredit& credit) {
  credit.sent(send(m_encoder.encode(snapshot)));
}

std::size_t Server::send(const json& message) {
  const std::vector<std::uint8_t> bytes = bytesOf(message);
  if (!writeAll(m_out, std::as_bytes(std::span(bytes)), m_broken)) m_broken = true;
  return bytes.size();
}

}  // namespace

void serve(int in, int out, const std::vector<FamilyEntry>& families,
           const std::vector<ModelEntry>& models, const std::atomic<bool>& stop) {
  setNonBlocking(out);
  Server(in, out, families, stop).run(models);
}

}  // namespace jacobiscope::remote
