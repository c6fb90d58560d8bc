#include "ui/shell/verifier.h"

#include <utility>

#include "engine/core/error.h"
#include "ui/shell/proof_dialog.h"

namespace jacobiscope {

Verifier::Verifier(Engine& engine, MessageBar& bar, QWidget* window)
    : QObject(window), m_engine(engine), m_bar(bar), m_window(window) {
  connect(&engine, &Engine::happened, this, &Verifier::take);
}

void Verifier::begin(const QString& name, const StoredRun& stored, bool shows) {
  try {
    command::Start start =
        rerunOf(stored.recipe, *m_engine.view().model, m_engine.inputForModel().arrays);
    m_busy = true;
    m_run = 0;
    m_name = name;
    m_stored = stored;
    m_shows = shows;
    m_engine.rerun(std::move(start));
  } catch (const Error& error) {
    m_engine.notify("verify", name.toStdString() + ": " + error.what(), error.hint());
  }
}

void Verifier::take(const Event& event) {
  if (!m_busy) return;
  if (const auto* started = std::get_if<Started>(&event); started && m_run == 0) {
    m_run = started->run;
    return;
  }
  const auto* failed = std::get_if<Failed>(&event);
  const bool refused = failed && failed->what == "run" && m_run == 0;  // Engine says why
  const auto* finished = std::get_if<Finished>(&event);
  const bool ended = m_run != 0 && ((finished && finished->run == m_run) ||
                                    (failed && failed->run == m_run));
  if (!refused && !ended) return;
  m_busy = false;
  const RunRecord* again = m_engine.recording().run(m_run);
  if (ended && again) judge(*again);
}

void Verifier::judge(const RunRecord& again) {
  try {
    ProofReport report{m_name, m_stored, {}, {}, {}, {}};
    report.verification = verify(m_stored, again, kWithin);
    const Image* like = m_stored.picture ? &*m_stored.picture : nullptr;
    report.again = pictureAgain(m_stored.recipe, again, like);
    report.outcome = outcomeRows(m_stored.recipe, again);
    report.fields = fieldRows(m_stored.recipe, m_engine.nextRun());
    if (m_shows) return showProof(m_window, report);
    m_bar.askNext(m_name + " — " + QString::fromStdString(verdictText(report.verification)),
                  {{"Details…", [window = m_window, report] { showProof(window, report); }}},
                  "Close");
  } catch (const Error& error) {
    m_engine.notify("verify", m_name.toStdString() + ": " + error.what(), error.hint());
  }
}

}  // namespace jacobiscope
