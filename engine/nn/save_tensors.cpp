#include "engine/nn/save_tensors.h"

#include "engine/checkpoint/safetensors.h"
#include "engine/core/error.h"

namespace jacobiscope {

namespace {

DType dtypeOf(const Tensor& tensor, const std::string& name) {
  switch (tensor.scalar_type()) {
    case torch::kFloat32: return DType::F32;
    case torch::kFloat64: return DType::F64;
    case torch::kBFloat16: return DType::BF16;
    case torch::kFloat16: return DType::F16;
    case torch::kInt64: return DType::I64;
    case torch::kInt32: return DType::I32;
    case torch::kUInt8: return DType::U8;
    default: throw Error("Tensor " + name + " has a type that safetensors files do not hold.");
  }
}

}  // namespace

void saveTensors(const std::filesystem::path& file, const NamedTensors& tensors,
                 const std::map<std::string, std::string>& metadata) {
  std::vector<Tensor> kept;  // the bytes live here until they are written
  std::vector<TensorBytes> list;
  for (const auto& [name, tensor] : tensors) {
    kept.push_back(tensor.detach().cpu().contiguous());
    const Tensor& t = kept.back();
    list.push_back({name, dtypeOf(t, name), t.sizes().vec(),
                    {static_cast<const std::byte*>(t.data_ptr()), t.nbytes()}});
  }
  writeSafetensors(file, list, metadata);
}

}  // namespace jacobiscope
