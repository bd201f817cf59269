// LAMINA_API marks what a program may call; everything else in the shared library is hidden.
#pragma once

#if defined(LAMINA_STATIC)
#define LAMINA_API
#elif defined(_WIN32)
#if defined(LAMINA_BUILDING)
#define LAMINA_API __declspec(dllexport)
#else
#define LAMINA_API __declspec(dllimport)
#endif
#else
#define LAMINA_API __attribute__((visibility("default")))
#endif

// What lamina's own Python module calls beside that: exported, but in no public header.
#define LAMINA_INTERNAL_API LAMINA_API
