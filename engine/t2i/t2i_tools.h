// What a text-to-image model can tell besides decoding, without a Torch header in sight.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/core/family.h"

namespace jacobiscope {

// Where the time of a run went so far, in seconds.
struct T2iClocks {
  double passes = 0;      // of the network
  double rules = 0;       // distributions, tests, drafts
  double facts = 0;
  double picture = 0;     // of the VQ decoder
  std::int64_t rows = 0;  // that all passes computed, of every picture and branch
};

// Nothing where the decoder is of another family.
std::optional<T2iClocks> t2iClocks(const Decoder& decoder);

// Floating-point operations of one row (a token of one picture and branch) in a pass: what it
// must do at the least, for comparing with matrixProductFlops(). Throws Error where the model
// is of another family.
double t2iRowFlops(const Family& model);

// One file (or, of text, one folder) of a model, without loading its weights.
struct T2iPart {
  std::string name;            // "gpt", "vq", "text"
  std::filesystem::path path;  // empty: the part is missing
  // Names as in the published code with their values as text, in reading order.
  std::vector<std::pair<std::string, std::string>> config;
  std::vector<std::string> missing;  // names of tensors or files, the first few of them
  std::vector<std::string> notes;    // what was assumed
  std::string problem, hint;         // what loading would be refused for
};

// Of a folder, of a list of parts or of a GPT's file: the whole model, the GPT first. Of the
// file of a VQ or of a text encoder: that part. Empty where it is nothing of this family.
std::vector<T2iPart> describeT2i(const LoadRequest& request);

}  // namespace jacobiscope
