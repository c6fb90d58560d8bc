#include <algorithm>

#include "engine/train/jacobi_paths.h"
#include "engine/train/policy_loss.h"
#include "engine/train/trajectories.h"
#include "engine/vla/load_policy.h"

namespace jacobiscope {

namespace {

// Collects what jacobiPaths() finds.
class Collected {
 public:
  Collected(Trajectories& into, const DemonstrationSet& data) : m_into(into), m_data(data) {}

  void add(std::span<const std::int64_t> samples, const std::vector<JacobiPath>& paths) {
    for (std::size_t i = 0; i < paths.size(); ++i) {
      m_into.origins.push_back(m_data.origin(samples[i]));
      m_into.lengths.push_back(paths[i].iterates.size(0));
      m_tokens.push_back(paths[i].iterates.to(torch::kInt32));
      m_calls += paths[i].calls;
    }
  }
  double calls() const { return m_calls / std::max<double>(1, static_cast<double>(m_into.size())); }
  void finish() {
    m_into.calls = calls();
    if (!m_tokens.empty()) m_into.tokens = torch::cat(m_tokens);
  }

 private:
  Trajectories& m_into;
  const DemonstrationSet& m_data;
  std::vector<Tensor> m_tokens;
  double m_calls = 0;
};

}  // namespace

Trajectories makeTrajectories(const Teacher& teacher, const DemonstrationSet& data,
                              const std::vector<std::string>& hashes, const TrajectoryOrder& order,
                              torch::Device device, const TrajectoryProgress& progress,
                              const std::atomic<bool>* cancel) {
  const torch::NoGradGuard noGrad;
  const Policy policy = loadPolicy(teacher.checkpoint, device);
  const PreparedLlama prepared(policy.llama, torch::kFloat32, teacher.ids());
  Trajectories made;
  made.policy = teacher.checkpoint.hash();
  made.data = hashes;
  made.seed = order.seed;
  made.chunk = teacher.config.chunk;
  Collected collected(made, data);
  const std::int64_t most = order.samples > 0 ? order.samples : std::ssize(data.trained());
  const auto chosen = evenlyChosen(data, data.trained(), most);
  const std::int64_t count = std::ssize(chosen);
  for (std::int64_t begin = 0; begin < count && !(cancel && *cancel); begin += order.batch) {
    const auto size = std::min<std::int64_t>(order.batch, count - begin);
    const auto samples = std::span(chosen).subspan(begin, size);
    const DemonstrationBatch batch = data.batch(samples);
    const Observed seen = observe(policy, batch, batch.pictures, device);
    for (int start = 0; start < order.starts; ++start) {
      std::vector<Tensor> guesses;
      for (const std::int64_t sample : samples) {
        guesses.push_back(randomChunk(policy.config, order.seed, sample, start));
      }
      collected.add(samples, jacobiPaths(prepared, teacher.ids(), seen.prefix, seen.mask,
                                         torch::stack(guesses)));
    }
    if (progress) progress(begin + size, count, collected.calls());
  }
  collected.finish();
  return made;
}

}  // namespace jacobiscope
