#include "engine/t2i/decoder.h"

#include <algorithm>
#include <chrono>
#include <limits>

#include "engine/core/error.h"
#include "engine/nn/load_tensor.h"
#include "engine/t2i/token_facts.h"

namespace jacobiscope {

namespace {

// Tokens of the past that are kept, 64 MiB of them.
constexpr std::size_t kMostPast = std::size_t{1} << 24;

// Adds the time of a scope to a clock.
class Timed {
 public:
  explicit Timed(double& clock) : m_clock(clock) {}
  ~Timed() {
    const std::chrono::duration<double> time = std::chrono::steady_clock::now() - m_start;
    m_clock += time.count();
  }

 private:
  double& m_clock;
  const std::chrono::steady_clock::time_point m_start = std::chrono::steady_clock::now();
};

}  // namespace

// There is one stage, and its boundaries are its two ends: the end needs its tokens.
struct T2iDecoder::Boundary : Decoder::State {
  std::vector<TokenDrafts> pictures;
  std::vector<std::vector<std::int32_t>> guesses;  // without them a replay takes other passes
  std::int64_t calls = 0;
  bool done = false;
  Tensor image;

  std::size_t bytes() const override {
    std::size_t sum = image.defined() ? image.nbytes() : 0;
    for (const auto& guess : guesses) sum += guess.size() * sizeof guess[0];
    for (const TokenDrafts& picture : pictures) sum += picture.bytes();
    return sum;
  }
};

T2iDecoder::T2iDecoder(LoadedT2i& model, const KnobValues& knobs, const Prompt& prompt,
                       std::uint64_t seed, int batch,
                       std::vector<std::vector<std::int32_t>> guesses, std::string notes)
    : m_model(model), m_settings(readSettings(knobs)), m_textRows(prompt.rows.size(0)),
      m_seed(seed), m_guesses(std::move(guesses)), m_notes(std::move(notes)) {
  m_guesses.resize(batch);
  for (int i = 0; i < batch; ++i) {
    m_pictures.emplace_back(model.gpt.config, seed, i, m_guesses[i]);
  }
  m_pass = model.prepared->begin(prompt, batch);
}

Plan T2iDecoder::plan() const {
  const int n = m_model.gpt.config.tokens();
  return {{"tokens"}, {n}, {{0, 0, n, 0}}};
}

int T2iDecoder::frontier() const {
  int frontier = m_model.gpt.config.tokens();
  for (const TokenDrafts& picture : m_pictures) frontier = std::min(frontier, picture.settled());
  return frontier;
}

std::optional<Sweep> T2iDecoder::sweep() {
  const torch::NoGradGuard noGrad;
  const int n = m_model.gpt.config.tokens();
  if (frontier() == n) return {};
  Sweep sweep = m_calls == 0 ? prefill() : iterate();
  ++m_calls;
  sweep.iteration = static_cast<int>(m_calls);
  sweep.frontier = frontier();
  sweep.residualUnit = "P(reject)";
  sweep.verdict = Verdict::Accepted;
  sweep.note = std::exchange(m_notes, {});
  if (sweep.frontier == n) finish(sweep);
  remember();
  return sweep;
}

void T2iDecoder::remember() {
  const auto n = static_cast<std::size_t>(m_model.gpt.config.tokens());
  const bool next = std::ssize(m_past) + 1 == m_calls;  // a gap, once there is one, stays
  if (next && (m_past.size() + 1) * m_pictures.size() * n <= kMostPast) {
    m_past.push_back(present());
  }
}

Sweep T2iDecoder::prefill() {
  Tensor p;
  {
    const Timed timed(m_clocks.passes);
    p = m_pass->prefill(branches());
    m_clocks.rows += m_textRows * branches().count();
    m_hasNull = m_settings.guided();
  }
  p = targetRows(guide(p.unsqueeze(1)), m_settings.filter);  // [1, V]
  Tested first;
  for (TokenDrafts& picture : m_pictures) {
    Tested tested = judge(picture, p);
    if (&picture == &m_pictures.front()) first = std::move(tested);
  }
  Sweep sweep;
  sweep.kind = SweepKind::Prefill;
  sweep.window = {0, 0, 1, 0};
  sweep.calls = 1;
  addFacts(sweep, first);
  return sweep;
}

Sweep T2iDecoder::iterate() {
  Sweep sweep;
  sweep.calls = 1;
  sweep.residual = std::numeric_limits<double>::quiet_NaN();  // the first picture may be done
  if (m_settings.guided() && !m_hasNull) {
    sweep.calls += catchUp();
  }
  m_hasNull = m_settings.guided();
  std::vector<PassWindow> windows;
  int width = 0;
  {
    const Timed timed(m_clocks.rules);
    for (std::size_t i = 0; i < m_pictures.size(); ++i) {
      if (m_pictures[i].done()) continue;
      m_pictures[i].refill(m_settings, m_calls);
      windows.push_back({static_cast<int>(i), m_pictures[i].settled(), m_pictures[i].inputs()});
      width = std::max(width, m_pictures[i].width());
    }
  }
  Tensor logits;
  {
    const Timed timed(m_clocks.passes);
    logits = m_pass->run(windows, width, branches());  // [branches, windows, w, V]
    m_clocks.rows += std::ssize(windows) * width * branches().count();
  }
  Tensor p;
  {
    const Timed timed(m_clocks.rules);
    p = targetRows(guide(logits), m_settings.filter);
  }
  // The slowest picture's window, and the first one's facts.
  sweep.window = {0, frontier(), frontier() + 1, 0};
  for (std::size_t w = 0; w < windows.size(); ++w) {
    TokenDrafts& picture = m_pictures[windows[w].image];
    const Tested tested = judge(picture, p[w].slice(0, 0, picture.width()));
    const int end = tested.first + static_cast<int>(tested.p.size(0));
    if (windows[w].image == 0) {
      sweep.window = {0, tested.first, end, 0};
      addFacts(sweep, tested);
    } else if (tested.first == sweep.window.begin && m_pictures[0].done()) {
      sweep.window.end = end;
    }
  }
  return sweep;
}

Tensor T2iDecoder::guide(const Tensor& logits) const {
  if (logits.size(0) == 1) return logits[0];
  return torch::lerp(logits[1], logits[0], m_settings.guidance);
}

int T2iDecoder::catchUp() {
  const Timed timed(m_clocks.passes);
  const Branches null{1, 2};
  m_pass->prefill(null);
  std::vector<PassWindow> windows;
  int width = 0;
  for (std::size_t i = 0; i < m_pictures.size(); ++i) {
    const auto& tokens = m_pictures[i].tokens();
    const int cached = m_pictures[i].settled() - 1;  // the next pass puts in the last one
    if (m_pictures[i].done() || cached == 0) continue;
    windows.push_back({static_cast<int>(i), 1, {tokens.begin(), tokens.begin() + cached}});
    width = std::max(width, cached);
  }
  if (windows.empty()) return 1;
  m_pass->run(windows, width, null);
  return 2;
}

T2iDecoder::Tested T2iDecoder::judge(TokenDrafts& picture, const Tensor& p) {
  const Timed timed(m_clocks.rules);
  Tested tested;
  tested.p = p;
  tested.first = picture.settled();
  tested.judgement = picture.judge(m_settings, p, m_calls, tested.drafts);
  return tested;
}

void T2iDecoder::addFacts(Sweep& sweep, const Tested& tested) {
  const Timed timed(m_clocks.facts);
  addTokenFacts(sweep, tested.first, tested.judgement, tested.drafts,
                topTokens(tested.p, tested.drafts, tested.judgement, kTopTokens));
}

void T2iDecoder::finish(Sweep& sweep) {
  const Timed timed(m_clocks.picture);
  sweep.verdict = Verdict::Settled;
  const int grid = m_model.gpt.config.grid;
  m_image = vqDecode(m_model.vq, tokenTensor(present(), m_model.device), grid, grid);
}

std::vector<TokensThen> T2iDecoder::present() const {
  std::vector<TokensThen> pictures;
  for (const TokenDrafts& picture : m_pictures) {
    pictures.push_back({picture.tokens(), picture.settled()});
  }
  return pictures;
}

std::vector<Panel> T2iDecoder::developed(const std::vector<TokensThen>& then) const {
  const torch::NoGradGuard noGrad;
  const int grid = m_model.gpt.config.grid;
  return tokenPictures(vqDecode(m_model.vq, tokenTensor(then, m_model.device), grid, grid), then,
                       grid);
}

std::vector<Panel> T2iDecoder::panels() const {
  const int grid = m_model.gpt.config.grid;
  std::vector<Panel> panels =
      m_image.defined() ? tokenPictures(m_image, present(), grid) : developed(present());
  if ((!m_showedCodebook || m_image.defined()) && m_model.codebook.width > 0) {
    panels.push_back({"codebook", "codebook", m_model.codebook});
    m_showedCodebook = true;
  }
  return panels;
}

std::vector<Panel> T2iDecoder::panelsAfter(const Sweep& sweep) const {
  if (sweep.iteration < 1 || sweep.iteration > std::ssize(m_past)) return {};
  return developed(m_past[sweep.iteration - 1]);
}

KnobEffect T2iDecoder::setKnobs(const KnobValues& values) {
  m_settings = readSettings(values);
  return KnobEffect::None;
}

Arrays T2iDecoder::result() const {
  Arrays arrays = {{"tokens", toArray(tokenTensor(present(), torch::kCPU))}};
  if (m_image.defined()) arrays["image"] = toArray(m_image);
  return arrays;
}

Array T2iDecoder::iterate() const {
  const auto& tokens = m_pictures.front().tokens();
  return {{static_cast<std::int64_t>(tokens.size())},
          std::vector<std::int64_t>(tokens.begin(), tokens.end())};
}

std::shared_ptr<const Decoder::State> T2iDecoder::state() const {
  auto boundary = std::make_shared<Boundary>();
  boundary->done = m_image.defined();
  boundary->guesses = m_guesses;
  if (boundary->done) {
    boundary->pictures = m_pictures;
    boundary->calls = m_calls;
    boundary->image = m_image;
  }
  return boundary;
}

void T2iDecoder::restore(const State& state) {
  const auto* boundary = dynamic_cast<const Boundary*>(&state);
  if (!boundary) throw Error("The state to restore belongs to another decoder.");
  m_calls = boundary->calls;
  m_past.clear();  // it led elsewhere
  m_image = boundary->image;
  m_hasNull = false;
  if (boundary->done) {
    m_pictures = boundary->pictures;
    return;
  }
  const int batch = static_cast<int>(m_pictures.size());
  m_guesses = boundary->guesses;
  m_guesses.resize(batch);
  m_pictures.clear();
  for (int i = 0; i < batch; ++i) {
    m_pictures.emplace_back(m_model.gpt.config, m_seed, i, m_guesses[i]);
  }
}

}  // namespace jacobiscope
