#include "engine/remote/child_process.h"

#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#include <cstring>
#include <thread>

extern char** environ;

namespace jacobiscope::remote {

namespace {

constexpr std::chrono::milliseconds kLook{5}, kFarewell{500};

// Attributes and actions of posix_spawn, given back however it goes.
class SpawnPlan {
 public:
  SpawnPlan() {
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawnattr_init(&attributes);
    // What the parent ignores or blocks, the program need not.
    sigset_t none, broken;
    ::sigemptyset(&none);
    ::sigemptyset(&broken);
    ::sigaddset(&broken, SIGPIPE);
    ::posix_spawnattr_setsigmask(&attributes, &none);
    ::posix_spawnattr_setsigdefault(&attributes, &broken);
    ::posix_spawnattr_setflags(&attributes, static_cast<short>(POSIX_SPAWN_SETSIGMASK |
                                                               POSIX_SPAWN_SETSIGDEF |
                                                               POSIX_SPAWN_SETSID));
  }
  ~SpawnPlan() {
    ::posix_spawn_file_actions_destroy(&actions);
    ::posix_spawnattr_destroy(&attributes);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;

  posix_spawn_file_actions_t actions{};
  posix_spawnattr_t attributes{};
};

}  // namespace

ChildProcess::ChildProcess(const std::vector<std::string>& words) {
  Pipe in = makePipe(), out = makePipe(), err = makePipe();
  SpawnPlan plan;
  ::posix_spawn_file_actions_adddup2(&plan.actions, in.readEnd.get(), 0);
  ::posix_spawn_file_actions_adddup2(&plan.actions, out.writeEnd.get(), 1);
  ::posix_spawn_file_actions_adddup2(&plan.actions, err.writeEnd.get(), 2);
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const int error = ::posix_spawnp(&m_pid, arguments[0], &plan.actions, &plan.attributes,
                                   arguments.data(), environ);
  if (error != 0) {
    throw Error(words[0] + " cannot be started: " + std::strerror(error) + ".",
                "Is it installed?");
  }
  m_input = std::move(in.writeEnd);
  m_output = std::move(out.readEnd);
  m_errors = std::move(err.readEnd);
  setNonBlocking(m_input.get());
}

ChildProcess::~ChildProcess() {
  closeInput();
  m_output.close();
  if (wait(kFarewell)) return;
  ::kill(m_pid, SIGTERM);
  if (wait(kFarewell)) return;
  ::kill(m_pid, SIGKILL);
  ::waitpid(m_pid, nullptr, 0);
}

std::optional<int> ChildProcess::wait(std::chrono::milliseconds most) {
  const auto end = std::chrono::steady_clock::now() + most;
  while (!m_status) {
    int status = 0;
    const pid_t ended = ::waitpid(m_pid, &status, WNOHANG);
    if (ended == m_pid) {
      m_status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    } else if (ended < 0 && errno != EINTR) {
      m_status = 0;  // somebody else has taken its status
    } else if (std::chrono::steady_clock::now() >= end) {
      return std::nullopt;
    } else {
      std::this_thread::sleep_for(kLook);
    }
  }
  return m_status;
}

}  // namespace jacobiscope::remote
