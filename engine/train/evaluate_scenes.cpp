#include "engine/train/evaluate_scenes.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "engine/checkpoint/checkpoint.h"
#include "engine/core/clocks.h"
#include "engine/core/error.h"
#include "engine/nn/load_tensor.h"
#include "engine/t2i/token_family.h"
#include "engine/train/progress_file.h"
#include "engine/train/scene_judge.h"
#include "engine/train/vq_trainer.h"

namespace jacobiscope {

namespace {

constexpr int kVqPictures = 512;
constexpr std::size_t kBatch = 64;
// Progress is kept about so often.
constexpr double kSecondsBetweenWrites = 2;

struct Asked {
  Scene scene;
  std::string prompt;
};

// One decoded picture: what the judge saw, and what it cost.
struct Seen {
  Scene scene;
  std::int64_t calls = 0;
  double seconds = 0;
};

bool cancelled(const SceneRequest& request) { return request.cancel && *request.cancel; }

std::vector<Asked> askedFor(const SceneRequest& request) {
  std::vector<Asked> list;
  for (const std::string& prompt : request.prompts) {
    const auto scene = parseCaption(prompt);
    if (!scene) {
      throw UsageError("The prompt \"" + prompt + "\" describes no scene that can be judged.",
                       "For example \"" + plainCaption({Scene::Beside, 0, 1, 0}) + "\".");
    }
    list.push_back({*scene, prompt});
  }
  if (!list.empty()) return list;
  auto generator = torch::make_generator<at::CPUGeneratorImpl>(request.seed + 20251124);
  const Draw draw = drawFrom(generator);
  for (std::int64_t i = 0; i < request.count; ++i) {
    const Scene scene = heldOutScene(draw);
    list.push_back({scene, caption(scene, draw)});
  }
  return list;
}

class Tally {
 public:
  void add(const Scene& asked, const Scene& seen) {
    const bool two = asked.layout != Scene::Single;
    const bool together = std::minmax(asked.first, asked.second) ==
                          std::minmax(seen.first, seen.second);
    const bool placed = asked.layout == seen.layout && asked.first == seen.first &&
                        asked.second == seen.second;
    const bool objects = together && two == (seen.layout != Scene::Single);
    ++m_total;
    m_right += asked == seen;
    m_objects += objects && asked.colour == seen.colour;
    m_two += two;
    m_relation += two && placed;
  }
  SceneShares shares() const {
    return {wilsonShare(m_right, m_total), wilsonShare(m_objects, m_total),
            wilsonShare(m_relation, m_two)};
  }

 private:
  std::int64_t m_total = 0, m_right = 0, m_objects = 0, m_two = 0, m_relation = 0;
};

// Identifies the request, so that another one's progress is not continued.
std::string fingerprint(const Family& model, const SceneRequest& request) {
  nlohmann::json key = {model.info().hash, model.info().dtype,
                        Checkpoint::open(request.judge).hash(), request.seed, request.count,
                        request.prompts};
  for (const auto& [decoder, knobs] : request.decoders) {
    for (const auto& [name, value] : knobs) key.push_back(name + "=" + formatKnob(value));
  }
  return key.dump();
}

// Every picture so far, by decoder.
using Progress = std::vector<std::vector<Seen>>;

Progress readProgress(const ProgressFile& file, std::size_t decoders, std::size_t prompts) {
  Progress progress(decoders);
  const nlohmann::json json = file.read();
  if (json.is_null()) return progress;
  try {
    const nlohmann::json& all = json.at("seen");
    if (all.size() != decoders) file.refuse("is damaged");
    for (std::size_t d = 0; d < decoders; ++d) {
      for (const auto& row : all[d]) {
        Seen seen;
        seen.scene = {static_cast<Scene::Layout>(row.at(0).get<int>()), row.at(1).get<int>(),
                      row.at(2).get<int>(), row.at(3).get<int>()};
        seen.calls = row.at(4).get<std::int64_t>();
        seen.seconds = row.at(5).get<double>();
        progress[d].push_back(seen);
      }
      if (progress[d].size() > prompts) file.refuse("is damaged");
    }
  } catch (const nlohmann::json::exception&) {
    file.refuse("is no progress of an evaluation");
  }
  return progress;
}

void writeProgress(const ProgressFile& file, const Progress& progress) {
  nlohmann::json all = nlohmann::json::array();
  for (const std::vector<Seen>& decoder : progress) {
    all.push_back(nlohmann::json::array());
    for (const Seen& s : decoder) {
      all.back().push_back({static_cast<int>(s.scene.layout), s.scene.first, s.scene.second,
                            s.scene.colour, s.calls, s.seconds});
    }
  }
  file.write({{"seen", std::move(all)}});
}

class Evaluator {
 public:
  Evaluator(Family& model, const SceneRequest& request)
      : m_model(model),
        m_vq(asTokens(model).model().vq),
        m_request(request),
        m_judge(SceneJudge::open(request.judge)),
        m_sprites(readSceneSprites(request.data)),
        m_asked(askedFor(request)) {
    const int size = model.info().gridRows * m_vq.config.factor();
    if (size != kSceneSize || m_vq.config.imageChannels != 3) {
      throw Error(model.info().name + " makes pictures of " + std::to_string(size) +
                      " pixels; the judge sees " + std::to_string(kSceneSize) + ".",
                  "Only models of scenes can be judged.");
    }
  }

  SceneEvaluation run() {
    const ProgressFile file(m_request.progressFile, fingerprint(m_model, m_request));
    Progress progress = readProgress(file, m_request.decoders.size(), m_asked.size());
    for (std::size_t d = 0; d < m_request.decoders.size(); ++d) {
      decodeAll(d, progress, file);
    }
    SceneEvaluation evaluation;
    evaluation.prompts = std::ssize(m_asked);
    for (std::size_t d = 0; d < m_request.decoders.size(); ++d) {
      evaluation.decoders.push_back(summary(m_request.decoders[d].first, progress[d]));
    }
    if (cancelled(m_request)) return evaluation;
    judgeRenderings(evaluation);
    const VqFigures figures = vqFigures(m_vq, m_sprites, kSceneSize, kVqPictures);
    evaluation.error = figures.error;
    evaluation.usage = figures.usage;
    evaluation.perplexity = figures.perplexity;
    if (m_request.sheet > 0) evaluation.sheet = sheet();
    return evaluation;
  }

 private:
  // Empty where it was stopped.
  Tensor decode(std::size_t prompt, std::size_t decoder, std::int64_t& calls) const {
    Input input;
    input.prompt = m_asked[prompt].prompt;
    input.seed = m_request.seed + prompt;
    const auto run = m_model.begin(m_request.decoders[decoder].second, input);
    while (const auto sweep = run->sweep()) {
      calls += sweep->calls;
      if (cancelled(m_request)) return {};
    }
    return toTensor(run->result().at("image"));
  }

  void decodeAll(std::size_t decoder, Progress& progress, const ProgressFile& file) const {
    std::vector<Seen>& seen = progress[decoder];
    const double all = static_cast<double>(m_asked.size() * progress.size());
    auto written = Clock::now();
    while (seen.size() < m_asked.size() && !cancelled(m_request)) {
      const auto begin = Clock::now();
      Seen one;
      const Tensor image = decode(seen.size(), decoder, one.calls);
      if (!image.defined()) break;
      one.seconds = seconds(Clock::now() - begin);
      one.scene = m_judge.judge(image)[0];
      seen.push_back(one);
      const double done = static_cast<double>(decoder * m_asked.size() + seen.size());
      if (m_request.progress) m_request.progress(done / all);
      if (seconds(Clock::now() - written) < kSecondsBetweenWrites) continue;
      writeProgress(file, progress);
      written = Clock::now();
    }
    writeProgress(file, progress);
  }

  DecoderEvaluation summary(const std::string& name, const std::vector<Seen>& seen) const {
    DecoderEvaluation evaluation;
    evaluation.decoder = name;
    Tally tally;
    const double count = std::max(1.0, static_cast<double>(seen.size()));
    for (std::size_t i = 0; i < seen.size(); ++i) {
      tally.add(m_asked[i].scene, seen[i].scene);
      evaluation.calls += static_cast<double>(seen[i].calls) / count;
      evaluation.seconds += seen[i].seconds / count;
    }
    evaluation.samples = tally.shares();
    return evaluation;
  }

  void judgeRenderings(SceneEvaluation& evaluation) const {
    const torch::NoGradGuard noGrad;
    auto generator = torch::make_generator<at::CPUGeneratorImpl>(m_request.seed + 777);
    const int side = m_model.info().gridRows;
    Tally real, reconstructed;
    for (std::size_t from = 0; from < m_asked.size(); from += kBatch) {
      std::vector<Scene> scenes;
      for (std::size_t i = from; i < std::min(m_asked.size(), from + kBatch); ++i) {
        scenes.push_back(m_asked[i].scene);
      }
      const Tensor pictures = scenePictures(m_sprites, scenes, kSceneSize, {}, generator);
      const Tensor tokens = vqEncode(m_vq, pictures.to(m_vq.codebook.device()));
      const auto seen = m_judge.judge(pictures);
      const auto again = m_judge.judge(vqDecode(m_vq, tokens, side, side));
      for (std::size_t i = 0; i < scenes.size(); ++i) {
        real.add(scenes[i], seen[i]);
        reconstructed.add(scenes[i], again[i]);
      }
    }
    evaluation.real = real.shares();
    evaluation.reconstructed = reconstructed.shares();
  }

  // Decoded once more: a resumed evaluation has not kept its pictures.
  Array sheet() const {
    std::vector<Tensor> images;
    const auto count = std::min(m_asked.size(), static_cast<std::size_t>(m_request.sheet));
    std::int64_t calls = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const Tensor image = decode(i, 0, calls);
      if (image.defined()) images.push_back(image);
    }
    return images.empty() ? Array{} : toArray(torch::cat(images));
  }

  Family& m_model;
  const VqModel& m_vq;
  const SceneRequest& m_request;
  SceneJudge m_judge;
  EmojiSprites m_sprites;
  std::vector<Asked> m_asked;
};

}  // namespace

std::filesystem::path t2iFolder(const ModelInfo& model) {
  return findParts(model.path).gpt.parent_path();
}

SceneEvaluation evaluateScenes(Family& model, const SceneRequest& request) {
  return Evaluator(model, request).run();
}

}  // namespace jacobiscope
