# shellcheck shell=bash
# What packaging/run and packaging/test share: installing what is missing, choosing
# the LibTorch, configuring and building. Sourced, never run; the caller sets `root`.

export PATH="$PATH:/usr/sbin:/sbin"

say() { printf 'jacobiscope: %s\n' "$*"; }
die() {
  printf 'jacobiscope: %s\n' "$*" >&2
  exit 1
}

# Debian's names; Ubuntu uses the same.
build_packages=(build-essential cmake ninja-build ccache pkg-config
  qt6-base-dev libqt6opengl6-dev libopengl-dev libimgui-dev libglm-dev
  nlohmann-json3-dev libstb-dev libfreetype-dev libegl-dev)
# The build goes without these where they cannot be had: not every relative of Debian 12 has them.
optional_packages=(libmujoco-dev libcairo2-dev libgif-dev)
# And the tests without these: an example that is no part of the program, and a look into PDF.
optional_test_packages=(python3-cbor2 poppler-utils)
torch_packages=(libtorch-dev libopenblas0-openmp)
run_packages=(libgl1-mesa-dri xvfb xauth fonts-noto-color-emoji unicode-data)

# Prints those of the packages given that are not installed.
missing_packages() {
  local installed
  installed=" $(dpkg-query -W -f='${db:Status-Status}:${Package} ' "$@" 2>/dev/null || true)"
  local package
  for package in "$@"; do
    [[ $installed == *" installed:$package "* ]] || printf '%s\n' "$package"
  done
}

is_optional() { [[ " ${optional_packages[*]} ${optional_test_packages[*]} " == *" $1 "* ]]; }

# True where apt, by the lists it has, can install the package. Needs no rights.
can_be_had() { apt-get --simulate --no-install-recommends install "$1" >/dev/null 2>&1; }

left_out() {
  case $1 in
    libmujoco-dev) say "$1 is not installed: building without the robot's simulator" ;;
    libcairo2-dev) say "$1 is not installed: building without figures as PDF" ;;
    libgif-dev) say "$1 is not installed: building without films as GIF" ;;
    *) say "$1 is not installed: the tests that need it are left out" ;;
  esac
}

# The folder of the OpenMP flavour of OpenBLAS, empty when it is not installed.
openblas_dir() {
  local library
  for library in /usr/lib/*/openblas-openmp/libblas.so.3; do
    [[ -e $library ]] && dirname "$library" && return
  done
  return 0
}

# True when the program would load a slow BLAS: the reference one, or an OpenBLAS with
# threads of its own that get in the way of LibTorch's. Anything else (MKL, BLIS) was
# somebody's choice and stays.
blas_is_slow() {
  local dir
  dir=$(openblas_dir)
  [[ -n $dir ]] || return 1
  local name
  for name in libblas.so.3 liblapack.so.3; do
    case $(readlink -f "${dir%/*}/$name") in
      */openblas-openmp/*) ;;
      */blas/* | */lapack/* | */openblas-*/* | */atlas/*) return 0 ;;
    esac
  done
  return 1
}

# Installs what is missing of the packages given and of the optional ones and, with `--blas`
# first, sets BLAS. Asks for root's rights once, and only when there is something to do.
install_packages() {
  local want_blas=no
  if [[ ${1-} == --blas ]]; then
    want_blas=yes
    shift
  fi
  if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
    say "no apt here; this must be installed already, by whatever name: $*"
    say "and, where it can be had: ${optional_packages[*]}"
    return
  fi
  local missing=() wished=() package
  mapfile -t missing < <(missing_packages "$@")
  for package in $(missing_packages "${optional_packages[@]}"); do
    # Where more is missing apt's lists are fetched first, and may tell of it then.
    if [[ ${#missing[@]} -gt 0 ]] || can_be_had "$package"; then
      wished+=("$package")
    else
      left_out "$package"
    fi
  done
  local all=("${missing[@]}" "${wished[@]}")
  if [[ ${#all[@]} -eq 0 ]] && ! { [[ $want_blas == yes ]] && blas_is_slow; }; then
    return
  fi
  [[ ${#all[@]} -eq 0 ]] || say "to be installed: ${all[*]}"
  ! blas_is_slow || say "the system's BLAS is to become OpenBLAS with OpenMP, which LibTorch works best with"
  local arguments=("$want_blas" "${all[@]}")
  if [[ $EUID -eq 0 ]]; then
    "$root/packaging/install-packages" "${arguments[@]}"
  elif ! command -v sudo >/dev/null; then
    refused "${missing[*]}" "there is no sudo"
  elif ! sudo -p "jacobiscope: password of %p for installing these: " \
    "$root/packaging/install-packages" "${arguments[@]}"; then
    refused "${missing[*]}" "that was refused or failed"
  fi
}

# Without its packages nothing can be built, but without the optional ones; without the
# system-wide BLAS the program itself can still be pointed at the right one (see use_fast_blas).
refused() {
  local missing=$1 why=$2
  if [[ -n $missing ]]; then
    die "$why. As root, run: apt-get install --no-install-recommends $missing
             then call this again."
  fi
  say "$why"
  ! blas_is_slow || say "the system's BLAS stays as it is, and only this program uses OpenBLAS"
  local package
  for package in $(missing_packages "${optional_packages[@]}"); do left_out "$package"; done
}

# For this process and what it starts, puts OpenBLAS before a slow system-wide BLAS.
use_fast_blas() {
  if blas_is_slow; then
    LD_LIBRARY_PATH="$(openblas_dir)${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
    export LD_LIBRARY_PATH
  fi
}

# Prints the folder of TorchConfig.cmake below the folder given: an unpacked LibTorch,
# Python's torch package, or what torch.utils.cmake_prefix_path names.
torch_config_dir() {
  local below
  for below in share/cmake/Torch Torch torch/share/cmake/Torch lib/cmake/Torch .; do
    if [[ -e $1/$below/TorchConfig.cmake ]]; then
      (cd "$1/$below" && pwd -P)
      return
    fi
  done
  return 1
}

# Prints the folder of the torch of the Python on the PATH when that torch has CUDA and
# finds a GPU; fails otherwise.
python_torch_with_gpu() {
  [[ -e /dev/nvidiactl || -e /dev/dxg ]] || return 1
  command -v python3 >/dev/null || return 1
  python3 - 2>/dev/null <<'PYTHON'
import importlib.util, sys
if importlib.util.find_spec("torch") is None:
    sys.exit(1)
import torch
if not (torch.version.cuda and torch.cuda.is_available()):
    sys.exit(1)
print(torch.utils.cmake_prefix_path)
PYTHON
}

# Chooses the LibTorch and installs everything else that is missing. Sets torch_dir, the
# folder of the TorchConfig.cmake of the LibTorch given with --torch or, without that, of
# a Python's torch that finds this machine's GPU; empty for one on CMAKE_PREFIX_PATH and
# for Debian's, which only the latter needs installed.
prepare_torch() {
  torch_dir=
  if [[ -n $1 ]]; then
    torch_dir=$(torch_config_dir "$1") ||
      die "--torch $1: no TorchConfig.cmake below it. Expected: an unpacked LibTorch, or what
             python3 -c 'import torch; print(torch.utils.cmake_prefix_path)' prints."
    say "building against the LibTorch of $torch_dir"
  elif [[ -n ${CMAKE_PREFIX_PATH-}${Torch_DIR-} ]]; then
    say "looking for LibTorch in CMAKE_PREFIX_PATH first"
  else
    local prefix
    if prefix=$(python_torch_with_gpu) && torch_dir=$(torch_config_dir "$prefix"); then
      say "python3's torch has CUDA and finds a GPU: building against $torch_dir"
      say "and decoding on the GPU"
    fi
  fi
  if [[ -n $torch_dir ]]; then
    install_packages "${build_packages[@]}" "${run_packages[@]}"
  else
    install_packages --blas "${build_packages[@]}" "${run_packages[@]}" "${torch_packages[@]}"
  fi
}

# Parallel compilers: one per core, and 2 GiB of memory for each, which a file with
# Torch's headers takes at most.
job_count() {
  local cores gib
  cores=$(nproc)
  gib=$(awk '/^MemAvailable:/ { print int($2 / 2097152) }' /proc/meminfo)
  ((gib >= 1)) || gib=1
  echo $((cores < gib ? cores : gib))
}

# Configures the build folder given with the CMake options that follow. A folder that is
# configured so already is left alone: Ninja itself sees a changed CMakeLists.txt. Other
# options (another LibTorch, say) or an optional package that came or went start from a fresh
# cache.
configure() {
  local build=$1 missing
  shift
  missing=$(missing_packages "${optional_packages[@]}")
  local stamp="$root $* ${CMAKE_PREFIX_PATH-} ${Torch_DIR-}${missing:+ without $missing}"
  if [[ -e $build/build.ninja && -e $build/.configured && $(<"$build/.configured") == "$stamp" ]]; then
    return
  fi
  cmake --fresh -S "$root" -B "$build" -G Ninja "$@"
  printf '%s' "$stamp" >"$build/.configured"
}

# Builds in the folder given; more arguments go to CMake. Where the disk failed to read a file, and
# only there, once more.
build_in() {
  local build=$1 log
  shift
  log=$(mktemp)
  if cmake --build "$build" --parallel "$(job_count)" "$@" 2>&1 | tee "$log"; then
    rm -f "$log"
    return
  fi
  if ! grep -q "Input/output error" "$log"; then
    rm -f "$log"
    return 1
  fi
  rm -f "$log"
  say "a file could not be read; building what is missing once more"
  cmake --build "$build" --parallel "$(job_count)" "$@"
}

# Runs a command with a screen: the one there is, or a virtual one that Mesa's software
# renderer draws on.
with_virtual_screen() {
  env -u WAYLAND_DISPLAY QT_QPA_PLATFORM=xcb LIBGL_ALWAYS_SOFTWARE=1 GALLIUM_DRIVER=llvmpipe \
    xvfb-run --auto-servernum --server-args="-screen 0 1920x1200x24 -nolisten tcp" "$@"
}
