#define KERNEL_SPACE kernels_baseline
#define KERNEL_NAME "baseline"
#define KERNEL_LANES 4
#include "engine/nn/cpu_kernels_impl.h"
