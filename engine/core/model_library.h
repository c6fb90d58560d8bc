// The models that can be opened by name: the toy, and every model folder that holds a
// config.json saying what it is.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace jacobiscope {

struct ModelEntry {
  std::string name;                 // "emoji-flow": what --model takes
  std::string title;                // "Emoji flow, 32x32"
  std::string family;               // "tarflow"
  std::filesystem::path path;       // what LoadRequest takes: a folder, or "toy"
  std::string description;          // one sentence
  std::filesystem::path thumbnail;  // a picture; empty: none
  std::filesystem::path samples;    // a sheet of samples; empty: none
  bool bundled = false;             // came with the program
};

// The toy first, then the models of every folder of modelFolders() by name. Of two models
// of one name the first found counts. A folder without a readable config.json that has the
// keys family, name, title and description (all text) is no model and is left out; the
// keys thumbnail and samples name files beside it.
std::vector<ModelEntry> modelLibrary();

// Where models are looked for, in this order: the folders of the environment variable
// JACOBISCOPE_MODELS (separated by colons), share/jacobiscope/models beside the installed
// program, and the source tree the program was built from.
struct ModelFolder {
  std::filesystem::path path;
  bool bundled = false;
};
std::vector<ModelFolder> modelFolders();

// The path of a model's name, else the path itself when there is such a file or folder. A text
// with an equals sign may name the parts of a model (gpt=FILE,vq=FILE): it goes through as it
// is, and the families say what they make of it. Throws UsageError that lists the known names.
std::filesystem::path resolveModel(const std::string& nameOrPath);

}  // namespace jacobiscope
