#include "ui/shell/engine.h"

#include <QRandomGenerator>
#include <algorithm>
#include <chrono>

#include "engine/core/error.h"
#include "engine/record/run_tree.h"
#include "ui/shell/baselines.h"

namespace jacobiscope {

namespace {

// A slider sends dozens of values a second; a run starts when it rests this long.
constexpr std::chrono::milliseconds kHandRests{30};
// Somebody who looks from run to run wants to see them, not to have them judged.
constexpr std::chrono::milliseconds kIdle{600};
// As fast as somebody types.
constexpr std::chrono::milliseconds kInputRests{150};
// More notices than this are not read by anybody.
constexpr std::size_t kMostNotices = 8;

std::string promptHint(const ModelInfo& model) {
  const std::string what = model.action.empty() ? "Type what the picture is to show"
                                                : "Type what the robot is to do";
  if (model.prompts.empty()) return what + ".";
  return what + ", for example: " + model.prompts.front();
}

}  // namespace

Engine::Engine(const std::vector<FamilyEntry>& families, QObject* parent)
    : QObject(parent), m_families(families) {
  m_view.recording = &m_recording;
  m_hand.setSingleShot(true);
  m_hand.setInterval(kHandRests);
  connect(&m_hand, &QTimer::timeout, this, &Engine::followHand);
  m_rest.setSingleShot(true);
  m_rest.setInterval(kInputRests);
  connect(&m_rest, &QTimer::timeout, this, [this] { look(true); });
  m_idle.setSingleShot(true);
  m_idle.setInterval(kIdle);
  connect(&m_idle, &QTimer::timeout, this, &Engine::measureError);
  connect(&m_jobs, &JobQueue::changed, this, &Engine::eventsArrived);
  connect(&m_jobs, &JobQueue::notKept, this, [this](const QString& why) {
    notify("job", "The list of jobs could not be saved: " + why.toStdString() + ".",
           "The jobs will be lost when the program ends.");
  });
  useOwn();
}

Engine::~Engine() = default;

void Engine::load(const std::filesystem::path& path) {
  m_jobOfLoad = 0;
  m_branchOfLoad.reset();
  m_jobs.setHeld(true);  // somebody wants another model now
  request(path);
}

void Engine::request(const std::filesystem::path& path) {
  m_hand.stop();
  m_judgeStopped = true;  // by the load
  m_requested.push_back(path.string());
  m_view.progress = Progress{"load", 0};
  LoadRequest request;
  request.path = path;
  m_session->post(command::Load{std::move(request)});
  Q_EMIT eventsArrived();
}

void Engine::generate() {
  if (loading()) {
    if (std::exchange(m_generateLater, true)) return;
    return notify({"run", "The run begins as soon as the model is loaded.", {}, Severity::Info});
  }
  if (!m_view.model) {
    return notify("run", "No model is loaded.",
                  "Open a checkpoint or choose a model on the left.");
  }
  if (m_view.model->prompted && promptIsBlank()) {
    notify("run",
           m_view.model->action.empty() ? "The prompt is empty." : "The instruction is empty.",
           promptHint(*m_view.model));
    return;
  }
  if (drawsSeed) m_input.seed = QRandomGenerator::global()->generate();
  dropLayoutOfOtherSeed();
  Job job = jobFromFields();
  if (busy()) return waitBehindTheRun(std::move(job));
  m_view.cursor.followLive = true;
  start(std::move(job.knobs), std::move(job.input), false);
  Q_EMIT eventsArrived();
}

void Engine::stop() {
  m_hand.stop();
  m_movedDuringWarm = false;
  m_generateLater = false;
  // A task that works while the run is held goes before the run.
  const bool task = m_view.progress && !loading() && (!busy() || m_view.paused);
  m_judgeStopped = task && m_judging != 0;
  m_stopsAnalysis = task && m_judging == 0;
  if (busy() && !task) m_jobs.setHeld(true);
  m_session->post(command::Stop{});
}

void Engine::setPaused(bool paused) {
  if (paused) {
    m_session->post(command::Pause{});
  } else {
    m_view.cursor.followLive = true;
    m_session->post(command::Resume{});
  }
}

void Engine::step(bool wholeStage) {
  m_view.cursor.followLive = true;
  m_session->post(command::Step{1, wholeStage});
}

void Engine::setPace(double sweepsPerSecond) {
  m_pace = sweepsPerSecond;
  m_session->post(command::SetPace{sweepsPerSecond});
}

void Engine::setBreakpoints(std::vector<Breakpoint> breakpoints) {
  m_breakpoints = breakpoints;
  m_session->post(command::SetBreakpoints{std::move(breakpoints)});
}

void Engine::showLastGood() {
  if (!m_held) return;
  m_view.cursor = Cursor{m_held->run, m_held->hit.lastGood, false};
  m_view.transport.playing = false;
  Q_EMIT eventsArrived();
}

void Engine::calibrate() { analyse("calibrate", m_input); }

void Engine::search(double error, int batch) {
  m_view.searchBound = error;
  m_view.showTrials = true;
  Input input = m_input;
  input.count = batch;
  input.arrays = {{"search.error", {{1}, std::vector<float>{static_cast<float>(error)}}}};
  analyse("search", std::move(input));
}

void Engine::analyse(const std::string& name, Input input) {
  if (!m_view.model) return notify("analyse", "No model is loaded.", "Open a checkpoint first.");
  m_judgeStopped = true;
  m_view.progress = Progress{name, 0};
  m_stopsAnalysis = false;
  // A model is measured on the pictures of its own kind, not on the one that a run starts from.
  std::erase_if(input.arrays, [](const auto& entry) { return entry.first != "search.error"; });
  input.picture.clear();
  m_session->post(command::Analyse{name, completeKnobs(m_view.model->knobs, m_view.knobs),
                                   std::move(input)});
  Q_EMIT eventsArrived();
}

bool Engine::promptIsBlank() const {
  return m_input.prompt.find_first_not_of(" \t\r\n") == std::string::npos;
}

void Engine::setPrompt(const std::string& prompt) {
  const std::string before = std::exchange(m_input.prompt, prompt);
  if (before != prompt) Q_EMIT promptEdited(before, prompt);
  inputChanged();
}

void Engine::setSeed(std::uint64_t seed) {
  const std::uint64_t before = std::exchange(m_input.seed, seed);
  if (before == seed) return;
  Q_EMIT seedEdited(before, seed);
  inputChanged();
}

void Engine::setLabel(std::optional<std::int64_t> label) {
  anyClass = !label;
  const auto before = std::exchange(m_input.label, label);
  if (before == label) return;
  Q_EMIT labelEdited(before, label);
  Q_EMIT eventsArrived();
}

void Engine::resetKnobs() {
  if (m_view.model) setKnobs(completeKnobs(m_view.model->knobs, {}));
}

const RunRecord* Engine::currentRun() const { return m_recording.run(m_view.cursor.run); }

void Engine::selectRun(int run) {
  const RunRecord* record = m_recording.run(run);
  if (!record) return;
  m_view.transport.playing = false;
  // Branches are looked at at the same moment, unless it is the running one.
  const bool live = m_view.running && run == m_lastRun;
  m_view.cursor = live ? Cursor{run, std::ssize(record->snapshots) - 1, true}
                       : cursorOn(m_recording, m_view.cursor, run);
  Q_EMIT eventsArrived();
}

void Engine::eraseRun(int run) {
  const RunRecord* record = m_recording.run(run);
  if (!record) return;
  if (!record->ended()) return notify("run", "A run in progress cannot be deleted.", "Stop it.");
  m_recording.erase(run);
  m_origins.erase(run);
  m_judged.erase(run);
  if (m_view.compare.b == run) {
    // Its moment says nothing of the run that stands beside A now.
    m_view.compare.b = 0;
    m_view.compare.pinned.reset();
  }
  m_view.baselines = findBaselines(m_recording, m_origins);
  Q_EMIT runErased(run);
  if (m_view.cursor.run == run) {
    m_view.cursor = Cursor{};
    if (!m_recording.runs().empty()) selectRun(m_recording.runs().rbegin()->first);
  }
  Q_EMIT eventsArrived();
}

void Engine::notify(const std::string& what, const std::string& message, const std::string& hint,
                    Severity severity) {
  notify({what, message, hint, severity});
}

void Engine::notify(Notice notice) {
  keep(std::move(notice));
  Q_EMIT eventsArrived();
}

void Engine::keep(Notice notice) {
  m_view.notices.push_back(std::move(notice));
  if (m_view.notices.size() > kMostNotices) m_view.notices.erase(m_view.notices.begin());
}

bool Engine::takeAnswers() {
  const auto commands = std::exchange(m_view.commands, {});
  const auto edits = std::exchange(m_view.knobEdits, {});
  for (const Command& command : commands) {
    // The ones that the shell keeps a state for go through it.
    if (std::holds_alternative<command::Stop>(command)) {
      stop();
    } else if (const auto* pace = std::get_if<command::SetPace>(&command)) {
      setPace(pace->sweepsPerSecond);
    } else if (const auto* analyse = std::get_if<command::Analyse>(&command);
               analyse && analyse->name == "calibrate") {
      calibrate();
    } else {
      m_session->post(command);
    }
  }
  // What one frame answers is one thing that the user did.
  KnobValues together;
  for (const auto& [key, value] : edits) together[key] = value;
  editKnobs(together);
  const auto move = std::exchange(m_view.wantsMove, std::nullopt);
  const bool resets = std::exchange(m_view.wantsLayoutReset, false);
  if (move) moveThing(*move);
  if (resets) resetLayout();
  const bool wantsGenerate = std::exchange(m_view.wantsGenerate, false);
  if (wantsGenerate) generate();
  if (std::exchange(m_view.wantsJudge, false)) judge();
  return !commands.empty() || !edits.empty() || move || resets || wantsGenerate;
}

}  // namespace jacobiscope
