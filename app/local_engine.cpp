#include "app/local_engine.h"

#include <optional>
#include <utility>

#include "app/interrupt.h"

namespace jacobiscope {

namespace {

constexpr std::size_t kNoLimit = ~std::size_t{0};

Session::Options options() {
  Session::Options options;
  options.picturesPerSecond = 20;
  return options;
}

}  // namespace

LocalEngine::LocalEngine(std::unique_ptr<Family> model)
    : m_model(std::move(model)),
      m_families{{"loaded", [](const LoadRequest&) { return true; },
                  [this](const LoadRequest&) { return std::move(m_model); }}},
      m_events({}, kNoLimit),
      m_workshop(m_families, options(), m_events) {
  until(command::Load{}, [](const Event& event) { return std::holds_alternative<Loaded>(event); });
}

LocalEngine::~LocalEngine() { m_workshop.close(); }

bool LocalEngine::hear(const std::function<bool(const Event&)>& take) {
  bool taken = false;
  std::optional<Failed> failed;
  for (const Event& event : m_events.drain()) {
    taken |= take(event);
    const auto* problem = std::get_if<Failed>(&event);
    if (problem && !failed) failed = *problem;
  }
  if (failed) throw Error(failed->message, failed->hint);
  return taken;
}

void LocalEngine::until(Command command, const std::function<bool(const Event&)>& take) {
  m_workshop.obey(command);
  while (!hear(take)) {
    if (interrupted()) {
      Command stop = command::Stop{};
      m_workshop.obey(stop);
      for (const Event& event : m_events.drain()) take(event);
      throw Cancelled();
    }
    m_workshop.settle();
    m_workshop.work();
  }
}

}  // namespace jacobiscope
