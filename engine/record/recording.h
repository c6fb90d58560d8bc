// Everything the engine said, kept so that any moment can be looked at again. Facts are
// never dropped; pictures are thinned when they outgrow the byte cap.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/core/event.h"

namespace jacobiscope {

struct RunRecord {
  Started start;
  std::vector<PlanChanged> planChanges;  // in the order of their sweeps
  // Index = sweep index. Panels may have been thinned; facts are whole.
  std::vector<std::shared_ptr<const Snapshot>> snapshots;
  std::vector<BreakpointHit> breaks;  // in the order of their sweeps
  std::map<std::int64_t, Exactness> exactness;  // by sweep, of those that were judged
  std::optional<Finished> finished;
  std::optional<Failed> failed;

  bool ended() const { return finished || failed; }
  const Plan& planAt(std::int64_t sweep) const;
  // Of all sweeps so far.
  std::int64_t calls() const;
  double decodeSeconds() const;  // without those in which a simulator acts
  std::int64_t stages() const;   // that have ended
};

class Recording {
 public:
  explicit Recording(std::size_t pictureByteCap = std::size_t{512} << 20);

  // A second snapshot of a sweep replaces the first (pictures come later that way).
  void add(const Event& event);

  const std::map<int, RunRecord>& runs() const { return m_runs; }
  const RunRecord* run(int id) const;
  void erase(int id);
  // The run that a branch grew from is here, under that number. Only where it was not known.
  void adopt(int branch, int parent);

  // The last snapshot at or before `sweep` that still has a panel of that id; nullptr:
  // none. Its own sweep index tells how old the picture is.
  std::shared_ptr<const Snapshot> pictureAt(int run, std::int64_t sweep,
                                            const std::string& panelId) const;
  // The panel itself.
  static const Panel* findPanel(const Snapshot& snapshot, const std::string& panelId);

  std::size_t pictureBytes() const { return m_pictureBytes; }
  std::size_t factBytes() const { return m_factBytes; }
  std::size_t droppedPictures() const { return m_droppedPictures; }
  void setPictureByteCap(std::size_t bytes);

 private:
  RunRecord* find(int id);
  void addExactness(RunRecord& record, const Exactness& exactness);
  void addSnapshot(const std::shared_ptr<const Snapshot>& snapshot);
  void thin();
  bool halve(int id);  // whether something was dropped

  std::map<int, RunRecord> m_runs;
  std::map<int, std::set<std::int64_t>> m_pictures;  // per run: sweeps with panels
  std::size_t m_pictureByteCap;
  std::size_t m_pictureBytes = 0;
  std::size_t m_factBytes = 0;
  std::size_t m_droppedPictures = 0;
};

// Where the eyes are: every view follows it.
struct Cursor {
  int run = 0;              // 0: nothing recorded yet
  std::int64_t sweep = -1;  // -1: before the first
  bool followLive = true;   // lets go when the user touches the timeline

  bool operator==(const Cursor&) const = default;
};

}  // namespace jacobiscope
