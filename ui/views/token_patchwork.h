// What a call of a token run had come to, shown where no picture was decoded: the network's
// decoder takes longer than a call, patches of the codebook are at hand.
#pragma once

#include "engine/core/panel.h"
#include "ui/views/geometry.h"
#include "ui/views/token_digest.h"

namespace jacobiscope {

inline constexpr int kCodebookColumns = 32;  // tokens in a row of the codebook's picture

// The part of the codebook's picture that shows a token, as texture coordinates. Pure.
Rect codebookPatch(const Image& codebook, int token);

// Every token's patch at its place, drafts dimmer as in decoded pictures, black where nothing
// stands yet. Empty where the codebook has no picture. Pure.
Image patchwork(const TokenField& field, const ModelInfo& model, const Image& codebook);

}  // namespace jacobiscope
