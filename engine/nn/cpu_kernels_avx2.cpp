#define KERNEL_SPACE kernels_avx2
#define KERNEL_NAME "AVX2"
#define KERNEL_LANES 8
#include "engine/nn/cpu_kernels_impl.h"
