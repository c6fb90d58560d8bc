// Reads the pickle inside a torch.save archive as data. Python's pickle is a program;
// this reader knows only those of its instructions that build plain containers, and
// only those globals that describe tensors, or the settings that were saved with them.
// Everything else is refused by its name, and nothing is ever executed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/checkpoint/byte_reader.h"
#include "engine/checkpoint/tensor_view.h"

namespace jacobiscope {

// Index of a value in a Pickle. Values refer to each other by index, so that shared and
// cyclic structures, which a pickle can describe, need no ownership.
using PickleRef = std::uint32_t;

struct PickleValue {
  enum class Kind { None, Bool, Int, Float, Text, Raw, Tuple, List, Dict, Global, Storage, Tensor };

  Kind kind = Kind::None;
  std::int64_t integer = 0;      // Bool, Int; Tensor: offset in elements; Storage: elements
  double number = 0;             // Float
  std::string_view text;         // Text (UTF-8), Raw; Global: "module.name"; Storage: its key;
                                 // Dict: "argparse.Namespace" where it was one
  DType dtype = DType::F32;      // Storage
  std::vector<PickleRef> items;  // Tuple, List; Dict: key, value, key, value ...;
                                 // Tensor: storage, sizes (a Tuple), strides (a Tuple)
};

struct Pickle {
  std::vector<PickleValue> values;
  PickleRef root = 0;

  const PickleValue& at(PickleRef ref) const { return values[ref]; }
};

// `bytes` must outlive the result, whose texts point into it. `file` names the archive in
// an Error, thrown for a refused global or instruction and for a broken pickle.
Pickle readPickle(Bytes bytes, const std::string& file);

}  // namespace jacobiscope
