#include "engine/core/family.h"

#include "engine/core/error.h"

namespace jacobiscope {

std::unique_ptr<Family> loadModel(const std::vector<FamilyEntry>& families,
                                  const LoadRequest& request) {
  std::string names;
  for (const FamilyEntry& family : families) {
    if (family.recognises(request)) return family.load(request);
    names += (names.empty() ? "" : ", ") + family.name;
  }
  const std::string path = request.path.string();
  std::error_code ignored;
  if (!std::filesystem::exists(request.path, ignored)) {
    throw Error(path + ": no such file or folder.");
  }
  throw Error(path + " is not a checkpoint of a known family.", "Known families: " + names + ".");
}

}  // namespace jacobiscope
