// Acceptance forensics: everything the facts say of one token, and the numbers of the run, as
// items of the present ImGui window.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "ui/views/drawing.h"
#include "ui/views/texture_cache.h"
#include "ui/views/token_digest.h"

namespace jacobiscope {

// What pictures of tokens are cut from; either may be missing.
struct TokenPictures {
  const Image* codebook = nullptr;  // of all tokens, kCodebookColumns a row, square
  const Image* sample = nullptr;    // decoded so far
};
inline constexpr int kCodebookColumns = 32;

// The part of a picture that shows a token, as texture coordinates. Pure.
Rect codebookPatch(const Image& codebook, int token);
Rect samplePatch(const ModelInfo& model, int position);

// Title, picture, probabilities, the test, the verdict in words, what was most probable; with
// `history` also every call that touched the position. `calls` are those of the position.
void drawTokenFacts(const Look& look, TextureCache& textures, const TokenPictures& pictures,
                    const ModelInfo& model, int position, const std::vector<TokenCall>& calls,
                    bool history);

// Names on the left, values on the right.
void drawNumbers(const Look& look, const std::vector<std::pair<std::string, std::string>>& rows);

}  // namespace jacobiscope
