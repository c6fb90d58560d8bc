#include "engine/checkpoint/pickle_globals.h"

#include <array>

namespace jacobiscope {
namespace {

constexpr std::array<std::string_view, 5> kBuilders = {
    "collections.OrderedDict", "torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_parameter",
    "torch.Size", "argparse.Namespace"};

struct StorageClass {
  std::string_view name;
  DType dtype;
};

constexpr std::array<StorageClass, 11> kStorages = {{{"torch.FloatStorage", DType::F32},
                                                     {"torch.DoubleStorage", DType::F64},
                                                     {"torch.HalfStorage", DType::F16},
                                                     {"torch.BFloat16Storage", DType::BF16},
                                                     {"torch.LongStorage", DType::I64},
                                                     {"torch.IntStorage", DType::I32},
                                                     {"torch.ShortStorage", DType::I16},
                                                     {"torch.CharStorage", DType::I8},
                                                     {"torch.ByteStorage", DType::U8},
                                                     {"torch.BoolStorage", DType::Bool},
                                                     // Counts bytes and tells no type.
                                                     {"torch.UntypedStorage", DType::U8}}};

}  // namespace

std::optional<DType> storageDType(std::string_view global) {
  for (const StorageClass& storage : kStorages) {
    if (storage.name == global) return storage.dtype;
  }
  return std::nullopt;
}

std::string_view allowedGlobal(std::string_view module, std::string_view name) {
  if (module == "torch.storage" && name == "UntypedStorage") module = "torch";
  const auto same = [&](std::string_view full) {
    return full.size() == module.size() + 1 + name.size() && full.starts_with(module) &&
           full[module.size()] == '.' && full.ends_with(name);
  };
  for (std::string_view builder : kBuilders) {
    if (same(builder)) return builder;
  }
  for (const StorageClass& storage : kStorages) {
    if (same(storage.name)) return storage.name;
  }
  return {};
}

}  // namespace jacobiscope
