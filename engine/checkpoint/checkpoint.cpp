#include "engine/checkpoint/checkpoint.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <unordered_map>
#include <utility>

#include "engine/checkpoint/detect.h"
#include "engine/checkpoint/json_text.h"
#include "engine/checkpoint/mapped_file.h"
#include "engine/checkpoint/pth.h"
#include "engine/checkpoint/safetensors.h"
#include "engine/checkpoint/xxh64.h"
#include "engine/core/error.h"

namespace jacobiscope {

namespace fs = std::filesystem;
using nlohmann::json;

struct Checkpoint::Contents {
  fs::path path;
  ParsedFile parsed;
  std::unordered_map<std::string_view, std::size_t> places;        // keys point into parsed.tensors
  std::map<std::string, std::shared_ptr<const MappedFile>> files;  // by name, the opened first
};

namespace {

std::string_view asText(Bytes bytes) { return {chars(bytes.data()), bytes.size()}; }

ParsedFile parse(Bytes bytes, const std::string& file) {
  switch (detectLayout(bytes, file)) {
    case FileLayout::Pth: return readPth(bytes, file);
    case FileLayout::Safetensors: return readSafetensors(bytes, file);
    case FileLayout::Index: break;
  }
  throw Error(file + " is an index of shards where a file with tensors is expected.");
}

// Tensor name to shard name. Shards lie beside the index: a path could lead anywhere.
std::map<std::string, std::string> weightMap(Bytes bytes, const std::string& file) {
  constexpr int kDeepestIndex = 16;
  const json index = parseJson(asText(bytes), kDeepestIndex, file);
  const auto found = index.find("weight_map");
  if (found == index.end() || !found->is_object() || found->empty()) {
    throw Error(file + " is no index of shards: its `weight_map` is missing or empty.",
                "Give a .safetensors, .pth or *.index.json file, or its folder.");
  }
  std::map<std::string, std::string> shards;
  for (const auto& [tensor, shard] : found->items()) {
    const std::string name = shard.is_string() ? shard.get<std::string>() : "";
    if (name.empty() || name == "." || name == ".." ||
        name.find_first_of(std::string_view("/\0", 2)) != std::string::npos) {
      throw Error(file + ": tensor " + quotedText(tensor) + " is said to be in " +
                      quotedText(name) + ", which is no file name beside the index.",
                  "Put the shards into the folder of the index.");
    }
    shards[tensor] = name;
  }
  return shards;
}

// Takes from each shard the tensors that the index puts there, in the order of the shards.
ParsedFile readShards(const fs::path& path, Bytes index,
                      std::map<std::string, std::shared_ptr<const MappedFile>>& files) {
  std::map<std::string, std::set<std::string>> byShard;
  for (const auto& [tensor, shard] : weightMap(index, path.string())) byShard[shard].insert(tensor);
  ParsedFile all;
  for (auto& [shard, wanted] : byShard) {
    const fs::path shardPath = path.parent_path() / shard;
    const auto file = MappedFile::open(shardPath);
    files.emplace(shard, file);
    ParsedFile part = parse(file->bytes(), shardPath.string());
    for (TensorView& view : part.tensors) {
      if (wanted.erase(view.name) > 0) all.tensors.push_back(std::move(view));
    }
    if (!wanted.empty()) {
      throw Error(shardPath.string() + " lacks the tensor " + quotedText(*wanted.begin()) +
                      ", which the index puts there.",
                  "Copy or download all shards again.");
    }
    all.format = "sharded " + part.format;
    all.metadata.merge(part.metadata);
    all.notes.insert(all.notes.end(), part.notes.begin(), part.notes.end());
  }
  return all;
}

void stripPrefixes(ParsedFile& parsed) {
  std::set<std::string> stripped;
  for (TensorView& view : parsed.tensors) {
    for (bool again = true; again;) {
      again = false;
      for (std::string_view prefix : {"module.", "_orig_mod."}) {
        if (!view.name.starts_with(prefix) || view.name.size() == prefix.size()) continue;
        view.name.erase(0, prefix.size());
        stripped.insert(std::string(prefix));
        again = true;
      }
    }
  }
  for (const std::string& prefix : stripped) {
    parsed.notes.push_back("Stripped the prefix " + quotedText(prefix) + " from names.");
  }
}

std::unordered_map<std::string_view, std::size_t> placesByName(const ParsedFile& parsed,
                                                               const std::string& file) {
  std::unordered_map<std::string_view, std::size_t> places;
  for (std::size_t i = 0; i < parsed.tensors.size(); ++i) {
    const std::string& name = parsed.tensors[i].name;
    if (!places.emplace(name, i).second) {
      throw Error(file + " holds the tensor " + quotedText(name) + " twice.",
                  "Save the state_dict of one model alone.");
    }
  }
  return places;
}

}  // namespace

Checkpoint::Checkpoint(std::shared_ptr<const Contents> contents)
    : m_contents(std::move(contents)) {}

Checkpoint Checkpoint::open(const fs::path& path) {
  auto contents = std::make_shared<Contents>();
  contents->path = findCheckpointFile(path);
  const std::string shown = contents->path.string();
  const auto file = MappedFile::open(contents->path);
  // The empty name sorts before every shard.
  contents->files.emplace("", file);
  contents->parsed = detectLayout(file->bytes(), shown) == FileLayout::Index
                         ? readShards(contents->path, file->bytes(), contents->files)
                         : parse(file->bytes(), shown);
  stripPrefixes(contents->parsed);
  contents->places = placesByName(contents->parsed, shown);
  return Checkpoint(std::move(contents));
}

const std::vector<TensorView>& Checkpoint::tensors() const { return m_contents->parsed.tensors; }

const TensorView* Checkpoint::find(std::string_view name) const {
  const auto found = m_contents->places.find(name);
  return found == m_contents->places.end() ? nullptr : &tensors()[found->second];
}

json Checkpoint::config() const {
  const fs::path path = m_contents->path.parent_path() / "config.json";
  std::error_code ignored;
  if (!fs::exists(path, ignored)) return json::object();
  constexpr int kDeepestConfig = 64;
  json config = parseJson(asText(MappedFile::open(path)->bytes()), kDeepestConfig, path.string());
  if (!config.is_object()) throw Error(path.string() + " is no JSON object.");
  return config;
}

const std::map<std::string, std::string>& Checkpoint::metadata() const {
  return m_contents->parsed.metadata;
}

const std::string& Checkpoint::format() const { return m_contents->parsed.format; }

const fs::path& Checkpoint::path() const { return m_contents->path; }

const std::vector<std::string>& Checkpoint::notes() const { return m_contents->parsed.notes; }

std::string Checkpoint::hash() const {
  if (m_contents->files.size() == 1) return xxh64Text(m_contents->files.begin()->second->bytes());
  std::string digits;
  for (const auto& [name, file] : m_contents->files) digits += xxh64Text(file->bytes());
  return xxh64Text(std::as_bytes(std::span(digits)));
}

}  // namespace jacobiscope
