// Any other machine: vectors of 16 bytes, which the compilers turn into what it has. The tests of
// x86-64 run it too, as other machines do: without intrinsics.
#undef __SSE2__
#define LAMINA_TARGET generic
#define LAMINA_TARGET_NAME "generic"
#define LAMINA_VECTOR_BYTES 16
#define LAMINA_TILE_ROWS 4
#define LAMINA_GEMM_DEPTH_BYTES 1024
#define LAMINA_GEMM_BLOCK_TILES 16
#include "backend/cpu/kernels/kernels.inl"
