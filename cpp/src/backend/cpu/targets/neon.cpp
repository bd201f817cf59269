// NEON: 32 registers of 16 bytes. A tile of 12 rows takes 24, leaving 2 for b and 3 for a, each of
// which holds a value for four rows.
#define LAMINA_TARGET neon
#define LAMINA_TARGET_NAME "neon"
#define LAMINA_VECTOR_BYTES 16
#define LAMINA_TILE_ROWS 12
#define LAMINA_GEMM_DEPTH_BYTES 1024
#define LAMINA_GEMM_BLOCK_TILES 16
#include "backend/cpu/kernels/kernels.inl"
