#include "engine/vla/vla_family.h"

#include "engine/core/error.h"
#include "engine/vla/load_policy.h"
#ifdef JACOBISCOPE_WITH_MUJOCO
#include "engine/vla/policy_family.h"
#endif

namespace jacobiscope {

FamilyEntry vlaFamily() {
  return {"vla",
          [](const LoadRequest& request) {
            try {
              return looksLikePolicy(Checkpoint::open(request.path));
            } catch (const std::exception&) {
              return false;
            }
          },
          [](const LoadRequest& request) -> std::unique_ptr<Family> {
#ifdef JACOBISCOPE_WITH_MUJOCO
            return std::make_unique<PolicyFamily>(request);
#else
            throw Error("This build has no simulator, which " + request.path.string() + " needs.",
                        "Install libmujoco-dev and libegl-dev, and build with "
                        "-DJACOBISCOPE_MUJOCO=ON.");
#endif
          }};
}

}  // namespace jacobiscope
