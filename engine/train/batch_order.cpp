#include "engine/train/batch_order.h"

#include <algorithm>
#include <utility>

#include "engine/nn/torch.h"

namespace jacobiscope {

namespace {

std::vector<std::int64_t> shuffled(std::int64_t count, torch::Generator& generator) {
  const Tensor order = torch::randperm(count, generator, torch::dtype(torch::kInt64));
  const auto* first = order.data_ptr<std::int64_t>();
  return {first, first + count};
}

}  // namespace

BatchOrder::BatchOrder(std::vector<std::int64_t> lengths, std::int64_t batch, std::uint64_t seed)
    : m_lengths(std::move(lengths)), m_batch(std::min<std::int64_t>(batch, std::ssize(m_lengths))),
      m_perEpoch(std::ssize(m_lengths) / m_batch), m_seed(seed) {}

void BatchOrder::prepare(std::int64_t epoch) {
  auto generator = torch::make_generator<at::CPUGeneratorImpl>(
      m_seed * 1000003 + static_cast<std::uint64_t>(epoch));
  m_samples = shuffled(std::ssize(m_lengths), generator);
  // Before it is sorted: else the rest that is left out were the longest.
  m_samples.resize(m_perEpoch * m_batch);
  const std::int64_t stretch = kStretch * m_batch, count = std::ssize(m_samples);
  for (std::int64_t begin = 0; begin < count; begin += stretch) {
    std::stable_sort(m_samples.begin() + begin,
                     m_samples.begin() + std::min(begin + stretch, count),
                     [&](auto a, auto b) { return m_lengths[a] < m_lengths[b]; });
  }
  m_batches = shuffled(m_perEpoch, generator);
  m_epoch = epoch;
}

std::vector<std::int64_t> BatchOrder::batchOf(std::int64_t step) {
  if (step / m_perEpoch != m_epoch) prepare(step / m_perEpoch);
  const auto first = m_samples.begin() + m_batches[step % m_perEpoch] * m_batch;
  return {first, first + m_batch};
}

}  // namespace jacobiscope
