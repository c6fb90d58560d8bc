// jacobiscope-cli serve: this machine's engine for a window elsewhere, over standard input and
// output.
#include <unistd.h>

#include <csignal>

#include "app/interrupt.h"
#include "app/sub_command.h"
#include "engine/core/error.h"
#include "engine/core/family.h"
#include "engine/core/model_library.h"
#include "engine/remote/pipe.h"
#include "engine/remote/server.h"

namespace jacobiscope {

namespace {

int run(const Arguments&) {
  if (::isatty(STDIN_FILENO) || ::isatty(STDOUT_FILENO)) {
    throw UsageError("serve speaks to a window, not to a terminal.",
                     "In the window, choose File > Connect and name this machine.");
  }
  // What a library prints must not get among the messages: it goes to stderr from here on.
  const remote::Descriptor out(::dup(STDOUT_FILENO));
  if (out.get() < 0 || ::dup2(STDERR_FILENO, STDOUT_FILENO) < 0) {
    throw Error("Standard output and standard error are both needed.");
  }
  std::signal(SIGPIPE, SIG_IGN);
  remote::serve(STDIN_FILENO, out.get(), families(), modelLibrary(), interrupted());
  return 0;
}

}  // namespace

SubCommand serveCommand() {
  return {"serve",
          "",
          "This machine's engine for a window elsewhere, which starts it through ssh",
          {},
          run};
}

}  // namespace jacobiscope
