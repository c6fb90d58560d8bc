#include "engine/record/recording.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace jacobiscope {
namespace {

std::size_t pictureBytesOf(const Snapshot& snapshot) {
  std::size_t sum = 0;
  for (const Panel& panel : snapshot.panels) sum += byteSize(panel);
  return sum;
}

std::size_t bytesOf(const FactColumn& column) {
  return sizeof column + std::visit(
                             [](const auto& values) { return values.size() * sizeof values[0]; },
                             column.values);
}

std::size_t bytesOf(const Sweep& sweep) {
  std::size_t sum = sizeof(Snapshot) + sweep.note.size();
  for (const FactColumn& column : sweep.facts) sum += bytesOf(column);
  return sum;
}

std::size_t bytesOf(const Arrays& arrays) {
  std::size_t sum = 0;
  for (const auto& [name, array] : arrays) {
    std::visit([&](const auto& values) { sum += values.size() * sizeof values[0]; }, array.values);
  }
  return sum;
}

std::size_t factBytesOf(const RunRecord& run) {
  std::size_t sum = bytesOf(run.start.input.arrays);
  for (const auto& snapshot : run.snapshots) sum += bytesOf(snapshot->sweep);
  for (const auto& [sweep, exactness] : run.exactness) sum += bytesOf(exactness.error);
  if (run.finished) sum += bytesOf(run.finished->result);
  return sum;
}

// Everything but the panels, which are never copied on the way.
std::shared_ptr<const Snapshot> withoutPanels(const Snapshot& snapshot) {
  auto bare = std::make_shared<Snapshot>();
  bare->run = snapshot.run;
  bare->sweep = snapshot.sweep;
  bare->knobs = snapshot.knobs;
  bare->computeSeconds = snapshot.computeSeconds;
  bare->captureSeconds = snapshot.captureSeconds;
  return bare;
}

}  // namespace

const Plan& RunRecord::planAt(std::int64_t sweep) const {
  const auto next = std::ranges::upper_bound(planChanges, sweep, {}, &PlanChanged::fromSweep);
  return next == planChanges.begin() ? start.plan : std::prev(next)->plan;
}

std::int64_t RunRecord::calls() const {
  if (finished) return finished->calls;
  std::int64_t sum = 0;
  for (const auto& snapshot : snapshots) sum += snapshot->sweep.calls;
  return sum;
}

double RunRecord::decodeSeconds() const {
  double sum = 0;
  if (finished) sum = finished->computeSeconds;
  else if (!snapshots.empty()) sum = snapshots.back()->computeSeconds;
  for (const auto& snapshot : snapshots) {
    if (snapshot->sweep.kind == SweepKind::World) sum -= snapshot->sweep.seconds;
  }
  return sum;
}

std::int64_t RunRecord::stages() const {
  return std::ranges::count_if(snapshots, [&](const auto& snapshot) {
    return endsStage(planAt(snapshot->sweep.index), snapshot->sweep);
  });
}

Recording::Recording(std::size_t pictureByteCap) : m_pictureByteCap(pictureByteCap) {}

void Recording::add(const Event& event) {
  if (const auto* started = std::get_if<Started>(&event)) {
    erase(started->run);
    RunRecord& record = m_runs[started->run];
    record.start = *started;
    m_factBytes += bytesOf(started->input.arrays);
  } else if (const auto* changed = std::get_if<PlanChanged>(&event)) {
    if (RunRecord* record = find(changed->run)) record->planChanges.push_back(*changed);
  } else if (const auto* snapshot = std::get_if<std::shared_ptr<const Snapshot>>(&event)) {
    addSnapshot(*snapshot);
  } else if (const auto* broke = std::get_if<Broke>(&event)) {
    if (RunRecord* record = find(broke->run)) record->breaks.push_back(broke->hit);
  } else if (const auto* exactness = std::get_if<Exactness>(&event)) {
    if (RunRecord* record = find(exactness->run)) addExactness(*record, *exactness);
  } else if (const auto* finished = std::get_if<Finished>(&event)) {
    if (RunRecord* record = find(finished->run)) {
      record->finished = *finished;
      m_factBytes += bytesOf(finished->result);
    }
  } else if (const auto* failed = std::get_if<Failed>(&event)) {
    RunRecord* record = failed->what == "run" ? find(failed->run) : nullptr;
    if (record) record->failed = *failed;
  }
}

// Of a sweep that is here; a second one replaces the first.
void Recording::addExactness(RunRecord& record, const Exactness& exactness) {
  if (exactness.sweep < 0 || exactness.sweep >= std::ssize(record.snapshots)) return;
  const auto [at, isNew] = record.exactness.insert_or_assign(exactness.sweep, exactness);
  if (isNew) m_factBytes += bytesOf(at->second.error);
}

// The next sweep, or an earlier one again with pictures. What belongs to no run recorded
// here (erased in the meantime, or a gap) is left out.
void Recording::addSnapshot(const std::shared_ptr<const Snapshot>& snapshot) {
  RunRecord* record = find(snapshot->run);
  const std::int64_t index = snapshot->sweep.index;
  if (!record || index < 0 || index > std::ssize(record->snapshots)) return;
  if (index == std::ssize(record->snapshots)) {
    record->snapshots.push_back(snapshot);
    m_factBytes += bytesOf(snapshot->sweep);
  } else {
    auto& old = record->snapshots[static_cast<std::size_t>(index)];
    m_pictureBytes -= pictureBytesOf(*old);
    m_factBytes += bytesOf(snapshot->sweep) - bytesOf(old->sweep);
    old = snapshot;
  }
  if (snapshot->panels.empty()) {
    m_pictures[snapshot->run].erase(index);
    return;
  }
  m_pictures[snapshot->run].insert(index);
  m_pictureBytes += pictureBytesOf(*snapshot);
  thin();
}

void Recording::adopt(int branch, int parent) {
  RunRecord* record = find(branch);
  if (record && record->start.parent && record->start.parent->run == 0)
    record->start.parent->run = parent;
}

RunRecord* Recording::find(int id) {
  const auto found = m_runs.find(id);
  return found == m_runs.end() ? nullptr : &found->second;
}

const RunRecord* Recording::run(int id) const {
  const auto found = m_runs.find(id);
  return found == m_runs.end() ? nullptr : &found->second;
}

void Recording::erase(int id) {
  const RunRecord* record = run(id);
  if (!record) return;
  m_factBytes -= factBytesOf(*record);
  for (const auto& snapshot : record->snapshots) m_pictureBytes -= pictureBytesOf(*snapshot);
  m_runs.erase(id);
  m_pictures.erase(id);
}

std::shared_ptr<const Snapshot> Recording::pictureAt(int id, std::int64_t sweep,
                                                     const std::string& panelId) const {
  const auto pictures = m_pictures.find(id);
  if (pictures == m_pictures.end()) return nullptr;
  const auto& snapshots = m_runs.at(id).snapshots;
  const auto& sweeps = pictures->second;
  for (auto at = sweeps.upper_bound(sweep); at != sweeps.begin();) {
    const auto& snapshot = snapshots[static_cast<std::size_t>(*--at)];
    if (findPanel(*snapshot, panelId)) return snapshot;
  }
  return nullptr;
}

const Panel* Recording::findPanel(const Snapshot& snapshot, const std::string& panelId) {
  const auto found = std::ranges::find(snapshot.panels, panelId, &Panel::id);
  return found == snapshot.panels.end() ? nullptr : &*found;
}

void Recording::setPictureByteCap(std::size_t bytes) {
  m_pictureByteCap = bytes;
  thin();
}

// ---- Thinning ---------------------------------------------------------------------------

// Halves the oldest runs first, and again from the oldest on, until the pictures fit or
// only those are left that are never dropped.
void Recording::thin() {
  bool dropped = true;
  while (m_pictureBytes > m_pictureByteCap && dropped) {
    dropped = false;
    for (const auto& [id, record] : m_runs) {
      dropped |= halve(id);
      if (m_pictureBytes <= m_pictureByteCap) return;
    }
  }
}

// Drops every second picture that is neither the first nor the last of its stage.
bool Recording::halve(int id) {
  const auto found = m_pictures.find(id);
  if (found == m_pictures.end()) return false;
  auto& snapshots = m_runs.at(id).snapshots;
  const std::vector<std::int64_t> old(found->second.begin(), found->second.end());
  const auto stage = [&](std::size_t i) {
    return snapshots[static_cast<std::size_t>(old[i])]->sweep.window.stage;
  };
  std::set<std::int64_t> kept;
  bool keepNext = false;
  for (std::size_t i = 0; i < old.size(); ++i) {
    const bool edge =
        i == 0 || i + 1 == old.size() || stage(i - 1) != stage(i) || stage(i + 1) != stage(i);
    if (edge || std::exchange(keepNext, !keepNext)) {
      kept.insert(kept.end(), old[i]);
      continue;
    }
    auto& snapshot = snapshots[static_cast<std::size_t>(old[i])];
    m_pictureBytes -= pictureBytesOf(*snapshot);
    ++m_droppedPictures;
    snapshot = withoutPanels(*snapshot);
  }
  const bool dropped = kept.size() < old.size();
  found->second = std::move(kept);
  return dropped;
}

}  // namespace jacobiscope
