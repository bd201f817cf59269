# The core: one library, from every source under cpp/src.
include(KernelTargets)
include(NlohmannJson)

if(LAMINA_THREADS STREQUAL "openmp")
  find_package(OpenMP REQUIRED COMPONENTS CXX)
else()
  set(THREADS_PREFER_PTHREAD_FLAG ON)
  find_package(Threads REQUIRED)
endif()

# Language level, warnings and the floating-point contract, for every target of this project.
function(lamina_compile_options target)
  target_compile_features(${target} PUBLIC cxx_std_20)
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF)
  # a*b + c is one rounding or two according to the flags of a file; kernels choose, others never
  # fuse, so that a result does not depend on the compiler's mood.
  target_compile_options(${target} PRIVATE -ffp-contract=off)
  if(PROJECT_IS_TOP_LEVEL)
    target_compile_options(${target} PRIVATE
      -Wall -Wextra -Wshadow
      # GCC 12 sees overflows in inlined std::vector code that are not there.
      $<$<CXX_COMPILER_ID:GNU>:-Wno-stringop-overflow>)
  endif()
endfunction()

file(GLOB_RECURSE core_sources CONFIGURE_DEPENDS cpp/src/*.cpp)
# Each of these is compiled with its own instruction set.
list(FILTER core_sources EXCLUDE REGEX "/backend/cpu/targets/")
add_library(lamina ${core_sources})
add_library(lamina::lamina ALIAS lamina)
lamina_kernel_sources(lamina)
if(LAMINA_BUILD_TESTS)  # a device whose memory the host cannot touch
  target_sources(lamina PRIVATE tests/support/guarded_backend.cpp)
  target_include_directories(lamina PRIVATE tests)
  target_compile_definitions(lamina PRIVATE LAMINA_GUARDED_DEVICE)
endif()
lamina_compile_options(lamina)

# What runs once a model, or once a batch beside much arithmetic, is compiled to be small: half of
# the wheel is such code.
set(compact_sources ${core_sources})
list(FILTER compact_sources INCLUDE REGEX
     "/src/(layers|models|io|ops|losses|metrics|initializers|regularizers|constraints)/")
set_source_files_properties(${compact_sources} PROPERTIES COMPILE_OPTIONS
                            "$<$<CONFIG:Release>:-Os>")

set_target_properties(lamina PROPERTIES
  CXX_VISIBILITY_PRESET hidden
  VISIBILITY_INLINES_HIDDEN ON
  POSITION_INDEPENDENT_CODE ON
  INTERPROCEDURAL_OPTIMIZATION OFF  # would move wide instructions into baseline code
  VERSION ${PROJECT_VERSION}
  SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
target_include_directories(lamina
  PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/cpp/include>
  PRIVATE cpp/src)
target_compile_definitions(lamina PRIVATE LAMINA_BUILDING)
if(NOT BUILD_SHARED_LIBS)
  target_compile_definitions(lamina PUBLIC LAMINA_STATIC)
endif()

target_link_libraries(lamina PRIVATE $<BUILD_INTERFACE:nlohmann_json::nlohmann_json>)
if(LAMINA_THREADS STREQUAL "openmp")
  target_compile_definitions(lamina PRIVATE LAMINA_THREADS_OPENMP)
  target_link_libraries(lamina PRIVATE OpenMP::OpenMP_CXX)
else()
  target_compile_definitions(lamina PRIVATE LAMINA_THREADS_POOL)
  target_link_libraries(lamina PRIVATE Threads::Threads)
endif()
