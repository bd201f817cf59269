# `find_package(lamina)` from an install prefix, and from a wheel, which carries the same tree under
# lamina/sdk/.
include(CMakePackageConfigHelpers)
if(SKBUILD)
  set(CMAKE_INSTALL_LIBDIR sdk/lib)
  set(CMAKE_INSTALL_INCLUDEDIR sdk/include)
endif()
include(GNUInstallDirs)
set(config_dir ${CMAKE_INSTALL_LIBDIR}/cmake/lamina)

if(SKBUILD)
  set(namelink NAMELINK_SKIP)
endif()
install(TARGETS lamina EXPORT lamina-targets
        LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} ${namelink}
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
        INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY cpp/include/lamina DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(EXPORT lamina-targets NAMESPACE lamina:: DESTINATION ${config_dir})

configure_package_config_file(cmake/lamina-config.cmake.in lamina-config.cmake
                              INSTALL_DESTINATION ${config_dir}
                              NO_SET_AND_CHECK_MACRO NO_CHECK_REQUIRED_COMPONENTS_MACRO)
write_basic_package_version_file(lamina-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/lamina-config.cmake
              ${CMAKE_CURRENT_BINARY_DIR}/lamina-config-version.cmake
        DESTINATION ${config_dir})
