# Every tests/cpp/**/<name>_test.cpp is a GoogleTest program of its own and one ctest; those of
# kernels are one for each instruction set, <name>_test.<instruction set>. Any other source there is
# a plain program that some other test runs.
find_package(GTest QUIET)
# Debian's libgtest-dev brings the sources too, for machines that its library is not built for.
set(gtest_folder /usr/src/googletest/googletest)
if(NOT GTest_FOUND AND EXISTS ${gtest_folder}/src/gtest-all.cc)
  find_package(Threads REQUIRED)
  add_library(gtest_main STATIC ${gtest_folder}/src/gtest-all.cc ${gtest_folder}/src/gtest_main.cc)
  target_compile_features(gtest_main PUBLIC cxx_std_20)
  target_include_directories(gtest_main SYSTEM PUBLIC ${gtest_folder}/include PRIVATE ${gtest_folder})
  target_link_libraries(gtest_main PUBLIC Threads::Threads)
  add_library(GTest::gtest_main ALIAS gtest_main)
elseif(NOT GTest_FOUND)
  message(FATAL_ERROR "LAMINA_BUILD_TESTS needs GoogleTest: install it (Debian, Ubuntu: "
                      "apt-get install libgtest-dev), or set GTest_DIR.")
endif()
if(NOT Python_Interpreter_FOUND)
  message(FATAL_ERROR "LAMINA_BUILD_TESTS needs a Python interpreter, 3.10 or newer.")
endif()

# The core for tests: with the symbols that the library hides, and with the kernels of any machine
# (targets/generic.cpp) as one more instruction set. Tests of the backend link the two floors that
# kernels may know and no other, so that they build soon on a machine that emulates another.
add_library(lamina_testing_objects OBJECT EXCLUDE_FROM_ALL ${dispatch_source})
lamina_core_target(lamina_testing_objects)
if(NOT "generic" IN_LIST kernel_targets)
  lamina_kernel_sources(lamina_testing_objects generic)
  target_compile_definitions(lamina_testing_objects PRIVATE LAMINA_GENERIC_KERNELS)
  list(APPEND kernel_targets generic)
endif()
function(lamina_testing_archive name)
  set(sources lamina_testing_objects lamina_base_objects ${ARGN})
  list(TRANSFORM sources REPLACE ".+" "$<TARGET_OBJECTS:\\0>")
  add_library(${name} STATIC EXCLUDE_FROM_ALL ${sources})
  lamina_core_target(${name})
  target_link_libraries(${name} PRIVATE ${thread_library})
endfunction()
lamina_testing_archive(lamina_kernel_testing)
lamina_testing_archive(lamina_testing lamina_objects)

# One program a file, but one for all operations and one for all layers, which have many.
file(GLOB_RECURSE test_sources CONFIGURE_DEPENDS tests/cpp/*.cpp)
foreach(folder ops layers)
  file(GLOB ${folder}_sources CONFIGURE_DEPENDS tests/cpp/${folder}/*.cpp)
  list(REMOVE_ITEM test_sources ${${folder}_sources})
  list(APPEND test_sources ${PROJECT_SOURCE_DIR}/tests/cpp/${folder}/${folder}_test.cpp)
endforeach()
foreach(source IN LISTS test_sources)
  cmake_path(GET source STEM name)
  if(name MATCHES "^(ops|layers)_test$")
    add_executable(${name} ${${CMAKE_MATCH_1}_sources})
  else()
    add_executable(${name} ${source})
  endif()
  lamina_compile_options(${name})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
  target_include_directories(${name} PRIVATE cpp/src tests/cpp tests)
  if(source MATCHES "/tests/cpp/backend/")
    target_link_libraries(${name} PRIVATE lamina_kernel_testing)
    list(APPEND kernel_tests ${name})
  else()
    target_link_libraries(${name} PRIVATE lamina_testing)
  endif()
  if(NOT name MATCHES "_test$")
    continue()
  endif()
  target_link_libraries(${name} PRIVATE GTest::gtest_main)
  if(source MATCHES "/tests/cpp/backend/")
    foreach(kernel_target IN LISTS kernel_targets)
      string(REPLACE "_" "-" isa ${kernel_target})
      add_test(NAME ${name}.${isa} COMMAND ${name})
      set_tests_properties(${name}.${isa} PROPERTIES TIMEOUT 300 ENVIRONMENT LAMINA_ISA=${isa}
                           SKIP_REGULAR_EXPRESSION "this machine lacks x86")
    endforeach()
  else()
    add_test(NAME ${name} COMMAND ${name})
    set_tests_properties(${name} PROPERTIES TIMEOUT 300)
    if(name STREQUAL "golden_files_test")
      target_compile_definitions(${name} PRIVATE GOLDEN_FOLDER="${PROJECT_SOURCE_DIR}/tests/golden")
    endif()
  endif()
endforeach()

add_custom_target(kernel_tests DEPENDS ${kernel_tests})

# tests/fuzz/<name>_fuzzer.cpp: libFuzzer drives it with LAMINA_FUZZ, else a program that replays files
# and mutations of them.
file(GLOB fuzz_sources CONFIGURE_DEPENDS tests/fuzz/*_fuzzer.cpp)
foreach(source IN LISTS fuzz_sources)
  cmake_path(GET source STEM name)
  add_executable(${name} ${source})
  lamina_compile_options(${name})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
  target_link_libraries(${name} PRIVATE lamina::lamina)
  if(LAMINA_FUZZ)
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  else()
    target_sources(${name} PRIVATE tests/fuzz/replay.cpp)
    add_test(NAME ${name} COMMAND ${name} -mutations=300 ${PROJECT_SOURCE_DIR}/tests/fuzz/corpus
                                  ${PROJECT_SOURCE_DIR}/tests/golden)
    set_tests_properties(${name} PROPERTIES TIMEOUT 300)
  endif()
endforeach()

add_test(NAME unknown_isa_is_refused COMMAND weights_hash)
set_tests_properties(unknown_isa_is_refused PROPERTIES ENVIRONMENT LAMINA_ISA=x86-64-v9
  PASS_REGULAR_EXPRESSION "no kernels for the instruction set 'x86-64-v9' .*this machine can run ")

add_test(NAME kernel_symbols
         COMMAND ${Python_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tests/install/symbols.py
                 ${CMAKE_NM} $<FILTER:$<TARGET_OBJECTS:lamina_base_objects>,INCLUDE,/backend/cpu/targets/>
         COMMAND_EXPAND_LISTS)
if(BUILD_SHARED_LIBS)
  add_test(NAME exported_symbols
           COMMAND ${Python_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tests/install/exports.py
                   ${CMAKE_NM} $<TARGET_FILE:lamina>)
endif()
