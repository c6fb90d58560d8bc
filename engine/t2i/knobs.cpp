#include "engine/t2i/knobs.h"

#include <algorithm>

#include "engine/t2i/gpt_pass.h"

namespace jacobiscope {

namespace {

const std::string kDecoder = "Decoder", kSampling = "Sampling";

std::vector<Knob> decoderKnobs(int window) {
  return {
      {.key = "decoder",
       .label = "decoder",
       .help = "How drafted tokens are accepted. sequential: one token per call, the baseline. "
               "jacobi: a draft stands if a fresh draw gives the same token. sjd: with "
               "probability min(1, p/q), all behind the first rejection are drawn anew. coupled: "
               "the same test behind the first rejection, too, so that good drafts survive. "
               "gumbel: noise frozen per position, token for token the sequential sample.",
       .group = kDecoder,
       .kind = KnobKind::Choice,
       .initial = "coupled",
       .choices = {"sequential", "jacobi", "sjd", "coupled", "gumbel"}},
      {.key = "window",
       .label = "window",
       .help = "Tokens put in per call, the last settled one among them: at most so many are "
               "accepted at once. 1 is sequential.",
       .group = kDecoder,
       .kind = KnobKind::Integer,
       .initial = std::int64_t{window},
       .minimum = 1,
       .maximum = kWidestWindow},
      {.key = "draft",
       .label = "fresh draft",
       .help = "The first draft of a position: a random token, the token to its left again, one "
               "drawn from the distribution of the position to its left, or of the one above.",
       .group = kDecoder,
       .kind = KnobKind::Choice,
       .initial = "left",
       .choices = {"random", "repeat", "left", "above"}},
      {.key = "draft.q",
       .label = "true q",
       .help = "A fresh draft is tested against the distribution q it was drawn from. Off, as "
               "published: it counts as certain (one-hot q), and left and above take the most "
               "probable token. Both leave the result's distribution unchanged.",
       .group = kDecoder,
       .kind = KnobKind::Toggle,
       .initial = true},
  };
}

std::vector<Knob> samplingKnobs(const GptConfig& config) {
  return {
      {.key = "guidance",
       .label = "guidance",
       .help = "Classifier-free guidance s on the logits: u + s (c - u), c with and u without "
               "the prompt. 1 is off and needs half the work.",
       .group = kSampling,
       .initial = 3.0,
       .minimum = 0,
       .maximum = 20},
      {.key = "temperature",
       .label = "temperature",
       .help = "Divides the logits. 0 always takes the most probable token.",
       .group = kSampling,
       .initial = 1.0,
       .minimum = 0,
       .maximum = 4},
      {.key = "top_k",
       .label = "top-k",
       .help = "Only the k most probable tokens can be drawn. 0 is off.",
       .group = kSampling,
       .kind = KnobKind::Integer,
       .initial = std::int64_t{0},
       .minimum = 0,
       .maximum = static_cast<double>(std::max(config.vocabulary, 65536))},
      {.key = "top_p",
       .label = "top-p",
       .help = "Only the most probable tokens that together reach p can be drawn. 1 is off.",
       .group = kSampling,
       .initial = 1.0,
       .minimum = 0,
       .maximum = 1},
  };
}

template <class Value>
Value chosen(const std::string& text, std::initializer_list<std::pair<const char*, Value>> all) {
  for (const auto& [name, value] : all) {
    if (text == name) return value;
  }
  return all.begin()->second;  // a choice was checked against the knob
}

}  // namespace

std::vector<Knob> t2iKnobs(const GptConfig& config) {
  std::vector<Knob> knobs = decoderKnobs(std::min(16, config.tokens()));
  for (Knob& knob : samplingKnobs(config)) knobs.push_back(std::move(knob));
  return knobs;
}

std::vector<Preset> t2iPresets(const GptConfig&) {
  const auto window = [](std::int64_t w) { return KnobValue{w}; };
  return {{"coupled 16", "SCD, arXiv 2510.24211, with the newest q",
           {{"decoder", "coupled"}, {"window", window(16)}, {"draft", "left"}, {"draft.q", true}}},
          {"SJD 16", "as published, arXiv 2410.01699",
           {{"decoder", "sjd"}, {"window", window(16)}, {"draft", "random"}, {"draft.q", false}}},
          {"Gumbel 32", "Wiggers and Hoogeboom, ICML 2020: the sequential sample",
           {{"decoder", "gumbel"}, {"window", window(32)}, {"draft", "left"}, {"draft.q", true}}},
          {"greedy Jacobi 16", "temperature 0",
           {{"decoder", "jacobi"}, {"window", window(16)}, {"temperature", 0.0}}},
          {"sequential", "one token per call", {{"decoder", "sequential"}}}};
}

T2iSettings readSettings(const KnobValues& knobs) {
  T2iSettings s;
  const std::string& decoder = textAt(knobs, "decoder");
  s.rule = chosen<AcceptRule>(decoder, {{"jacobi", AcceptRule::Match},
                                        {"sequential", AcceptRule::Match},
                                        {"gumbel", AcceptRule::Match},
                                        {"sjd", AcceptRule::Speculative},
                                        {"coupled", AcceptRule::Coupled}});
  s.frozenNoise = decoder == "sequential" || decoder == "gumbel";
  s.window = decoder == "sequential" ? 1 : static_cast<int>(integerAt(knobs, "window"));
  s.fresh = chosen<FreshDraft>(textAt(knobs, "draft"), {{"random", FreshDraft::Random},
                                                        {"repeat", FreshDraft::Repeat},
                                                        {"left", FreshDraft::Left},
                                                        {"above", FreshDraft::Above}});
  s.trueQ = toggleAt(knobs, "draft.q");
  s.guidance = numberAt(knobs, "guidance");
  s.filter = {numberAt(knobs, "temperature"), static_cast<int>(integerAt(knobs, "top_k")),
              numberAt(knobs, "top_p")};
  return s;
}

}  // namespace jacobiscope
