# Finds LibTorch and offers it as the target jacobiscope_torch: Debian's 1.13, an unpacked
# libtorch, or a Python's torch (CMAKE_PREFIX_PATH or Torch_DIR as torch's own
# documentation says). Also sets JACOBISCOPE_TORCH_ABI to the _GLIBCXX_USE_CXX11_ABI that
# LibTorch was built with; every file that passes a std::string must be compiled with it.
#
# A LibTorch with CUDA is linked by its libraries' names. Its own TorchConfig.cmake would
# demand a CUDA toolkit of the same version, which these sources, having no CUDA code,
# have no use for.

if(Torch_DIR)
  set(JACOBISCOPE_TORCH_CONFIG_DIR ${Torch_DIR} CACHE PATH
      "Folder of LibTorch's TorchConfig.cmake" FORCE)
endif()
find_path(JACOBISCOPE_TORCH_CONFIG_DIR TorchConfig.cmake
          HINTS $ENV{Torch_DIR} ${CMAKE_PREFIX_PATH} ENV CMAKE_PREFIX_PATH
          PATH_SUFFIXES Torch share/cmake/Torch lib/cmake/Torch
                        lib/${CMAKE_LIBRARY_ARCHITECTURE}/cmake/Torch
          DOC "Folder of LibTorch's TorchConfig.cmake")
if(NOT JACOBISCOPE_TORCH_CONFIG_DIR)
  message(FATAL_ERROR "LibTorch was not found. Install libtorch-dev, or name another one with "
          "-DCMAKE_PREFIX_PATH, or configure with -DJACOBISCOPE_TORCH=OFF (toy family only).")
endif()
get_filename_component(torch_root ${JACOBISCOPE_TORCH_CONFIG_DIR}/../../.. ABSOLUTE)

add_library(jacobiscope_torch INTERFACE)
if(EXISTS ${torch_root}/lib/libtorch_cuda.so)
  set(JACOBISCOPE_TORCH_KIND "CUDA")
  file(READ ${JACOBISCOPE_TORCH_CONFIG_DIR}/TorchConfig.cmake torch_config)
  string(REGEX MATCH "_GLIBCXX_USE_CXX11_ABI=([01])" _ "${torch_config}")
  set(JACOBISCOPE_TORCH_ABI "${CMAKE_MATCH_1}")
  target_include_directories(jacobiscope_torch SYSTEM INTERFACE
                             ${torch_root}/include
                             ${torch_root}/include/torch/csrc/api/include)
  # Nothing calls into libtorch_cuda by name: without --no-as-needed it would be dropped
  # and CUDA would be missing at run time. Its own needs (cuBLAS, cuDNN) it finds itself.
  target_link_libraries(jacobiscope_torch INTERFACE
                        -Wl,--push-state,--no-as-needed
                        ${torch_root}/lib/libtorch_cuda.so ${torch_root}/lib/libc10_cuda.so
                        ${torch_root}/lib/libtorch.so
                        -Wl,--pop-state
                        ${torch_root}/lib/libtorch_cpu.so ${torch_root}/lib/libc10.so
                        -Wl,--allow-shlib-undefined)
else()
  set(JACOBISCOPE_TORCH_KIND "CPU")
  set(CMAKE_FIND_PACKAGE_TARGETS_GLOBAL ON)  # the tests link it too, from their own folder
  find_package(Torch REQUIRED PATHS ${JACOBISCOPE_TORCH_CONFIG_DIR} NO_DEFAULT_PATH)
  string(REGEX MATCH "_GLIBCXX_USE_CXX11_ABI=([01])" _ "${TORCH_CXX_FLAGS}")
  set(JACOBISCOPE_TORCH_ABI "${CMAKE_MATCH_1}")
  target_include_directories(jacobiscope_torch SYSTEM INTERFACE ${TORCH_INCLUDE_DIRS})
  target_link_libraries(jacobiscope_torch INTERFACE ${TORCH_LIBRARIES})
endif()
if(JACOBISCOPE_TORCH_ABI STREQUAL "")
  set(JACOBISCOPE_TORCH_ABI 1)
endif()
message(STATUS "LibTorch (${JACOBISCOPE_TORCH_KIND}, C++11 ABI ${JACOBISCOPE_TORCH_ABI}): "
        "${JACOBISCOPE_TORCH_CONFIG_DIR}")
