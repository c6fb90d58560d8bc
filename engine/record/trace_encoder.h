// Events as the bytes of a recording file (.jtrace); resources/trace/jtrace.md is the format.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/core/event.h"

namespace jacobiscope {

class TraceEncoder {
 public:
  // Of pictures, at most so many bytes are encoded: all of them at first, every fourth when half
  // of the bytes are used, every sixteenth when a quarter is left, and so on; those at the end of
  // a stage all, until an eighth is left. Facts always are.
  explicit TraceEncoder(std::uint64_t pictureBytes) : m_budget(pictureBytes) {}

  // What a file begins with.
  static std::vector<std::uint8_t> header();

  // The whole records that an event adds; none where it says nothing that is recorded, or belongs
  // to no run that was started here. As in Recording, a sweep comes once, and its pictures may
  // come later, with the same facts.
  std::vector<std::uint8_t> encode(const Event& event);

  std::uint64_t pictures() const { return m_pictures; }          // panels
  std::uint64_t pictureBytes() const { return m_pictureBytes; }  // of these, in the file
  std::uint64_t droppedPictures() const { return m_dropped; }    // for want of room

 private:
  struct Progress {
    Plan plan;
    std::int64_t sweeps = 0;
    std::shared_ptr<const KnobValues> knobs;
  };

  void encode(const Snapshot& snapshot, std::vector<std::uint8_t>& to);
  void encodePictures(const Snapshot& snapshot, bool always, std::vector<std::uint8_t>& to);
  bool wantsPicture(bool always);

  std::map<int, Progress> m_runs;  // by number
  std::uint64_t m_budget;
  std::uint64_t m_pictureBytes = 0, m_pictures = 0, m_dropped = 0;
  std::uint64_t m_halvings = 1;  // 2 to the power of how often the bytes left have halved
  std::uint64_t m_sinceLast = 0;
};

}  // namespace jacobiscope
