// Between Torch tensors and what lies in files and plain arrays.
#pragma once

#include "engine/checkpoint/tensor_view.h"
#include "engine/core/array.h"
#include "engine/nn/torch.h"

namespace jacobiscope {

torch::ScalarType scalarType(DType dtype);

// A contiguous copy on the CPU in the type of the file; it does not depend on the file.
Tensor toTensor(const TensorView& view);

// float or int64, on the CPU.
Tensor toTensor(const Array& array);

// Whole numbers and truth values become int64, every floating type float. Any device.
Array toArray(const Tensor& tensor);

}  // namespace jacobiscope
