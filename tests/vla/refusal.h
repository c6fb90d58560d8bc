// What is said by whatever refuses.
#pragma once

#include <QString>

#include "engine/core/error.h"

namespace jacobiscope {

// What and hint of the Error that the call throws.
template <class Call>
QString refusal(Call call) {
  try {
    call();
  } catch (const Error& error) {
    return QString::fromStdString(std::string(error.what()) + " | " + error.hint());
  }
  return "accepted";
}

}  // namespace jacobiscope
