# The Python of this build, found once and whole: whoever looked for the interpreter alone first
# would leave the others (pybind11 among them) without the headers.
if(LAMINA_BUILD_PYTHON)
  find_package(Python 3.10 QUIET COMPONENTS Interpreter Development.Module)
  if(NOT Python_FOUND)
    message(FATAL_ERROR
      "The Python module needs Python >= 3.10 with its headers (Python.h); found: "
      "interpreter '${Python_EXECUTABLE}' ${Python_VERSION}, headers '${Python_INCLUDE_DIRS}'. "
      "Install the headers (Debian, Ubuntu: apt-get install python3-dev; Fedora: dnf install "
      "python3-devel), then run this again.")
  endif()
else()
  find_package(Python 3.10 QUIET COMPONENTS Interpreter)
endif()
