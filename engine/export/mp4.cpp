#include "engine/export/mp4.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <sstream>
#include <vector>

#include "engine/core/error.h"

extern char** environ;

namespace jacobiscope {

namespace fs = std::filesystem;

namespace {

// A file descriptor that is closed once.
class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : m_fd(fd) {}
  ~Descriptor() { close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int get() const { return m_fd; }
  void close() {
    if (m_fd >= 0) ::close(m_fd);
    m_fd = -1;
  }

 private:
  int m_fd;
};

// What ffmpeg says goes to a file without a name, for it may say more than a pipe holds.
class Complaints {
 public:
  Complaints() : m_file(std::tmpfile()) {
    if (!m_file) throw Error("No temporary file can be made.", "Is the disk full?");
  }
  ~Complaints() { std::fclose(m_file); }
  Complaints(const Complaints&) = delete;
  Complaints& operator=(const Complaints&) = delete;

  int fd() const { return ::fileno(m_file); }
  std::string lastLine() const {
    std::rewind(m_file);
    std::string last, line;
    for (int c = std::fgetc(m_file); c != EOF; c = std::fgetc(m_file)) {
      if (c == '\n') line.clear();
      else last = line += static_cast<char>(c);
    }
    return last;
  }

 private:
  std::FILE* m_file;
};

std::vector<std::string> wordsFor(const Film& film, const fs::path& ffmpeg, const fs::path& to) {
  const std::string size =
      std::to_string(film.shownWidth()) + "x" + std::to_string(film.shownHeight());
  // Sides are made even: that is all the usual colour format can do.
  return {ffmpeg.string(), "-y", "-loglevel", "error", "-f", "rawvideo", "-pixel_format", "rgba",
          "-video_size", size, "-framerate", std::to_string(film.framesPerSecond()), "-i", "-",
          "-vf", "pad=ceil(iw/2)*2:ceil(ih/2)*2", "-pix_fmt", "yuv420p", "-movflags",
          "+faststart", "-f", "mp4", "file:" + fs::absolute(to).string()};
}

pid_t start(const std::vector<std::string>& words, int input, int errors) {
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
  ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  ::posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO);
  pid_t process = 0;
  const int code =
      ::posix_spawn(&process, arguments[0], &actions, nullptr, arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (code != 0) throw Error(words[0] + " cannot be started (" + std::strerror(code) + ").");
  return process;
}

// False where the other end is closed. A socket and not a pipe: no signal then.
bool sendAll(int socket, const std::vector<std::uint8_t>& bytes) {
  for (std::size_t sent = 0; sent < bytes.size();) {
    const ssize_t now = ::send(socket, &bytes[sent], bytes.size() - sent, MSG_NOSIGNAL);
    if (now < 0 && errno == EINTR) continue;
    if (now <= 0) return false;
    sent += static_cast<std::size_t>(now);
  }
  return true;
}

// Whether the process ended well.
bool endedWell(pid_t process) {
  int status = 0;
  while (::waitpid(process, &status, 0) < 0 && errno == EINTR) continue;
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace

std::optional<fs::path> findFfmpeg(const std::string& searchPath) {
  std::istringstream folders(searchPath);
  for (std::string folder; std::getline(folders, folder, ':');) {
    const fs::path program = fs::path(folder.empty() ? "." : folder) / "ffmpeg";
    std::error_code error;
    if (fs::is_regular_file(program, error) && ::access(program.c_str(), X_OK) == 0)
      return program;
  }
  return std::nullopt;
}

std::optional<fs::path> findFfmpeg() {
  const char* path = std::getenv("PATH");
  return path ? findFfmpeg(path) : std::nullopt;
}

void writeMp4(const Film& film, const fs::path& ffmpeg, const fs::path& file) {
  const fs::path part = fs::path(file) += ".part";
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    throw Error(std::string("ffmpeg cannot be fed (") + std::strerror(errno) + ").");
  Descriptor ours(ends[0]), theirs(ends[1]);
  const Complaints complaints;
  const pid_t process = start(wordsFor(film, ffmpeg, part), theirs.get(), complaints.fd());
  theirs.close();
  bool fed = true;
  film.play([&](const Frame& frame) {
    const auto pixels =
        enlarged(frame.image.rgba, film.width(), film.height(), 4, film.factor());
    for (int tick = 0; fed && tick < frame.ticks; ++tick) fed = sendAll(ours.get(), pixels);
  });
  ours.close();
  std::error_code error;
  if (endedWell(process) && fed) {
    fs::rename(part, file, error);
    if (!error) return;
  }
  std::error_code ignored;
  fs::remove(part, ignored);
  const std::string said = complaints.lastLine();
  throw Error("ffmpeg could not make " + file.string() + (said.empty() ? "." : " (" + said + ")."),
              "Make the film smaller, or write a GIF or an APNG.");
}

}  // namespace jacobiscope
