#include "engine/nn/device.h"

#include <sched.h>

#include <charconv>
#include <cstdlib>
#include <fstream>
#include <set>

#include "engine/core/error.h"
#include "engine/core/memory.h"

namespace jacobiscope {

torch::Device chooseDevice(const std::string& text) {
  if (text == "auto") return torch::cuda::is_available() ? torch::kCUDA : torch::kCPU;
  if (text == "cpu") return torch::kCPU;
  if (text != "cuda" && text.rfind("cuda:", 0) != 0) {
    throw UsageError("device=" + text + " is unknown.", "auto, cpu, cuda or cuda:N.");
  }
  int index = 0;
  if (text != "cuda") {
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data() + 5, end, index);
    if (error != std::errc{} || stop != end || index < 0) {
      throw UsageError("device=" + text + " is unknown.", "auto, cpu, cuda or cuda:N.");
    }
  }
  if (!torch::cuda::is_available()) {
    throw Error("device=" + text + " was asked for, but no GPU that this LibTorch can use is here.",
                "Use device=cpu, or a LibTorch with CUDA (packaging/run --torch DIR).");
  }
  const auto count = static_cast<int>(torch::cuda::device_count());
  if (index >= count) {
    throw Error("device=" + text + " was asked for, but there are " + std::to_string(count) +
                    " GPUs here, counted from 0.",
                "Use device=cuda:0 or device=cpu.");
  }
  return torch::Device(text);
}

torch::ScalarType chooseDtype(const std::string& text) {
  if (text == "float32") return torch::kFloat32;
  if (text == "bfloat16") return torch::kBFloat16;
  throw UsageError("dtype=" + text + " is unknown.", "float32 or bfloat16.");
}

namespace {

// Cores this process may use, hardware threads of one core counted once: they share the
// units that matrix products need.
int availableCores() {
  cpu_set_t allowed;
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return 1;
  std::ifstream file("/proc/cpuinfo");
  std::set<std::pair<std::string, std::string>> cores;
  std::string line, package;
  int processor = -1;
  while (std::getline(file, line)) {
    const auto colon = line.find(": ");
    if (colon == std::string::npos) continue;
    const std::string value = line.substr(colon + 2);
    if (line.rfind("processor", 0) == 0) processor = std::stoi(value);
    if (line.rfind("physical id", 0) == 0) package = value;
    if (line.rfind("core id", 0) == 0 && CPU_ISSET(processor, &allowed)) {
      cores.insert({package, value});
    }
  }
  return cores.empty() ? CPU_COUNT(&allowed) : static_cast<int>(cores.size());
}

}  // namespace

bool hasBfloat16Arithmetic(torch::Device device) {
  if (!device.is_cpu()) return true;
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx512bf16") != 0;
#else
  return false;
#endif
}

void useThreads(const std::string& text) {
  if (text.empty()) {
    // Some builds of LibTorch start with a single thread.
    if (!std::getenv("OMP_NUM_THREADS")) at::set_num_threads(availableCores());
    return;
  }
  char* end = nullptr;
  const long threads = std::strtol(text.c_str(), &end, 10);
  if (*end != '\0' || threads < 1 || threads > 1024) {
    throw UsageError("threads=" + text + " is outside 1 to 1024.");
  }
  at::set_num_threads(static_cast<int>(threads));
}

std::string deviceText(torch::Device device) {
  if (device.is_cpu()) return "CPU";
  return "CUDA " + std::to_string(device.has_index() ? device.index() : 0);
}

std::string dtypeText(torch::ScalarType dtype) {
  return dtype == torch::kBFloat16 ? "bfloat16" : "float32";
}

void requireMemory(torch::Device device, std::int64_t bytes, const std::string& what,
                   const std::string& hint) {
  if (!device.is_cpu()) return;  // the GPU's allocator refuses by itself
  requireMemory(bytes, what, hint);
}

std::vector<std::string> blasNotes() {
  const std::string config = at::show_config();
  std::ifstream maps("/proc/self/maps");
  std::string line;
  bool reference = false, fast = config.find("MKL") != std::string::npos;
  while (std::getline(maps, line)) {
    if (line.find("openblas") != std::string::npos) fast = true;
    if (line.find("/blas/libblas") != std::string::npos) reference = true;
  }
  if (fast || !reference) return {};
  return {"LibTorch uses the reference BLAS, whose matrix products are about thirty times "
          "slower: install libopenblas0-openmp and make it the libblas alternative."};
}

}  // namespace jacobiscope
