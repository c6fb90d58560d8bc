// Reads and writes the safetensors format: eight bytes with the length of a JSON header,
// the header (name to dtype, shape and byte range), then the tensors' bytes without gaps.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "engine/checkpoint/byte_reader.h"
#include "engine/checkpoint/tensor_view.h"
#include "engine/core/array.h"

namespace jacobiscope {

// The tensors in the order of their bytes; the views point into `bytes`, whose whole range
// they must cover without overlap. `file` names it in an Error.
ParsedFile readSafetensors(Bytes bytes, const std::string& file);

// A tensor to be written: row-major bytes, as many as shape and dtype ask for.
struct TensorBytes {
  std::string name;
  DType dtype = DType::F32;
  std::vector<std::int64_t> shape;
  Bytes bytes;
};

using Metadata = std::map<std::string, std::string>;

// Writes the file whole or not at all: under another name first, then renamed. Throws
// Error where the folder is missing, the disk is full, or a tensor's bytes do not fit its
// shape; an existing file of that name then stays as it was.
void writeSafetensors(const std::filesystem::path& path, const std::vector<TensorBytes>& tensors,
                      const Metadata& metadata = {});

// Floats are written as F32, whole numbers as I64.
void writeSafetensors(const std::filesystem::path& path, const Arrays& arrays,
                      const Metadata& metadata = {});

// Every tensor of a checkpoint file as an Array: whole numbers and truth values as int64,
// all other types as float.
Arrays readArrays(const std::filesystem::path& path);

}  // namespace jacobiscope
