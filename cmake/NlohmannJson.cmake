# nlohmann_json::nlohmann_json, header only: the system's package, else the headers of the PyPI
# wheel `nlohmann-json` (a build requirement in pyproject.toml), else a download.
find_package(nlohmann_json 3.11 QUIET)
if(nlohmann_json_FOUND)
  return()
endif()

if(Python_Interpreter_FOUND)
  # find_spec locates the wheel without importing it: its __init__ has requirements of its own.
  execute_process(
    COMMAND ${Python_EXECUTABLE} -c
            "from importlib.util import find_spec; print(find_spec('nlohmann_json').submodule_search_locations[0])"
    OUTPUT_VARIABLE nlohmann_json_wheel OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  if(EXISTS "${nlohmann_json_wheel}/include/nlohmann/json.hpp")
    add_library(nlohmann_json::nlohmann_json INTERFACE IMPORTED)
    target_include_directories(nlohmann_json::nlohmann_json
                               INTERFACE "${nlohmann_json_wheel}/include")
    return()
  endif()
endif()

message(STATUS "nlohmann_json is not installed (Debian: nlohmann-json3-dev): downloading it")
include(FetchContent)
FetchContent_Declare(nlohmann_json
  URL https://github.com/nlohmann/json/releases/download/v3.11.3/json.tar.xz
  URL_HASH SHA256=d6c65aca6b1ed68e7a182f4757257b107ae403032760ed6ef121c9d55e81757d)
FetchContent_MakeAvailable(nlohmann_json)
