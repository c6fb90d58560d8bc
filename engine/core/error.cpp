#include "engine/core/error.h"

namespace jacobiscope {

std::string describe(const std::exception& error) {
  const std::string text = error.what();
  return text.substr(0, text.find('\n'));
}

}  // namespace jacobiscope
