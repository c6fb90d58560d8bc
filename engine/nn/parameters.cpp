#include "engine/nn/parameters.h"

#include <algorithm>

#include "engine/core/error.h"
#include "engine/nn/device.h"
#include "engine/nn/load_tensor.h"

namespace jacobiscope {

void checkWeight(const Checkpoint& checkpoint, const TensorView& view,
                 const std::vector<std::int64_t>& shape) {
  const std::string where = "Tensor " + view.name + " in " + checkpoint.path().string();
  if (view.shape != shape) {
    throw Error(where + " has shape " + shapeText(view.shape) + "; " + shapeText(shape) +
                " was expected.");
  }
  if (isInteger(view.dtype)) {  // quantised: its scales lie elsewhere
    throw Error(where + " holds whole numbers; weights were expected.");
  }
}

void checkParameters(const Checkpoint& checkpoint, const ParameterWalk& walk,
                     const std::string& what) {
  const std::string file = checkpoint.path().string();
  walk([&](const std::string& name, Tensor&, const std::vector<std::int64_t>& shape) {
    const TensorView* view = checkpoint.find(name);
    if (!view) {
      throw Error(file + " has no tensor " + name + ", which " + what + " needs.",
                  "The file may be cut short or of another model.");
    }
    checkWeight(checkpoint, *view, shape);
  });
}

void loadParameters(const Checkpoint& checkpoint, const ParameterWalk& walk,
                    torch::Device device, const std::string& what) {
  checkParameters(checkpoint, walk, what);
  const std::string file = checkpoint.path().string();
  double numbers = 0;
  walk([&](const std::string& name, Tensor&, const std::vector<std::int64_t>&) {
    numbers += static_cast<double>(checkpoint.find(name)->count());
  });
  // Each tensor is read in the type of the file and then converted.
  const double bytes = numbers * (device.is_cpu() ? 8 : 4);
  requireMemory(torch::kCPU, static_cast<std::int64_t>(std::min(bytes, 4e18)),
                "the weights of " + file,
                "Use a smaller model, or another device (--set device=).");
  walk([&](const std::string& name, Tensor& tensor, const std::vector<std::int64_t>&) {
    tensor = toTensor(*checkpoint.find(name)).to(torch::kFloat32).to(device);
  });
}

std::int64_t parameterCount(const ParameterWalk& walk) {
  std::int64_t count = 0;
  walk([&](const std::string&, Tensor& tensor, const std::vector<std::int64_t>&) {
    count += tensor.numel();
  });
  return count;
}

void moveParameters(const ParameterWalk& walk, torch::Device device) {
  walk([&](const std::string&, Tensor& tensor, const std::vector<std::int64_t>&) {
    tensor = tensor.to(device);
  });
}

std::vector<std::int64_t> shapeOf(const Checkpoint& checkpoint, const std::string& name, int rank,
                                  std::int64_t most) {
  const TensorView* view = checkpoint.find(name);
  if (!view) throw Error(checkpoint.path().string() + " has no tensor " + name + ".");
  const bool fits =
      static_cast<int>(view->shape.size()) == rank &&
      std::ranges::all_of(view->shape, [&](std::int64_t e) { return e >= 1 && e <= most; });
  if (!fits) {
    throw Error("Tensor " + name + " in " + checkpoint.path().string() + " has shape " +
                shapeText(view->shape) + "; " + std::to_string(rank) + " extents from 1 to " +
                std::to_string(most) + " were expected.");
  }
  return view->shape;
}

int countTensors(const Checkpoint& checkpoint, const std::string& before,
                 const std::string& after) {
  constexpr int kMost = 4096;
  int count = 0;
  while (checkpoint.find(before + std::to_string(count) + after)) {
    if (++count > kMost) {
      throw Error(checkpoint.path().string() + " has more than " + std::to_string(kMost) +
                  " tensors " + before + "N" + after + ".");
    }
  }
  return count;
}

}  // namespace jacobiscope
