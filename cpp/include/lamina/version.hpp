// lamina's version. This line is its only source: CMakeLists.txt and pyproject.toml read it here.
#pragma once

#define LAMINA_VERSION "0.1.0"
