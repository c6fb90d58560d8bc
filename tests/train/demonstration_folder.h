// A folder with small demonstrations and the vocabulary of their instructions.
#pragma once

#include <QTemporaryDir>
#include <filesystem>
#include <string>
#include <vector>

#include "engine/train/demonstration_set.h"
#include "engine/vla/sim/instructions.h"
#include "tests/train/square_demonstrations.h"

namespace jacobiscope {

class DemonstrationFolder {
 protected:
  static constexpr int kChunk = 2;

  std::filesystem::path write(const std::string& name, const Demonstrations& data) {
    const auto file = m_folder / (name + ".safetensors");
    writeDemonstrations(file, data, {1, 0.2});
    return file;
  }
  Tokenizer tokenizer() {
    const auto file = m_folder / "spiece.model";
    if (!std::filesystem::exists(file)) trainTokenizer(allInstructions(), 128, file);
    return Tokenizer::open(file);
  }
  // `words`: see ActionCodec.
  DemonstrationSet dataOf(const std::vector<std::filesystem::path>& files, std::int64_t words) {
    return {readDemonstrationFiles(files), tokenizer(), words, kChunk};
  }

 private:
  QTemporaryDir m_temporary;

 protected:
  const std::filesystem::path m_folder = m_temporary.path().toStdString();
};

}  // namespace jacobiscope
