#include "ui/shell/run_announcer.h"

namespace jacobiscope {

RunAnnouncer::RunAnnouncer(Engine& engine, std::unique_ptr<Notifier> notifier,
                           std::function<bool()> isLookedAt, std::chrono::milliseconds least,
                           QObject* parent)
    : QObject(parent),
      m_engine(engine),
      m_notifier(std::move(notifier)),
      m_isLookedAt(std::move(isLookedAt)),
      m_least(least) {
  connect(&engine, &Engine::happened, this, &RunAnnouncer::follow);
}

void RunAnnouncer::follow(const Event& event) {
  if (const auto* started = std::get_if<Started>(&event)) {
    m_run = started->run;
    m_age.start();
  } else if (const auto* finished = std::get_if<Finished>(&event)) {
    // Whoever stopped it knows.
    if (finished->outcome == Outcome::Done) tell(finished->run, "has ended");
  } else if (const auto* failed = std::get_if<Failed>(&event)) {
    if (failed->what == "run" && failed->run != 0) tell(failed->run, "failed");
  }
}

void RunAnnouncer::tell(int run, const QString& how) {
  if (!m_on || run != m_run || m_age.elapsed() < m_least.count() || m_isLookedAt()) return;
  const RunRecord* record = m_engine.recording().run(run);
  if (!record) return;
  const std::string& prompt = record->start.input.prompt;
  QString text = QString::fromStdString(prompt.empty() ? record->start.model.title : prompt);
  const auto waiting = m_engine.jobs().jobs().size();
  if (waiting > 0) text += QString("\n%1 more waiting").arg(waiting);
  m_notifier->show(QString("Run #%1 %2").arg(run).arg(how), text);
}

}  // namespace jacobiscope
