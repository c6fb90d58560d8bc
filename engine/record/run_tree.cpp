#include "engine/record/run_tree.h"

#include <algorithm>
#include <limits>
#include <map>

#include "engine/core/past.h"

namespace jacobiscope {

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

// Without recursion: a made-up file may hold a chain of as many branches as there can be runs.
std::vector<RunTreeEntry> runTree(const Recording& recording) {
  std::map<int, std::vector<int>> branches;  // by parent, newest first; of 0: the roots
  for (auto run = recording.runs().rbegin(); run != recording.runs().rend(); ++run) {
    branches[parentOf(recording, run->first)].push_back(run->first);
  }
  std::vector<RunTreeEntry> tree, waiting;  // the next one last
  const auto await = [&](int parent, int depth) {
    const std::vector<int>& own = branches[parent];
    for (auto run = own.rbegin(); run != own.rend(); ++run) {
      waiting.push_back({*run, parent, depth, parent == 0 || *run == own.back(), 0});
    }
    return static_cast<int>(own.size());
  };
  await(0, 0);
  while (!waiting.empty()) {
    RunTreeEntry entry = waiting.back();
    waiting.pop_back();
    entry.branches = await(entry.run, entry.depth + 1);
    tree.push_back(entry);
  }
  return tree;
}

std::vector<int> relatives(const Recording& recording, int run) {
  std::vector<int> found;
  std::map<int, int> roots;  // of every run, older ones first
  const int root = rootOf(recording, run);
  for (const auto& [id, record] : recording.runs()) {
    const int parent = parentOf(recording, id);
    roots[id] = parent > 0 ? roots.at(parent) : id;
    if (roots[id] == root) found.push_back(id);
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
