// AVX2 and FMA: 16 registers of 32 bytes. A tile of 6 rows takes 12, leaving 2 for b and 1 for a.
#define LAMINA_TARGET x86_64_v3
#define LAMINA_TARGET_NAME "x86-64-v3"
#define LAMINA_VECTOR_BYTES 32
#define LAMINA_TILE_ROWS 6
#define LAMINA_GEMM_DEPTH_BYTES 1024
#define LAMINA_GEMM_BLOCK_TILES 16
#include "backend/cpu/kernels/kernels.inl"
