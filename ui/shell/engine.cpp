#include "ui/shell/engine.h"

#include <QRandomGenerator>
#include <algorithm>
#include <chrono>

#include "engine/core/error.h"
#include "ui/shell/baselines.h"

namespace jacobiscope {

namespace {

// A slider sends dozens of values a second; a run starts when it rests this long.
constexpr std::chrono::milliseconds kHandRests{30};
// As fast as somebody types.
constexpr std::chrono::milliseconds kInputRests{150};
// More notices than this are not read by anybody.
constexpr std::size_t kMostNotices = 8;

bool isBlank(const std::string& text) {
  return text.find_first_not_of(" \t\r\n") == std::string::npos;
}

std::string promptHint(const ModelInfo& model) {
  const std::string what = model.action.empty() ? "Type what the picture is to show"
                                                : "Type what the robot is to do";
  if (model.prompts.empty()) return what + ".";
  return what + ", for example: " + model.prompts.front();
}

}  // namespace

bool sameKnobValue(const Knob& knob, const KnobValue& a, const KnobValue& b) {
  if (a == b) return true;
  if (knob.kind != KnobKind::List || knob.listLength <= 0) return false;
  const KnobValues left{{knob.key, a}}, right{{knob.key, b}};
  try {
    return listAt(left, knob.key, knob.listLength) == listAt(right, knob.key, knob.listLength);
  } catch (const Error&) {
    return false;
  }
}

Engine::Engine(const std::vector<FamilyEntry>& families, QObject* parent) : QObject(parent) {
  m_view.recording = &m_recording;
  m_hand.setSingleShot(true);
  m_hand.setInterval(kHandRests);
  connect(&m_hand, &QTimer::timeout, this, &Engine::followHand);
  m_rest.setSingleShot(true);
  m_rest.setInterval(kInputRests);
  connect(&m_rest, &QTimer::timeout, this, [this] { look(true); });
  m_session = std::make_unique<Session>(families, [this] {
    // On the engine thread: one queued call however many events are waiting.
    QMetaObject::invokeMethod(
        this, [this] { drain(); }, Qt::QueuedConnection);
  });
}

Engine::~Engine() = default;

void Engine::load(const std::filesystem::path& path) {
  m_hand.stop();
  m_requested.push_back(path.string());
  m_view.progress = Progress{"load", 0};
  LoadRequest request;
  request.path = path;
  m_session->post(command::Load{std::move(request)});
  Q_EMIT eventsArrived();
}

void Engine::generate() {
  if (!m_view.model) {
    notify("run", loading() ? "The model is still being loaded." : "No model is loaded.",
           loading() ? "" : "Open a checkpoint or choose a model on the left.");
    return;
  }
  if (m_view.model->prompted && isBlank(m_input.prompt)) {
    notify("run",
           m_view.model->action.empty() ? "The prompt is empty." : "The instruction is empty.",
           promptHint(*m_view.model));
    return;
  }
  m_hand.stop();
  if (drawsSeed) m_input.seed = QRandomGenerator::global()->generate();
  m_view.cursor.followLive = true;
  m_view.transport.playing = false;
  dropLayoutOfOtherSeed();
  m_session->post(command::Start{completeKnobs(m_view.model->knobs, m_view.knobs),
                                 inputForModel(), false});
  Q_EMIT eventsArrived();
}

void Engine::stop() {
  m_hand.stop();
  m_movedDuringWarm = false;
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

void Engine::calibrate() {
  if (!m_view.model) return notify("analyse", "No model is loaded.", "Open a checkpoint first.");
  m_view.progress = Progress{"calibrate", 0};
  // A model is measured on the pictures of its own kind, not on the one that a run starts from.
  Input input = m_input;
  input.arrays.clear();
  input.picture.clear();
  m_session->post(command::Analyse{
      "calibrate", completeKnobs(m_view.model->knobs, m_view.knobs), std::move(input)});
  Q_EMIT eventsArrived();
}

bool Engine::changeKnob(const std::string& key, const KnobValue& value) {
  const Knob* knob = m_view.model ? findKnob(m_view.model->knobs, key) : nullptr;
  if (!knob) {
    notify("knob", "The model has no knob \"" + key + "\".");
    return false;
  }
  try {
    checkKnob(*knob, value);
  } catch (const Error& error) {
    notify("knob", error.what(), error.hint());
    return false;
  }
  if (m_view.knobs[key] == value) return false;
  m_view.knobs[key] = value;
  m_remembered[m_view.model->hash] = m_view.knobs;
  if (m_view.running && knob->scope != KnobScope::NextRun) {
    m_session->post(command::SetKnob{key, value});
    m_movedDuringWarm |= m_warmRun && changesAnswer(key);
  }
  return true;
}

void Engine::editKnob(const std::string& key, const KnobValue& value) {
  if (!changeKnob(key, value)) return;
  nameSchedule();
  const Knob* knob = findKnob(m_view.model->knobs, key);
  const bool shows = knob->scope != KnobScope::NextRun && changesAnswer(key);
  if (m_view.followHand && shows && runToFollow()) m_hand.start();
  Q_EMIT eventsArrived();
}

void Engine::setKnobs(const KnobValues& values) {
  for (const auto& [key, value] : values) changeKnob(key, value);
  nameSchedule();
  Q_EMIT eventsArrived();
}

void Engine::resetKnobs() {
  if (m_view.model) setKnobs(completeKnobs(m_view.model->knobs, {}));
}

std::vector<Preset> Engine::presets() const {
  std::vector<Preset> all;
  if (m_view.model) all = m_view.model->presets;
  if (m_view.analysis) {
    all.insert(all.end(), m_view.analysis->presets.begin(), m_view.analysis->presets.end());
  }
  return all;
}

void Engine::choosePreset(const std::string& name) {
  const std::vector<Preset> all = presets();
  const auto found = std::ranges::find(all, name, &Preset::name);
  if (found != all.end()) setKnobs(found->knobs);
}

void Engine::nameSchedule() {
  m_view.preset = "custom";
  if (!m_view.model) return;
  for (const Preset& preset : presets()) {
    const bool equal = std::ranges::all_of(preset.knobs, [&](const auto& entry) {
      const Knob* knob = findKnob(m_view.model->knobs, entry.first);
      const auto held = m_view.knobs.find(entry.first);
      return knob && held != m_view.knobs.end() && sameKnobValue(*knob, held->second, entry.second);
    });
    if (equal) {
      m_view.preset = preset.name;
      return;
    }
  }
}

// The run a moved slider continues: the last one, when it is on screen, whole and of this
// model.
const RunRecord* Engine::runToFollow() const {
  if (m_view.running || !m_view.model || m_view.cursor.run != m_lastRun) return nullptr;
  const RunRecord* run = m_recording.run(m_lastRun);
  if (!run || !run->finished || run->finished->outcome != Outcome::Done) return nullptr;
  if (run->start.plan.acts) return nullptr;  // what was carried out is not solved anew
  return run->start.model.hash == m_view.model->hash ? run : nullptr;
}

void Engine::followHand() {
  const RunRecord* run = runToFollow();
  if (!run) return;
  m_view.cursor.followLive = true;
  m_view.transport.playing = false;
  m_session->post(
      command::Start{completeKnobs(m_view.model->knobs, m_view.knobs), run->start.input, true});
}

const RunRecord* Engine::currentRun() const { return m_recording.run(m_view.cursor.run); }

void Engine::selectRun(int run) {
  const RunRecord* record = m_recording.run(run);
  if (!record) return;
  m_view.transport.playing = false;
  m_view.cursor = Cursor{run, static_cast<std::int64_t>(record->snapshots.size()) - 1,
                         m_view.running && run == m_lastRun};
  Q_EMIT eventsArrived();
}

void Engine::eraseRun(int run) {
  const RunRecord* record = m_recording.run(run);
  if (!record) return;
  if (!record->ended()) return notify("run", "A run in progress cannot be deleted.", "Stop it.");
  m_recording.erase(run);
  m_view.baselines = findBaselines(m_recording);
  if (m_view.cursor.run == run) {
    m_view.cursor = Cursor{};
    if (!m_recording.runs().empty()) selectRun(m_recording.runs().rbegin()->first);
  }
  Q_EMIT eventsArrived();
}

void Engine::notify(const std::string& what, const std::string& message, const std::string& hint) {
  keep({what, message, hint});
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
  for (const auto& [key, value] : edits) editKnob(key, value);
  const auto move = std::exchange(m_view.wantsMove, std::nullopt);
  const bool resets = std::exchange(m_view.wantsLayoutReset, false);
  if (move) moveThing(*move);
  if (resets) resetLayout();
  const bool wantsGenerate = std::exchange(m_view.wantsGenerate, false);
  if (wantsGenerate) generate();
  return !commands.empty() || !edits.empty() || move || resets || wantsGenerate;
}

void Engine::drain() {
  const auto events = m_session->drain();
  for (const Event& event : events) {
    m_recording.add(event);
    std::visit([this](const auto& held) { handle(held); }, event);
  }
  if (!events.empty()) Q_EMIT eventsArrived();
}

void Engine::handle(const Loaded& event) {
  if (loading()) {
    m_loadedPath = m_requested.front();
    m_requested.pop_front();
  }
  ++m_loads;
  m_view.progress.reset();
  m_view.analysis.reset();
  m_view.model = event.model;
  m_view.knobs = completeKnobs(event.model.knobs, {});
  if (const auto kept = m_remembered.find(event.model.hash); kept != m_remembered.end()) {
    // Values of another version of the program may no longer be allowed: those are dropped.
    for (const auto& [key, value] : KnobValues(kept->second)) {
      const Knob* knob = findKnob(event.model.knobs, key);
      try {
        if (knob) checkKnob(*knob, value), m_view.knobs[key] = value;
      } catch (const Error&) {
      }
    }
  }
  const auto classes = static_cast<std::int64_t>(event.model.classes.size());
  if (m_input.label && *m_input.label >= classes) m_input.label.reset();
  if (!m_input.label && !anyClass && classes > 0) m_input.label = 0;
  // As with a class: the first press shows something that is known to come out well.
  if (isBlank(m_input.prompt) && !event.model.prompts.empty()) {
    m_input.prompt = event.model.prompts.front();
  }
  m_view.before.reset();
  m_view.moved.reset();
  m_input.arrays.erase("layout");
  m_view.ownLayout = false;
  m_lookedHash.clear();
  look(true);
  nameSchedule();
  // What was assumed of the model before says nothing of this one.
  std::erase_if(m_view.notices, [](const Notice& notice) {
    return notice.what == "load" && notice.severity == Severity::Warning;
  });
  for (const std::string& note : event.model.notes) keep({"load", note, {}, Severity::Warning});
}

void Engine::handle(const Started& event) {
  m_view.running = true;
  m_lastRun = event.run;
  m_warmRun = event.warm;
  m_movedDuringWarm = false;
  if (m_view.cursor.followLive || m_view.cursor.run == 0) m_view.cursor = {event.run, -1, true};
}

void Engine::handle(const std::shared_ptr<const Snapshot>& event) {
  if (!m_view.cursor.followLive || !m_view.running) return;  // made afterwards: moves nothing
  m_view.cursor.run = event->run;
  m_view.cursor.sweep = event->sweep.index;
}

void Engine::handle(const Finished& event) {
  m_view.running = false;
  // The last sweep of all met it: there was nothing left to hold.
  const auto held = std::exchange(m_held, std::nullopt);
  if (held && event.outcome == Outcome::Done) {
    keep({"breakpoint", held->hit.reason, "", Severity::Warning});
  }
  m_view.baselines = findBaselines(m_recording);
  look(false);
  // Half of a warm run used the older value: once more, so that the picture is the hand's.
  if (std::exchange(m_movedDuringWarm, false) && m_view.followHand && runToFollow()) {
    m_hand.start();
  }
}

void Engine::handle(const Failed& event) {
  if (event.what == "load" && loading()) m_requested.pop_front();
  if (event.what == "load" || event.what == "analyse") m_view.progress.reset();
  if (event.run != 0 && event.run == m_lastRun) {
    m_view.running = false;
    m_held.reset();
  }
  if (event.what == "preview") {
    m_view.moved.reset();  // it springs back
    m_lookedHash.clear();
    std::erase_if(m_view.notices, [](const Notice& notice) { return notice.what == "preview"; });
  }
  keep({event.what, event.message, event.hint});
}

void Engine::handle(const Progress& event) { m_view.progress = event; }

void Engine::handle(const Analysed& event) {
  m_view.progress.reset();
  if (!m_view.model || event.model.hash != m_view.model->hash) return;
  m_view.analysis = event.analysis;
  nameSchedule();
}

void Engine::handle(const Paused& event) {
  m_view.paused = event.paused;
  if (!event.paused) m_held.reset();
}

void Engine::handle(const Broke& event) { m_held = event; }

}  // namespace jacobiscope
