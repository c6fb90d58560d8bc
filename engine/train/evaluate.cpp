#include "engine/train/evaluate.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "engine/checkpoint/checkpoint.h"
#include "engine/core/error.h"
#include "engine/nn/load_tensor.h"
#include "engine/tarflow/flow_family.h"
#include "engine/tarflow/forward.h"
#include "engine/train/classifier.h"
#include "engine/train/held_out_seed.h"
#include "engine/train/progress_file.h"

namespace jacobiscope {

Share wilsonShare(std::int64_t right, std::int64_t total) {
  Share share{right, total, 0, 1};
  if (total == 0) return share;
  const double z = 1.959964, n = static_cast<double>(total), p = right / n;
  const double centre = (p + z * z / (2 * n)) / (1 + z * z / n);
  const double half = z / (1 + z * z / n) * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n));
  share.low = std::max(0.0, centre - half);
  share.high = std::min(1.0, centre + half);
  return share;
}

namespace {

constexpr int kHeldOutPictures = 480;

bool cancelled(const EvaluateRequest& request) { return request.cancel && *request.cancel; }

// What has been judged so far, class by class; survives in the progress file.
struct Tally {
  std::vector<std::int64_t> right, total;
  std::int64_t calls = 0;

  explicit Tally(std::size_t classes) : right(classes, 0), total(classes, 0) {}
};

// Identifies the request, so that another one's progress is not continued.
std::string fingerprint(const Family& model, const EvaluateRequest& request) {
  nlohmann::json key = {model.info().hash, Checkpoint::open(request.classifier).hash(),
                        request.seed, request.count};
  for (const auto& [name, value] : request.knobs) key.push_back(name + "=" + formatKnob(value));
  return key.dump();
}

Tally readTally(const ProgressFile& file, std::size_t classes) {
  Tally tally(classes);
  const nlohmann::json json = file.read();
  if (json.is_null()) return tally;
  try {
    tally.right = json.at("right").get<std::vector<std::int64_t>>();
    tally.total = json.at("total").get<std::vector<std::int64_t>>();
    tally.calls = json.at("calls").get<std::int64_t>();
  } catch (const nlohmann::json::exception&) {
    file.refuse("is no progress of an evaluation");
  }
  if (tally.right.size() != classes || tally.total.size() != classes) file.refuse("is damaged");
  return tally;
}

void writeTally(const ProgressFile& file, const Tally& tally) {
  file.write({{"right", tally.right}, {"total", tally.total}, {"calls", tally.calls}});
}

// Draws `request.count` samples of one class in one batch and has them judged.
void judgeClass(Family& model, const EvaluateRequest& request, const Classifier& judge,
                std::int64_t label, Tally& tally) {
  Input input;
  input.seed = request.seed + static_cast<std::uint64_t>(label);
  input.count = static_cast<int>(request.count);
  input.label = label;
  const auto decoder = model.begin(request.knobs, input);
  std::int64_t calls = 0;
  while (const auto sweep = decoder->sweep()) {
    calls += sweep->calls;
    if (cancelled(request)) return;
  }
  const Tensor named = judge.classify(toTensor(decoder->result().at("image")));
  tally.right[label] = (named == label).sum().item<std::int64_t>();
  tally.total[label] = request.count;
  tally.calls += calls;
}

// Fresh renderings of every class, judged the same way.
std::vector<Share> judgeRenderings(const EvaluateRequest& request, const Classifier& judge,
                                   const EmojiSprites& sprites, int size) {
  auto generator = torch::make_generator<at::CPUGeneratorImpl>(request.seed + 777);
  std::vector<Share> shares;
  for (std::size_t label = 0; label < sprites.names.size(); ++label) {
    const Tensor classes = torch::full({request.count}, static_cast<std::int64_t>(label),
                                       torch::dtype(torch::kInt64));
    const Tensor pictures = emojiPictures(sprites, classes, size, EmojiVariation{}, generator);
    const auto right = (judge.classify(pictures) == classes).sum().item<std::int64_t>();
    shares.push_back(wilsonShare(right, request.count));
  }
  return shares;
}

double heldOutBits(const FlowFamily& family, const EmojiSprites& sprites) {
  const torch::NoGradGuard noGrad;
  auto generator = torch::make_generator<at::CPUGeneratorImpl>(kHeldOutSeed);
  const TarFlowConfig& config = family.config();
  double sum = 0;
  for (int done = 0; done < kHeldOutPictures; done += 48) {
    const Tensor classes = torch::arange(done, done + 48) % config.classes;
    Tensor pictures =
        emojiPictures(sprites, classes, config.imageSize, EmojiVariation{}, generator);
    pictures = pictures + torch::randn(pictures.sizes(), generator) * config.sigma;
    auto& flow = const_cast<FlowFamily&>(family).flow();
    sum += 48 * flowLoss(encode(flow.model, pictures.to(flow.device), classes.to(flow.device)))
                    .item<double>();
  }
  return (sum / kHeldOutPictures + 0.5 * std::log(2 * M_PI)) / std::log(2.0) + 7;
}

}  // namespace

FlowEvaluation evaluateFlow(Family& model, const EvaluateRequest& request) {
  FlowFamily& family = asFlow(model);
  const Classifier judge = Classifier::open(request.classifier);
  const EmojiSprites sprites = readEmojiSprites(request.data);
  const auto& classes = family.info().classes;
  if (judge.classes() != classes || sprites.names != classes) {
    throw Error("The classifier or the data know other classes than the model.",
                "Train the classifier on the data the model was trained on.");
  }
  const ProgressFile file(request.progressFile, fingerprint(model, request));
  Tally tally = readTally(file, classes.size());
  for (std::size_t label = 0; label < classes.size() && !cancelled(request); ++label) {
    if (tally.total[label] == 0) {
      judgeClass(model, request, judge, static_cast<std::int64_t>(label), tally);
      if (!cancelled(request)) writeTally(file, tally);
    }
    if (request.progress) request.progress((label + 1.0) / classes.size());
  }
  FlowEvaluation evaluation;
  std::int64_t right = 0, total = 0, realRight = 0, realTotal = 0;
  // Renderings and likelihood take a while of their own, and say nothing of half a run.
  std::vector<Share> real(classes.size());
  if (!cancelled(request)) {
    real = judgeRenderings(request, judge, sprites, family.config().imageSize);
    evaluation.bitsPerDimension = heldOutBits(family, sprites);
    evaluation.heldOutPictures = kHeldOutPictures;
  }
  for (std::size_t label = 0; label < classes.size(); ++label) {
    evaluation.classes.push_back(
        {classes[label], wilsonShare(tally.right[label], tally.total[label]), real[label]});
    right += tally.right[label];
    total += tally.total[label];
    realRight += real[label].right;
    realTotal += real[label].total;
  }
  evaluation.samples = wilsonShare(right, total);
  evaluation.real = wilsonShare(realRight, realTotal);
  evaluation.calls = tally.calls;
  return evaluation;
}

}  // namespace jacobiscope
