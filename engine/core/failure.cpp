#include "engine/core/failure.h"

#include <array>
#include <new>

#include "engine/core/error.h"

namespace jacobiscope {
namespace {

// LibTorch has no exception type of its own for memory in all of its versions.
bool saysOutOfMemory(const std::string& message) {
  constexpr std::array kPhrases = {"out of memory", "can't allocate memory",
                                   "not enough memory: you tried to allocate"};
  for (const char* phrase : kPhrases) {
    if (message.find(phrase) != std::string::npos) return true;
  }
  return false;
}

Failed outOfMemory(int run, const std::string& what) {
  if (what == "load") {
    return {run, what, "There is not enough memory to load this model.",
            "Choose a smaller dtype (bfloat16) or another device."};
  }
  return {run, what, "There is not enough memory for a batch of this size.",
          "Lower the number of pictures (count, batch)."};
}

}  // namespace

Failed failure(int run, const std::string& what, std::exception_ptr error) {
  try {
    std::rethrow_exception(error);
  } catch (const std::bad_alloc&) {
    return outOfMemory(run, what);
  } catch (const Error& known) {
    return {run, what, known.what(), known.hint()};
  } catch (const std::exception& other) {
    std::string message = describe(other);
    if (saysOutOfMemory(message)) return outOfMemory(run, what);
    return {run, what, std::move(message), {}};
  } catch (...) {
    return {run, what, "The engine stopped for an unknown reason.", {}};
  }
}

}  // namespace jacobiscope
