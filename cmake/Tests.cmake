# Every tests/cpp/**/<name>_test.cpp is a GoogleTest program of its own and one ctest; any other
# source there is a plain program that some test outside ctest runs.
find_package(GTest QUIET)
if(NOT GTest_FOUND)
  message(FATAL_ERROR "LAMINA_BUILD_TESTS needs GoogleTest: install it (Debian, Ubuntu: "
                      "apt-get install libgtest-dev), or set GTest_DIR.")
endif()
if(NOT Python_Interpreter_FOUND)
  message(FATAL_ERROR "LAMINA_BUILD_TESTS needs a Python interpreter, 3.10 or newer.")
endif()

file(GLOB_RECURSE test_sources CONFIGURE_DEPENDS tests/cpp/*.cpp)
foreach(source IN LISTS test_sources)
  cmake_path(GET source STEM name)
  add_executable(${name} ${source})
  lamina_compile_options(${name})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
  target_include_directories(${name} PRIVATE cpp/src tests/cpp)
  target_link_libraries(${name} PRIVATE lamina::lamina)
  if(name MATCHES "_test$")
    target_link_libraries(${name} PRIVATE GTest::gtest_main)
    add_test(NAME ${name} COMMAND ${name})
    set_tests_properties(${name} PROPERTIES TIMEOUT 300)
    if(name STREQUAL "golden_files_test")
      target_compile_definitions(${name} PRIVATE GOLDEN_FOLDER="${PROJECT_SOURCE_DIR}/tests/golden")
    endif()
  endif()
endforeach()

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

add_test(NAME kernel_symbols
         COMMAND ${Python_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tests/install/symbols.py
                 ${CMAKE_NM} $<FILTER:$<TARGET_OBJECTS:lamina>,INCLUDE,/backend/cpu/targets/>
         COMMAND_EXPAND_LISTS)
