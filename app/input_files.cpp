#include "app/input_files.h"

#include <algorithm>
#include <cctype>

#include "app/arguments.h"
#include "app/output_file.h"
#include "engine/checkpoint/safetensors.h"
#include "engine/checkpoint/tensor_view.h"
#include "engine/core/error.h"
#include "engine/core/suggestion.h"
#include "engine/picture/picture_file.h"

namespace jacobiscope {

namespace fs = std::filesystem;

namespace {

Array takeFloats(Arrays& arrays, const std::string& name, std::size_t rank, const fs::path& file,
                 const std::string& shape) {
  const auto found = arrays.find(name);
  if (found == arrays.end()) {
    throw Error(file.string() + " has no tensor \"" + name + "\" " + shape + ".");
  }
  Array& array = found->second;
  if (array.shape.size() != rank || !std::holds_alternative<std::vector<float>>(array.values)) {
    throw Error("The tensor \"" + name + "\" of " + file.string() + " is " +
                shapeText(array.shape) + ", floating-point " + shape + " was expected.");
  }
  if (array.shape[0] < 1) {
    throw Error("The tensor \"" + name + "\" of " + file.string() + " is empty.");
  }
  return std::move(array);
}

std::vector<std::int64_t> takeLabels(Arrays& arrays, std::int64_t count, const fs::path& file) {
  const auto found = arrays.find("labels");
  if (found == arrays.end()) return {};
  auto* labels = std::get_if<std::vector<std::int64_t>>(&found->second.values);
  if (labels == nullptr || found->second.shape != std::vector<std::int64_t>{count}) {
    throw Error("The tensor \"labels\" of " + file.string() + " is " +
                shapeText(found->second.shape) + ", int64 [" + std::to_string(count) +
                "] was expected.");
  }
  return std::move(*labels);
}

bool isPicture(const fs::path& file) {
  const std::string extension = extensionOf(file);
  return extension == ".png" || extension == ".jpg" || extension == ".jpeg";
}

std::vector<fs::path> picturesIn(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    if (entry.is_regular_file() && isPicture(entry.path())) files.push_back(entry.path());
  }
  if (files.empty()) {
    throw Error("There are no PNG or JPEG pictures in " + folder.string() + ".");
  }
  std::ranges::sort(files);
  return files;
}

std::string lowerCase(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

}  // namespace

Arrays readNoise(const fs::path& file) {
  Arrays arrays = readArrays(file);
  Arrays input;
  input["noise"] = takeFloats(arrays, "noise", 3, file, "[B, N, D]");
  const std::int64_t count = input["noise"].shape[0];
  if (arrays.contains("labels")) input["labels"] = {{count}, takeLabels(arrays, count, file)};
  return input;
}

Arrays readTextFeatures(const fs::path& file) {
  Arrays arrays = readArrays(file);
  Arrays input;
  const Array& features = input["caption_features"] =
      takeFloats(arrays, "caption_features", 3, file, "[1, L, C]");
  const std::vector<std::int64_t> expected = {1, features.shape[1]};
  if (features.shape[0] != 1) {
    throw Error("The tensor \"caption_features\" of " + file.string() + " is " +
                    shapeText(features.shape) + ", [1, L, C] was expected.",
                "One prompt's features at a time.");
  }
  if (const auto mask = arrays.find("mask"); mask != arrays.end()) {
    if (mask->second.shape != expected) {
      throw Error("The tensor \"mask\" of " + file.string() + " is " +
                  shapeText(mask->second.shape) + ", " + shapeText(expected) + " was expected.");
    }
    input["mask"] = std::move(mask->second);
  }
  return input;
}

InputPictures readPictures(const fs::path& source, int channels, int height, int width) {
  std::error_code error;
  if (!fs::exists(source, error)) {
    throw Error("The picture " + source.string() + " does not exist.");
  }
  const std::vector<std::int64_t> each = {channels, height, width};
  InputPictures pictures;
  if (extensionOf(source) == ".safetensors") {
    Arrays arrays = readArrays(source);
    pictures.images = takeFloats(arrays, "image", 4, source, "[B, C, H, W]");
    const auto& shape = pictures.images.shape;
    if (!std::equal(each.begin(), each.end(), shape.begin() + 1)) {
      throw Error("The tensor \"image\" of " + source.string() + " is " + shapeText(shape) +
                  ", the model reads " + shapeText({shape[0], channels, height, width}) + ".");
    }
    pictures.labels = takeLabels(arrays, shape[0], source);
    pictures.origin = std::to_string(shape[0]) + " pictures of " + source.filename().string();
    return pictures;
  }
  const auto files =
      fs::is_directory(source) ? picturesIn(source) : std::vector<fs::path>{source};
  std::vector<float> values;
  for (const fs::path& file : files) {
    const std::vector<float> fitted = fitPicture(readPicture(file), channels, height, width);
    values.insert(values.end(), fitted.begin(), fitted.end());
  }
  const auto count = static_cast<std::int64_t>(files.size());
  pictures.images = {{count, channels, height, width}, std::move(values)};
  pictures.origin = std::to_string(count) + " pictures of " + source.filename().string();
  return pictures;
}

std::optional<std::int64_t> labelOf(const ModelInfo& model,
                                    const std::optional<std::string>& number,
                                    const std::optional<std::string>& name) {
  if (!number && !name) return std::nullopt;
  if (number && name) {
    throw UsageError("--label and --label-name are both given.", "Keep one of them.");
  }
  const auto last = static_cast<std::int64_t>(model.classes.size()) - 1;
  if (last < 0) {
    throw UsageError("The model " + model.name + " has no classes.",
                     std::string("Leave out ") + (number ? "--label." : "--label-name."));
  }
  if (number) return parseInteger(*number, "--label", -1, last);
  std::vector<std::string> known;
  for (std::int64_t label = 0; label <= last; ++label) {
    known.push_back(lowerCase(model.classes[label]));
    if (known.back() == lowerCase(*name)) return label;
  }
  throw UsageError("There is no class \"" + *name + "\" in " + model.name + ".",
                   suggestion(lowerCase(*name), known));
}

}  // namespace jacobiscope
