// A model file of any supported layout, opened read-only: safetensors (one file, or
// sharded with an index) and the .pth/.pt archives of torch.save. The layout is told by
// the content, never by the name. Nothing in a checkpoint is ever executed.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "engine/checkpoint/tensor_view.h"

namespace jacobiscope {

// Copies are cheap and share the opened files, which live as long as the last copy. The
// files are memory-mapped: they must not be cut shorter while a checkpoint is open.
class Checkpoint {
 public:
  // A checkpoint file, a *.index.json, or a folder with model.safetensors.index.json, with
  // model.safetensors, or with exactly one file that ends in .safetensors, .pth or .pt.
  // Throws Error for anything that cannot be read completely and safely.
  static Checkpoint open(const std::filesystem::path& path);

  // In the order of the file. The prefixes `module.` and `_orig_mod.`, left behind by
  // wrappers around the model, are stripped from the names.
  const std::vector<TensorView>& tensors() const;
  // Nothing where there is no tensor of this name.
  const TensorView* find(std::string_view name) const;

  // All elements in row-major order, converted from any type.
  static std::vector<float> toFloats(const TensorView& view);
  // The same for whole numbers and truth values; throws Error for a floating type.
  static std::vector<std::int64_t> toInts(const TensorView& view);

  // The config.json beside the file, or an empty object where there is none.
  nlohmann::json config() const;
  // The text pairs a safetensors file carries (`__metadata__`).
  const std::map<std::string, std::string>& metadata() const;
  // "safetensors", "sharded safetensors", "pth" or "sharded pth".
  const std::string& format() const;
  // The file that was opened: where a folder was given, the one found in it.
  const std::filesystem::path& path() const;
  // What was chosen or left out while reading, one sentence each.
  const std::vector<std::string>& notes() const;

  // XXH64 of all bytes, as 16 hexadecimal digits; of a sharded checkpoint, XXH64 of the
  // index's and the shards' digits in the order of their names. Reads every byte.
  std::string hash() const;

 private:
  struct Contents;
  explicit Checkpoint(std::shared_ptr<const Contents> contents);

  std::shared_ptr<const Contents> m_contents;
};

}  // namespace jacobiscope
