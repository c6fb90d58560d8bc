#include "engine/train/progress_file.h"

#include <fstream>
#include <nlohmann/json.hpp>
#include <span>

#include "engine/checkpoint/atomic_file.h"
#include "engine/core/error.h"

namespace jacobiscope {

ProgressFile::ProgressFile(std::filesystem::path file, std::string request)
    : m_file(std::move(file)), m_request(std::move(request)) {}

void ProgressFile::refuse(const std::string& what) const {
  throw Error(m_file.string() + " " + what + ".",
              "Give --resume another file, or delete this one.");
}

nlohmann::json ProgressFile::read() const {
  std::error_code ignored;
  if (m_file.empty() || !std::filesystem::exists(m_file, ignored)) return nullptr;
  std::ifstream file(m_file);
  auto json = nlohmann::json::parse(file, nullptr, false);
  const auto request = json.is_object() ? json.find("request") : json.end();
  if (!json.is_object() || request == json.end() || !request->is_string()) {
    refuse("is no progress of an evaluation");
  }
  if (request->get<std::string>() != m_request) refuse("is the progress of another evaluation");
  return json;
}

void ProgressFile::write(nlohmann::json progress) const {
  if (m_file.empty()) return;
  progress["request"] = m_request;
  const std::string text = progress.dump();
  writeFileAtomically(m_file, {std::as_bytes(std::span(text))});
}

}  // namespace jacobiscope
