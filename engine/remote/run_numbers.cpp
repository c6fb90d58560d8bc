#include "engine/remote/run_numbers.h"

#include <type_traits>

#include "engine/core/error.h"

namespace jacobiscope::remote {

namespace {

// Above it are runs of other engines, by their number here.
constexpr int kOthers = 1 << 30;

}  // namespace

int RunNumbers::here(int there) const {
  if (there == 0) return 0;
  if (there > kOthers) return there - kOthers;
  const auto found = m_here.find(there);
  if (found == m_here.end()) {
    throw Error("Run " + std::to_string(there) + " was told of, which never began.");
  }
  return found->second;
}

int RunNumbers::there(int here) const {
  const auto found = m_there.find(here);
  return found == m_there.end() ? kOthers + here : found->second;
}

void RunNumbers::bringHere(Event& event) {
  if (auto* started = std::get_if<Started>(&event)) {
    // Otherwise what it says next would be told of a run of another engine.
    if (started->run < 1 || started->run > kOthers) {
      throw Error("A run began with a number that no engine gives.");
    }
    const int number = ++*m_last;
    m_here[started->run] = number;
    m_there[number] = started->run;
    if (started->parent) started->parent->run = here(started->parent->run);
  }
  std::visit(
      [this]<class T>(T& held) {
        if constexpr (std::is_same_v<T, std::shared_ptr<const Snapshot>>) {
          // It was made on the way here, and nobody else has it yet.
          auto& snapshot = const_cast<Snapshot&>(*held);
          snapshot.run = here(snapshot.run);
        } else if constexpr (requires { held.run; }) {
          held.run = here(held.run);
        }
      },
      event);
}

void RunNumbers::takeThere(Command& command) const {
  const auto renumber = [this](Replay& replay) {
    const int number = there(replay.start.run);
    replay.start.run = number;
    if (replay.start.parent) replay.start.parent->run = there(replay.start.parent->run);
    for (auto& snapshot : replay.past) {
      auto bare = std::make_shared<Snapshot>();
      bare->run = number;
      bare->sweep = snapshot->sweep;
      bare->knobs = snapshot->knobs;
      bare->computeSeconds = snapshot->computeSeconds;
      bare->captureSeconds = snapshot->captureSeconds;
      snapshot = std::move(bare);
    }
  };
  if (auto* branch = std::get_if<command::Branch>(&command)) renumber(branch->parent);
  if (auto* judge = std::get_if<command::Judge>(&command)) renumber(judge->run);
}

}  // namespace jacobiscope::remote
