// Which pictures may go on their way: no more than a number of bytes that the other side has not
// taken yet. Facts always go; of the pictures left out, the newest is kept, because it is what
// there is to see when a run holds or ends.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <utility>

#include "engine/core/event.h"

namespace jacobiscope::remote {

class PictureCredit {
 public:
  explicit PictureCredit(std::uint64_t most) : m_most(most) {}

  // Whether anything may be sent. One message may go past the limit: otherwise a picture that is
  // larger than it would never be seen.
  bool any() const { return m_onTheWay < m_most; }
  void sent(std::uint64_t bytes) { m_onTheWay += bytes; }
  void taken(std::uint64_t bytes) { m_onTheWay -= std::min(bytes, m_onTheWay); }

  // Of what is sent, in this order: `withPictures` says whether with them.
  void follow(const std::shared_ptr<const Snapshot>& snapshot, bool withPictures) {
    const bool older = m_owed && m_owed->run == snapshot->run &&
                       m_owed->sweep.index > snapshot->sweep.index;
    if (older) return;
    m_owed = withPictures || snapshot->panels.empty() ? nullptr : snapshot;
  }
  void forget() { m_owed = nullptr; }
  // The newest sweep, where its pictures were left out and there is room now; once.
  std::shared_ptr<const Snapshot> due() {
    return any() ? std::exchange(m_owed, nullptr) : nullptr;
  }

 private:
  std::uint64_t m_most, m_onTheWay = 0;
  std::shared_ptr<const Snapshot> m_owed;
};

}  // namespace jacobiscope::remote
