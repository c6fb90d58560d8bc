// What a long evaluation keeps of its work, so that it can go on after being stopped.
#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace jacobiscope {

class ProgressFile {
 public:
  // `request` identifies the evaluation, so that another one's progress is not continued. An
  // empty path: nothing is kept.
  ProgressFile(std::filesystem::path file, std::string request);

  // What an earlier run of the same request wrote; null where there is none. Throws Error for
  // a file that is anything else: it is somebody's, and is left alone.
  nlohmann::json read() const;
  // An object. The file is replaced as a whole.
  void write(nlohmann::json progress) const;
  [[noreturn]] void refuse(const std::string& what) const;  // "is damaged"

 private:
  std::filesystem::path m_file;
  std::string m_request;
};

}  // namespace jacobiscope
