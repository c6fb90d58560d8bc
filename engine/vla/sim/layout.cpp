#include "engine/vla/sim/layout.h"

#include <cmath>
#include <numbers>

#include "engine/core/random.h"

namespace jacobiscope {
namespace {

// Layouts keep a little away from the edge of what is in reach, so that pushing has room.
constexpr Rectangle kRegion{-0.21, 0.21, 0.32, 0.58};
// Cubes are turned by at most so much, in radians: at 96 pixels one is six pixels wide, and what
// its turn is can hardly be seen.
constexpr double kTurn = 0.35;
// Numbers per stream, and tries to find a place for one thing before all are drawn anew.
constexpr std::size_t kNumbers = 3072;
constexpr int kTries = 60;

// Around each thing, what other things' circles may not enter.
double spaceAround(Thing thing) {
  if (thing == Thing::Bowl) return 0.080;
  if (thing == Thing::Pad) return 0.065;
  return 0.045;
}

// A thing's outline as a circle: the diagonal of a box.
double radiusOf(Thing thing) {
  if (thing == Thing::Bowl) return kBowlOuter;
  return (thing == Thing::Pad ? kPadHalf : kCubeHalf) * std::numbers::sqrt2;
}

double distance(const Placement& a, const Placement& b) { return std::hypot(a.x - b.x, a.y - b.y); }

bool hasSpace(const Layout& layout, const bool (&placed)[kThings], Thing thing,
              const Placement& placement) {
  for (int i = 0; i < kThings; ++i) {
    const auto other = static_cast<Thing>(i);
    if (placed[i] && distance(placement, layout[i]) < spaceAround(thing) + spaceAround(other)) {
      return false;
    }
  }
  return true;
}

// Uniform numbers one after the other, from as many streams as it takes.
class Numbers {
 public:
  Numbers(std::uint64_t seed, std::uint32_t attempt) : m_seed(seed), m_stream(attempt << 8) {}

  double between(double low, double high) {
    if (m_next == m_numbers.size()) {
      m_numbers = uniforms(m_seed, Purpose::Data, m_stream++, kNumbers);
      m_next = 0;
    }
    return low + (high - low) * m_numbers[m_next++];
  }

 private:
  std::uint64_t m_seed;
  std::uint32_t m_stream;
  std::vector<float> m_numbers;
  std::size_t m_next = 0;
};

bool placeOne(Layout& layout, bool (&placed)[kThings], Thing thing, Numbers& numbers) {
  const auto index = static_cast<std::size_t>(thing);
  for (int i = 0; i < kTries; ++i) {
    const Placement placement{numbers.between(kRegion.near, kRegion.far),
                              numbers.between(kRegion.left, kRegion.right),
                              isCube(thing) ? numbers.between(-kTurn, kTurn) : 0};
    if (!hasSpace(layout, placed, thing, placement)) continue;
    layout[index] = placement;
    placed[index] = true;
    return true;
  }
  return false;
}

}  // namespace

Layout randomLayout(std::uint64_t seed, std::uint32_t attempt) {
  Numbers numbers(seed, attempt);
  // The large things first. Six things fill a quarter of the region: few tries fail.
  while (true) {
    Layout layout{};
    bool placed[kThings] = {};
    bool all = true;
    for (int i = kThings - 1; i >= 0 && all; --i) {
      all = placeOne(layout, placed, static_cast<Thing>(i), numbers);
    }
    if (all) return layout;
  }
}

std::string placementProblem(const Layout& others, Thing thing, const Placement& placement) {
  const std::string what = "The " + std::string(nameOf(thing)) + " cannot be put there: ";
  if (!std::isfinite(placement.x + placement.y + placement.yaw)) {
    return what + "its place is no number.";
  }
  if (!kTable.contains(placement.x, placement.y)) return what + "that is off the table.";
  if (!kReach.contains(placement.x, placement.y)) return what + "the arm does not reach so far.";
  for (int i = 0; i < kThings; ++i) {
    const auto other = static_cast<Thing>(i);
    const bool flat = (isCube(thing) && other == Thing::Pad) ||
                      (thing == Thing::Pad && isCube(other));
    if (other == thing || flat) continue;
    if (distance(placement, others[i]) < radiusOf(thing) + radiusOf(other)) {
      return what + "the " + std::string(nameOf(other)) + " is in the way.";
    }
  }
  return {};
}

}  // namespace jacobiscope
