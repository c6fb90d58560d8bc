#include "ui/shell/status_text.h"

#include <cmath>

#include "engine/record/action_timeline.h"
#include "engine/record/branch_text.h"
#include "engine/record/run_tree.h"
#include "engine/record/true_error.h"
#include "ui/shell/baselines.h"

namespace jacobiscope {

namespace {

const QString kDash = QStringLiteral("—");

const Baseline* baselineOf(const RunRecord& run, const ViewState& view) {
  const auto found = view.baselines.find(run.start.run);
  return found == view.baselines.end() ? nullptr : &found->second;
}

QString deviceText(const ModelInfo& model) {
  QString text = QString::fromStdString(model.device + " · " + model.dtype);
  if (model.threads == 1) text += " · 1 thread";
  if (model.threads > 1) text += QString(" · %1 threads").arg(model.threads);
  return text;
}

}  // namespace

QString speedUpText(const RunRecord& run, const ViewState& view) {
  const auto factor = speedUp(run, view.baselines);
  if (!factor) return kDash;
  return QString::number(*factor, 'f', *factor < 10 ? 2 : 1) + "×";
}

namespace {

// How far the run's outcome is from the sequential one: by a sequential run beside it, else as
// the oracle found.
struct Measured {
  std::optional<double> error;  // of an image
  std::optional<TokenDifference> tokens;
  bool judged = false;
};

Measured measuredOf(const RunRecord& run, const ViewState& view) {
  Measured measured;
  if (const Baseline* baseline = baselineOf(run, view)) {
    measured.error = baseline->maxError;
    measured.tokens = baseline->tokens;
  }
  if (measured.error || measured.tokens || run.exactness.empty()) return measured;
  const auto end = run.ended() ? judgedEnd(run) : std::nullopt;
  if (!end) return measured;
  measured.judged = true;
  if (run.start.model.vocabulary > 0) measured.tokens = {end->of - end->equal, end->of};
  else measured.error = end->largest;
  return measured;
}

QString errorText(const Measured& measured, bool tokens) {
  if (tokens) {
    if (!measured.tokens) return kDash;
    const std::int64_t differ = measured.tokens->differ;
    return differ == 0 ? "tokens identical"
                       : QString("%1 token%2 differ%3").arg(differ).arg(differ == 1 ? "" : "s",
                                                                       differ == 1 ? "s" : "");
  }
  if (!measured.error) return kDash;
  if (!std::isfinite(*measured.error)) return "overflow";
  if (*measured.error == 0) return "exact";
  return QString::number(*measured.error, 'e', 1).replace("e-0", "e-").replace("e+0", "e");
}

}  // namespace

QString errorText(const RunRecord& run, const ViewState& view) {
  return errorText(measuredOf(run, view), run.start.model.vocabulary > 0);
}

namespace {

QString exactnessText(const RunRecord& run, const ViewState& view) {
  const Measured measured = measuredOf(run, view);
  if (run.start.model.vocabulary > 0) {
    if (!measured.tokens) return kDash;
    const auto [differ, of] = *measured.tokens;
    return differ == 0 ? QString("token-identical to sequential")
                       : QString("%1 / %2 tokens ≠ sequential").arg(differ).arg(of);
  }
  const QString error = errorText(measured, false);
  if (error == kDash || error == "overflow") return error;
  if (error == "exact") return "equal to sequential";
  return (measured.judged ? "true error " : "max |Δ| ") + error + " vs sequential";
}

// "iteration 2 · 74 / 118", "step 3 · 80 / 118", "camera · 81 / 118": sweeps are all of them.
QString robotMoment(const RunRecord& run, std::int64_t at) {
  QString moment = "start";
  if (at >= 0 && at < std::ssize(run.snapshots) && run.snapshots[at]) {
    const Sweep& sweep = run.snapshots[at]->sweep;
    const auto dimensions = static_cast<int>(run.start.model.action.size());
    // The camera looks in a stage's first sweep, and iterations are counted from 0.
    moment = cameraLooks(sweep) ? QString("camera")
             : sweep.kind == SweepKind::World
                 ? QString("step %1").arg(sweep.window.begin / dimensions + 1)
                 : QString("iteration %1").arg(sweep.iteration - 2);
  }
  return moment + QString(" · %1 / %2").arg(at + 1).arg(run.snapshots.size());
}

}  // namespace

QString byteText(std::size_t bytes) {
  if (bytes < 1000) return QString("%1 B").arg(bytes);
  const double thousands = double(bytes) / 1000;
  if (thousands < 1000) return QString("%1 kB").arg(thousands, 0, 'f', 0);
  const double millions = thousands / 1000;
  return QString("%1 MB").arg(millions, 0, 'f', millions < 10 ? 1 : 0);
}

StatusText statusText(const ViewState& view) {
  StatusText text;
  text.device = view.model ? deviceText(*view.model) : "no model";
  const Recording& recording = *view.recording;
  text.recording = "recorded · " + byteText(recording.pictureBytes() + recording.factBytes());
  if (recording.droppedPictures() > 0) {
    text.recording += QString(" (%1 pictures thinned)").arg(recording.droppedPictures());
  }
  const RunRecord* run = recording.run(view.cursor.run);
  if (!run) {
    text.iteration = "iteration " + kDash;
    text.calls = "model calls " + kDash;
    text.speed = "speed-up " + kDash;
    text.exactness = "exactness " + kDash;
    return text;
  }
  const Baseline* baseline = baselineOf(*run, view);
  const bool tokens = run->start.model.vocabulary > 0;
  text.iteration = movesRobot(run->start.model)
                       ? robotMoment(*run, view.cursor.sweep)
                       : QString(tokens ? "call %1 / %2" : "iteration %1 / %2")
                             .arg(view.cursor.sweep + 1)
                             .arg(run->snapshots.size());
  text.calls = QString("model calls %1 vs %2")
                   .arg(run->calls())
                   .arg(baseline ? QString::number(baseline->calls) : kDash);
  text.speed = "speed-up " + speedUpText(*run, view);
  // What differs is named there, and needs no other word.
  const QString exactness = exactnessText(*run, view);
  text.exactness = tokens && exactness != kDash ? exactness : "exactness: " + exactness;
  return text;
}

namespace {

// Where it stands in the list says of which run, as long as that is there.
QString branchTitle(const RunRecord& run, const ViewState& view) {
  const auto [parent, sweeps] = *run.start.parent;
  const bool here = view.recording && parentOf(*view.recording, run.start.run) > 0;
  if (here) return QString(" · branch at sweep %1").arg(sweeps);
  return parent > 0 ? QString(" · at sweep %1 of #%2 (gone)").arg(sweeps).arg(parent)
                    : QString(" · at sweep %1 of another").arg(sweeps);
}

// What it changed, while that is known; then how it goes or went.
QString branchSubtitle(const RunRecord& run, const QString& numbers) {
  QString text = QString::fromStdString(branchChanges(run, 2));
  if (text.isEmpty() && std::ssize(run.snapshots) > run.start.parent->sweeps) text = "same knobs";
  const QString state = run.finished && run.finished->outcome == Outcome::Stopped ? "stopped"
                        : run.ended()                                            ? ""
                                                                                 : "running";
  for (const QString& part : {state, numbers}) {
    if (!part.isEmpty()) text += (text.isEmpty() ? "" : " · ") + part;
  }
  return text;
}

}  // namespace

QString runTitle(const RunRecord& run, const ViewState& view) {
  QString title = QString("#%1").arg(run.start.run);
  if (run.failed) return title + " · failed";
  if (run.start.parent) return title + branchTitle(run, view);
  if (!run.finished) return title + " · running";
  if (run.finished->outcome == Outcome::Stopped) return title + " · stopped";
  if (run.start.warm) return title + " · warm";
  if (isSequential(run)) return title + " · sequential";
  return title + " · " + speedUpText(run, view);
}

namespace {

QString numbersText(const RunRecord& run, const ViewState& view) {
  const std::int64_t calls = run.calls();
  QString text = QString("%1 call%2").arg(calls).arg(calls == 1 ? "" : "s");
  if (isSequential(run)) {
    return text + QString(" · %1 s").arg(run.finished->computeSeconds, 0, 'g', 3);
  }
  const QString error = errorText(run, view);
  if (run.start.model.vocabulary > 0) {
    return text + (error == kDash ? QString() : " · " + error);
  }
  if (error == "exact" || error == "overflow") return text + " · " + error;
  const bool judged = error != kDash && measuredOf(run, view).judged;
  return text + (judged ? " · true error " : " · max |Δ| ") + error;
}

}  // namespace

QString runSubtitle(const RunRecord& run, const ViewState& view) {
  const QString numbers = numbersText(run, view);
  return run.start.parent ? branchSubtitle(run, numbers) : numbers;
}

}  // namespace jacobiscope
