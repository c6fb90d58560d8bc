// The trained tensors of a model under the names of its checkpoint: what a loader, an optimiser
// and a writer have in common.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "engine/checkpoint/checkpoint.h"
#include "engine/nn/torch.h"

namespace jacobiscope {

// Called with every parameter in the order of the file: its name, the tensor (undefined in a
// model that holds no weights yet) and the shape its configuration gives it.
using ParameterVisitor = std::function<void(const std::string& name, Tensor& tensor,
                                            const std::vector<std::int64_t>& shape)>;

// Anything with visit(ParameterVisitor) can be passed below through this.
using ParameterWalk = std::function<void(const ParameterVisitor&)>;

// A weight must have that shape and a floating type. Throws Error naming it and the file.
void checkWeight(const Checkpoint& checkpoint, const TensorView& view,
                 const std::vector<std::int64_t>& shape);
// Compares the names and shapes of all parameters with the file; reads and allocates nothing.
// `what` names the model in messages ("the VQ model"). Throws Error naming the tensor that is
// missing or does not fit.
void checkParameters(const Checkpoint& checkpoint, const ParameterWalk& walk,
                     const std::string& what);
// Reads every parameter from the checkpoint as float32. All are checked as above, and the memory
// is asked for, before anything is allocated.
void loadParameters(const Checkpoint& checkpoint, const ParameterWalk& walk,
                    torch::Device device, const std::string& what);

// Number of weights.
std::int64_t parameterCount(const ParameterWalk& walk);
void moveParameters(const ParameterWalk& walk, torch::Device device);

// The shape of a tensor that must be there with so many extents, each from 1 to `most`.
std::vector<std::int64_t> shapeOf(const Checkpoint& checkpoint, const std::string& name, int rank,
                                  std::int64_t most = 1 << 20);
// How many tensors before + "0" + after, before + "1" + after, ... there are in a row.
int countTensors(const Checkpoint& checkpoint, const std::string& before,
                 const std::string& after);

}  // namespace jacobiscope
