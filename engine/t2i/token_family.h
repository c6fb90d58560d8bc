// A loaded text-to-image (or class-to-image) model behind the shared interface.
#pragma once

#include <optional>

#include "engine/t2i/decoder.h"
#include "engine/t2i/load.h"
#include "engine/t2i/text_prefix.h"

namespace jacobiscope {

class TokenFamily : public Family {
 public:
  explicit TokenFamily(const LoadRequest& request);

  const ModelInfo& info() const override { return m_info; }
  // Conditioned on Input::prompt, on the array "caption_features" [1, L, C] (with "mask"
  // [1, L], where there is one), or on Input::label. After a decoder of this model its tokens
  // serve as drafts where the sample does not depend on drafts (frozen noise, temperature 0).
  std::unique_ptr<Decoder> begin(const KnobValues& knobs, const Input& input,
                                 std::unique_ptr<Decoder> previous = nullptr) override;

  LoadedT2i& model() { return m_model; }

 private:
  struct Conditioned {
    Prompt prompt;
    std::string notes;
  };

  void loadText(const T2iParts& parts);
  void describe(const Checkpoint& gpt, const T2iParts& parts, const LoadRequest& request);
  Conditioned condition(const Input& input);
  Conditioned readPrompt(const std::string& text);
  Conditioned readFeatures(const Arrays& arrays);
  Conditioned readClass(const Input& input) const;

  LoadedT2i m_model;
  std::optional<Tokenizer> m_tokenizer;
  std::optional<TextEncoder> m_encoder;
  std::vector<std::string> m_functionWords;  // words of prompts that name nothing
  ModelInfo m_info;
};

// Throws Error where the model is of another family.
TokenFamily& asTokens(Family& family);

}  // namespace jacobiscope
