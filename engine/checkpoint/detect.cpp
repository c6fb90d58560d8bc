#include "engine/checkpoint/detect.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <system_error>
#include <vector>

#include "engine/core/error.h"

namespace jacobiscope {
namespace {

namespace fs = std::filesystem;

constexpr char kConvertHint[] =
    "Where you trust it, load it in Python and write it anew: "
    "torch.save(torch.load(\"old.pth\", map_location=\"cpu\"), \"new.pth\").";
constexpr char kGiveHint[] = "Give a .safetensors, .pth, .pt or *.index.json file, or its folder.";

struct KnownStart {
  std::string_view start;
  const char* what;
  const char* hint;
};

// What people open by mistake, and how it begins.
constexpr std::array<KnownStart, 7> kRefused = {{
    {"version https://git-lfs", "only a Git LFS pointer to a checkpoint", "Run `git lfs pull`."},
    {"<!DOCTYPE", "a web page", "Download the file itself, not its page."},
    {"<html", "a web page", "Download the file itself, not its page."},
    {"GGUF", "a GGUF file", kGiveHint},
    {"\x89HDF", "an HDF5 file", kGiveHint},
    {"\x89PNG", "a PNG picture", kGiveHint},
    {"\x1f\x8b", "compressed with gzip", "Unpack it first."},
}};

bool isTar(std::string_view text) { return text.size() > 262 && text.substr(257, 5) == "ustar"; }

std::vector<fs::path> weightsIn(const fs::path& folder) {
  std::vector<fs::path> found;
  std::error_code failure;
  for (fs::directory_iterator it(folder, failure), end; !failure && it != end;
       it.increment(failure)) {
    if (isWeights(it->path())) found.push_back(it->path());
  }
  if (failure) throw Error("Cannot read " + folder.string() + ": " + failure.message() + ".");
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace

FileLayout detectLayout(Bytes bytes, const std::string& file) {
  const std::string_view text(chars(bytes.data()), bytes.size());
  if (text.starts_with("PK\x03\x04") || text.starts_with("PK\x05\x06")) return FileLayout::Pth;
  if (text.size() > 8 && text[8] == '{') return FileLayout::Safetensors;
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first != std::string_view::npos && text[first] == '{') return FileLayout::Index;
  if ((text.size() > 1 && text[0] == '\x80' && text[1] >= 2 && text[1] <= 5) || isTar(text)) {
    throw Error(file + " has the layout PyTorch wrote before version 1.6, which is not read.",
                kConvertHint);
  }
  for (const KnownStart& known : kRefused) {
    if (text.starts_with(known.start)) {
      throw Error(file + " is " + known.what + ", no checkpoint.", known.hint);
    }
  }
  throw Error(file + " is no checkpoint: it is neither safetensors nor written by torch.save.",
              kGiveHint);
}

bool isWeights(const fs::path& file) {
  const std::string name = file.filename().string();
  const auto ends = [&](std::string_view ending) { return name.ends_with(ending); };
  return (ends(".safetensors") && !ends(kStateEnding)) || ends(".pth") || ends(".pt");
}

fs::path findCheckpointFile(const fs::path& path) {
  std::error_code ignored;
  if (!fs::is_directory(path, ignored)) return path;
  for (const char* name : {"model.safetensors.index.json", "model.safetensors"}) {
    if (fs::exists(path / name, ignored)) return path / name;
  }
  const std::vector<fs::path> found = weightsIn(path);
  if (found.size() == 1) return found.front();
  if (found.empty()) {
    throw Error("The folder " + path.string() + " holds no checkpoint.", kGiveHint);
  }
  throw Error("The folder " + path.string() +
                  " holds more than one checkpoint: " + found[0].filename().string() + ", " +
                  found[1].filename().string() + (found.size() > 2 ? ", ..." : "") + ".",
              "Give one of these files.");
}

}  // namespace jacobiscope
