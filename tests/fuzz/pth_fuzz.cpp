// Any bytes as a .pth file: either an Error, or tensors that can be read to the end. Two
// ways in, as most inputs of the first end at the zip directory: the bytes as the whole
// file, and the bytes as the pickle of a sound archive with one storage.
#include <cstdint>

#include "engine/checkpoint/pth.h"
#include "tests/checkpoint/files_by_hand.h"

namespace {

void readAll(const jacobiscope::Bytes bytes) {
  try {
    const jacobiscope::ParsedFile parsed = jacobiscope::readPth(bytes, "x.pth");
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
  const std::string pickle(reinterpret_cast<const char*>(data), size);
  const by_hand::Block archive(by_hand::pth(pickle, std::string(96, '\1')));
  readAll(archive.bytes());
  return 0;
}
