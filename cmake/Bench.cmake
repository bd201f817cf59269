# bench/kernels: every kernel's share of the machine's measured peak and bandwidth.
if(BUILD_SHARED_LIBS)
  message(FATAL_ERROR "The benchmarks reach symbols that the shared library hides: "
                      "turn BUILD_SHARED_LIBS or LAMINA_BUILD_BENCH off.")
endif()
find_package(benchmark QUIET)
if(NOT benchmark_FOUND)
  message(FATAL_ERROR "LAMINA_BUILD_BENCH needs Google Benchmark: install it (Debian, Ubuntu: "
                      "apt-get install libbenchmark-dev), or set benchmark_DIR.")
endif()

file(GLOB bench_sources CONFIGURE_DEPENDS bench/kernels/*.cpp)
add_executable(bench_kernels ${bench_sources})
lamina_compile_options(bench_kernels)
target_include_directories(bench_kernels PRIVATE cpp/src)
target_link_libraries(bench_kernels PRIVATE lamina::lamina benchmark::benchmark)
