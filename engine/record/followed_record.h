// A run whose sweeps are looked at as they come, each once: how what views keep of it stays up to
// date.
#pragma once

#include <cstdint>
#include <iterator>

#include "engine/record/recording.h"

namespace jacobiscope {

class FollowedRecord {
 public:
  FollowedRecord() = default;
  explicit FollowedRecord(const RunRecord* record)
      : m_record(record), m_run(record ? record->start.run : 0) {}

  // Whether `record` is the run followed so far, with all of the first `kept` sweeps: then what
  // was kept of these still holds.
  bool goesOn(const RunRecord* record, std::int64_t kept) const {
    return record && record == m_record && record->start.run == m_run &&
           std::ssize(record->snapshots) >= kept;
  }

  // Hands over the sweeps behind the first `kept`, up to one that has not come yet.
  template <class Append>
  void eachNew(std::int64_t kept, const Append& append) const {
    const auto& snapshots = m_record->snapshots;
    for (auto i = static_cast<std::size_t>(kept); i < snapshots.size() && snapshots[i]; ++i) {
      append(snapshots[i]->sweep);
    }
  }

  int run() const { return m_run; }

 private:
  const RunRecord* m_record = nullptr;
  int m_run = 0;
};

}  // namespace jacobiscope
