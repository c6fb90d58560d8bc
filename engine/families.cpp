#include "engine/core/family.h"
#include "engine/toy/toy_family.h"
#ifdef JACOBISCOPE_WITH_TORCH
#include "engine/t2i/t2i_family.h"
#include "engine/tarflow/tarflow_family.h"
#include "engine/vla/vla_family.h"
#endif

namespace jacobiscope {

// A new decoder family is one folder under engine/ and one line here.
const std::vector<FamilyEntry>& families() {
  static const std::vector<FamilyEntry> list = {
      toyFamily(),
#ifdef JACOBISCOPE_WITH_TORCH
      t2iFamily(),
      tarflowFamily(),
      vlaFamily(),
#endif
  };
  return list;
}

}  // namespace jacobiscope
