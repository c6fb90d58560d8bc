#include "engine/t2i/distribution.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <numbers>
#include <numeric>

#include "engine/core/error.h"

namespace jacobiscope {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
// Sums and maxima run in this many lanes, which the compiler turns into vectors: it may not
// reorder them itself.
constexpr std::size_t kLanes = 8;
// drawToken() finds the block first, then the token in it.
constexpr std::size_t kBlock = 256;

[[noreturn]] void throwNotANumber() { throw Error("the model's output is not a number"); }

double sumOf(std::span<const float> numbers) {
  std::array<double, kLanes> lanes{};
  const std::size_t whole = numbers.size() - numbers.size() % kLanes;
  for (std::size_t i = 0; i < whole; i += kLanes) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) lanes[lane] += numbers[i + lane];
  }
  double sum = 0;
  for (const double lane : lanes) sum += lane;
  for (const float number : numbers.subspan(whole)) sum += number;
  return sum;
}

// The largest logit; throws where one is NaN or +infinity, or no token is allowed.
float largestOf(std::span<const float> logits) {
  std::array<float, kLanes> lanes;
  lanes.fill(-kInfinity);
  std::array<int, kLanes> strange{};
  const auto look = [&](float logit, std::size_t lane) {
    lanes[lane] = logit > lanes[lane] ? logit : lanes[lane];
    strange[lane] |= !(logit < kInfinity);
  };
  const std::size_t whole = logits.size() - logits.size() % kLanes;
  for (std::size_t i = 0; i < whole; i += kLanes) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) look(logits[i + lane], lane);
  }
  for (std::size_t i = whole; i < logits.size(); ++i) look(logits[i], 0);
  if (std::ranges::count(strange, 0) != std::ssize(strange)) throwNotANumber();
  const float largest = std::ranges::max(lanes);
  if (largest == -kInfinity) throw Error("the model allows no token at all");
  return largest;
}

// exp(x) for x <= 0, to about 1e-7 x relative; 0 below exp(-87.7). Vectorised, unlike
// std::exp. Cephes' expf: x = n log 2 + r, a polynomial in r.
float exponential(float x) {
  constexpr float kLowest = -88.0f, kShift = 0x1.8p23f;  // adding it rounds to an integer
  const float t = x > kLowest ? x : kLowest;
  const float n = (t * std::numbers::log2e_v<float> + kShift) - kShift;
  const float r = (t - n * 0.693359375f) - n * -2.12194440e-4f;  // log 2 in two parts
  float y = 1.9875691500e-4f;
  y = y * r + 1.3981999507e-3f;
  y = y * r + 8.3334519073e-3f;
  y = y * r + 4.1665795894e-2f;
  y = y * r + 1.6666665459e-1f;
  y = y * r + 5.0000001201e-1f;
  y = y * (r * r) + r + 1.0f;
  // For the lowest n, -127, this is 0.
  return y * std::bit_cast<float>((static_cast<std::int32_t>(n) + 127) << 23);
}

// Numbers by their sign, exponent and first bits of the mantissa, in ascending order: to find
// the k-th largest, or a share of the sum, only one bin has to be looked into.
constexpr std::size_t kBins = 4096;

std::size_t binOf(float number) {
  const auto bits = std::bit_cast<std::uint32_t>(number);
  return (bits ^ (bits >> 31 ? 0xffffffffu : 0x80000000u)) >> 20;
}

// The smallest logit that top_k lets through.
float topKBorder(std::span<const float> logits, int topK) {
  if (topK <= 0 || topK >= std::ssize(logits)) return -kInfinity;
  std::array<int, kBins> counts{};
  for (const float logit : logits) ++counts[binOf(logit)];
  std::size_t bin = kBins - 1;
  int rank = topK;  // among what is left, from 1
  for (; rank > counts[bin]; --bin) rank -= counts[bin];
  std::vector<float> inside;
  inside.reserve(static_cast<std::size_t>(counts[bin]));
  for (const float logit : logits) {
    if (binOf(logit) == bin) inside.push_back(logit);
  }
  const auto border = inside.begin() + (rank - 1);
  std::nth_element(inside.begin(), border, inside.end(), std::greater<>());
  return *border;
}

// Zero outside the smallest set of tokens whose weight reaches `share` of all.
void keepTopP(std::span<float> weights, double share) {
  std::array<double, kBins> sums{};
  for (const float weight : weights) sums[binOf(weight)] += weight;
  double needed = share * std::accumulate(sums.begin(), sums.end(), 0.0);
  std::size_t bin = kBins - 1;
  const std::size_t zeros = binOf(0.0f);
  for (; bin > zeros && (sums[bin] == 0 || sums[bin] < needed); --bin) needed -= sums[bin];
  std::vector<std::size_t> inside;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (binOf(weights[i]) == bin) inside.push_back(i);
    if (binOf(weights[i]) < bin) weights[i] = 0;
  }
  std::ranges::stable_sort(inside, std::greater<>(), [&](std::size_t i) { return weights[i]; });
  bool reached = false;  // the first is always in
  for (const std::size_t i : inside) {
    needed -= weights[i];
    if (reached) weights[i] = 0;
    reached = reached || needed <= 0;
  }
}

}  // namespace

void toProbabilities(std::span<float> logits, const Filter& filter) {
  const float largest = largestOf(logits);
  if (!(filter.temperature > 0)) {
    const auto first = std::ranges::find(logits, largest) - logits.begin();
    std::ranges::fill(logits, 0.0f);
    logits[static_cast<std::size_t>(first)] = 1;
    return;
  }
  const float border = topKBorder(logits, filter.topK);
  const auto scale = static_cast<float>(1 / std::max(filter.temperature, 1e-30));  // finite
  for (float& x : logits) x = x < border ? -kInfinity : x;
  for (float& x : logits) x = exponential((x - largest) * scale);
  if (filter.topP < 1) keepTopP(logits, filter.topP);
  const auto factor = static_cast<float>(1 / sumOf(logits));
  for (float& x : logits) x *= factor;
}

int drawToken(std::span<const float> p, float u) {
  const auto block = [p](std::size_t begin) {
    return p.subspan(begin, std::min(kBlock, p.size() - begin));
  };
  double total = 0;
  for (std::size_t begin = 0; begin < p.size(); begin += kBlock) total += sumOf(block(begin));
  if (!std::isfinite(total)) throwNotANumber();
  if (!(total > 0)) throw Error("a distribution without any probability");
  // Below the total, to which the same sums add up again below: some block passes it.
  const double goal = std::min(u, 1 - 0x1p-24f) * total;
  double passed = 0;
  for (std::size_t begin = 0;; begin += kBlock) {
    const double sum = sumOf(block(begin));
    if (passed + sum <= goal) {
      passed += sum;
      continue;
    }
    // In another order the block's sum may round to less: then the last that has a share.
    int last = -1;
    for (std::size_t i = begin; i < begin + block(begin).size(); ++i) {
      if (!(p[i] > 0)) continue;
      last = static_cast<int>(i);
      passed += p[i];
      if (passed > goal) break;
    }
    return last;
  }
}

int drawToken(std::span<const float> p, std::span<const float> gumbel) {
  int best = -1;
  double bestScore = -kInfinity;
  for (std::size_t i = 0; i < p.size(); ++i) {
    if (!(p[i] > 0)) continue;
    // log p is below this multiple of log 2: few tokens need their logarithm.
    const int exponent = static_cast<int>(std::bit_cast<std::uint32_t>(p[i]) >> 23) - 126;
    if (best >= 0 && gumbel[i] + exponent * std::numbers::ln2 <= bestScore) continue;
    const double score = std::log(double{p[i]}) + gumbel[i];
    if (best >= 0 && !(score > bestScore)) continue;
    best = static_cast<int>(i);
    bestScore = score;
  }
  if (best < 0) throwNotANumber();
  return best;
}

std::vector<int> mostProbable(std::span<const float> p, int count) {
  std::vector<int> best;  // few: kept in order by insertion
  const auto limit = static_cast<std::size_t>(std::max(count, 0));
  const auto at = [p](int token) { return p[static_cast<std::size_t>(token)]; };
  for (std::size_t i = 0; i < p.size() && limit > 0; ++i) {
    if (!(p[i] > 0) || (best.size() == limit && p[i] <= at(best.back()))) continue;
    if (best.size() == limit) best.pop_back();
    const auto place = std::ranges::find_if(best, [&](int token) { return at(token) < p[i]; });
    best.insert(place, static_cast<int>(i));
  }
  return best;
}

}  // namespace jacobiscope
