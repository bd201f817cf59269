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

# What compiles a part of the core.
function(lamina_core_target target)
  lamina_compile_options(${target})
  set_target_properties(${target} PROPERTIES
    CXX_VISIBILITY_PRESET hidden
    VISIBILITY_INLINES_HIDDEN ON
    POSITION_INDEPENDENT_CODE ON
    INTERPROCEDURAL_OPTIMIZATION OFF)  # would move wide instructions into baseline code
  target_include_directories(${target}
    PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/cpp/include>
    PRIVATE cpp/src)
  # The library calls and inlines its own functions even where another one has the same names, and
  # can be unloaded, which GCC's unique symbols would prevent for ever.
  target_compile_options(${target} PRIVATE -fno-semantic-interposition
                         $<$<CXX_COMPILER_ID:GNU>:-fno-gnu-unique>)
  if(BUILD_SHARED_LIBS)
    # Its few thread-local words fit into the room that loaders keep for libraries like this one:
    # then they are read without a call.
    target_compile_options(${target} PRIVATE -ftls-model=initial-exec)
  else()
    target_compile_definitions(${target} PUBLIC LAMINA_STATIC)
  endif()
endfunction()

# Compiled once, for the library and for the archives that the tests link (Tests.cmake); these
# differ in the table of instruction sets alone. The two floors that kernels may know are apart: their
# tests wait for no other.
file(GLOB_RECURSE core_sources CONFIGURE_DEPENDS cpp/src/*.cpp)
set(dispatch_source ${PROJECT_SOURCE_DIR}/cpp/src/backend/cpu/dispatch.cpp)
list(REMOVE_ITEM core_sources ${dispatch_source})
# Each of these is compiled with its own instruction set.
list(FILTER core_sources EXCLUDE REGEX "/backend/cpu/targets/")
set(base_sources ${core_sources})
set(upper_sources ${core_sources})
list(FILTER base_sources INCLUDE REGEX "/cpp/src/(core|backend)/")
list(FILTER upper_sources EXCLUDE REGEX "/cpp/src/(core|backend)/")
add_library(lamina_base_objects OBJECT ${base_sources})
add_library(lamina_objects OBJECT ${upper_sources})
foreach(objects lamina_base_objects lamina_objects)
  lamina_core_target(${objects})
  target_link_libraries(${objects} PRIVATE nlohmann_json::nlohmann_json)
endforeach()
if(LAMINA_BUILD_TESTS)  # a device whose memory the host cannot touch
  target_sources(lamina_base_objects PRIVATE tests/support/guarded_backend.cpp)
  # Only what knows of it: a build without tests finds all other objects made.
  set_source_files_properties(cpp/src/backend/backend.cpp tests/support/guarded_backend.cpp
    PROPERTIES COMPILE_DEFINITIONS LAMINA_GUARDED_DEVICE
               INCLUDE_DIRECTORIES ${PROJECT_SOURCE_DIR}/tests)
endif()
lamina_kernel_sources(lamina_base_objects ${kernel_targets})

# The engine of threads, which these alone know.
if(LAMINA_THREADS STREQUAL "openmp")
  set_source_files_properties(cpp/src/core/parallel_openmp.cpp PROPERTIES
    COMPILE_DEFINITIONS LAMINA_THREADS_OPENMP COMPILE_OPTIONS "${OpenMP_CXX_FLAGS}")
  set(thread_library OpenMP::OpenMP_CXX)
else()
  set_source_files_properties(cpp/src/core/parallel_pool.cpp PROPERTIES
    COMPILE_DEFINITIONS LAMINA_THREADS_POOL)
  set(thread_library Threads::Threads)
endif()

# What surrounds kernels gains nothing from -O3 but size; with -Os a step of a small model takes a
# tenth longer. What runs once a model is compiled to be small.
foreach(level_and_folders "O2;layers|models|ops|losses|metrics" "Os;io|initializers")
  list(GET level_and_folders 0 level)
  list(GET level_and_folders 1 folders)
  set(sources ${core_sources})
  list(FILTER sources INCLUDE REGEX "/cpp/src/(${folders})/")
  set_source_files_properties(${sources} PROPERTIES COMPILE_OPTIONS "$<$<CONFIG:Release>:-${level}>")
endforeach()

add_library(lamina ${dispatch_source} $<TARGET_OBJECTS:lamina_base_objects>
                   $<TARGET_OBJECTS:lamina_objects>)
add_library(lamina::lamina ALIAS lamina)
lamina_core_target(lamina)
target_link_libraries(lamina PRIVATE ${thread_library})
# A wheel holds no symbolic links: there the file's name is the one that programs look for.
set(abi_version ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
if(SKBUILD)
  set(abi_version ${PROJECT_VERSION})
endif()
set_target_properties(lamina PROPERTIES VERSION ${PROJECT_VERSION} SOVERSION ${abi_version})
if(BUILD_SHARED_LIBS AND NOT APPLE)
  set(exports ${PROJECT_SOURCE_DIR}/cmake/exports.map)
  target_link_options(lamina PRIVATE -Wl,--version-script=${exports} -Wl,-Bsymbolic-functions)
  set_property(TARGET lamina APPEND PROPERTY LINK_DEPENDS ${exports})
endif()
