// Prompt to picture: draft, verify, accept the prefix, keep the rest, refill.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/t2i/drafts.h"
#include "engine/t2i/gpt_pass.h"
#include "engine/t2i/t2i_tools.h"
#include "engine/t2i/token_pictures.h"
#include "engine/t2i/vq.h"

namespace jacobiscope {

// What the decoders of one model share. Lives as long as the family.
struct LoadedT2i {
  Gpt gpt;
  VqModel vq;
  torch::Device device = torch::kCPU;
  torch::ScalarType dtype = torch::kFloat32;
  std::unique_ptr<PreparedGpt> prepared;
  Image codebook;  // every token's patch, 32 in a row; empty for large vocabularies
};

// Every picture of the batch goes its own way: its sample depends on the seed and its number in
// the batch, not on the others.
class T2iDecoder : public Decoder {
 public:
  // `notes` are said in the first sweep. `guesses`: tokens [N] per picture of an earlier run,
  // see TokenDrafts; may be empty.
  T2iDecoder(LoadedT2i& model, const KnobValues& knobs, const Prompt& prompt, std::uint64_t seed,
             int batch, std::vector<std::vector<std::int32_t>> guesses, std::string notes);

  Plan plan() const override;
  // First the text and token 0 (kind Prefill), then one pass over the windows of all pictures.
  // The last sweep also decodes the picture.
  std::optional<Sweep> sweep() override;
  // "sample": undecided positions dimmed; "batch"; "codebook" in the first and the last ones.
  std::vector<Panel> panels() const override;
  bool keepsPast() const override { return true; }
  std::vector<Panel> panelsAfter(const Sweep& sweep) const override;
  KnobEffect setKnobs(const KnobValues& values) override;
  // "tokens" [B, N] int64 and "image" [B, 3, H, W] as it leaves the VQ, unclipped.
  Arrays result() const override;
  Array iterate() const override;  // drafts among them
  std::shared_ptr<const State> state() const override;
  void restore(const State& state) override;

  const std::vector<TokenDrafts>& pictures() const { return m_pictures; }

  const T2iClocks& clocks() const { return m_clocks; }

 private:
  struct Boundary;
  // Positions of the first picture before and after a pass, for its facts.
  struct Tested {
    std::vector<DraftRow> drafts;
    Tensor p;  // [w, V]
    Judgement judgement;
    int first = 0;
  };

  Branches branches() const { return {0, m_settings.guided() ? 2 : 1}; }
  void remember();
  Sweep prefill();
  Sweep iterate();
  // The unconditional branch was not computed so far: its rows are made up for. Returns the
  // passes that took.
  int catchUp();
  // logits [branches, ...] combined.
  Tensor guide(const Tensor& logits) const;
  Tested judge(TokenDrafts& picture, const Tensor& p);
  void addFacts(Sweep& sweep, const Tested& tested);
  void finish(Sweep& sweep);
  int frontier() const;
  std::vector<TokensThen> present() const;
  std::vector<Panel> developed(const std::vector<TokensThen>& then) const;

  LoadedT2i& m_model;
  T2iSettings m_settings;
  std::int64_t m_textRows;
  std::uint64_t m_seed;
  std::unique_ptr<GptPass> m_pass;
  std::vector<TokenDrafts> m_pictures;
  std::vector<std::vector<std::int32_t>> m_guesses;
  std::string m_notes;
  bool m_hasNull = false;  // the unconditional branch is cached up to every frontier
  std::int64_t m_calls = 0;
  std::vector<std::vector<TokensThen>> m_past;  // after every call, as far as kMostPast allows
  Tensor m_image;  // [B, 3, H, W], after the last sweep
  T2iClocks m_clocks;
  mutable bool m_showedCodebook = false;
};

}  // namespace jacobiscope
