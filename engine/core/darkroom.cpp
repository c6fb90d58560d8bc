#include "engine/core/darkroom.h"

#include <bit>
#include <utility>

namespace jacobiscope {

namespace {

constexpr auto kLongestPicture = std::chrono::milliseconds(100);
constexpr auto kLongest = std::chrono::seconds(2);
constexpr std::size_t kMostBytes = std::size_t{64} << 20;

}  // namespace

void Darkroom::fill(std::vector<std::shared_ptr<const Snapshot>> unpictured) {
  m_waiting.clear();
  m_worked = {};
  m_bytes = 0;
  // From coarse to fine, the last ones put in coming first: where time ends the work, what there
  // is lies evenly over the run.
  const std::size_t count = unpictured.size();
  for (std::size_t step = 1; step <= std::bit_ceil(count); step *= 2) {
    for (std::size_t i = step - 1; i < count; i += 2 * step) {
      m_waiting.push_back(std::move(unpictured[i]));
    }
  }
}

void Darkroom::step(const Decoder& decoder, EventBox& events) {
  const auto start = Clock::now();
  auto snapshot = std::make_shared<Snapshot>(*m_waiting.back());
  m_waiting.pop_back();
  snapshot->panels = decoder.panelsAfter(snapshot->sweep);
  const auto took = Clock::now() - start;
  m_worked += took;
  for (const Panel& panel : snapshot->panels) m_bytes += byteSize(panel);
  if (snapshot->panels.empty() || events.crowded() || took > kLongestPicture ||
      m_worked > kLongest || m_bytes > kMostBytes) {
    m_waiting.clear();
  }
  if (!snapshot->panels.empty()) events.publish(std::move(snapshot));
}

}  // namespace jacobiscope
