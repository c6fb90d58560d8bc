#include "engine/train/jacobi_paths.h"

#include <algorithm>
#include <cmath>

#include "engine/core/error.h"
#include "engine/vla/chunk_start.h"

namespace jacobiscope {

namespace {

std::vector<std::int64_t> numbersOf(const Tensor& tokens) {
  const Tensor own = tokens.to(torch::kCPU, torch::kInt64).contiguous();
  return {own.data_ptr<std::int64_t>(), own.data_ptr<std::int64_t>() + own.numel()};
}

// Mean distance of x, y and z over the steps of a chunk, in mm.
double distance(const ActionCodec& codec, const Tensor& one, const Tensor& other) {
  const auto a = codec.values(numbersOf(one)), b = codec.values(numbersOf(other));
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const std::size_t dimension = i % codec.size();
    if (dimension < 3) sum += 1000 * std::abs(double{a[i]} - double{b[i]});
  }
  return sum / (3.0 * static_cast<double>(a.size() / codec.size()));
}

// Logits [B, A] of token 0 and [B, w, A] of those behind w drafts, to ids [B, w + 1].
Tensor likeliest(const Tensor& first, const Tensor& behind, const Tensor& ids) {
  const Tensor best = torch::cat({first.unsqueeze(1), behind}, 1).argmax(2);
  return ids.defined() ? ids.index_select(0, best.flatten()).view(best.sizes()) : best;
}

}  // namespace

Tensor JacobiPath::after(int calls) const {
  return iterates[std::min<std::int64_t>(calls, iterates.size(0) - 1)];
}

std::vector<JacobiPath> jacobiPaths(const PreparedLlama& llama,
                                    const std::vector<std::int64_t>& ids, const Tensor& prefix,
                                    const Tensor& mask, const Tensor& guesses) {
  const torch::NoGradGuard noGrad;
  const std::int64_t count = guesses.size(0), n = guesses.size(1);
  if (n < 2) throw UsageError("A chunk of one token needs no iteration.");
  const Tensor answers =
      ids.empty() ? Tensor() : torch::tensor(ids, torch::kInt64).to(prefix.device());
  std::vector<JacobiPath> paths(count);
  std::vector<std::vector<Tensor>> iterates(count);
  for (std::int64_t b = 0; b < count; ++b) iterates[b].push_back(guesses[b].to(torch::kCPU));

  Tensor going = torch::arange(count, torch::kInt64);  // the sequences that have not settled
  Tensor drafts = guesses.to(prefix.device());
  LlamaPass pass(llama, prefix, mask, static_cast<int>(n - 1), drafts.slice(1, 0, n - 1));
  Tensor said = likeliest(pass.first(), pass.behindDrafts(), answers);
  for (int calls = 1;; ++calls) {
    pass.rollback();
    // The last token is read by none: it is final as soon as those before it are.
    const Tensor alike = (said == drafts).to(torch::kCPU);
    const Tensor settled = alike.slice(1, 0, n - 1).all(1), unchanged = alike.all(1);
    const Tensor now = said.to(torch::kCPU);
    for (std::int64_t i = 0; i < going.size(0); ++i) {
      const auto b = going[i].item<std::int64_t>();
      if (!unchanged[i].item<bool>()) iterates[b].push_back(now[i].clone());
      paths[b].calls = calls;
    }
    // After n calls all is settled: call c reads c - 1 tokens, at least, as they end up.
    const Tensor left = settled.logical_not().nonzero().flatten();
    if (left.numel() == 0 || calls >= n) break;
    drafts = said.index_select(0, left.to(said.device()));
    if (left.numel() < going.numel()) pass.select(left);
    going = going.index_select(0, left);
    said = likeliest(pass.first(), pass.run(drafts.slice(1, 0, n - 1)), answers);
  }
  for (std::int64_t b = 0; b < count; ++b) paths[b].iterates = torch::stack(iterates[b]);
  return paths;
}

Tensor randomChunk(const PolicyConfig& config, std::uint64_t seed, std::int64_t sample,
                   std::int64_t start) {
  const auto n = static_cast<std::size_t>(config.actionTokens());
  return torch::tensor(randomActionTokens(config, seed, static_cast<std::uint32_t>(sample),
                                          static_cast<std::size_t>(start) * n, n),
                       torch::kInt64);
}

JacobiFigures jacobiFigures(std::span<const JacobiPath> paths, const ActionCodec& codec) {
  JacobiFigures figures;
  const auto count = static_cast<double>(paths.size());
  for (const JacobiPath& path : paths) {
    figures.calls += path.calls / count;
    for (int exit = 0; exit < JacobiFigures::kExits; ++exit) {
      const Tensor left = path.after(exit + 1);
      const Tensor right = (left == path.settled()).to(torch::kFloat32).mean();
      figures.right[exit] += right.item<double>() / count;
      figures.off[exit] += distance(codec, left, path.settled()) / count;
    }
  }
  return figures;
}

}  // namespace jacobiscope
