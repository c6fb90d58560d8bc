// Which samples make up the batch of a step.
#pragma once

#include <cstdint>
#include <vector>

namespace jacobiscope {

// An epoch goes once through all samples but a rest smaller than a batch, in an order that
// follows from seed and epoch: a training that goes on at some step sees what it would have
// seen. Within stretches of kStretch batches samples of like length stand together, so that
// little is padded and a batch still is as mixed as its stretch.
class BatchOrder {
 public:
  static constexpr std::int64_t kStretch = 16;

  // lengths[i] is that of sample i; there is one at least. Batches are of `batch` samples, or
  // of all where there are fewer.
  BatchOrder(std::vector<std::int64_t> lengths, std::int64_t batch, std::uint64_t seed);

  std::vector<std::int64_t> batchOf(std::int64_t step);  // indices of samples

 private:
  void prepare(std::int64_t epoch);

  std::vector<std::int64_t> m_lengths;
  std::int64_t m_batch, m_perEpoch;
  std::uint64_t m_seed;
  std::int64_t m_epoch = -1;
  std::vector<std::int64_t> m_samples;  // of the epoch, batch after batch
  std::vector<std::int64_t> m_batches;  // and the order of its batches
};

}  // namespace jacobiscope
