#include <array>
#include <cstring>
#include <mutex>
#include <string>
#include <string_view>

#include "engine/core/error.h"
#include "engine/vla/sim/mujoco_handles.h"

namespace jacobiscope {
namespace {

constexpr std::string_view kScene =
#include "tabletop_scene.inc"
    ;

// MuJoCo's code is C, compiled with unwind tables like every library of a 64-bit Debian.
void throwError(const char* message) {
  throw Error(std::string("The simulator stopped: ") + message);
}

void dropWarning(const char*) {}

void handleErrors() {
  static std::once_flag once;
  std::call_once(once, [] {
    mju_user_error = throwError;
    mju_user_warning = dropWarning;
  });
}

struct FreeFiles {
  void operator()(mjVFS* files) const {
    mj_deleteVFS(files);
    delete files;
  }
};

}  // namespace

ModelHandle loadTabletop() {
  handleErrors();
  std::unique_ptr<mjVFS, FreeFiles> files(new mjVFS);  // two megabytes: too much for a stack
  mj_defaultVFS(files.get());
  mj_makeEmptyFileVFS(files.get(), "tabletop.xml", static_cast<int>(kScene.size()));
  std::memcpy(files->filedata[0], kScene.data(), kScene.size());
  std::array<char, 1000> message{};
  ModelHandle model(mj_loadXML("tabletop.xml", files.get(), message.data(),
                               static_cast<int>(message.size())));
  if (!model) throw Error(std::string("The scene cannot be compiled: ") + message.data());
  return model;
}

}  // namespace jacobiscope
