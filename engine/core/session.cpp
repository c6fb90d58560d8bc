#include "engine/core/session.h"

#include <thread>
#include <utility>

#include "engine/core/workshop.h"

namespace jacobiscope {

// The two mailboxes are all that the engine thread shares with the others; the workshop,
// with every model and decoder, lives on the engine thread alone.
struct Session::Impl {
  Impl(std::vector<FamilyEntry> families, std::function<void()> wake, Options options)
      : families(std::move(families)),
        options(options),
        events(std::move(wake), options.undrainedPictureBytes),
        thread([this](std::stop_token stop) { loop(stop); }) {}

  void loop(std::stop_token stop);
  std::vector<Command> nextCommands(Workshop& workshop);

  // Ends the thread; what it publishes on the way can still be drained.
  void close() {
    thread.request_stop();
    commands.post(command::Stop{});  // wakes a waiting thread
    thread.join();
  }

  const std::vector<FamilyEntry> families;
  const Options options;
  Mailbox<Command> commands;
  EventBox events;
  std::jthread thread;  // last: it uses all of the above
};

void Session::Impl::loop(std::stop_token stop) {
  Workshop workshop(families, options, events);
  while (!stop.stop_requested()) {
    for (Command& command : nextCommands(workshop)) {
      stop.stop_requested() ? workshop.refuse(command) : workshop.obey(command);
    }
    workshop.settle();
    if (!stop.stop_requested()) workshop.work();
  }
  for (const Command& command : commands.drain()) workshop.refuse(command);
  workshop.close();
}

// The only place where the engine thread waits, and the only one where it takes commands:
// between two sweeps.
std::vector<Command> Session::Impl::nextCommands(Workshop& workshop) {
  const auto idle = workshop.idleTime();
  if (idle == Clock::duration::zero()) return commands.drain();
  const auto start = Clock::now();
  std::vector<Command> batch = commands.drainFor(idle);
  workshop.waited(Clock::now() - start);
  return batch;
}

Session::Session(std::vector<FamilyEntry> families, std::function<void()> wake, Options options)
    : m_impl(std::make_unique<Impl>(std::move(families), std::move(wake), options)) {}

Session::Session(std::vector<FamilyEntry> families, std::function<void()> wake)
    : Session(std::move(families), std::move(wake), Options()) {}

Session::~Session() { m_impl->close(); }

void Session::post(Command command) { m_impl->commands.post(std::move(command)); }

std::vector<Event> Session::drain() { return m_impl->events.drain(); }

}  // namespace jacobiscope
