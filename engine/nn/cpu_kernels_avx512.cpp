#define KERNEL_SPACE kernels_avx512
#define KERNEL_NAME "AVX-512"
#define KERNEL_LANES 16
#include "engine/nn/cpu_kernels_impl.h"
