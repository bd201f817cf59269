// AVX-512: 32 registers of 64 bytes. A tile of 14 rows takes 28, its two vectors of b 2 and one of
// a the next. Over 2 KiB of depth a tile's 14 rows of a take 28 KiB of the first cache, and a group
// of 12 tiles 336 KiB of the second; measured best of 1, 1.5 and 2 KiB (bench/kernels).
#define LAMINA_TARGET x86_64_v4
#define LAMINA_TARGET_NAME "x86-64-v4"
#define LAMINA_VECTOR_BYTES 64
#define LAMINA_TILE_ROWS 14
#define LAMINA_GEMM_DEPTH_BYTES 2048
#define LAMINA_GEMM_BLOCK_TILES 12
#include "backend/cpu/kernels/kernels.inl"
