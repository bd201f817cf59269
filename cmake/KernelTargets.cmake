# The kernels of every instruction set this architecture may have, each compiled with that
# instruction set's flags; everything else in lamina keeps the baseline's. Which one runs
# is decided at run time (cpp/src/backend/cpu/dispatch.cpp).
#
# -ffp-contract=fast fuses a * b + c, the one liberty kernels take with arithmetic. Integers wrap
# around, as NumPy's do. No link-time optimization: it could move wide instructions into baseline
# code. GCC 12's address sanitizer puts vectors of 64 bytes at addresses that are not multiples of
# 64 when it looks for uses after return (GCC bug 110027): it does not look for them in kernels.
set(kernel_folder ${CMAKE_CURRENT_SOURCE_DIR}/cpp/src/backend/cpu/targets)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64|amd64)$")
  set(kernel_targets x86_64_v2 x86_64_v3 x86_64_v4)
  set(kernel_options_x86_64_v2 -march=x86-64-v2)
  set(kernel_options_x86_64_v3 -march=x86-64-v3)
  set(kernel_options_x86_64_v4 -march=x86-64-v4 -mprefer-vector-width=512)
elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "^(aarch64|arm64|ARM64)$")
  set(kernel_targets neon)
else()
  set(kernel_targets generic)
endif()

# lamina_kernel_sources(TARGET NAME...)
function(lamina_kernel_sources target)
  # An optimized build takes -O3 whatever its own level; a sanitizer's keeps its own.
  set(options $<$<CONFIG:Release,RelWithDebInfo,MinSizeRel>:-O3> -ffp-contract=fast -fno-math-errno -fno-trapping-math -fwrapv
              -fno-lto -fno-exceptions -fno-rtti -Wno-psabi
              $<$<CXX_COMPILER_ID:GNU>:--param=asan-use-after-return=0>)
  foreach(name IN LISTS ARGN)
    target_sources(${target} PRIVATE ${kernel_folder}/${name}.cpp)
    set_source_files_properties(${kernel_folder}/${name}.cpp TARGET_DIRECTORY ${target} PROPERTIES
      COMPILE_OPTIONS "${options};${kernel_options_${name}}"
      SKIP_PRECOMPILE_HEADERS ON
      SKIP_UNITY_BUILD_INCLUSION ON)
  endforeach()
endfunction()
