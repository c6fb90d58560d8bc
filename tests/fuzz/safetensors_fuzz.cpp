// Any bytes as a safetensors file: either an Error, or tensors that can be read to the
// end. Two ways in: the bytes as the whole file, and the bytes as the header of a file
// with 64 bytes of data, whose length is then always right.
#include <cstdint>

#include "engine/checkpoint/safetensors.h"
#include "tests/checkpoint/files_by_hand.h"

namespace {

void readAll(const jacobiscope::Bytes bytes) {
  try {
    const jacobiscope::ParsedFile parsed = jacobiscope::readSafetensors(bytes, "x.safetensors");
    for (const jacobiscope::TensorView& view : parsed.tensors) {
      const auto count = static_cast<std::size_t>(view.count());
      if (jacobiscope::Checkpoint::toFloats(view).size() != count) __builtin_trap();
    }
  } catch (const jacobiscope::Error&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  readAll({reinterpret_cast<const std::byte*>(data), size});
  const std::string header(reinterpret_cast<const char*>(data), size);
  const by_hand::Block file(by_hand::safetensors(header, std::string(64, '\1')));
  readAll(file.bytes());
  return 0;
}
