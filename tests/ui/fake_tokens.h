// A family that decodes tokens without a network: speculative Jacobi decoding of a picture that
// is known, with numbers as a model might give them. Drafts are right the oftener the more
// passes they saw; the tests of the token views and the window need no more.
#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "engine/core/family.h"
#include "engine/core/random.h"

namespace jacobiscope {

// The picture: a disc before a sky, in tokens of one colour each; token t has the colour
// (t / 16, t / 4 % 4, t % 4) of 0 to 3.
struct FakePicture {
  static constexpr int kSide = 16, kPatch = 4, kVocabulary = 64, kAtlasColumns = 32;

  static int answer(int position, std::uint64_t seed) {
    const float x = float(position % kSide) - 7.5f, y = float(position / kSide) - 8.5f;
    const float r = std::sqrt(x * x + y * y);
    const bool eye = std::abs(std::abs(x) - 2.5f) < 0.8f && std::abs(y + 1.5f) < 1.1f;
    const bool mouth = y > 1.5f && std::abs(r - 4) < 0.8f;
    if (r < 6.3f && (eye || mouth)) return 16;
    if (r < 6.3f) return r < 5.3f ? 3 * 16 + 3 * 4 + int(seed % 2) : 3 * 16 + 2 * 4;
    return y > 4 ? 2 * 4 + (position % 3 == 0) : 16 + 2 * 4 + 3;
  }
  static void paint(Image& image, int column, int row, int token, float light) {
    const int levels[] = {token / 16, token / 4 % 4, token % 4};
    for (int y = 0; y < kPatch; ++y)
      for (int x = 0; x < kPatch; ++x) {
        const std::size_t pixel = (row * kPatch + y) * image.width + column * kPatch + x;
        for (int c = 0; c < 3; ++c)
          image.rgba[pixel * 4 + c] = std::uint8_t(float(levels[c] * 80 + 8 + (x + y)) * light);
        image.rgba[pixel * 4 + 3] = 255;
      }
  }
  static Image blank(int columns, int rows) {
    Image image{columns * kPatch, rows * kPatch, {}};
    image.rgba.resize(std::size_t(image.width) * image.height * 4);
    return image;
  }
};

class FakeTokenDecoder : public Decoder {
 public:
  static constexpr int kPositions = FakePicture::kSide * FakePicture::kSide;

  FakeTokenDecoder(const KnobValues& knobs, const Input& input)
      : m_input(input), m_tokens(kPositions, -1), m_q(kPositions), m_passes(kPositions) {
    setKnobs(knobs);
  }

  Plan plan() const override { return {{"tokens"}, {kPositions}, {{0, 0, kPositions, 0}}}; }

  std::optional<Sweep> sweep() override {
    if (m_frontier == kPositions) return std::nullopt;
    if (m_delay > 0) std::this_thread::sleep_for(std::chrono::milliseconds(m_delay));
    m_sweep = {};
    m_sweep.kind = m_call == 0 ? SweepKind::Prefill : SweepKind::Iterate;
    m_sweep.calls = 1;
    m_sweep.iteration = ++m_call;
    const int begin = m_frontier;
    const int width = m_sequential || m_call == 1 ? 1 : m_window;
    const int end = std::min(kPositions, begin + width);
    for (const char* name : {"token", "draft", "state", "top0", "top1", "top2", "top3"})
      m_sweep.facts.push_back({name, "", begin, std::vector<std::int32_t>()});
    for (const char* name : {"draft_p", "target_p", "draw", "change", "top_p0", "top_p1", "top_p2",
                             "top_p3"})
      m_sweep.facts.push_back({name, "", begin, std::vector<float>()});
    bool open = true;  // every draft so far passed
    double rejected = 0;
    for (int p = begin; p < end; ++p) rejected = std::max(rejected, judge(p, open));
    m_sweep.window = {0, begin, end, 0};
    m_sweep.frontier = m_frontier;
    m_sweep.residual = m_sequential ? std::nan("") : rejected;
    m_sweep.verdict = m_frontier == kPositions ? Verdict::Settled : Verdict::Accepted;
    return m_sweep;
  }

  std::vector<Panel> panels() const override {
    std::vector<Panel> panels{{"sample", "decoded so far", picture()}};
    if (m_input.count > 1)
      panels.push_back({"batch", "", Strip{std::vector<Image>(m_input.count, picture()), {}, -1}});
    if (std::exchange(m_showedCodebook, true)) return panels;
    Image atlas = FakePicture::blank(FakePicture::kAtlasColumns, FakePicture::kVocabulary /
                                                                     FakePicture::kAtlasColumns);
    for (int token = 0; token < FakePicture::kVocabulary; ++token)
      FakePicture::paint(atlas, token % FakePicture::kAtlasColumns,
                         token / FakePicture::kAtlasColumns, token, 1);
    panels.push_back({"codebook", "", std::move(atlas)});
    return panels;
  }

  KnobEffect setKnobs(const KnobValues& values) override {
    m_sequential = textAt(values, "decoder") == "sequential";
    m_coupled = textAt(values, "decoder") == "coupled";
    m_window = int(integerAt(values, "window"));
    m_delay = int(integerAt(values, "delay"));
    m_heat = numberAt(values, "temperature");
    return KnobEffect::None;
  }
  Arrays result() const override {
    std::vector<std::int64_t> tokens;
    for (int i = 0; i < m_input.count; ++i)
      tokens.insert(tokens.end(), m_tokens.begin(), m_tokens.end());
    return {{"tokens", {{m_input.count, kPositions}, tokens}}};
  }
  std::shared_ptr<const State> state() const override { return std::make_shared<State>(); }
  void restore(const State&) override {}

 private:
  float uniform(int position, int call, int what) const {
    return uniforms(m_input.seed + std::uint64_t(call) * 977, Purpose::Accept,
                    std::uint32_t(position), 8)[what];
  }
  template <class Value>
  void fact(const char* name, Value value) {
    for (FactColumn& column : m_sweep.facts)
      if (column.name == name) std::get<std::vector<Value>>(column.values).push_back(value);
  }
  Image picture() const {
    Image image = FakePicture::blank(FakePicture::kSide, FakePicture::kSide);
    for (int p = 0; p < kPositions; ++p) {
      const int token = m_tokens[p] >= 0 ? m_tokens[p] : FakePicture::answer(p, m_input.seed);
      FakePicture::paint(image, p % FakePicture::kSide, p / FakePicture::kSide, token,
                         p < m_frontier ? 1.0f : 0.3f);
    }
    return image;
  }
  static int wrong(int answer, float u) {
    return (answer + 1 + int(u * 12)) % FakePicture::kVocabulary;
  }

  // One position of the window; the probability with which its draft is rejected.
  double judge(int p, bool& open) {
    constexpr float kNone = std::numeric_limits<float>::quiet_NaN();
    const int answer = FakePicture::answer(p, m_input.seed);
    const int draft = m_tokens[p];
    const float u = uniform(p, m_call, 0), chance = uniform(p, m_call, 1);
    float target = kNone, change = kNone, draw = kNone;
    TokenState state = TokenState::Drafted;
    int token = draft;
    const float q = m_q[p];
    if (draft < 0 && !open) {  // new in the window
      token = chance < 0.55f ? answer : wrong(answer, uniform(p, m_call, 2));
      open = false;
    } else if (draft < 0) {  // behind the last draft
      token = answer;
      target = 0.35f + 0.6f * chance;
      state = TokenState::Drawn;
      open = false;
    } else {
      // Along a plain area the tokens before do not matter; at an edge they do.
      const bool edge = p > 0 && FakePicture::answer(p - 1, m_input.seed) != answer;
      const float sure = std::min(0.95f, (edge ? 0.15f : 0.4f) + 0.18f * float(m_passes[p]));
      target = draft == answer ? sure + (1 - sure) * chance * 0.3f
                               : (1 - sure) * chance * float(0.5 * m_heat);
      change = 1 - std::min(1.0f, target / q);
      draw = u;
      const bool passed = u < target / q;
      state = passed ? open ? TokenState::Accepted : TokenState::Kept
                     : open ? TokenState::Resampled : TokenState::Redrawn;
      const bool thrown = !m_coupled && chance < 0.3f;
      if (state == TokenState::Kept && thrown) state = TokenState::Redrawn;
      if (state == TokenState::Resampled || state == TokenState::Redrawn)
        token = uniform(p, m_call, 3) < 0.8f ? answer : wrong(answer, uniform(p, m_call, 2));
      if (!passed) open = false;
    }
    if (state >= TokenState::Accepted) ++m_frontier;
    ++m_passes[p];
    m_tokens[p] = token;
    m_q[p] = state == TokenState::Kept ? target : 0.25f + 0.6f * uniform(p, m_call, 4);
    fact("token", std::int32_t(token));
    fact("draft", std::int32_t(draft));
    fact("state", static_cast<std::int32_t>(state));
    fact("draft_p", draft < 0 ? kNone : q);
    fact("target_p", target);
    fact("draw", draw);
    fact("change", change);
    const int others[] = {token, wrong(answer, 0.3f), wrong(answer, 0.6f), wrong(answer, 0.9f)};
    const float shares[] = {0.62f, 0.2f, 0.1f, 0.03f};
    for (int k = 0; k < 4; ++k) {
      fact(("top" + std::to_string(k)).c_str(), std::int32_t(others[k]));
      fact(("top_p" + std::to_string(k)).c_str(), shares[k]);
    }
    return std::isnan(change) ? 0 : change;
  }

  Input m_input;
  bool m_sequential = false, m_coupled = false;
  mutable bool m_showedCodebook = false;
  int m_window = 32, m_delay = 0, m_frontier = 0, m_call = 0;
  double m_heat = 1;
  std::vector<int> m_tokens;
  std::vector<float> m_q;
  std::vector<int> m_passes;
  Sweep m_sweep;
};

class FakeTokens : public Family {
 public:
  FakeTokens() {
    m_info.family = "fake-tokens";
    m_info.name = m_info.path = "tokens";
    m_info.title = "Fake scenes";
    m_info.hash = "fake-tokens-1";
    m_info.device = "CPU";
    m_info.dtype = "float32";
    m_info.threads = 1;
    m_info.stages = {"tokens"};
    m_info.gridRows = m_info.gridColumns = FakePicture::kSide;
    m_info.positions = FakeTokenDecoder::kPositions;
    m_info.vocabulary = FakePicture::kVocabulary;
    m_info.prompted = true;
    m_info.words = {"a",     "above", "and",   "blue",  "cat",   "left",  "moon",  "of",
                    "on",    "pizza", "plain", "right", "robot", "rose",  "smile", "sun"};
    m_info.prompts = {"a smile on a blue background", "a cat left of a pizza",
                      "the moon above a robot"};
    Knob decoder{"decoder", "decoder", "How tokens are decided.", "Decoder", KnobKind::Choice,
                 KnobScope::NextRun, std::string("coupled")};
    decoder.choices = {"sequential", "sjd", "coupled"};
    m_info.knobs = {decoder,
                    {"window", "window", "Tokens put to the test at once.", "Decoder",
                     KnobKind::Integer, KnobScope::Live, std::int64_t{32}, 1, 256},
                    {"temperature", "temperature", "Heat of the distribution.", "Decoder",
                     KnobKind::Number, KnobScope::Live, 1.0, 0, 2},
                    {"delay", "delay", "Milliseconds every call takes longer.", "Decoder",
                     KnobKind::Integer, KnobScope::Live, std::int64_t{0}, 0, 1000}};
    m_info.presets = {{"coupled", "window 32", {{"decoder", std::string("coupled")}}},
                      {"sequential", "one token a call", {{"decoder", std::string("sequential")}}}};
  }
  static FamilyEntry entry() {
    return {"fake-tokens", [](const LoadRequest& request) { return request.path == "tokens"; },
            [](const LoadRequest&) { return std::make_unique<FakeTokens>(); }};
  }
  const ModelInfo& info() const override { return m_info; }
  std::unique_ptr<Decoder> begin(const KnobValues& knobs, const Input& input,
                                 std::unique_ptr<Decoder>) override {
    return std::make_unique<FakeTokenDecoder>(knobs, input);
  }

 private:
  ModelInfo m_info;
};

}  // namespace jacobiscope
