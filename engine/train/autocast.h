// Matrix products in bfloat16 while weights, residual streams and losses stay float32.
#pragma once

#include "engine/nn/torch.h"

namespace jacobiscope {

// For the forward pass; the backward pass follows it, outside of the guard, in the same types.
class Autocast {
 public:
  Autocast(torch::Device device, bool wanted) : m_device(device.type()), m_wanted(wanted) {
    if (wanted) set(true);
  }
  ~Autocast() {
    if (!m_wanted) return;
    set(false);
    at::autocast::clear_cache();  // of the weights as bfloat16: they are about to change
  }
  Autocast(const Autocast&) = delete;
  Autocast& operator=(const Autocast&) = delete;

 private:
  void set(bool on) const {
#if JACOBISCOPE_TORCH_AT_LEAST(2, 4)
    at::autocast::set_autocast_dtype(m_device, torch::kBFloat16);
    at::autocast::set_autocast_enabled(m_device, on);
#else
    if (m_device == torch::kCPU) {
      at::autocast::set_autocast_cpu_dtype(torch::kBFloat16);
      at::autocast::set_cpu_enabled(on);
    } else {
      at::autocast::set_autocast_gpu_dtype(torch::kBFloat16);
      at::autocast::set_enabled(on);
    }
#endif
  }

  torch::DeviceType m_device;
  bool m_wanted;
};

}  // namespace jacobiscope
