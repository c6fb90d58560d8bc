#include "engine/record/run_tree.h"

#include <algorithm>
#include <limits>
#include <map>

#include "engine/core/past.h"

namespace jacobiscope {

namespace {

using Branches = std::map<int, std::vector<int>>;  // by parent, newest first

void append(std::vector<RunTreeEntry>& tree, const Branches& branches, RunTreeEntry entry) {
  const auto own = branches.find(entry.run);
  entry.branches = own == branches.end() ? 0 : static_cast<int>(own->second.size());
  tree.push_back(entry);
  if (entry.branches == 0) return;
  for (const int run : own->second) {
    append(tree, branches,
           {run, entry.run, entry.depth + 1, run == own->second.back(), 0});
  }
}

}  // namespace

// A parent is older than its branches: so numbers tell, and a made-up file cannot make a circle.
int parentOf(const Recording& recording, int run) {
  const RunRecord* record = recording.run(run);
  if (!record || !record->start.parent) return 0;
  const int parent = record->start.parent->run;
  const RunRecord* older = parent < run ? recording.run(parent) : nullptr;
  return older && older->start.model.hash == record->start.model.hash ? parent : 0;
}

int rootOf(const Recording& recording, int run) {
  while (const int parent = parentOf(recording, run)) run = parent;
  return run;
}

std::vector<RunTreeEntry> runTree(const Recording& recording) {
  Branches branches;
  std::vector<int> roots;
  for (auto run = recording.runs().rbegin(); run != recording.runs().rend(); ++run) {
    const int parent = parentOf(recording, run->first);
    (parent > 0 ? branches[parent] : roots).push_back(run->first);
  }
  std::vector<RunTreeEntry> tree;
  for (const int root : roots) append(tree, branches, {root, 0, 0, true, 0});
  return tree;
}

std::vector<int> relatives(const Recording& recording, int run) {
  std::vector<int> found;
  const int root = rootOf(recording, run);
  for (const auto& [id, record] : recording.runs()) {
    if (rootOf(recording, id) == root) found.push_back(id);
  }
  return found;
}

std::int64_t sharedSweeps(const Recording& recording, int a, int b) {
  std::int64_t shared = std::numeric_limits<std::int64_t>::max();
  while (a != b) {
    int& younger = a > b ? a : b;
    const int parent = parentOf(recording, younger);
    if (parent == 0) return 0;
    shared = std::min(shared, recording.run(younger)->start.parent->sweeps);
    younger = parent;
  }
  const RunRecord* same = recording.run(a);
  return same ? std::min(shared, std::int64_t(std::ssize(same->snapshots))) : 0;
}

int findParent(const Recording& recording, int branch) {
  const RunRecord* record = recording.run(branch);
  if (!record || !record->start.parent || record->start.parent->run != 0) return 0;
  const std::int64_t sweeps = record->start.parent->sweeps;
  if (sweeps > std::ssize(record->snapshots)) return 0;
  const auto samePast = [&](const RunRecord& other) {
    return sweeps <= std::ssize(other.snapshots) &&
           std::equal(record->snapshots.begin(), record->snapshots.begin() + sweeps,
                      other.snapshots.begin(),
                      [](const auto& a, const auto& b) { return samePass(a->sweep, b->sweep); });
  };
  int found = 0;
  for (const auto& [id, other] : recording.runs()) {
    if (id >= branch) break;
    const Started &a = record->start, &b = other.start;
    const bool sameBeginning = a.model.hash == b.model.hash && sameInput(a.input, b.input);
    // Branches that parted earlier, or there as well, are its siblings.
    const bool itsOwn = !b.parent || b.parent->sweeps < sweeps;
    if (sameBeginning && itsOwn && samePast(other)) found = id;
  }
  return found;
}

Cursor cursorOn(const Recording& recording, const Cursor& cursor, int run) {
  const RunRecord* to = recording.run(run);
  if (!to) return cursor;
  const std::int64_t end = std::ssize(to->snapshots) - 1;
  const RunRecord* from = recording.run(cursor.run);
  const bool related = from && rootOf(recording, run) == rootOf(recording, cursor.run);
  const bool atEnd = from && from->ended() && cursor.sweep + 1 >= std::ssize(from->snapshots);
  return {run, related && !atEnd ? std::min(cursor.sweep, end) : end, false};
}

}  // namespace jacobiscope
