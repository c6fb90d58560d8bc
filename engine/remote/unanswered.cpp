#include "engine/remote/unanswered.h"

#include <utility>

namespace jacobiscope::remote {

namespace {

// What is asked for as often as it is answered; the others replace one another.
bool counts(const std::string& what) { return what == "run" || what == "load"; }

}  // namespace

void Unanswered::asked(const Command& command) {
  const auto add = [this](const char* what) {
    if (counts(what) || !m_asked.contains(what)) m_asked.insert(what);
  };
  if (std::holds_alternative<command::Load>(command)) add("load");
  if (std::holds_alternative<command::Start>(command)) add("run");
  if (std::holds_alternative<command::Branch>(command)) add("run");
  if (std::holds_alternative<command::Analyse>(command)) add("analyse");
  if (std::holds_alternative<command::Judge>(command)) add("judge");
  if (std::holds_alternative<command::Preview>(command)) add("preview");
}

void Unanswered::answered(const Event& event) {
  const auto remove = [this](const std::string& what) {
    const auto found = m_asked.find(what);
    if (found != m_asked.end()) m_asked.erase(found);
  };
  if (std::holds_alternative<Loaded>(event)) remove("load");
  if (const auto* started = std::get_if<Started>(&event)) {
    remove("run");
    m_run = started->run;
  }
  if (std::holds_alternative<Finished>(event)) m_run = 0;
  if (const auto* failed = std::get_if<Failed>(&event)) {
    if (failed->run == 0) remove(failed->what);
    if (failed->run != 0 && failed->what == "run") m_run = 0;
  }
  if (const auto* analysed = std::get_if<Analysed>(&event); analysed && analysed->complete) {
    remove("analyse");
  }
  const auto* progress = std::get_if<Progress>(&event);
  if (progress && progress->what == "judge" && progress->fraction >= 1) remove("judge");
  if (std::holds_alternative<Previewed>(event)) remove("preview");
  if (const auto* paused = std::get_if<Paused>(&event)) m_paused = paused->paused;
}

std::vector<Event> Unanswered::end(const std::string& message, const std::string& hint) {
  std::vector<Event> endings;
  if (m_run != 0) endings.push_back(Failed{m_run, "run", message, hint});
  if (m_paused) endings.push_back(Paused{false});
  for (const std::string& what : m_asked) endings.push_back(Failed{0, what, message, hint});
  *this = {};
  return endings;
}

}  // namespace jacobiscope::remote
