#include "engine/remote/ending_text.h"

#include <algorithm>

namespace jacobiscope::remote {
namespace {

constexpr int kNotFound = 127, kSshFailed = 255;
constexpr char kStays[] = "What was recorded stays.";

bool contains(std::string text, const char* part) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text.find(part) != std::string::npos;
}

std::string sentence(std::string text) {
  while (!text.empty() && (text.back() == '.' || text.back() == ' ')) text.pop_back();
  return text + ".";
}

// What can be done about the words of an ssh that did not get through.
std::string sshHint(const std::string& line) {
  if (contains(line, "permission denied")) {
    return "There is no terminal to type a password: use a key, an agent or an askpass program.";
  }
  if (contains(line, "host key verification")) {
    return "Connect once with ssh in a terminal and accept the key of the host.";
  }
  if (contains(line, "could not resolve")) return "Is the name of the host right?";
  return "Does ssh to this host work in a terminal?";
}

}  // namespace

RemoteSession::Ending endingOf(const Departure& gone) {
  if (gone.said && !gone.said->message.empty()) return *gone.said;
  if (gone.wasThere) {
    const std::string why = gone.lastLine.empty() ? "" : ": " + gone.lastLine;
    return {sentence("The connection to " + gone.host + " was lost" + why), kStays};
  }
  if (!gone.answered.empty()) {
    return {gone.host + " answered with something that is no Jacobiscope engine: “" +
                gone.answered + "”.",
            "A login script there must print nothing when no terminal is present."};
  }
  const bool notFound = gone.status == kNotFound || contains(gone.lastLine, "command not found");
  if (notFound) {
    return {sentence("The command was not found on " + gone.host +
                     (gone.lastLine.empty() ? "" : ": " + gone.lastLine)),
            "Install jacobiscope-cli there, or give its whole path as the command."};
  }
  if (gone.status == kSshFailed) {
    return {sentence(gone.host + " could not be reached" +
                     (gone.lastLine.empty() ? "" : ": " + gone.lastLine)),
            sshHint(gone.lastLine)};
  }
  return {sentence("No engine began on " + gone.host +
                   (gone.lastLine.empty() ? "" : ": " + gone.lastLine)),
          "Does the command run there in a terminal?"};
}

}  // namespace jacobiscope::remote
