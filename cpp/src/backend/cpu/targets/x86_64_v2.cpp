// SSE4: 16 registers of 16 bytes, and no fused multiply-add: a product needs a register too, so a
// tile of 5 rows takes 10, leaving 2 for b, 1 for a and 2 for products.
#define LAMINA_TARGET x86_64_v2
#define LAMINA_TARGET_NAME "x86-64-v2"
#define LAMINA_VECTOR_BYTES 16
#define LAMINA_TILE_ROWS 5
#define LAMINA_GEMM_DEPTH_BYTES 1024
#define LAMINA_GEMM_BLOCK_TILES 16
#include "backend/cpu/kernels/kernels.inl"
