# Every examples/*.cpp is a program.
file(GLOB example_sources CONFIGURE_DEPENDS examples/*.cpp)
foreach(source IN LISTS example_sources)
  cmake_path(GET source STEM name)
  add_executable(example_${name} ${source})
  lamina_compile_options(example_${name})
  target_link_libraries(example_${name} PRIVATE lamina::lamina)
endforeach()
