#include "ui/shell/status_text.h"

#include <cmath>

#include "engine/record/action_timeline.h"
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

QString errorText(const RunRecord& run, const ViewState& view) {
  const Baseline* baseline = baselineOf(run, view);
  if (run.start.model.vocabulary > 0) {
    if (!baseline || !baseline->tokens) return kDash;
    const std::int64_t differ = baseline->tokens->differ;
    return differ == 0 ? "tokens identical"
                       : QString("%1 token%2 differ%3").arg(differ).arg(differ == 1 ? "" : "s",
                                                                       differ == 1 ? "s" : "");
  }
  if (!baseline || !baseline->maxError) return kDash;
  if (!std::isfinite(*baseline->maxError)) return "overflow";
  if (*baseline->maxError == 0) return "exact";
  return QString::number(*baseline->maxError, 'e', 1).replace("e-0", "e-").replace("e+0", "e");
}

namespace {

QString exactnessText(const RunRecord& run, const ViewState& view) {
  const QString error = errorText(run, view);
  if (run.start.model.vocabulary > 0) {
    const Baseline* baseline = baselineOf(run, view);
    if (!baseline || !baseline->tokens) return kDash;
    const auto [differ, of] = *baseline->tokens;
    return differ == 0 ? QString("token-identical to sequential")
                       : QString("%1 / %2 tokens ≠ sequential").arg(differ).arg(of);
  }
  if (error == kDash || error == "overflow") return error;
  return error == "exact" ? QString("equal to sequential") : "max |Δ| " + error + " vs sequential";
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

QString runTitle(const RunRecord& run, const ViewState& view) {
  QString title = QString("#%1").arg(run.start.run);
  if (run.failed) return title + " · failed";
  if (!run.finished) return title + " · running";
  if (run.finished->outcome == Outcome::Stopped) return title + " · stopped";
  if (run.start.warm) return title + " · warm";
  if (isSequential(run)) return title + " · sequential";
  return title + " · " + speedUpText(run, view);
}

QString runSubtitle(const RunRecord& run, const ViewState& view) {
  const std::int64_t calls = run.calls();
  QString text = QString("%1 call%2").arg(calls).arg(calls == 1 ? "" : "s");
  if (isSequential(run)) return text + QString(" · %1 s").arg(run.finished->computeSeconds, 0, 'g', 3);
  const QString error = errorText(run, view);
  if (run.start.model.vocabulary > 0) {
    return text + (error == kDash ? QString() : " · " + error);
  }
  if (error == "exact" || error == "overflow") return text + " · " + error;
  return text + " · max |Δ| " + error;
}

}  // namespace jacobiscope
