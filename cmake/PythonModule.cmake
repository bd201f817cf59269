# lamina._lamina: the bindings. In a wheel the core stands beside them, where C++ programs find it
# too; with BUILD_SHARED_LIBS=OFF it is part of the module.
set(PYBIND11_FINDPYTHON ON)
find_package(pybind11 3 CONFIG REQUIRED)

file(GLOB_RECURSE binding_sources CONFIGURE_DEPENDS python/bindings/*.cpp)
# NO_EXTRAS: no link-time optimization, see Library.cmake; the wheel is stripped on installation.
pybind11_add_module(_lamina MODULE NO_EXTRAS ${binding_sources})
lamina_compile_options(_lamina)
target_include_directories(_lamina PRIVATE cpp/src)
target_compile_options(_lamina PRIVATE $<$<CONFIG:Release>:-Os>)
target_link_libraries(_lamina PRIVATE lamina::lamina)
if(APPLE)
  set(module_folder @loader_path)
else()
  set(module_folder $ORIGIN)
endif()
set_target_properties(_lamina PROPERTIES INSTALL_RPATH ${module_folder}/${CMAKE_INSTALL_LIBDIR})
install(TARGETS _lamina LIBRARY DESTINATION .)
