// All kernels of one target, and the table it exports. A target defines, before it includes this:
//   LAMINA_TARGET            the C++ name of its table's suffix
//   LAMINA_TARGET_NAME       what $LAMINA_ISA calls it
//   LAMINA_VECTOR_BYTES      the width of its vectors
//   LAMINA_TILE_ROWS         rows of the matrix product's register tile, of two vectors each
//   LAMINA_GEMM_DEPTH_BYTES  bytes of a row summed before a tile is stored
//   LAMINA_GEMM_BLOCK_TILES  tiles of rows that share a pass over a panel
#include "backend/cpu/kernels/kernel_table.hpp"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

// GCC 12 takes the deliberately undefined operands inside immintrin.h for mistakes (its bug
// 105593).
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

namespace lamina::cpu {
namespace {

// Each builds on those before it.
// clang-format off
#include "backend/cpu/kernels/simd.inl"
#include "backend/cpu/kernels/math.inl"
#include "backend/cpu/kernels/trigonometry.inl"
#include "backend/cpu/kernels/functions.inl"
#include "backend/cpu/kernels/elementwise.inl"
#include "backend/cpu/kernels/compare.inl"
#include "backend/cpu/kernels/reduce.inl"
#include "backend/cpu/kernels/scan.inl"
#include "backend/cpu/kernels/transpose.inl"
#include "backend/cpu/kernels/gemm.inl"
#include "backend/cpu/kernels/planar.inl"
#include "backend/cpu/kernels/depthwise.inl"
#include "backend/cpu/kernels/rnn.inl"
#include "backend/cpu/kernels/softmax.inl"
#include "backend/cpu/kernels/attention.inl"
#include "backend/cpu/kernels/loss.inl"
#include "backend/cpu/kernels/batch_norm.inl"
#include "backend/cpu/kernels/row_norm.inl"
#include "backend/cpu/kernels/pool.inl"
#include "backend/cpu/kernels/dropout.inl"
#include "backend/cpu/kernels/optimizer.inl"
#include "backend/cpu/kernels/cast.inl"
// clang-format on

template <class T>
constexpr FloatKernels<T> float_kernels = {
    elementwise_float_kernels<T>,
    compare_kernels<T>,
    reduce_kernels<T>,
    scan_kernels<T>,
    gemm_kernels<T>,
    make_planar_kernels<T>(),
    depthwise_kernels<T>,
    rnn_kernels<T>,
    softmax_kernels<T>,
    attention_kernels<T>,
    loss_kernels<T>,
    batch_norm_kernels<T>,
    row_norm_kernels<T>,
    pool_kernels<T>,
    dropout_kernel<T>,
    {sgd_kernel<T, Momentum::none>,
     sgd_kernel<T, Momentum::plain>,
     sgd_kernel<T, Momentum::nesterov>,
     adam_kernel<T, false>,
     adam_kernel<T, true>,
     rmsprop_kernel<T, false, false>,
     rmsprop_kernel<T, true, false>,
     rmsprop_kernel<T, false, true>,
     rmsprop_kernel<T, true, true>,
     nadam_kernel<T>,
     adamax_kernel<T>,
     adagrad_kernel<T>,
     adadelta_kernel<T>,
     ftrl_kernel<T, false>,
     ftrl_kernel<T, true>,
     lion_kernel<T>,
     schedule_free_kernel<T>,
     adam_direction_kernel<T>,
     accumulate_kernel<T>,
     average_kernel<T>},
};

#include "backend/cpu/kernels/table_order.inl"

#define LAMINA_CASTS_FROM(From)                                      \
  {cast_kernel<From, float>,        cast_kernel<From, double>,       \
   cast_kernel<From, std::int32_t>, cast_kernel<From, std::int64_t>, \
   cast_kernel<From, std::uint8_t>, cast_kernel<From, Boolean>}

}  // namespace

#define LAMINA_JOIN_NOW(a, b) a##b
#define LAMINA_JOIN(a, b) LAMINA_JOIN_NOW(a, b)

extern const KernelTable LAMINA_JOIN(kernel_table_, LAMINA_TARGET);
constinit const KernelTable LAMINA_JOIN(kernel_table_, LAMINA_TARGET) = {
    LAMINA_TARGET_NAME,
    LAMINA_VECTOR_BYTES,
    float_kernels<float>,
    float_kernels<double>,
    {make_integer_kernels<std::int32_t>(), compare_kernels<std::int32_t>,
     reduce_kernels<std::int32_t>, scan_kernels<std::int32_t>},
    {make_integer_kernels<std::int64_t>(), compare_kernels<std::int64_t>,
     reduce_kernels<std::int64_t>, scan_kernels<std::int64_t>},
    {select_kernel<std::uint8_t>, select_kernel<std::uint32_t>, select_kernel<std::uint64_t>},
    {transpose_kernel<float>, transpose_kernel<double>},
    {LAMINA_CASTS_FROM(float), LAMINA_CASTS_FROM(double), LAMINA_CASTS_FROM(std::int32_t),
     LAMINA_CASTS_FROM(std::int64_t), LAMINA_CASTS_FROM(std::uint8_t), LAMINA_CASTS_FROM(Boolean)},
};

}  // namespace lamina::cpu
